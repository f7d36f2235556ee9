/*
 * aligned.c - searches a span for byte strings at allowed offsets.
 *
 * Forward, strings are found at all offsets, where they may overlap, and those at allowed offsets
 * are kept. If these are far from each other, each search ends with its first match, and the next
 * one begins at an allowed offset.
 */
#include "scan/internal.h"

#include "search/search.h"

/* From this step on, the next allowed offset is far enough for a search of its own. */
enum { FAR_STEP = 16 };

/* Moves span->from to the next allowed offset, at most to span->until. `base`: of the span. */
static void move_to_aligned(const struct scan *scan, uint64_t base, struct search_span *span)
{
    uint64_t next = alignment_next(&scan->align, base + span->from) - base;
    if (span->from < span->until)
        span->from = (size_t)minimum_u64(next, span->until);
}

void aligned_search_forward(const struct scan *scan, uint64_t base, struct search_span *span,
                            struct search_list *list)
{
    size_t kept = 0, next = 0;
    move_to_aligned(scan, base, span);
    if (span->from >= span->until)
        return;
    list->overlapping = true;
    if (scan->align.step >= FAR_STEP)
        list->capacity = 1;
    search_forward(scan->pattern->searcher, span, list);
    for (size_t i = 0; i < list->count; i++) {
        struct search_match match = list->matches[i];
        if (match.offset < next || !alignment_allows(&scan->align, base + match.offset))
            continue;
        list->matches[kept++] = match;
        next = match.offset + (scan->overlapping ? 1 : match.length);
    }
    list->count = kept;
    span->from = maximum_size(span->from, next);
    move_to_aligned(scan, base, span);
}

/* Match by match, because only the limit of each search says which needle fits. */
void aligned_search_backward(const struct scan *scan, uint64_t base, struct search_span *span,
                             struct search_list *list)
{
    list->capacity = 1;
    while (span->until > span->from && list->count == 0) {
        uint64_t start = base + span->until - 1;
        size_t limit = span->limit;
        bool any = alignment_previous(&scan->align, &start) && start >= base + span->from;
        span->until = any ? (size_t)(start - base) + 1 : span->from;
        if (!any)
            return;
        search_backward(scan->pattern->searcher, span, list);
        if (list->count == 0 || alignment_allows(&scan->align, base + list->matches[0].offset))
            return;
        span->until = list->matches[0].offset;
        span->limit = limit;
        list->count = 0;
    }
}
