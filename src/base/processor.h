/*
 * processor.h - which instructions the processor has.
 *
 * In place of __builtin_cpu_supports(), which comes with a constructor: it would ask the processor
 * at the start of every process, and under a hypervisor each question takes microseconds, all of
 * them together a tenth of a short command.
 */
#ifndef MMTOOL_BASE_PROCESSOR_H
#define MMTOOL_BASE_PROCESSOR_H

#include <stdbool.h>

enum {
    PROCESSOR_SSE2 = 1 << 0,
    PROCESSOR_SSSE3 = 1 << 1,
    PROCESSOR_SSE4_2 = 1 << 2,
    PROCESSOR_PCLMUL = 1 << 3,
    PROCESSOR_POPCNT = 1 << 4,
    PROCESSOR_BMI2 = 1 << 5,
    PROCESSOR_AVX2 = 1 << 6,
    PROCESSOR_AVX512F = 1 << 7,
    PROCESSOR_AVX512BW = 1 << 8,
    PROCESSOR_AVX512DQ = 1 << 9,
    PROCESSOR_AVX512VL = 1 << 10,
    PROCESSOR_AVX512VBMI = 1 << 11,
    PROCESSOR_AVX512VBMI2 = 1 << 12,
};

/* Whether it has all of `features`, and the system keeps the registers that they use. Asks the
 * processor at the first call; any thread may call it. False on other processors than x86. */
bool processor_has(unsigned features);

#endif
