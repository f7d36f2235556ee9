/*
 * portable.c - the kernel in plain C, eight bytes in a word at a time.
 *
 * A word is loaded with its first byte lowest, in any byte order of the machine.
 * Compilers turn this into a single load where they can.
 */
#include "search/kernel.h"

#define VECTORS    8
#define HAS_LOOKUP 0
#define LOW_BITS   UINT64_C(0x7f7f7f7f7f7f7f7f)

typedef uint64_t vector;
typedef uint64_t flags; /* a byte is 0x80 if true, else 0 */

static inline vector vector_load(const unsigned char *at)
{
    vector word = 0;
    for (int i = 0; i < 8; i++)
        word |= (vector)at[i] << (8 * i);
    return word;
}

static inline vector vector_splat(unsigned char byte)
{
    return byte * UINT64_C(0x0101010101010101);
}

static inline vector vector_and(vector a, vector b)
{
    return a & b;
}

/* Exact for every byte, because no carry leaves a byte. The usual shorter test is not exact. */
static inline flags flags_equal(vector a, vector b)
{
    vector different = a ^ b;
    return ~(((different & LOW_BITS) + LOW_BITS) | different | LOW_BITS);
}

static inline flags flags_and(flags a, flags b)
{
    return a & b;
}

static inline flags flags_or(flags a, flags b)
{
    return a | b;
}

static inline bool flags_any(flags a)
{
    return a != 0;
}

/* The multiplication moves the eight flags into the highest byte. */
static inline uint64_t flags_bits(const flags parts[VECTORS])
{
    uint64_t bits = 0;
    for (int i = 0; i < VECTORS; i++)
        bits |= ((parts[i] >> 7) * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
    return bits;
}

#include "search/kernel.inc"

const struct search_kernel search_kernel_portable = KERNEL("portable");
