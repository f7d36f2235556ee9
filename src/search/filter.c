/* filter.c - filters one offset at a time: for short spans and without lookups. */
#include "search/kernel.h"

bool filter_accepts(const struct filter *filter, const unsigned char *at)
{
    if (filter->kind == FILTER_FINGERPRINT || filter->kind == FILTER_LOW_FINGERPRINT)
        return filter_buckets(filter, at) != 0;
    return (at[filter->offset[0]] & filter->mask[0]) == filter->value[0] &&
           (at[filter->offset[1]] & filter->mask[1]) == filter->value[1];
}

uint64_t filter_bits(const struct filter *filter, const unsigned char *span, size_t from,
                     size_t until)
{
    uint64_t bits = 0;
    for (size_t i = from; i < until; i++)
        bits |= (uint64_t)filter_accepts(filter, span + i) << (i - from);
    return bits;
}

/* A filter_scan in either direction. `backward` is a constant. */
static inline uint64_t scan_blocks(const struct filter *filter, const struct filter_span *span,
                                   bool backward, size_t *block)
{
    size_t from = span->from, until = span->until;
    while (from < until) {
        size_t length = until - from < FILTER_BLOCK ? until - from : FILTER_BLOCK;
        *block = backward ? until - length : from;
        uint64_t bits = filter_bits(filter, span->bytes, *block, *block + length);
        if (bits)
            return bits;
        if (backward)
            until -= length;
        else
            from += length;
    }
    return 0;
}

uint64_t fingerprint_forward_plain(const struct filter *filter, const struct filter_span *span,
                                   size_t *block)
{
    return scan_blocks(filter, span, false, block);
}

uint64_t fingerprint_backward_plain(const struct filter *filter, const struct filter_span *span,
                                    size_t *block)
{
    return scan_blocks(filter, span, true, block);
}
