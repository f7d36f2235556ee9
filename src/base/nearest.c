/*
 * nearest.c - the binary floating-point number that is nearest to a decimal.
 *
 * The product of the digits and of 128 bits of the power of ten is known but for less than one unit
 * of its 128 highest bits, either way: the power is rounded up, and the lowest bits are cut off.
 * That decides how it is rounded, unless these bits are exactly halfway between two numbers.
 */
#include "base/nearest.h"
#include "base/power_of_10.h"

static unsigned high_zeros(uint64_t bits)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_clzll(bits);
#else
    unsigned count = 0;
    for (; !(bits >> 63); bits <<= 1)
        count++;
    return count;
#endif
}

bool nearest_find(const struct nearest_format *format, uint64_t digits, int exponent,
                  uint64_t *bits)
{
    *bits = 0;
    if (digits == 0)
        return true;
    if (exponent < POWER_OF_10_LEAST || exponent > POWER_OF_10_MOST)
        return false;
    unsigned zeros = high_zeros(digits);
    struct wide power = power_of_10(exponent);
    struct wide high = wide_multiply(power.high, digits << zeros);
    struct wide low = wide_multiply(power.low, digits << zeros);
    high.low += low.high;
    high.high += high.low < low.high;

    /* The number is high * 2^(64 + log2 - 127 - zeros), and has its first bit at 126 or 127. */
    unsigned first = 126 + (unsigned)(high.high >> 63);
    unsigned cut = first + 1 - format->mantissa_bits - 64; /* bits of high.high */
    uint64_t rest = high.high & ((UINT64_C(1) << cut) - 1), half = UINT64_C(1) << (cut - 1);
    if (rest == half && high.low == 0)
        return false;
    uint64_t mantissa = (high.high >> cut) + (rest >= half);
    int stored =
        64 + power_of_10_log2(exponent) - 127 - (int)zeros + (int)first + format->greatest_exponent;
    if (stored < 1)
        return false;
    /* The hidden bit adds 1 to the exponent, and a mantissa that overflows another. */
    *bits = ((uint64_t)(stored - 1) << (format->mantissa_bits - 1)) + mantissa;
    return *bits >> (format->mantissa_bits - 1) < 2 * (uint64_t)format->greatest_exponent + 1;
}
