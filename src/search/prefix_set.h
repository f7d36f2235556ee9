/*
 * prefix_set.h - a set of the first bytes of many needles, by their hashes.
 *
 * One lookup rejects nearly all offsets at which no needle matches. A letter counts as its
 * lower case, so that the same set serves needles that ignore case.
 */
#ifndef MMTOOL_PREFIX_SET_H
#define MMTOOL_PREFIX_SET_H

#include "search/kernel.h"
#include "search/needle.h"

enum { PREFIX_SET_BYTES = 8 }; /* most bytes of a needle that are hashed */

/* A zeroed struct is a set that no test uses. */
struct prefix_set {
    uint64_t *bits; /* owned */
    unsigned shift; /* of a hash: what is left is the number of a bit */
    size_t length;  /* bytes hashed, at most as many as the shortest needle has */
};

/* Makes the set of needles that have no masks or ignore case. An error if memory is short. */
bool prefix_set_init(struct prefix_set *set, const struct search_needle *needles, size_t count,
                     struct error *error);
void prefix_set_release(struct prefix_set *set);

static inline uint64_t prefix_set_hash(const struct prefix_set *set, const unsigned char *bytes)
{
    uint64_t prefix = 0;
    if (set->length >= 4)
        prefix = needle_load_4(bytes) | (uint64_t)needle_load_4(bytes + set->length - 4) << 32;
    else
        for (size_t i = 0; i < set->length; i++)
            prefix = prefix << 8 | bytes[i];
    prefix |= UINT64_C(0x2020202020202020);
    return prefix * UINT64_C(0x9e3779b97f4a7c15) >> set->shift;
}

/* False if no needle matches at `bytes`, of which as many as the shortest needle has are read. */
static inline bool prefix_set_may_have(const struct prefix_set *set, const unsigned char *bytes)
{
    uint64_t bit = prefix_set_hash(set, bytes);
    return set->bits[bit / 64] >> (bit % 64) & 1;
}

/* The set as a filter: see filter_scan in kernel.h. */
uint64_t prefix_set_forward(const struct prefix_set *set, const struct filter_span *span,
                            size_t *block);
uint64_t prefix_set_backward(const struct prefix_set *set, const struct filter_span *span,
                             size_t *block);

#endif
