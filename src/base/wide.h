/* wide.h - products of 128 bits. */
#ifndef MMTOOL_WIDE_H
#define MMTOOL_WIDE_H

#include <stdint.h>

struct wide {
    uint64_t high, low;
};

/* a * b from products of 32 bits, for compilers without integers of 128 bits. */
static inline struct wide wide_multiply_halves(uint64_t a, uint64_t b)
{
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    uint64_t other = a0 * b1 + (uint32_t)middle;
    return (struct wide){a1 * b1 + (middle >> 32) + (other >> 32), a * b};
}

/* a * b */
static inline struct wide wide_multiply(uint64_t a, uint64_t b)
{
#if defined(__SIZEOF_INT128__)
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (struct wide){(uint64_t)(product >> 64), (uint64_t)product};
#else
    return wide_multiply_halves(a, b);
#endif
}

#endif
