/* vbmi.c - the kernel for x86 processors with AVX-512VBMI: a lookup among 128 bytes. */
#define HAS_WIDE_LOOKUP 1
#include "search/avx512.inc"

static inline vector vector_wide_lookup(const vector tables[2], vector indexes)
{
    return _mm512_permutex2var_epi8(tables[0], indexes, tables[1]);
}

#include "search/kernel.inc"

const struct search_kernel search_kernel_vbmi = KERNEL("vbmi");
