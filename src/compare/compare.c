/*
 * compare.c - goes through two strings and reports their differences.
 *
 * Where the strings differ, nearby.c looks for the place where they are alike again. If there is
 * none, the rest of both strings is searched for long matches (blocks.c). Between these, and in
 * the gaps before a nearby match, shorter ones are looked for, and the rest is compared byte by
 * byte, or by Myers's algorithm if it is short.
 */
#include "compare/internal.h"

#include <stdlib.h>

enum {
    FIRST_BLOCK = 32, /* least bytes of a block in a gap, */
    LAST_BLOCK = 8,   /*   and between the matches that were found there */
};

static bool compare_gap(struct comparison *comparison, struct compare_gap gap, size_t coarser);

/* Compares what lies between the matches. */
static bool compare_between(struct comparison *comparison, const struct compare_gap *gap,
                            const struct match_list *matches, size_t block)
{
    struct compare_gap part = *gap;
    for (size_t i = 0; i < matches->count; i++) {
        const struct compare_match *match = &matches->items[i];
        part.old_end = match->old_start;
        part.new_end = match->new_start;
        if (!compare_gap(comparison, part, block))
            return false;
        part.old_start = match->old_start + match->length;
        part.new_start = match->new_start + match->length;
    }
    part.old_end = gap->old_end;
    part.new_end = gap->new_end;
    return compare_gap(comparison, part, block);
}

/* Looks for matches with the smallest blocks; `coarser` is what was tried before, or SIZE_MAX. */
static bool compare_by_blocks(struct comparison *comparison, const struct compare_gap *gap,
                              size_t coarser)
{
    size_t least = coarser == SIZE_MAX ? FIRST_BLOCK : LAST_BLOCK;
    size_t block = blocks_size(gap_old_length(gap), least);
    struct match_list matches = {0};
    if (block > coarser / 2)
        return emit_gap(comparison, gap);
    bool done = blocks_find(comparison, gap, block, &matches) &&
                compare_between(comparison, gap, &matches, block);
    free(matches.items);
    return done;
}

static bool compare_gap(struct comparison *comparison, struct compare_gap gap, size_t coarser)
{
    gap_trim(comparison, &gap);
    size_t shorter = minimum_size(gap_old_length(&gap), gap_new_length(&gap));
    size_t longer = maximum_size(gap_old_length(&gap), gap_new_length(&gap));
    if (shorter == 0)
        return emit_gap(comparison, &gap);
    if (longer <= SHORTEST_MOST) {
        enum shortest_result result = shortest_emit(comparison, &gap);
        if (result != SHORTEST_TOO_DIFFERENT)
            return result == SHORTEST_DONE;
    }
    return compare_by_blocks(comparison, &gap, coarser);
}

static bool compare_all(struct comparison *comparison)
{
    struct compare_gap gap = {0, comparison->pair->old_text.length, 0,
                              comparison->pair->new_text.length};
    gap_trim(comparison, &gap);
    while (gap_old_length(&gap) > 0 && gap_new_length(&gap) > 0) {
        struct compare_match match;
        enum nearby_result result = nearby_find(comparison, &gap, &match);
        if (result != NEARBY_FOUND)
            return result == NEARBY_NONE && compare_gap(comparison, gap, SIZE_MAX);
        struct compare_gap part = {gap.old_start, match.old_start, gap.new_start, match.new_start};
        if (!compare_gap(comparison, part, SIZE_MAX))
            return false;
        gap.old_start = match.old_start + match.length;
        gap.new_start = match.new_start + match.length;
    }
    return emit_gap(comparison, &gap);
}

static struct comparison comparison_of(const struct compare_pair *pair, struct error *error)
{
    return (struct comparison){.pair = pair,
                               .old_bytes = pair->old_text.bytes,
                               .new_bytes = pair->new_text.bytes,
                               .error = error};
}

bool compare_texts(const struct compare_pair *pair, struct error *error)
{
    struct comparison comparison = comparison_of(pair, error);
    bool done = compare_all(&comparison) && emit_end(&comparison);
    free(comparison.nearby);
    free(comparison.shortest);
    return done;
}

bool compare_in_place(const struct compare_pair *pair, struct error *error)
{
    struct comparison comparison = comparison_of(pair, error);
    struct compare_gap all = {0, pair->old_text.length, 0, pair->new_text.length};
    return emit_gap(&comparison, &all) && emit_end(&comparison);
}
