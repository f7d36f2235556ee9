/*
 * shortest.c - the shortest script for two short strings.
 *
 * Source: E. W. Myers, "An O(ND) difference algorithm and its variations", Algorithmica 1 (1986).
 * furthest[k] is the largest old offset that `cost` deletions and insertions reach on diagonal k,
 * where old offset - new offset = k. The rows of all costs are kept, to go back from the end.
 */
#include "compare/internal.h"

#include <stdlib.h>

enum { MOST_COST = 128 }; /* time grows with its square */

struct shortest_work {
    uint16_t furthest[2 * MOST_COST + 3];
    uint16_t rows[(MOST_COST + 1) * (MOST_COST + 1)]; /* row `cost` has cost + 1 diagonals */
    bool old_goes[SHORTEST_MOST], new_comes[SHORTEST_MOST];
};

struct strings {
    const unsigned char *old_bytes, *new_bytes;
    int old_length, new_length;
};

/* The row of a cost: diagonals -cost, -cost + 2, ..., cost. */
static uint16_t *row_of(struct shortest_work *work, int cost)
{
    return work->rows + (size_t)cost * ((size_t)cost + 1) / 2;
}

/* Whether the best way to diagonal k with this cost ends with an insertion, from k + 1. */
static bool comes_by_insertion(const uint16_t *furthest, int k, int cost)
{
    return k == -cost || (k != cost && furthest[k - 1] < furthest[k + 1]);
}

/* Extends all diagonals by one more insertion or deletion; true at the end of both strings. */
static bool extend(struct shortest_work *work, const struct strings *strings, int cost)
{
    uint16_t *furthest = work->furthest + MOST_COST + 1, *row = row_of(work, cost);
    for (int k = -cost; k <= cost; k += 2) {
        int x = 0;
        if (cost > 0)
            x = comes_by_insertion(furthest, k, cost) ? furthest[k + 1] : furthest[k - 1] + 1;
        int y = x - k;
        while (x < strings->old_length && y < strings->new_length && y >= 0 &&
               strings->old_bytes[x] == strings->new_bytes[y]) {
            x++;
            y++;
        }
        furthest[k] = (uint16_t)x;
        *row++ = (uint16_t)x;
        if (x >= strings->old_length && y >= strings->new_length)
            return true;
    }
    return false;
}

/* Marks the bytes that go and come, from the end of both strings back to their start. */
static void go_back(struct shortest_work *work, const struct strings *strings, int cost)
{
    int x = strings->old_length, y = strings->new_length;
    for (; cost > 0; cost--) {
        const uint16_t *row = row_of(work, cost - 1);
        int k = x - y;
        /* Diagonal d of that row stands at (d + cost - 1) / 2. */
        bool inserts = k == -cost || (k != cost && row[(k + cost - 2) / 2] < row[(k + cost) / 2]);
        int before = inserts ? k + 1 : k - 1;
        x = row[(before + cost - 1) / 2];
        y = x - before;
        if (inserts)
            work->new_comes[y] = true;
        else
            work->old_goes[x] = true;
    }
}

/* The smallest cost up to `most`; -1 if it is greater. */
static int find_cost(struct shortest_work *work, const struct strings *strings, int most)
{
    for (int cost = 0; cost <= most; cost++)
        if (extend(work, strings, cost))
            return cost;
    return -1;
}

static bool emit_marked(struct comparison *comparison, const struct compare_gap *gap)
{
    const struct shortest_work *work = comparison->shortest;
    size_t old_length = gap_old_length(gap), new_length = gap_new_length(gap), x = 0, y = 0;
    while (x < old_length || y < new_length) {
        struct compare_gap part = {gap->old_start + x, 0, gap->new_start + y, 0};
        while (x < old_length && work->old_goes[x])
            x++;
        while (y < new_length && work->new_comes[y])
            y++;
        part.old_end = gap->old_start + x;
        part.new_end = gap->new_start + y;
        if (!emit_gap(comparison, &part))
            return false;
        if (gap_old_length(&part) == 0 && gap_new_length(&part) == 0) {
            x++;
            y++;
        }
    }
    return true;
}

/* Bytes on both sides that differ if they are compared one by one; large if the lengths differ. */
static int cost_in_place(const struct strings *strings)
{
    int cost = 0;
    if (strings->old_length != strings->new_length)
        return MOST_COST + 1;
    for (int i = 0; i < strings->old_length; i++)
        cost += 2 * (strings->old_bytes[i] != strings->new_bytes[i]);
    return cost;
}

enum shortest_result shortest_emit(struct comparison *comparison, const struct compare_gap *gap)
{
    struct shortest_work *work = comparison->shortest;
    if (!work && !(work = comparison->shortest = malloc(sizeof *work))) {
        error_memory(comparison->error, sizeof *work);
        return SHORTEST_FAILED;
    }
    struct strings strings = {comparison->old_bytes + gap->old_start,
                              comparison->new_bytes + gap->new_start, (int)gap_old_length(gap),
                              (int)gap_new_length(gap)};
    int in_place = cost_in_place(&strings);
    int cost = find_cost(work, &strings, in_place > MOST_COST ? MOST_COST : in_place - 1);
    if (cost < 0 && in_place > MOST_COST)
        return SHORTEST_TOO_DIFFERENT;
    if (cost < 0) /* changing bytes in place costs no more */
        return emit_gap(comparison, gap) ? SHORTEST_DONE : SHORTEST_FAILED;
    memset(work->old_goes, 0, sizeof work->old_goes);
    memset(work->new_comes, 0, sizeof work->new_comes);
    go_back(work, &strings, cost);
    return emit_marked(comparison, gap) ? SHORTEST_DONE : SHORTEST_FAILED;
}
