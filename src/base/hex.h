/*
 * hex.h - bytes as pairs of hex digits.
 *
 * Pure. The only file that knows which characters are hex digits. bytes_text.c knows the separators
 * that a user may put between bytes.
 */
#ifndef MMTOOL_HEX_H
#define MMTOOL_HEX_H

#include "base/buffer.h"

/* The value of each character as a digit of any radix up to 16. HEX_NONE: not a digit. */
enum { HEX_NONE = 0xff };
extern const unsigned char hex_values[256];

static inline unsigned hex_value(unsigned char digit)
{
    return hex_values[digit];
}

/* Writes two lower-case digits. */
static inline void hex_write_byte(unsigned char byte, unsigned char digits[2])
{
    unsigned char high = byte >> 4, low = byte & 15;
    digits[0] = (unsigned char)(high + (high > 9 ? 'a' - 10 : '0'));
    digits[1] = (unsigned char)(low + (low > 9 ? 'a' - 10 : '0'));
}

/* Writes two lower-case digits for each byte; `digits` does not overlap `bytes`. */
void hex_write(const unsigned char *bytes, size_t length, unsigned char *restrict digits);

/* Appends two lower-case digits for each byte. */
bool hex_append(struct buffer *text, const unsigned char *bytes, size_t length,
                struct error *error);

/* Packs 2 * `length` characters, which must all be hex digits, into `length` bytes. */
void hex_pack(const unsigned char *digits, unsigned char *bytes, size_t length);

/* Packs HEX_MANY characters into half as many bytes if all are hex digits; else writes nothing. */
enum { HEX_MANY = 64 };
bool hex_pack_many(const unsigned char digits[HEX_MANY], unsigned char *restrict bytes);

#endif
