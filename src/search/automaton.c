/* automaton.c - many needles in linear time: walks the automaton. */
#include "search/automaton_internal.h"
#include "base/checked.h"

enum {
    MATCHES_KEPT = 512, /* of a stretch, to reverse their order */
    STRETCH_FIRST = 64,
    /* Bytes: large, because each stretch also reads up to AUTOMATON_PREFIX_MOST past its end. */
    STRETCH_MOST = 8192,
};

/* A search from right to left. */
struct walk {
    const struct automaton *automaton;
    const unsigned char *bytes;
    size_t offset;  /* the byte before this offset is read next */
    uint32_t place; /* in the automaton */
};

/* Starts far enough right to see all of each prefix that starts before `until`. */
static struct walk walk_start(const struct automaton *automaton, const struct search_span *span)
{
    size_t offset = span->limit;
    if (span->until < span->limit)
        offset = span->until + minimum_size(span->limit - span->until, automaton->prefix - 1);
    return (struct walk){automaton, span->bytes, offset, 0};
}

uint32_t automaton_go_on(const struct automaton *automaton, uint32_t state, unsigned class)
{
    const struct automaton_state *states = automaton->state;
    while (state >= automaton->dense) {
        for (uint32_t i = states[state].first; i < states[state + 1].first; i++)
            if (automaton->label[i] == class)
                return automaton_place_of(automaton, i) |
                       (states[i].fail & AUTOMATON_STARTS_NEEDLE);
        state = states[state].fail & ~AUTOMATON_STARTS_NEEDLE;
    }
    return automaton->next[state * automaton_classes(automaton) + class];
}

/* Length of the longest needle that starts at `offset`, where the walk is at `place`, or 0. */
static size_t longest_at(const struct walk *walk, uint32_t place, size_t offset, size_t limit)
{
    const struct automaton *automaton = walk->automaton;
    uint32_t state = automaton_state_at(automaton, place);
    if (!automaton->needle[state])
        state = automaton->shorter[state];
    for (; state; state = automaton->shorter[state])
        for (uint32_t i = automaton->needle[state]; i; i = automaton->same[i - 1]) {
            const struct search_needle *needle = &automaton->needles[i - 1];
            uint64_t work = 0;
            if (needle->length <= limit - offset &&
                (needle->length <= automaton->prefix ||
                 needle_matches(needle, walk->bytes + offset, &work)))
                return needle->length;
        }
    return 0;
}

/* Walks to the next match in the span. False if there is none. */
static bool walk_to_match(struct walk *walk, const struct search_span *span,
                          struct search_match *match)
{
    const uint32_t *next = walk->automaton->next;
    const unsigned char *class_of = walk->automaton->class_of, *bytes = walk->bytes;
    uint32_t rows_end = automaton_rows_end(walk->automaton), place = walk->place;
    size_t offset = walk->offset, from = span->from, until = span->until;
    while (offset > from) {
        unsigned class = class_of[bytes[--offset]];
        uint32_t target = place < rows_end
                              ? next[place + class]
                              : automaton_go_on(walk->automaton,
                                                automaton_state_at(walk->automaton, place), class);
        place = target & ~AUTOMATON_STARTS_NEEDLE;
        if (!(target & AUTOMATON_STARTS_NEEDLE) || offset >= until)
            continue;
        size_t length = longest_at(walk, place, offset, span->limit);
        if (length == 0)
            continue;
        walk->offset = offset;
        walk->place = place;
        *match = (struct search_match){offset, length};
        return true;
    }
    walk->offset = offset;
    return false;
}

void automaton_backward(const struct automaton *automaton, struct search_span *span,
                        struct search_list *list)
{
    struct walk walk = walk_start(automaton, span);
    struct search_match match;
    size_t lowest = span->from;
    while (list->count < list->capacity && walk_to_match(&walk, span, &match)) {
        list->matches[list->count++] = match;
        if (!list->overlapping)
            span->limit = match.offset;
        if (list->count == list->capacity)
            lowest = match.offset;
    }
    span->until = lowest;
}

/* The matches of a stretch: a ring that keeps the last ones found, which start lowest. */
struct stretch {
    struct search_match kept[MATCHES_KEPT];
    size_t count; /* matches found, kept or not */
};

/* Finds the matches in the span. All that start before the offset it returns are kept. */
static size_t fill_stretch(struct stretch *stretch, const struct automaton *automaton,
                           const struct search_span *span)
{
    struct walk walk = walk_start(automaton, span);
    struct search_match match;
    stretch->count = 0;
    while (walk_to_match(&walk, span, &match))
        stretch->kept[stretch->count++ % MATCHES_KEPT] = match;
    if (stretch->count <= MATCHES_KEPT)
        return span->until;
    return stretch->kept[stretch->count % MATCHES_KEPT].offset + 1;
}

/*
 * Adds the matches that a stretch kept to the list, lowest first, from the offset `place` on.
 * Returns where the search continues: if the list is not full, at `done` or after it.
 */
static size_t take_stretch(const struct stretch *stretch, size_t place, size_t done,
                           struct search_list *list)
{
    size_t kept = minimum_size(stretch->count, MATCHES_KEPT);
    for (size_t i = 1; i <= kept; i++) {
        struct search_match match = stretch->kept[(stretch->count - i) % MATCHES_KEPT];
        if (match.offset < place)
            continue;
        list->matches[list->count++] = match;
        place = match.offset + (list->overlapping ? 1 : match.length);
        if (list->count == list->capacity)
            return place;
    }
    return maximum_size(place, done);
}

void automaton_forward(const struct automaton *automaton, struct search_span *span,
                       struct search_list *list)
{
    struct stretch stretch;
    size_t end = minimum_size(span->until, span->limit), size = STRETCH_FIRST, place = span->from;
    while (place < end && list->count < list->capacity) {
        struct search_span part = {span->bytes, place, place + minimum_size(size, end - place),
                                   span->limit};
        size_t done = fill_stretch(&stretch, automaton, &part);
        place = take_stretch(&stretch, place, done, list);
        size = stretch.count > MATCHES_KEPT ? MATCHES_KEPT : minimum_size(2 * size, STRETCH_MOST);
    }
    span->from = list->count < list->capacity ? maximum_size(place, span->until) : place;
}
