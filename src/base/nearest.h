/*
 * nearest.h - the binary floating-point number that is nearest to a decimal.
 *
 * Pure, and without floating-point arithmetic.
 */
#ifndef MMTOOL_NEAREST_H
#define MMTOOL_NEAREST_H

#include <stdbool.h>
#include <stdint.h>

/* The bits of an f32 or f64 besides the sign. */
struct nearest_format {
    unsigned mantissa_bits; /* with the one that is not stored */
    int greatest_exponent;  /* of the first bit; also the bias of the stored exponent */
};

/*
 * Rounds digits * 10^exponent to the nearest number, of two that are as near to the even one.
 * False if it is not known here: if it is subnormal or too large, or (nearly) halfway.
 */
bool nearest_find(const struct nearest_format *format, uint64_t digits, int exponent,
                  uint64_t *bits);

#endif
