/* processor.c - asks an x86 processor by CPUID: Intel 64 and IA-32 Architectures Software
 * Developer's Manual, volume 2, CPUID; volume 1, 13.3, 14.3 and 15.2 for what the system keeps. */
#include "base/processor.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#include <stdatomic.h>
#include <stddef.h>

enum { ASKED = 1 << 30 }; /* a bit that is no feature */

/* Bits of the register XCR0: the state that the system keeps for a process. */
enum { XMM_YMM = 0x06, XMM_YMM_ZMM = 0xe6 };

static unsigned kept_state(void)
{
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    (void)high;
    return low;
}

/* `feature`, if the register has the bit. */
static unsigned if_bit(unsigned reg, unsigned bit, unsigned feature)
{
    return reg >> bit & 1 ? feature : 0;
}

static unsigned ask(void)
{
    unsigned eax, ebx, ecx, edx, known = ASKED;
    unsigned last = __get_cpuid_max(0, NULL);
    if (last < 1)
        return known;
    __cpuid(1, eax, ebx, ecx, edx);
    known |= if_bit(edx, 26, PROCESSOR_SSE2) | if_bit(ecx, 9, PROCESSOR_SSSE3) |
             if_bit(ecx, 20, PROCESSOR_SSE4_2) | if_bit(ecx, 1, PROCESSOR_PCLMUL) |
             if_bit(ecx, 23, PROCESSOR_POPCNT);
    unsigned kept = ecx >> 27 & 1 ? kept_state() : 0;
    if (last < 7)
        return known;
    __cpuid_count(7, 0, eax, ebx, ecx, edx);
    known |= if_bit(ebx, 8, PROCESSOR_BMI2);
    if ((kept & XMM_YMM) == XMM_YMM)
        known |= if_bit(ebx, 5, PROCESSOR_AVX2);
    if ((kept & XMM_YMM_ZMM) == XMM_YMM_ZMM)
        known |= if_bit(ebx, 16, PROCESSOR_AVX512F) | if_bit(ebx, 30, PROCESSOR_AVX512BW) |
                 if_bit(ebx, 17, PROCESSOR_AVX512DQ) | if_bit(ebx, 31, PROCESSOR_AVX512VL) |
                 if_bit(ecx, 1, PROCESSOR_AVX512VBMI) | if_bit(ecx, 6, PROCESSOR_AVX512VBMI2);
    return known;
}

bool processor_has(unsigned features)
{
    static atomic_uint answer;
    unsigned known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (known == 0) { /* two threads may both ask: the answer is the same */
        known = ask();
        atomic_store_explicit(&answer, known, memory_order_relaxed);
    }
    return (known & features) == features;
}
#else
bool processor_has(unsigned features)
{
    return features == 0;
}
#endif
