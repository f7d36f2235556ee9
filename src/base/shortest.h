/*
 * shortest.h - the shortest decimal that reads back as a binary floating-point number.
 *
 * Pure, and without floating-point arithmetic. The algorithm is Schubfach: Raffaello Giulietti,
 * "The Schubfach way to render doubles" (2020). Among the decimals that a correct reader rounds to
 * the number it finds those of the fewest digits, and of these the one nearest to the number.
 */
#ifndef MMTOOL_SHORTEST_H
#define MMTOOL_SHORTEST_H

#include <stdbool.h>
#include <stdint.h>

/*
 * mantissa * 2^exponent, of an f32 or f64: 0 < mantissa < 2^53, -1074 <= exponent <= 971.
 * `at_power`: the next lower number is half as far away as the next higher one, as is that of a
 * normal power of two.
 */
struct shortest_binary {
    uint64_t mantissa;
    int exponent;
    bool at_power;
};

/* digits * 10^exponent; the last digit is not 0. At most 17 digits. */
struct shortest_decimal {
    uint64_t digits;
    int exponent;
};

/*
 * False for a few powers of two: a decimal of the fewest digits reads back, but the decimal of as
 * many digits that is nearest to the number does not.
 */
bool shortest_find(const struct shortest_binary *binary, struct shortest_decimal *decimal);

#endif
