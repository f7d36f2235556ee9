/* utf8.c - characters as UTF-8 bytes. */
#include "base/utf8.h"

#include "base/diag.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * Length of a character that begins with `first`, the bits of it that `first` holds, and the lowest
 * code point that needs this length. 0: no character begins like this.
 */
static size_t length_from_first(unsigned char first, uint32_t *bits, uint32_t *lowest)
{
    static const struct {
        unsigned char mask, first, length;
        uint32_t lowest;
    } forms[] = {{0x80, 0x00, 1, 0},
                 {0xe0, 0xc0, 2, 0x80},
                 {0xf0, 0xe0, 3, 0x800},
                 {0xf8, 0xf0, 4, 0x10000}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if ((first & forms[i].mask) == forms[i].first) {
            *bits = first & (unsigned char)~forms[i].mask;
            *lowest = forms[i].lowest;
            return forms[i].length;
        }
    }
    return 0;
}

static bool is_surrogate(uint32_t code_point)
{
    return code_point >= 0xd800 && code_point <= 0xdfff;
}

size_t utf8_decode(const unsigned char *text, size_t length, uint32_t *code_point)
{
    uint32_t value = 0, lowest = 0;
    size_t needed = length > 0 ? length_from_first(text[0], &value, &lowest) : 0;
    if (needed == 0 || needed > length)
        return 0;
    for (size_t i = 1; i < needed; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (text[i] & 0x3fu);
    }
    if (value < lowest || value > 0x10ffff || is_surrogate(value))
        return 0;
    *code_point = value;
    return needed;
}

size_t utf8_encode(uint32_t code_point, unsigned char out[UTF8_MAX])
{
    size_t length = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const unsigned char firsts[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (unsigned char)(0x80 | (code_point & 0x3f));
        code_point >>= 6;
    }
    out[0] = (unsigned char)(firsts[length] | code_point);
    return length;
}

const char *utf8_quote(char out[UTF8_QUOTED_MAX], const void *text, size_t length)
{
    const unsigned char *bytes = text;
    uint32_t code_point;
    size_t used = utf8_decode(bytes, length, &code_point);
    if (used > 0)
        return diag_escape_span(out, UTF8_QUOTED_MAX, text, used);
    snprintf(out, UTF8_QUOTED_MAX, "\\x%02x", bytes[0]);
    return out;
}
