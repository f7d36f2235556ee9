/* test_processor.c - which instructions the processor has, beside the compiler's answer. */
#include "base/processor.h"
#include "unit.h"

#if defined(__x86_64__) || defined(__i386__)
static void as_the_compiler_says(void)
{
    struct {
        unsigned feature;
        bool has;
    } const features[] = {
        {PROCESSOR_SSE2, __builtin_cpu_supports("sse2")},
        {PROCESSOR_SSSE3, __builtin_cpu_supports("ssse3")},
        {PROCESSOR_SSE4_2, __builtin_cpu_supports("sse4.2")},
        {PROCESSOR_PCLMUL, __builtin_cpu_supports("pclmul")},
        {PROCESSOR_POPCNT, __builtin_cpu_supports("popcnt")},
        {PROCESSOR_BMI2, __builtin_cpu_supports("bmi2")},
        {PROCESSOR_AVX2, __builtin_cpu_supports("avx2")},
        {PROCESSOR_AVX512F, __builtin_cpu_supports("avx512f")},
        {PROCESSOR_AVX512BW, __builtin_cpu_supports("avx512bw")},
        {PROCESSOR_AVX512DQ, __builtin_cpu_supports("avx512dq")},
        {PROCESSOR_AVX512VL, __builtin_cpu_supports("avx512vl")},
        {PROCESSOR_AVX512VBMI, __builtin_cpu_supports("avx512vbmi")},
        {PROCESSOR_AVX512VBMI2, __builtin_cpu_supports("avx512vbmi2")},
    };
    unsigned all = 0;
    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        CHECK(processor_has(features[i].feature) == features[i].has);
        all |= features[i].has ? features[i].feature : 0;
    }
    CHECK(processor_has(all));
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        CHECK(processor_has(all | features[i].feature) == features[i].has);
}
#else
static void as_the_compiler_says(void)
{
    CHECK(processor_has(0));
    CHECK(!processor_has(PROCESSOR_SSE2));
}
#endif

static const struct unit_case cases[] = {
    {"each feature is there as the compiler says", as_the_compiler_says},
};

UNIT_MAIN(cases)
