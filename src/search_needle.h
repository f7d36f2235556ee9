/*
 * search_needle.h - one compiled needle, and the comparison of it with bytes.
 *
 * Every position of a needle is a value and a mask: a byte matches if
 * (byte & mask) == value. An ASCII letter searched in either case is the mask
 * 0xdf, which takes away the one bit by which the cases differ.
 */
#ifndef MMTOOL_SEARCH_NEEDLE_H
#define MMTOOL_SEARCH_NEEDLE_H

#include "search.h"

#include <stdint.h>
#include <string.h>

/* Long needles are compared in pieces of this many bytes, which is what work is counted in. */
enum { NEEDLE_PIECE = 64 };

struct search_needle {
    const unsigned char *value; /* bytes & mask */
    const unsigned char *mask;  /* NULL: all 0xff */
    size_t length;
    bool folds_only; /* each mask is 0xff or that of a letter in either case */
};

/* The mask of one position of `needle` as the caller gave it. */
unsigned char needle_position_mask(const struct needle *needle, size_t position, bool ignore_case);

/*
 * Fills `compiled` from `needle`, with its bytes in `storage`, which has room for
 * twice the needle's length and outlives it.
 */
void needle_compile(struct search_needle *compiled, const struct needle *needle, bool ignore_case,
                    unsigned char *storage);

static inline bool needle_byte_matches(const struct search_needle *needle, size_t position,
                                       unsigned char byte)
{
    unsigned char mask = needle->mask ? needle->mask[position] : 0xff;
    return (byte & mask) == needle->value[position];
}

/* Whether a run of zero bytes matches. */
bool needle_matches_zeros(const struct search_needle *needle);

/*
 * Whether the needle matches the bytes `at`, as many as it is long. Adds the
 * pieces it looked at behind the first one to `*work`.
 */
bool needle_matches(const struct search_needle *needle, const unsigned char *at, uint64_t *work);

#endif
