/*
 * nearby.c - the next match behind a mismatch.
 *
 * Most differences are small, and the strings go on alike close behind them. An index of the old
 * bytes of a part of the gap finds the place; if there is no match, the part grows.
 */
#include "compare/internal.h"

#include <stdlib.h>

enum {
    UNIT = 8,         /* bytes that are hashed */
    SAME_LENGTH = 32, /* equal bytes at the same distance that show a mere change of bytes */
    SAME_REACH = 16,  /* bytes behind the mismatch in which these may begin */
    MOST_BITS = 18,   /* of the index, for the longest part */
    MOST_COMPARED = 4096,
};

static const struct reach {
    size_t length;
    unsigned bits; /* of the index: twice as many places as the part has bytes */
    size_t least;  /* bytes of a match: in a longer part more bytes are equal by chance */
} reaches[] = {{256, 9, 24}, {2048, 12, 32}, {16384, 15, 48}, {131072, MOST_BITS, 64}};

static size_t hash(const unsigned char *bytes, unsigned bits)
{
    return (size_t)(compare_word(bytes) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - bits));
}

/* A few changed bytes: the match is at the same distance. */
static bool find_same(const struct comparison *comparison, const struct compare_gap *gap,
                      struct compare_match *match)
{
    size_t length = minimum_size(gap_old_length(gap), gap_new_length(gap));
    for (size_t i = 1; i <= SAME_REACH && i + SAME_LENGTH <= length; i++) {
        if (memcmp(comparison->old_bytes + gap->old_start + i,
                   comparison->new_bytes + gap->new_start + i, SAME_LENGTH) == 0) {
            *match = (struct compare_match){gap->old_start + i, gap->new_start + i, 0};
            return true;
        }
    }
    return false;
}

/* Indexes every old offset of the gap; of equal units the first one. 0: none. */
static void index_old(const struct comparison *comparison, const struct compare_gap *gap,
                      unsigned bits)
{
    const unsigned char *bytes = comparison->old_bytes + gap->old_start;
    memset(comparison->nearby, 0, sizeof *comparison->nearby << bits);
    for (size_t i = gap_old_length(gap) - UNIT + 1; i > 0; i--)
        comparison->nearby[hash(bytes + i - 1, bits)] = (uint32_t)i;
}

/* Searches the gap for the match with the fewest bytes before it. */
static bool find_in(const struct comparison *comparison, const struct compare_gap *gap,
                    const struct reach *reach, struct compare_match *match)
{
    const unsigned char *bytes = comparison->new_bytes + gap->new_start;
    size_t least_cost = SIZE_MAX, last = gap_new_length(gap) - UNIT;
    index_old(comparison, gap, reach->bits);
    for (size_t i = 0; i <= last && i < least_cost; i++) {
        size_t found = comparison->nearby[hash(bytes + i, reach->bits)];
        if (found == 0 || found - 1 + i >= least_cost)
            continue;
        size_t most = minimum_size(gap_old_length(gap) - (found - 1), gap_new_length(gap) - i);
        size_t length = equal_after(comparison, gap->old_start + found - 1, gap->new_start + i,
                                    minimum_size(most, MOST_COMPARED));
        if (length < reach->least)
            continue;
        least_cost = found - 1 + i;
        *match = (struct compare_match){gap->old_start + found - 1, gap->new_start + i, 0};
    }
    return least_cost != SIZE_MAX;
}

static struct compare_gap first_part(const struct compare_gap *gap, size_t length)
{
    struct compare_gap part = *gap;
    part.old_end = gap->old_start + minimum_size(gap_old_length(gap), length);
    part.new_end = gap->new_start + minimum_size(gap_new_length(gap), length);
    return part;
}

static bool find(const struct comparison *comparison, const struct compare_gap *gap,
                 struct compare_match *match)
{
    size_t longest = maximum_size(gap_old_length(gap), gap_new_length(gap));
    if (find_same(comparison, gap, match))
        return true;
    for (size_t i = 0; i < sizeof reaches / sizeof *reaches; i++) {
        struct compare_gap part = first_part(gap, reaches[i].length);
        if (minimum_size(gap_old_length(&part), gap_new_length(&part)) < reaches[i].least)
            return false;
        if (find_in(comparison, &part, &reaches[i], match))
            return true;
        if (longest <= reaches[i].length)
            return false;
    }
    return false;
}

enum nearby_result nearby_find(struct comparison *comparison, const struct compare_gap *gap,
                               struct compare_match *match)
{
    size_t size = sizeof *comparison->nearby << MOST_BITS;
    if (!comparison->nearby && !(comparison->nearby = malloc(size))) {
        error_memory(comparison->error, size);
        return NEARBY_FAILED;
    }
    if (!find(comparison, gap, match))
        return NEARBY_NONE;
    size_t most = minimum_size(gap->old_end - match->old_start, gap->new_end - match->new_start);
    match->length = equal_after(comparison, match->old_start, match->new_start, most);
    return NEARBY_FOUND;
}
