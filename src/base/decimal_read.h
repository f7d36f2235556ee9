/*
 * decimal_read.h - decimal digits as an integer, fast.
 *
 * Eight characters are looked at as one word of 64 bits, and no branch depends on the number of
 * digits among them. DECIMAL_READ_GROUP bytes behind the digits must be readable, whatever they
 * are.
 */
#ifndef MMTOOL_DECIMAL_READ_H
#define MMTOOL_DECIMAL_READ_H

#include "base/eight_bytes.h"

#include <stddef.h>

enum { DECIMAL_READ_GROUP = 8 };

/* 10^0 ... 10^8 */
static const uint32_t decimal_powers[DECIMAL_READ_GROUP + 1] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* Reads up to eight digits. Returns their number. */
static inline unsigned decimal_read_group(const unsigned char *text, uint64_t *value)
{
    uint64_t digits = eight_bytes_load(text) ^ EIGHT_BYTES('0');
    /* Bytes above 9; carries reach only those behind the first of them. */
    uint64_t others = (digits | (digits + EIGHT_BYTES(0x7f - 9))) & EIGHT_BYTES(0x80);
    unsigned count = eight_bytes_first(others);
    *value = 0;
    if (count == 0)
        return 0;
    digits <<= 8 * (DECIMAL_READ_GROUP - count); /* zeros in front */
    *value = eight_bytes_decimal(digits);
    return count;
}

/*
 * Reads the digits at `text`, of a number of at most `bits` bits. Returns the end of the digits, or
 * NULL if there are none, or more than such a number has.
 */
static inline const unsigned char *decimal_read(const unsigned char *text, unsigned bits,
                                                uint64_t *value)
{
    uint64_t group;
    unsigned count = decimal_read_group(text, value);
    if (count < DECIMAL_READ_GROUP || bits <= 16)
        return count == 0 || count == DECIMAL_READ_GROUP ? NULL : text + count;
    count = decimal_read_group(text + DECIMAL_READ_GROUP, &group);
    *value = *value * decimal_powers[count] + group;
    text += DECIMAL_READ_GROUP + count;
    if (count < DECIMAL_READ_GROUP)
        return text;
    count = decimal_read_group(text, &group);
    if (count > 4 || (count == 4 && *value > UINT64_MAX / 10000 - 1)) /* it could overflow */
        return NULL;
    *value = *value * decimal_powers[count] + group;
    return text + count;
}

#endif
