/*
 * choose.h - which bytes of a needle a filter looks at.
 *
 * A filter is the better the less it finds, so it looks where the needles have
 * bytes that files seldom hold.
 */
#ifndef MMTOOL_SEARCH_CHOOSE_H
#define MMTOOL_SEARCH_CHOOSE_H

#include "search/kernel.h"
#include "search/needle.h"

/* The filter for one needle: its two rarest positions, or its only one. */
void choose_pair(struct filter *filter, const struct search_needle *needle);

/* Whether what that filter accepts is a match without another look. */
bool pair_proves(const struct filter *filter, const struct search_needle *needle);

/* What a window was chosen for. */
struct window_result {
    unsigned char *bucket_of; /* each needle: room for them is the caller's */
    double rate;              /* the part of the offsets of a common file that it accepts */
};

/*
 * The filter for several needles (longest first) and a kernel that looks windows up
 * by nibbles or not. False and an error when memory is short.
 */
bool choose_window(struct filter *filter, const struct search_needle *needles, size_t count,
                   bool by_nibbles, struct window_result *result, struct error *error);

#endif
