/* searcher.h - what a searcher is made of, for search.c and match.c. */
#ifndef MMTOOL_SEARCHER_H
#define MMTOOL_SEARCHER_H

#include "search/automaton.h"
#include "search/kernel.h"
#include "search/needle.h"
#include "search/two_way.h"

struct searcher {
    struct search_needle *needles; /* longest first */
    size_t count;
    unsigned char *bytes; /* what the needles point to */
    size_t total;         /* length of all needles */
    bool matches_zeros;

    const struct search_kernel *kernel;
    struct filter filter;
    bool filter_proves; /* one needle, and what the filter accepts is a match */

    /* Of several needles: those of bucket i are bucket_needles[bucket_start[i]...[i + 1] - 1]. */
    size_t bucket_start[FILTER_BUCKETS + 1];
    const struct search_needle **bucket_needles; /* longest first in each bucket */

    /* The ways whose time is linear, for bytes on which the filter fires too often. */
    bool has_two_way; /* one long needle without masks */
    struct two_way forward, backward;
    struct automaton *automaton; /* several needles without masks */
    bool filter_is_useless;      /* so the automaton is asked right away */
    bool buckets_are_long;       /* so it decides about what the filter accepts */
};

#endif
