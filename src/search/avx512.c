/* avx512.c - the kernel for x86 processors with AVX-512BW. */
#include "search/avx512.inc"

#include "search/kernel.inc"

const struct search_kernel search_kernel_avx512 = KERNEL("avx512");
