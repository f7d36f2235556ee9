/* sse2.c - the kernel for x86 processors with SSE2: every 64-bit one. */
#include "search/sse.inc"

#define HAS_LOOKUP 0

#include "search/kernel.inc"

const struct search_kernel search_kernel_sse2 = KERNEL("sse2");
