/* avx2.c - the kernel for x86 processors with AVX2. */
#include "search/kernel.h"

#include <immintrin.h>

#define VECTORS    2
#define HAS_LOOKUP 1

typedef __m256i vector;
typedef __m256i flags; /* a byte is not 0 if true */

static inline vector vector_load(const unsigned char *at)
{
    return _mm256_loadu_si256((const void *)at);
}

static inline vector vector_splat(unsigned char byte)
{
    return _mm256_set1_epi8((char)byte);
}

static inline vector vector_and(vector a, vector b)
{
    return _mm256_and_si256(a, b);
}

static inline flags flags_equal(vector a, vector b)
{
    return _mm256_cmpeq_epi8(a, b);
}

static inline flags flags_and(flags a, flags b)
{
    return _mm256_and_si256(a, b);
}

static inline flags flags_or(flags a, flags b)
{
    return _mm256_or_si256(a, b);
}

static inline bool flags_any(flags a)
{
    return !_mm256_testz_si256(a, a);
}

static inline uint64_t vector_bits(flags a)
{
    return (uint32_t)~_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, _mm256_setzero_si256()));
}

static inline uint64_t flags_bits(const flags parts[VECTORS])
{
    return vector_bits(parts[0]) | vector_bits(parts[1]) << 32;
}

static inline vector vector_table(const unsigned char *bytes)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)bytes));
}

static inline vector vector_lookup(vector table, vector indexes)
{
    return _mm256_shuffle_epi8(table, indexes);
}

static inline vector vector_low_lookup(vector table, vector v)
{
    return _mm256_shuffle_epi8(table, v);
}

static inline vector vector_low_nibbles(vector v)
{
    return _mm256_and_si256(v, _mm256_set1_epi8(0x0f));
}

static inline vector vector_high_nibbles(vector v)
{
    return _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0f));
}

static inline flags flags_nonzero(vector v)
{
    return v;
}

#include "search/kernel.inc"

const struct search_kernel search_kernel_avx2 = KERNEL("avx2");
