/* hex.c - bytes as pairs of hex digits. */
#include "base/hex.h"

#include <stdint.h>

#define NA HEX_NONE
/* clang-format off */
const unsigned char hex_values[256] = {
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
     0,  1,  2,  3,  4,  5,  6,  7,  8,  9, NA, NA, NA, NA, NA, NA,
    NA, 10, 11, 12, 13, 14, 15, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, 10, 11, 12, 13, 14, 15, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
    NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA, NA,
};
/* clang-format on */
#undef NA

/* Without a table, so that compilers make vectors of the loop. */
void hex_write(const unsigned char *bytes, size_t length, unsigned char *restrict digits)
{
    for (size_t i = 0; i < length; i++)
        hex_write_byte(bytes[i], digits + 2 * i);
}

bool hex_append(struct buffer *text, const unsigned char *bytes, size_t length, struct error *error)
{
    if (length > SIZE_MAX / 2)
        return error_memory(error, length);
    if (!buffer_reserve(text, 2 * length, error))
        return false;
    if (length > 0)
        hex_write(bytes, length, text->data + text->length);
    text->length += 2 * length;
    return true;
}

void hex_pack(const unsigned char *digits, unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)(hex_value(digits[2 * i]) << 4 | hex_value(digits[2 * i + 1]));
}

/* Without a table, as hex_write(). */
bool hex_pack_many(const unsigned char digits[HEX_MANY], unsigned char *restrict bytes)
{
    unsigned char values[HEX_MANY], bad = 0;
    for (size_t i = 0; i < HEX_MANY; i++) {
        unsigned char decimal = (unsigned char)(digits[i] - '0');
        unsigned char letter = (unsigned char)((digits[i] | 0x20) - 'a');
        values[i] = (unsigned char)(decimal <= 9 ? decimal : letter + 10);
        bad |= (unsigned char)(decimal > 9) & (unsigned char)(letter > 5);
    }
    if (bad)
        return false;
    for (size_t i = 0; i < HEX_MANY / 2; i++)
        bytes[i] = (unsigned char)(values[2 * i] << 4 | values[2 * i + 1]);
    return true;
}
