/* prefix_set.c - a set of the first bytes of many needles, by their hashes. */
#include "search/prefix_set.h"
#include "base/checked.h"

#include <stdlib.h>

enum {
    BITS_EACH = 16, /* for a needle: one offset in 16 or fewer passes by chance */
    LEAST_BITS = 13,
    MOST_BITS = 23, /* 1 MiB: fits a second-level cache */
};

static unsigned size_for(size_t count)
{
    unsigned bits = LEAST_BITS;
    while (bits < MOST_BITS && (size_t)1 << bits < count * BITS_EACH)
        bits++;
    return bits;
}

bool prefix_set_init(struct prefix_set *set, const struct search_needle *needles, size_t count,
                     struct error *error)
{
    unsigned bits = size_for(count);
    size_t size = ((size_t)1 << bits) / 8;
    *set = (struct prefix_set){.shift = 64 - bits, .length = PREFIX_SET_BYTES};
    for (size_t i = 0; i < count; i++)
        set->length = minimum_size(set->length, needles[i].length);
    set->bits = calloc(1, size);
    if (!set->bits)
        return error_memory(error, size);
    for (size_t i = 0; i < count; i++) {
        uint64_t bit = prefix_set_hash(set, needles[i].value);
        set->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
    }
    return true;
}

void prefix_set_release(struct prefix_set *set)
{
    free(set->bits);
    *set = (struct prefix_set){0};
}

static uint64_t bits_of(const void *filter, const unsigned char *bytes, size_t from, size_t until)
{
    /* A copy: stores elsewhere cannot change it, so it stays in registers. */
    const struct prefix_set set = *(const struct prefix_set *)filter;
    uint64_t bits = 0;
    for (size_t i = from; i < until; i++)
        bits |= (uint64_t)prefix_set_may_have(&set, bytes + i) << (i - from);
    return bits;
}

uint64_t prefix_set_forward(const struct prefix_set *set, const struct filter_span *span,
                            size_t *block)
{
    return filter_scan_blocks(span, false, bits_of, set, block);
}

uint64_t prefix_set_backward(const struct prefix_set *set, const struct filter_span *span,
                             size_t *block)
{
    return filter_scan_blocks(span, true, bits_of, set, block);
}
