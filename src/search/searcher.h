/* searcher.h - the struct behind search.h, for search.c and match.c. */
#ifndef MMTOOL_SEARCHER_H
#define MMTOOL_SEARCHER_H

#include "search/automaton.h"
#include "search/kernel.h"
#include "search/needle_table.h"
#include "search/two_way.h"

struct searcher {
    struct search_needle *needles; /* longest first */
    size_t count;
    unsigned char *bytes; /* values and masks of the needles; owned */
    size_t total;         /* bytes of all needles together */
    bool matches_zeros;

    const struct search_kernel *kernel;
    struct filter filter;
    bool filter_proves; /* one needle, and every offset that the filter accepts is a match */

    /* With several needles: bucket i begins at bucket_needles[bucket_start[i]]. */
    size_t bucket_start[FILTER_BUCKETS + 1];
    const struct search_needle **bucket_needles; /* longest first in each bucket */

    /* The algorithms that take linear time, for bytes where the filter accepts too often. */
    bool has_two_way; /* one long needle without masks */
    struct two_way forward, backward;
    struct automaton *automaton; /* several needles without masks, else NULL; owned */
    struct needle_table table;   /* with an automaton and many needles; else zeroed */
    bool filter_is_useless;      /* it accepts too often: use the automaton from the start, ... */
    bool scans_table;            /* ... or the table, if there is one, in place of the filter */
};

#endif
