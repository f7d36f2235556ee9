/*
 * emit.c - puts differences in their normal form.
 *
 * One difference is pending: the next one tells how far it may move to the right, and whether they
 * touch and become one. An insertion at the right end of the places where it can be begins with a
 * byte other than the one that it pushes away; so one byte of context shows whether a script was
 * applied.
 */
#include "compare/internal.h"

/* Moves an insertion or deletion to the right over equal bytes, at most to old offset `limit`. */
static void slide(const struct comparison *comparison, struct compare_gap *gap, size_t limit)
{
    bool inserts = gap_old_length(gap) == 0;
    const unsigned char *first, *next;
    if (inserts) {
        first = comparison->new_bytes + gap->new_start;
        next = comparison->new_bytes + gap->new_end;
    } else {
        first = comparison->old_bytes + gap->old_start;
        next = comparison->old_bytes + gap->old_end;
    }
    size_t most = limit - gap->old_end, moved = 0;
    while (moved < most && first[moved] == next[moved])
        moved++;
    gap->old_start += moved;
    gap->old_end += moved;
    gap->new_start += moved;
    gap->new_end += moved;
}

static void normalize(const struct comparison *comparison, struct compare_gap *gap, size_t limit)
{
    if (gap_old_length(gap) != gap_new_length(gap))
        gap_trim(comparison, gap);
    if (gap_old_length(gap) == 0 || gap_new_length(gap) == 0)
        slide(comparison, gap, limit);
}

/* Reports the bytes of two sides of one length that differ. */
static bool take_unequal(struct comparison *comparison, const struct compare_gap *gap)
{
    const unsigned char *a = comparison->old_bytes + gap->old_start;
    const unsigned char *b = comparison->new_bytes + gap->new_start;
    size_t length = gap_old_length(gap), at = 0;
    for (;;) {
        at += equal_after(comparison, gap->old_start + at, gap->new_start + at, length - at);
        if (at == length)
            return true;
        size_t end = at + 1;
        while (end < length && a[end] != b[end])
            end++;
        struct compare_gap part = {gap->old_start + at, gap->old_start + end, gap->new_start + at,
                                   gap->new_start + end};
        if (!comparison->pair->take(comparison->pair->context, &part, comparison->error))
            return false;
        at = end;
    }
}

static bool take_pending(struct comparison *comparison)
{
    const struct compare_gap *gap = &comparison->pending;
    comparison->is_pending = false;
    if (gap_old_length(gap) == gap_new_length(gap))
        return take_unequal(comparison, gap);
    return comparison->pair->take(comparison->pair->context, gap, comparison->error);
}

bool emit_gap(struct comparison *comparison, const struct compare_gap *gap)
{
    struct compare_gap *pending = &comparison->pending;
    if (gap_old_length(gap) == 0 && gap_new_length(gap) == 0)
        return true;
    if (comparison->is_pending) {
        normalize(comparison, pending, gap->old_start);
        if (pending->old_end == gap->old_start && pending->new_end == gap->new_start) {
            pending->old_end = gap->old_end;
            pending->new_end = gap->new_end;
            return true;
        }
        if (!take_pending(comparison))
            return false;
    }
    *pending = *gap;
    comparison->is_pending = true;
    return true;
}

bool emit_end(struct comparison *comparison)
{
    if (!comparison->is_pending)
        return true;
    normalize(comparison, &comparison->pending, comparison->pair->old_text.length);
    return take_pending(comparison);
}
