/* two_way.c - one needle in linear time, whatever the bytes are. */
#include "search/two_way.h"
#include "base/checked.h"

#include <stdlib.h>

/*
 * Where the greatest suffix of the needle starts, in the order of bytes or, with
 * `reversed`, in the opposite one; and the period of that suffix.
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

/* The later of the two suffixes starts at a critical place. */
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

/*
 * Where a search stands in the text, which it reads from `origin` in one of the
 * two directions; what it counts are the bytes behind the origin in its direction.
 */
struct walk {
    const struct two_way *two_way;
    const unsigned char *origin; /* the first byte of the text, or the one behind its last */
    size_t length;               /* of the text */
    size_t place;                /* where the needle is tried next */
    size_t known;                /* bytes of it that are known to match there */
};

static inline unsigned char walk_byte(const struct walk *walk, size_t place, bool backward)
{
    return walk->two_way->fold[backward ? *(walk->origin - 1 - place) : walk->origin[place]];
}

/* Moves to the first match at or behind `place`; false if there is none. */
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

/* Steps from a match to where the next may be. */
static void walk_on(struct walk *walk, bool overlapping)
{
    const struct two_way *two_way = walk->two_way;
    walk->place += overlapping ? two_way->shift : two_way->length;
    walk->known = overlapping && two_way->periodic ? two_way->length - two_way->shift : 0;
}

/* Where a match that starts before `until` and ends by `limit` ends at the latest. */
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
