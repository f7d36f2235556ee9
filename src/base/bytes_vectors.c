/* bytes_vectors.c - chooses the vectors for this processor. */
#include "base/bytes_vectors.h"

#include "base/processor.h"

bool byte_vectors_are_vbmi2(void)
{
#if defined(BASE_VBMI2)
    return processor_has(PROCESSOR_AVX512VBMI | PROCESSOR_AVX512VBMI2 | PROCESSOR_AVX512VL |
                         PROCESSOR_AVX512BW | PROCESSOR_AVX512DQ | PROCESSOR_BMI2 |
                         PROCESSOR_POPCNT);
#else
    return false;
#endif
}

#if defined(BASE_AVX2)
/* A processor with BMI2 has BMI and LZCNT, too. */
static bool are_avx2(void)
{
    return processor_has(PROCESSOR_AVX2 | PROCESSOR_BMI2 | PROCESSOR_POPCNT);
}
#endif

size_t byte_vectors_list(const struct byte_vectors *list[BYTE_VECTORS_MOST])
{
    size_t count = 0;
    list[count++] = NULL;
    list[count++] = &byte_vectors_portable;
#if defined(BASE_AVX2)
    if (are_avx2())
        list[count++] = &byte_vectors_avx2;
#endif
#if defined(BASE_VBMI2)
    if (byte_vectors_are_vbmi2())
        list[count++] = &byte_vectors_vbmi2;
#endif
    return count;
}

const struct byte_vectors *byte_vectors_chosen(void)
{
    const struct byte_vectors *list[BYTE_VECTORS_MOST] = {NULL};
    return list[byte_vectors_list(list) - 1];
}
