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

const struct byte_vectors *byte_vectors_chosen(void)
{
#if defined(BASE_VBMI2)
    if (byte_vectors_are_vbmi2())
        return &byte_vectors_vbmi2;
#endif
    return &byte_vectors_portable;
}
