/* bytes_vectors.c - chooses the vectors for this processor. */
#include "base/bytes_vectors.h"

bool byte_vectors_are_vbmi2(void)
{
#if defined(BASE_VBMI2)
    return __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
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
