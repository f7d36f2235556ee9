/* search_avx512.c - the kernel for x86 processors with AVX-512BW. */
#include "search_kernel.h"

#include <immintrin.h>

#define VECTORS    1
#define HAS_LOOKUP 1

typedef __m512i vector;
typedef __mmask64 flags;

static inline vector vector_load(const unsigned char *at)
{
    return _mm512_loadu_si512((const void *)at);
}

static inline vector vector_splat(unsigned char byte)
{
    return _mm512_set1_epi8((char)byte);
}

static inline vector vector_and(vector a, vector b)
{
    return _mm512_and_si512(a, b);
}

static inline flags flags_equal(vector a, vector b)
{
    return _mm512_cmpeq_epi8_mask(a, b);
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

static inline uint64_t flags_bits(const flags parts[VECTORS])
{
    return parts[0];
}

static inline vector vector_table(const unsigned char *bytes)
{
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)bytes));
}

static inline vector vector_lookup(vector table, vector indexes)
{
    return _mm512_shuffle_epi8(table, indexes);
}

static inline vector vector_low_nibbles(vector v)
{
    return _mm512_and_si512(v, _mm512_set1_epi8(0x0f));
}

static inline vector vector_high_nibbles(vector v)
{
    return _mm512_and_si512(_mm512_srli_epi16(v, 4), _mm512_set1_epi8(0x0f));
}

static inline flags flags_nonzero(vector v)
{
    return _mm512_test_epi8_mask(v, v);
}

#include "search_kernel.inc"

const struct search_kernel search_kernel_avx512 = KERNEL("avx512");
