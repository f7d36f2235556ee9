/*
 * skip.c - skips text where no match can start.
 *
 * Skipping is only done from a state that has nothing but threads that start here. An equal set of
 * threads has an equal future, so everything that a match needs lies after this offset, and a walk
 * that skips never goes back: it is as linear as one that does not. Skipping pauses when it gains
 * little.
 */
#include "regex/walk.h"
#include "base/checked.h"

#include <string.h>

enum {
    LOOK_COST = 12,      /* bytes that the automaton walks in the time of one attempt */
    LOWEST_GAIN = -1024, /* skipping pauses at this loss */
    HIGHEST_GAIN = 4096,
    PAUSE = 1 << 15, /* length of a pause, in bytes */
};

/* The current span. */
struct span {
    const unsigned char *bytes;
    size_t length;
};

static struct span span_of(const struct regex_walk *walk)
{
    const struct regex_cursor *cursor = walk->cursor;
    return (struct span){cursor->bytes, (size_t)(cursor->end - cursor->first)};
}

/* a - b, at least 0. */
static size_t less(size_t a, uint64_t b)
{
    return b < a ? a - (size_t)b : 0;
}

/* a + b, at most `limit`. */
static size_t more(size_t a, uint64_t b, size_t limit)
{
    return a < limit && b < limit - a ? a + (size_t)b : limit;
}

/* Whether the byte before a string that was found fits. */
static bool fits(const struct regex_literals *literals, const struct span *span, size_t offset)
{
    return literals->before_shortest == 0 || offset == 0 ||
           byte_set_has(&literals->before, span->bytes[offset - 1]);
}

/* --- By literals --- */

/*
 * The lowest index, at or after `from`, where a literal may begin: the one found in `match`, or,
 * with length 0, one that may extend past the span and that a later one does not rule out.
 */
static size_t next_literal(const struct regex_literals *literals, const struct span *span,
                           size_t from, struct search_match *match)
{
    size_t sticking = maximum_size(from, less(span->length + 1, literals->longest));
    while (from < span->length) {
        struct search_span rest = {span->bytes, from, span->length, span->length};
        struct search_list list = {.matches = match, .capacity = 1, .overlapping = true};
        search_forward(literals->searcher, &rest, &list);
        if (list.count == 0 || match->offset > sticking)
            break;
        if (fits(literals, span, match->offset))
            return match->offset;
        from = match->offset + 1;
    }
    match->length = 0;
    return maximum_size(from, sticking);
}

/* Finds the next places of literals at or behind `from`, as many as there is room for. */
static void find_starts(struct regex_starts *starts, const struct regex_literals *literals,
                        const struct span *span, size_t from)
{
    enum { MOST = sizeof starts->places / sizeof *starts->places };
    struct search_match matches[MOST];
    struct search_span rest = {span->bytes, from, span->length, span->length};
    struct search_list list = {.matches = matches, .capacity = MOST, .overlapping = true};
    search_forward(literals->searcher, &rest, &list);
    starts->count = starts->next = 0;
    starts->searched = rest.from;
    for (size_t i = 0; i < list.count; i++)
        if (fits(literals, span, matches[i].offset))
            starts->places[starts->count++] = matches[i].offset;
}

/* As next_literal(), of literals that start a match. */
static size_t next_start(struct regex_starts *starts, const struct regex_cursor *cursor,
                         const struct regex_literals *literals, const struct span *span,
                         size_t from)
{
    if (starts->literals != literals || starts->loads != cursor->loads) {
        starts->literals = literals;
        starts->loads = cursor->loads;
        starts->count = starts->next = 0;
        starts->searched = 0;
    }
    for (;;) {
        while (starts->next < starts->count && starts->places[starts->next] < from)
            starts->next++;
        size_t again = maximum_size(from, starts->searched);
        if (starts->next < starts->count || again >= span->length)
            break;
        find_starts(starts, literals, span, again);
    }
    /* From here on one may extend past the span that a later one does not rule out. */
    size_t sticking = maximum_size(from, less(span->length + 1, literals->longest));
    return starts->next < starts->count ? minimum_size(starts->places[starts->next], sticking)
                                        : sticking;
}

/* An index before which no match starts whose literal is at or after `literal`. */
static size_t start_before(const struct regex_literals *literals, const struct span *span,
                           size_t from, size_t literal)
{
    if (literals->before_longest <= REGEX_LITERAL_REACH)
        return maximum_size(from, less(literal, literals->before_longest));
    size_t newline = search_byte_backward(span->bytes, literal, '\n');
    return newline == SIZE_MAX || newline < from ? from : newline + 1;
}

/* The index to skip to from `from`. Do not skip again before index `*plain`. */
static size_t literal_forward(const struct regex_literals *literals, const struct span *span,
                              size_t from, size_t *plain)
{
    struct search_match match;
    size_t start = more(from, literals->before_shortest, span->length);
    *plain = minimum_size(next_literal(literals, span, start, &match), span->length);
    return start_before(literals, span, from, *plain);
}

/*
 * The highest index at which a literal begins that ends by `limit`. 0 without `*found`: it may
 * begin before the span.
 */
static size_t last_literal(const struct regex_literals *literals, const struct span *span,
                           size_t limit, bool *found)
{
    struct search_match match;
    struct search_span rest = {span->bytes, 0, limit, limit};
    *found = false;
    while (rest.until > 0) {
        struct search_list list = {.matches = &match, .capacity = 1, .overlapping = true};
        search_backward(literals->searcher, &rest, &list);
        if (list.count == 0)
            break;
        *found = fits(literals, span, match.offset);
        if (*found)
            return match.offset;
    }
    return 0;
}

/* The same backwards: matches end at or before the index returned. */
static size_t literal_backward(const struct regex_literals *literals, const struct span *span,
                               size_t from, size_t *plain)
{
    bool found;
    size_t literal = last_literal(literals, span, less(from, literals->after_shortest), &found);
    *plain = literal;
    if (literals->after_longest <= REGEX_LITERAL_REACH) {
        /* A literal that began before the span has all but one of its bytes in it at most. */
        size_t end = literal + literals->longest - (found ? 0 : 1);
        return minimum_size(from, more(end, literals->after_longest, from));
    }
    return search_byte_forward(span->bytes, from, literal, '\n');
}

/* --- By classes --- */

static size_t single_forward(const struct regex_classes *classes, const struct span *span,
                             size_t from)
{
    const unsigned char *wanted = classes->wanted;
    size_t at = from + classes->place;
    while (span->length >= 4 && at <= span->length - 4 &&
           !(wanted[span->bytes[at]] | wanted[span->bytes[at + 1]] | wanted[span->bytes[at + 2]] |
             wanted[span->bytes[at + 3]]))
        at += 4;
    while (at < span->length && !wanted[span->bytes[at]])
        at++;
    return at - classes->place;
}

static size_t single_backward(const struct regex_classes *classes, const struct span *span,
                              size_t from)
{
    const unsigned char *wanted = classes->wanted;
    if (from <= classes->place)
        return from;
    size_t at = from - classes->place; /* the byte before `at` is looked at */
    while (at >= 4 && !(wanted[span->bytes[at - 1]] | wanted[span->bytes[at - 2]] |
                        wanted[span->bytes[at - 3]] | wanted[span->bytes[at - 4]]))
        at -= 4;
    while (at > 0 && !wanted[span->bytes[at - 1]])
        at--;
    return at + classes->place;
}

/* How far to move on from `at`, with `length` bytes after it; 0: a match may start there. */
static unsigned shift_at(const struct regex_classes *classes, const unsigned char *at)
{
    unsigned place = classes->length, shift = 0;
    while (place > 0 && shift == 0) {
        place--;
        shift = classes->shift[place][at[place]];
    }
    return shift;
}

/* Whether the bytes from an index on fit all places. */
static bool fits_places(const struct regex_classes *classes, const struct span *span, size_t at)
{
    return at <= span->length && span->length - at >= classes->length &&
           shift_at(classes, span->bytes + at) == 0;
}

static unsigned shift_before(const struct regex_classes *classes, const unsigned char *at)
{
    unsigned place = classes->length, shift = 0;
    while (place > 0 && shift == 0) {
        place--;
        shift = classes->shift[place][*(at - 1 - place)];
    }
    return shift;
}

static size_t shift_forward(const struct regex_classes *classes, const struct span *span,
                            size_t from)
{
    unsigned shift = 1;
    while (shift > 0 && span->length - from >= classes->length) {
        shift = shift_at(classes, span->bytes + from);
        from += shift;
    }
    return from;
}

static size_t shift_backward(const struct regex_classes *classes, const struct span *span,
                             size_t from)
{
    unsigned shift = 1;
    while (shift > 0 && from >= classes->length) {
        shift = shift_before(classes, span->bytes + from);
        from -= shift;
    }
    return from;
}

/* Whether everything that the filter accepts fits all places. */
static bool proves_places(const struct regex_classes *classes)
{
    return classes->scan && classes->filter.run == classes->length && classes->filter.exact;
}

/* The automaton checks what extends past the span. */
static size_t scan_forward(const struct regex_classes *classes, const struct span *span,
                           size_t from)
{
    size_t width = classes->filter.width, shift = 1;
    if (proves_places(classes) && span->length - from >= width)
        return classes->scan(&classes->filter, span->bytes, from, span->length - width + 1);
    while (shift > 0 && span->length - from >= classes->length) {
        from = classes->scan(&classes->filter, span->bytes, from, span->length - width + 1);
        shift = span->length - from < classes->length ? 0 : shift_at(classes, span->bytes + from);
        from += shift;
    }
    return from;
}

static size_t scan_backward(const struct regex_classes *classes, const struct span *span,
                            size_t from)
{
    size_t width = classes->filter.width, shift = 1;
    while (shift > 0 && from >= classes->length) {
        size_t found = classes->scan(&classes->filter, span->bytes, 0, from - width + 1);
        from = found == SIZE_MAX ? width - 1 : found + width;
        shift = from < classes->length ? 0 : shift_before(classes, span->bytes + from);
        from -= shift;
    }
    return from;
}

static size_t class_forward(const struct regex_classes *classes, const struct span *span,
                            size_t from)
{
    if (classes->scan)
        return scan_forward(classes, span, from);
    return classes->single ? single_forward(classes, span, from)
                           : shift_forward(classes, span, from);
}

static size_t class_backward(const struct regex_classes *classes, const struct span *span,
                             size_t from)
{
    if (classes->scan)
        return scan_backward(classes, span, from);
    return classes->single ? single_backward(classes, span, from)
                           : shift_backward(classes, span, from);
}

/* --- The walk --- */

/* Counts what a skip has gained; pauses if that is too little. */
static void note_gain(struct regex_walk *walk, size_t gained)
{
    struct regex_dfa *dfa = walk->dfa;
    dfa->passed += gained + LOOK_COST;
    dfa->gain += (int64_t)minimum_size(gained, HIGHEST_GAIN) - LOOK_COST;
    if (dfa->gain > HIGHEST_GAIN)
        dfa->gain = HIGHEST_GAIN;
    if (dfa->gain < LOWEST_GAIN) {
        dfa->gain = 0;
        dfa->pause = PAUSE;
    }
}

/* Sets the state after a skip; `byte` is the last byte skipped. */
static void restart(struct regex_walk *walk, unsigned char byte)
{
    const struct regex_alphabet *alphabet = &walk->dfa->stepper.regex->alphabet;
    walk->state = regex_dfa_start(
        walk->dfa, (enum regex_context)alphabet->contexts[alphabet->classes[byte]], true);
}

const unsigned char *regex_skip_forward(struct regex_walk *walk, const unsigned char *at,
                                        const unsigned char *end)
{
    const struct regex *regex = walk->dfa->stepper.regex;
    struct span span = span_of(walk);
    size_t from = (size_t)(at - span.bytes), to, plain;
    if (walk->dfa->literals->searcher && walk->dfa->literals->forward) {
        to = literal_forward(walk->dfa->literals, &span, from, &plain);
    } else {
        to = class_forward(regex->classes[0], &span, from);
        plain = to;
    }
    to = minimum_size(to, (size_t)(end - span.bytes));
    note_gain(walk, to - from);
    walk->plain = walk->cursor->first + maximum_size(plain, to) + 1;
    if (to > from)
        restart(walk, span.bytes[to - 1]);
    return span.bytes + to;
}

const unsigned char *regex_skip_backward(struct regex_walk *walk, const unsigned char *at,
                                         const unsigned char *end)
{
    const struct regex *regex = walk->dfa->stepper.regex;
    struct span span = span_of(walk);
    size_t from = (size_t)(at - span.bytes), to, plain;
    if (walk->dfa->literals->searcher && walk->dfa->literals->backward) {
        to = literal_backward(walk->dfa->literals, &span, from, &plain);
    } else {
        to = class_backward(regex->classes[1], &span, from);
        plain = to;
    }
    to = maximum_size(to, (size_t)(end - span.bytes));
    note_gain(walk, from - to);
    plain = minimum_size(plain, to);
    walk->plain = walk->cursor->first + (plain > 0 ? plain - 1 : 0);
    if (to < from)
        restart(walk, span.bytes[to]);
    return span.bytes + to;
}

/* --- Single starts and ends --- */

uint64_t regex_skip_to_start(const struct regex_dfa *dfa, const struct regex_cursor *cursor,
                             struct regex_starts *starts, uint64_t from, uint64_t until,
                             bool *is_match)
{
    const struct regex *regex = dfa->stepper.regex;
    const struct regex_literals *literals = dfa->literals;
    const struct regex_classes *classes = regex->classes[0];
    struct span all = {cursor->bytes, (size_t)(cursor->end - cursor->first)}, span = all;
    size_t at = (size_t)(from - cursor->first), last = span.length, plain;
    bool fits = false;
    if (until < cursor->end)
        last = (size_t)(until - cursor->first) + 1;
    if (literals->at_start) {
        span.length = more(last, literals->before_longest + literals->longest, span.length);
        at = starts && literals->before_longest == 0
                 ? next_start(starts, cursor, literals, &span, at)
                 : literal_forward(literals, &span, at, &plain);
    } else if (!literals->forward && classes) {
        span.length = more(last, classes->length, span.length);
        at = class_forward(classes, &span, at);
        fits = proves_places(classes) && at <= span.length && span.length - at >= classes->length;
    } else {
        while (at < last && !regex->first[span.bytes[at]])
            at++;
    }
    *is_match = at < last && classes && classes->whole && (fits || fits_places(classes, &all, at));
    return cursor->first + minimum_size(at, last);
}

bool regex_skip_to_end(const struct regex_literals *literals, const struct regex_cursor *cursor,
                       uint64_t from, uint64_t until, uint64_t *start, uint64_t *end)
{
    struct span span = {cursor->bytes, (size_t)(cursor->end - cursor->first)};
    struct search_match match;
    size_t at = (size_t)(from - cursor->first), last = span.length;
    if (until < cursor->end)
        last = (size_t)(until - cursor->first) + 1;
    span.length = more(last, literals->longest, span.length);
    size_t literal =
        next_literal(literals, &span, more(at, literals->before_shortest, last), &match);
    bool found = match.length > 0 && literal < last;
    if (!found)
        literal = start_before(literals, &span, at, minimum_size(literal, last));
    *start = cursor->first + literal;
    *end = *start + match.length;
    return found;
}
