/*
 * choose.h - which bytes of a needle a filter looks at.
 *
 * The fewer offsets a filter accepts, the faster the search. So it looks at positions
 * where the needles have bytes that are rare in files.
 */
#ifndef MMTOOL_SEARCH_CHOOSE_H
#define MMTOOL_SEARCH_CHOOSE_H

#include "search/kernel.h"
#include "search/needle.h"

/* Sets `filter` to look at the two rarest bytes of the needle, or at its only one. */
void choose_pair(struct filter *filter, const struct search_needle *needle);

/* Whether every offset that this filter accepts is a match, so that no comparison is needed. */
bool pair_proves(const struct filter *filter, const struct search_needle *needle);

/* What choose_fingerprint() finds besides the filter. */
struct fingerprint_result {
    unsigned char *bucket_of; /* [needle]: its bucket; the caller provides and owns the array */
    double rate;              /* share of offsets accepted in an average file, estimated: 0 to 1 */
};

/*
 * Sets `filter` to a fingerprint filter for several needles, which are sorted longest first.
 * `by_nibbles`: the kernel looks fingerprints up by nibbles. False and an error if memory is short.
 */
bool choose_fingerprint(struct filter *filter, const struct search_needle *needles, size_t count,
                        bool by_nibbles, struct fingerprint_result *result, struct error *error);

#endif
