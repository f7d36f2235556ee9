/* automaton.c - walks the automaton of many needles. */
#include "search/automaton_internal.h"
#include "base/checked.h"

enum {
    MATCHES_KEPT = 512, /* of a stretch, for turning them around */
    STRETCH_FIRST = 64,
    STRETCH_MOST = 8192, /* bytes of a stretch: many times PREFIX_MOST, which each reads besides */
};

/* Where a search stands; it goes to the left. */
struct walk {
    const struct automaton *automaton;
    const unsigned char *span;
    size_t offset;  /* of the byte behind the one that is read next */
    uint32_t place; /* in the automaton */
};

/* A walk that knows of all prefixes which start before `until` and end by `limit`. */
static struct walk walk_start(const struct automaton *automaton, const unsigned char *span,
                              size_t until, size_t limit)
{
    size_t offset = limit;
    if (until < limit)
        offset = until + minimum_size(limit - until, automaton->prefix - 1);
    return (struct walk){automaton, span, offset, 0};
}

uint32_t automaton_go_on(const struct automaton *automaton, uint32_t state, unsigned class)
{
    const struct automaton_state *states = automaton->state;
    while (state >= automaton->dense) {
        for (uint32_t i = states[state].first; i < states[state + 1].first; i++)
            if (automaton->label[i] == class)
                return automaton_place_of(automaton, i) | (states[i].fail & STARTS_NEEDLE);
        state = states[state].fail & ~STARTS_NEEDLE;
    }
    return automaton->next[state * automaton_classes(automaton) + class];
}

/* Length of the longest needle that starts at `offset`, where `place` was come to, or 0. */
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
                 needle_matches(needle, walk->span + offset, &work)))
                return needle->length;
        }
    return 0;
}

/* Goes on to the next match that starts in [from, until) and ends by `limit`. */
static bool walk_to_match(struct walk *walk, size_t from, size_t until, size_t limit,
                          struct search_match *match)
{
    const uint32_t *next = walk->automaton->next;
    const unsigned char *class_of = walk->automaton->class_of, *span = walk->span;
    uint32_t rows_end = automaton_rows_end(walk->automaton), place = walk->place;
    size_t offset = walk->offset;
    while (offset > from) {
        unsigned class = class_of[span[--offset]];
        uint32_t target = place < rows_end
                              ? next[place + class]
                              : automaton_go_on(walk->automaton,
                                                automaton_state_at(walk->automaton, place), class);
        place = target & ~STARTS_NEEDLE;
        if (!(target & STARTS_NEEDLE) || offset >= until)
            continue;
        size_t length = longest_at(walk, place, offset, limit);
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

size_t automaton_backward(const struct automaton *automaton, const unsigned char *span,
                          size_t limit, size_t from, size_t until, bool overlapping,
                          struct search_match *matches, size_t capacity, size_t *next_until,
                          size_t *next_limit)
{
    size_t found = 0;
    struct walk walk = walk_start(automaton, span, until, limit);
    while (found < capacity && walk_to_match(&walk, from, until, limit, &matches[found])) {
        if (!overlapping)
            limit = matches[found].offset;
        found++;
    }
    *next_until = found == capacity ? matches[found - 1].offset : from;
    *next_limit = limit;
    return found;
}

/* The matches of a stretch, in a ring that keeps the lowest. */
struct stretch {
    struct search_match kept[MATCHES_KEPT];
    size_t count; /* of all that were found */
};

/* Finds the matches that start in [from, until); returns up to where it kept all of them. */
static size_t fill_stretch(struct stretch *stretch, const struct automaton *automaton,
                           const unsigned char *span, size_t length, size_t from, size_t until)
{
    struct walk walk = walk_start(automaton, span, until, length);
    struct search_match match;
    stretch->count = 0;
    while (walk_to_match(&walk, from, until, length, &match))
        stretch->kept[stretch->count++ % MATCHES_KEPT] = match;
    if (stretch->count <= MATCHES_KEPT)
        return until;
    return stretch->kept[stretch->count % MATCHES_KEPT].offset + 1;
}

size_t automaton_forward(const struct automaton *automaton, const unsigned char *span,
                         size_t length, size_t from, size_t until, bool overlapping,
                         struct search_match *matches, size_t capacity, size_t *next)
{
    struct stretch stretch;
    size_t found = 0, place = from, end = minimum_size(until, length), size = STRETCH_FIRST;
    while (place < end) {
        size_t done = fill_stretch(&stretch, automaton, span, length, place,
                                   place + minimum_size(size, end - place));
        size_t kept = minimum_size(stretch.count, MATCHES_KEPT);
        for (size_t i = 1; i <= kept; i++) {
            struct search_match match = stretch.kept[(stretch.count - i) % MATCHES_KEPT];
            if (match.offset < place)
                continue;
            matches[found++] = match;
            place = match.offset + (overlapping ? 1 : match.length);
            if (found == capacity) {
                *next = place;
                return found;
            }
        }
        place = maximum_size(place, done);
        size = stretch.count > MATCHES_KEPT ? MATCHES_KEPT : minimum_size(2 * size, STRETCH_MOST);
    }
    *next = maximum_size(place, until);
    return found;
}
