/* two_way.c - one needle in linear time, for any bytes. */
#include "search/two_way.h"
#include "base/checked.h"

#include <stdlib.h>

/*
 * Returns where the lexicographically greatest suffix of the needle starts, and sets
 * `*period` to the period of that suffix. `reversed` reverses the order of byte values.
 */
static size_t greatest_suffix(const unsigned char *needle, size_t length, bool reversed,
                              size_t *period)
{
    size_t start = 0, candidate = 1, matched = 0;
    *period = 1;
    while (candidate + matched < length) {
        unsigned char a = needle[candidate + matched], b = needle[start + matched];
        if (a == b) {
            if (++matched == *period) {
                candidate += *period;
                matched = 0;
            }
        } else if (reversed ? a > b : a < b) {
            candidate += matched + 1;
            matched = 0;
            *period = candidate - start;
        } else {
            start = candidate++;
            matched = 0;
            *period = 1;
        }
    }
    return start;
}

/* The later of the two greatest suffixes starts at a critical position. */
static void factorize(struct two_way *two_way)
{
    size_t period, reversed_period, length = two_way->length;
    size_t critical = greatest_suffix(two_way->bytes, length, false, &period);
    size_t reversed = greatest_suffix(two_way->bytes, length, true, &reversed_period);
    if (reversed > critical) {
        critical = reversed;
        period = reversed_period;
    }
    two_way->critical = critical;
    two_way->periodic = critical + period <= length &&
                        memcmp(two_way->bytes, two_way->bytes + period, critical) == 0;
    two_way->shift = two_way->periodic ? period : maximum_size(critical, length - critical) + 1;
}

bool two_way_init(struct two_way *two_way, const struct search_needle *needle, bool backward,
                  struct error *error)
{
    size_t length = needle->length;
    two_way->bytes = malloc(length);
    if (!two_way->bytes)
        return error_memory(error, length);
    two_way->length = length;
    for (size_t i = 0; i < length; i++)
        two_way->bytes[i] = needle->value[backward ? length - 1 - i : i];
    for (unsigned i = 0; i < 256; i++)
        two_way->fold[i] = needle->exact ? (unsigned char)i : needle_fold((unsigned char)i);
    factorize(two_way);
    return true;
}

void two_way_release(struct two_way *two_way)
{
    free(two_way->bytes);
}

/* A search of the text, in either direction. `place` counts bytes from `origin`. */
struct walk {
    const struct two_way *two_way;
    const unsigned char *origin; /* start of the text; backward, its end */
    size_t length;               /* of the text */
    size_t place;                /* where the needle is tried next */
    size_t known;                /* first bytes of the needle that are known to match there */
};

static inline unsigned char walk_byte(const struct walk *walk, size_t place, bool backward)
{
    return walk->two_way->fold[backward ? *(walk->origin - 1 - place) : walk->origin[place]];
}

/* Moves to the next match, at `place` or further. False if there is none. */
static inline bool walk_to_match(struct walk *walk, bool backward)
{
    const struct two_way *two_way = walk->two_way;
    const unsigned char *needle = two_way->bytes;
    size_t length = two_way->length, critical = two_way->critical;
    while (walk->place <= walk->length && walk->length - walk->place >= length) {
        size_t i = maximum_size(critical, walk->known);
        while (i < length && needle[i] == walk_byte(walk, walk->place + i, backward))
            i++;
        if (i < length) {
            walk->place += i - critical + 1;
            walk->known = 0;
            continue;
        }
        i = critical;
        while (i > walk->known && needle[i - 1] == walk_byte(walk, walk->place + i - 1, backward))
            i--;
        if (i <= walk->known)
            return true;
        walk->place += two_way->shift;
        walk->known = two_way->periodic ? length - two_way->shift : 0;
    }
    return false;
}

/* Moves from a match to the next place where a match can be reported. */
static void walk_on(struct walk *walk, bool overlapping)
{
    const struct two_way *two_way = walk->two_way;
    walk->place += overlapping ? two_way->shift : two_way->length;
    walk->known = overlapping && two_way->periodic ? two_way->length - two_way->shift : 0;
}

/* The latest end of a match that starts before `until` and ends at or before `limit`. */
static size_t latest_end(const struct two_way *two_way, size_t until, size_t limit)
{
    return until < limit ? until + minimum_size(limit - until, two_way->length - 1) : limit;
}

void two_way_forward(const struct two_way *two_way, struct search_span *span,
                     struct search_list *list)
{
    size_t from = span->from, before = list->count, needle = two_way->length;
    size_t end = latest_end(two_way, span->until, span->limit);
    span->from = maximum_size(from, span->until);
    if (from >= span->until || from >= end)
        return;
    struct walk walk = {two_way, span->bytes + from, end - from, 0, 0};
    while (walk_to_match(&walk, false)) {
        size_t offset = from + walk.place;
        list->matches[list->count++] = (struct search_match){offset, needle};
        if (list->count == list->capacity) {
            span->from = offset + (list->overlapping ? 1 : needle);
            return;
        }
        walk_on(&walk, list->overlapping);
    }
    if (list->count > before && !list->overlapping)
        span->from = maximum_size(span->until, list->matches[list->count - 1].offset + needle);
}

void two_way_backward(const struct two_way *two_way, struct search_span *span,
                      struct search_list *list)
{
    size_t needle = two_way->length, end = latest_end(two_way, span->until, span->limit);
    size_t from = span->from, until = span->until;
    span->until = from;
    if (from >= until || from >= end)
        return;
    struct walk walk = {two_way, span->bytes + end, end - from, 0, 0};
    while (list->count < list->capacity && walk_to_match(&walk, true)) {
        size_t offset = end - walk.place - needle;
        list->matches[list->count++] = (struct search_match){offset, needle};
        if (!list->overlapping)
            span->limit = offset;
        if (list->count == list->capacity)
            span->until = offset;
        walk_on(&walk, list->overlapping);
    }
}
