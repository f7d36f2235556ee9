/* power_of_10.h - powers of ten, as many bits as reading and printing of floating point needs. */
#ifndef MMTOOL_POWER_OF_10_H
#define MMTOOL_POWER_OF_10_H

#include "base/wide.h"

#include <stdbool.h>

/* The exponents of the function below. */
enum { POWER_OF_10_LEAST = -292, POWER_OF_10_MOST = 324 };

enum { POWER_OF_10_STEP = 27, POWER_OF_10_FIRST = -297 };
extern const uint64_t power_of_10_far[][3], power_of_10_near[POWER_OF_10_STEP];

/*
 * The 128 highest bits of 10^exponent, rounded up, for -292 to 324. Exact, because the error of a
 * row, at most 1 in 2^191, does not reach these bits for any of the exponents.
 */
static inline struct wide power_of_10(int exponent)
{
    const uint64_t *far_power = power_of_10_far[(exponent - POWER_OF_10_FIRST) / POWER_OF_10_STEP];
    uint64_t near_power = power_of_10_near[(exponent - POWER_OF_10_FIRST) % POWER_OF_10_STEP];
    struct wide a = wide_multiply(far_power[0], near_power);
    struct wide b = wide_multiply(far_power[1], near_power);
    struct wide c = wide_multiply(far_power[2], near_power);
    uint64_t third = b.low + c.high;
    uint64_t second = a.low + b.high, carry = second < a.low;
    second += third < b.low;
    carry += second < (uint64_t)(third < b.low);
    uint64_t first = a.high + carry;
    bool shift = first >> 63 == 0;
    struct wide power = {shift ? first << 1 | second >> 63 : first,
                         shift ? second << 1 | third >> 63 : second};
    /* For none of the exponents does this carry into the high half. */
    power.low += ((shift ? third << 1 : third) | c.low) != 0;
    return power;
}

/* floor(log2(10^exponent)), for the same exponents */
static inline int power_of_10_log2(int exponent)
{
    const int64_t addend = (int64_t)1 << 40; /* a multiple of the divisor: the sum is positive */
    return (int)((exponent * INT64_C(1741647) + addend) >> 19) - (int)(addend >> 19);
}

#endif
