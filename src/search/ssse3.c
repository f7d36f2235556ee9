/* ssse3.c - the kernel for x86 processors with SSSE3: SSE2 and a lookup. */
#include "search/sse.inc"

#include <tmmintrin.h>

#define HAS_LOOKUP 1

static inline vector vector_table(const unsigned char *bytes)
{
    return vector_load(bytes);
}

static inline vector vector_lookup(vector table, vector indexes)
{
    return _mm_shuffle_epi8(table, indexes);
}

static inline vector vector_low_lookup(vector table, vector v)
{
    return _mm_shuffle_epi8(table, v);
}

static inline vector vector_low_nibbles(vector v)
{
    return _mm_and_si128(v, _mm_set1_epi8(0x0f));
}

static inline vector vector_high_nibbles(vector v)
{
    return _mm_and_si128(_mm_srli_epi16(v, 4), _mm_set1_epi8(0x0f));
}

static inline flags flags_nonzero(vector v)
{
    return v;
}

#include "search/kernel.inc"

const struct search_kernel search_kernel_ssse3 = KERNEL("ssse3");
