/* filter.c - filters one offset at a time: for short spans and without lookups. */
#include "search/kernel.h"
#include "base/checked.h"

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

uint64_t fingerprint_forward_plain(const struct filter *filter, const struct filter_span *span,
                                   size_t *block)
{
    size_t end;
    for (size_t from = span->from; from < span->until; from = end) {
        end = from + minimum_size(FILTER_BLOCK, span->until - from);
        uint64_t bits = filter_bits(filter, span->bytes, from, end);
        *block = from;
        if (bits)
            return bits;
    }
    return 0;
}

uint64_t fingerprint_backward_plain(const struct filter *filter, const struct filter_span *span,
                                    size_t *block)
{
    size_t base;
    for (size_t until = span->until; until > span->from; until = base) {
        base = until - minimum_size(FILTER_BLOCK, until - span->from);
        uint64_t bits = filter_bits(filter, span->bytes, base, until);
        *block = base;
        if (bits)
            return bits;
    }
    return 0;
}
