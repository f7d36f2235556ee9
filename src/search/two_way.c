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

/* Where a search of the text is, in either direction. `position` counts bytes from `origin`. */
struct cursor {
    const struct two_way *two_way;
    const unsigned char *origin; /* start of the text; backward, its end */
    size_t length;               /* of the text */
    size_t position;             /* where the needle is tried next */
    size_t known;                /* first bytes of the needle that are known to match there */
};

static inline unsigned char text_byte(const struct cursor *cursor, size_t position, bool backward)
{
    return cursor->two_way
        ->fold[backward ? *(cursor->origin - 1 - position) : cursor->origin[position]];
}

/* Moves to the next match, at `position` or further. False if there is none. */
static inline bool next_match(struct cursor *cursor, bool backward)
{
    const struct two_way *two_way = cursor->two_way;
    const unsigned char *needle = two_way->bytes;
    size_t length = two_way->length, critical = two_way->critical;
    while (cursor->position <= cursor->length && cursor->length - cursor->position >= length) {
        size_t i = maximum_size(critical, cursor->known);
        while (i < length && needle[i] == text_byte(cursor, cursor->position + i, backward))
            i++;
        if (i < length) {
            cursor->position += i - critical + 1;
            cursor->known = 0;
            continue;
        }
        i = critical;
        while (i > cursor->known &&
               needle[i - 1] == text_byte(cursor, cursor->position + i - 1, backward))
            i--;
        if (i <= cursor->known)
            return true;
        cursor->position += two_way->shift;
        cursor->known = two_way->periodic ? length - two_way->shift : 0;
    }
    return false;
}

/* Moves from a match to the next position at which a match can be reported. */
static void leave_match(struct cursor *cursor, bool overlapping)
{
    const struct two_way *two_way = cursor->two_way;
    cursor->position += overlapping ? two_way->shift : two_way->length;
    cursor->known = overlapping && two_way->periodic ? two_way->length - two_way->shift : 0;
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
    struct cursor cursor = {two_way, span->bytes + from, end - from, 0, 0};
    while (next_match(&cursor, false)) {
        size_t offset = from + cursor.position;
        list->matches[list->count++] = (struct search_match){offset, needle};
        if (list->count == list->capacity) {
            span->from = offset + (list->overlapping ? 1 : needle);
            return;
        }
        leave_match(&cursor, list->overlapping);
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
    struct cursor cursor = {two_way, span->bytes + end, end - from, 0, 0};
    while (list->count < list->capacity && next_match(&cursor, true)) {
        size_t offset = end - cursor.position - needle;
        list->matches[list->count++] = (struct search_match){offset, needle};
        if (!list->overlapping)
            span->limit = offset;
        if (list->count == list->capacity)
            span->until = offset;
        leave_match(&cursor, list->overlapping);
    }
}
