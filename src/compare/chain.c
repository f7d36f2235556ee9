/*
 * chain.c - the heaviest sequence of matches that is in order in both strings.
 *
 * The list is in order in the new string. For each match, the best chain before it is the heaviest
 * one that ends at or before its start in the old string: a maximum over a prefix of all old ends,
 * which a Fenwick tree keeps (P. M. Fenwick, "A new data structure for cumulative frequency
 * tables", 1994). n matches take n log n steps.
 */
#include "compare/internal.h"

#include <stdlib.h>

enum { NO_MATCH = 0 }; /* matches are numbered from 1 here */

struct chain_end {
    size_t old_end;
    uint32_t match;
};

struct chain_work {
    struct chain_end *ends; /* sorted by old_end */
    size_t *weights;        /* of the best chain that ends with a match, by its number */
    uint32_t *before;       /* the match before it in that chain */
    uint32_t *tree;         /* the match with the heaviest chain of a part of `ends` */
    size_t count;
};

static int compare_ends(const void *left, const void *right)
{
    const struct chain_end *a = left, *b = right;
    if (a->old_end != b->old_end)
        return a->old_end < b->old_end ? -1 : 1;
    return a->match < b->match ? -1 : a->match > b->match;
}

static void work_release(struct chain_work *work)
{
    free(work->ends);
    free(work->weights);
    free(work->before);
    free(work->tree);
}

static bool work_init(struct chain_work *work, const struct match_list *list, struct error *error)
{
    size_t count = list->count;
    *work = (struct chain_work){
        malloc(count * sizeof *work->ends), calloc(count + 1, sizeof *work->weights),
        calloc(count + 1, sizeof *work->before), calloc(count + 1, sizeof *work->tree), count};
    if (!work->ends || !work->weights || !work->before || !work->tree)
        return error_memory(error, count * sizeof *work->ends);
    for (size_t i = 0; i < count; i++)
        work->ends[i] =
            (struct chain_end){list->items[i].old_start + list->items[i].length, (uint32_t)(i + 1)};
    qsort(work->ends, count, sizeof *work->ends, compare_ends);
    return true;
}

/* How many ends are at or before `offset`, and of those at `offset` only of matches < `match`. */
static size_t rank(const struct chain_work *work, size_t offset, uint32_t match)
{
    const struct chain_end key = {offset, match};
    size_t low = 0, high = work->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_ends(&work->ends[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t heaviest_before(const struct chain_work *work, size_t rank_end)
{
    uint32_t best = NO_MATCH;
    for (size_t i = rank_end; i > 0; i &= i - 1)
        if (work->weights[work->tree[i]] > work->weights[best])
            best = work->tree[i];
    return best;
}

static void add(struct chain_work *work, size_t place, uint32_t match)
{
    for (size_t i = place + 1; i <= work->count; i += i & (~i + 1))
        if (work->weights[match] > work->weights[work->tree[i]])
            work->tree[i] = match;
}

/* Moves the chain that ends with `last` to the front of the list. */
static void keep(struct match_list *list, struct chain_work *work, uint32_t last)
{
    size_t count = 0;
    for (uint32_t match = last; match != NO_MATCH; match = work->before[match])
        work->tree[count++] = match; /* the tree is not needed any more */
    for (size_t i = 0; i < count; i++)
        list->items[i] = list->items[work->tree[count - 1 - i] - 1];
    list->count = count;
}

bool chain_choose(struct match_list *list, struct error *error)
{
    struct chain_work work;
    if (list->count < 2)
        return true;
    if (!work_init(&work, list, error)) {
        work_release(&work);
        return false;
    }
    uint32_t best = NO_MATCH;
    for (uint32_t match = 1; match <= list->count; match++) {
        const struct compare_match *item = &list->items[match - 1];
        uint32_t before = heaviest_before(&work, rank(&work, item->old_start, match));
        work.before[match] = before;
        work.weights[match] = work.weights[before] + item->length;
        add(&work, rank(&work, item->old_start + item->length, match), match);
        if (work.weights[match] > work.weights[best])
            best = match;
    }
    keep(list, &work, best);
    work_release(&work);
    return true;
}
