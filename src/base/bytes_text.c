/* bytes_text.c - the types whose operand is text: text, escape, hex, UTF-16. */
#include "base/bytes_codec.h"
#include "base/checked.h"
#include "base/escape.h"
#include "base/hex.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <string.h>

static bool text_encode(const struct byte_encoding *encoding, struct error *error)
{
    return buffer_append(encoding->out, encoding->operand, strlen(encoding->operand), error);
}

static bool text_print(struct buffer *text, const unsigned char *bytes, size_t length,
                       struct error *error)
{
    return buffer_append(text, bytes, length, error);
}

const struct byte_codec byte_codec_text = {
    .encode = text_encode, .encode_part = byte_part_text, .print = text_print};

static bool escape_encode(const struct byte_encoding *encoding, struct error *error)
{
    const unsigned char *text = (const unsigned char *)encoding->operand;
    size_t length = strlen(encoding->operand), at = 0;
    while (at < length) {
        const unsigned char *backslash = memchr(text + at, '\\', length - at);
        size_t plain = backslash ? (size_t)(backslash - text) - at : length - at;
        unsigned char bytes[ESCAPE_MAX];
        if (!buffer_append(encoding->out, text + at, plain, error))
            return false;
        at += plain;
        if (!backslash)
            break;
        size_t count = escape_read(text, length, &at, bytes, error);
        if (count == 0 || !buffer_append(encoding->out, bytes, count, error))
            return false;
    }
    return true;
}

const struct byte_codec byte_codec_escape = {
    .encode = escape_encode, .encode_part = byte_part_escape, .print = escape_append};

static bool is_separator(char character)
{
    return operand_is_blank(character) || character == ':' || character == ',';
}

/* Length of a 0x or \x before a byte; 0 if there is none. */
static size_t prefix_length(const char *text)
{
    return (text[0] == '0' || text[0] == '\\') && (text[1] == 'x' || text[1] == 'X') ? 2 : 0;
}

/*
 * Sets the error that tells why operand[at] cannot be a digit of the byte that begins at `first`.
 */
static bool not_a_digit(const char *operand, size_t first, size_t at, struct error *error)
{
    char quoted[UTF8_QUOTED_MAX];
    char character = operand[at];
    if (character == '?')
        return error_usage(error,
                           "? at column %zu: only --expect and a PATTERN without --regex and "
                           "--sorted may contain it",
                           at + 1);
    if (character != 0 && !is_separator(character))
        return error_usage(error, "\"%s\" at column %zu is not a hex digit",
                           utf8_quote(quoted, operand + at, strlen(operand + at)), at + 1);
    if (at == first)
        return error_usage(error, "no hex digits after %.2s at column %zu", operand + at - 2,
                           at - 1);
    return error_usage(error, "half a byte (\"%c\") at column %zu; hex digits come in pairs",
                       operand[first], first + 1);
}

/* Reads one byte and its mask from the two digits at `first`. With `open`, digits may be `?`. */
static bool hex_read_byte(const char *operand, size_t first, bool open, unsigned *byte,
                          unsigned *mask, struct error *error)
{
    *byte = *mask = 0;
    for (size_t at = first; at < first + 2; at++) {
        unsigned digit = hex_value((unsigned char)operand[at]);
        bool is_open = open && operand[at] == '?';
        if (digit == HEX_NONE && !is_open)
            return not_a_digit(operand, first, at, error);
        *byte = *byte << 4 | (is_open ? 0 : digit);
        *mask = *mask << 4 | (is_open ? 0 : 15);
    }
    return true;
}

static bool hex_encode(const struct byte_encoding *encoding, struct error *error)
{
    const char *operand = encoding->operand;
    struct buffer *mask = encoding->mask;
    size_t at = 0;
    for (;;) {
        unsigned byte, byte_mask;
        while (is_separator(operand[at]))
            at++;
        if (operand[at] == 0)
            return true;
        at += prefix_length(operand + at);
        if (!hex_read_byte(operand, at, mask != NULL, &byte, &byte_mask, error) ||
            !buffer_append_byte(encoding->out, (unsigned char)byte, error) ||
            (mask && !buffer_append_byte(mask, (unsigned char)byte_mask, error)))
            return false;
        at += 2;
    }
}

const struct byte_codec byte_codec_hex = {
    .encode = hex_encode, .encode_part = byte_part_hex, .print = hex_append};

static bool utf16_append(const struct byte_type *type, uint32_t code_point, struct buffer *out,
                         struct error *error)
{
    if (code_point < 0x10000)
        return byte_type_append(type, code_point, out, error);
    code_point -= 0x10000;
    return byte_type_append(type, 0xd800 | code_point >> 10, out, error) &&
           byte_type_append(type, 0xdc00 | (code_point & 0x3ff), out, error);
}

static bool utf16_encode(const struct byte_encoding *encoding, struct error *error)
{
    const unsigned char *text = (const unsigned char *)encoding->operand;
    size_t length = strlen(encoding->operand), at = 0;
    while (at < length) {
        uint32_t code_point = 0;
        size_t used = utf8_decode(text + at, length - at, &code_point);
        if (used == 0)
            return error_usage(error, "\\x%02x at column %zu is not UTF-8, as %s needs it",
                               text[at], at + 1, encoding->type->name);
        if (!utf16_append(encoding->type, code_point, encoding->out, error))
            return false;
        at += used;
    }
    return true;
}

static inline uint32_t utf16_unit(const unsigned char *bytes, bool big)
{
    return big ? (uint32_t)bytes[0] << 8 | bytes[1] : (uint32_t)bytes[1] << 8 | bytes[0];
}

/*
 * Reads the surrogate pair (Unicode standard, 3.9) at a surrogate, or at fewer bytes than a unit
 * has. Returns its length in bytes, or 0 if bytes are missing. A surrogate without its pair has the
 * length 2, and is returned in `*code_point`.
 */
static inline size_t utf16_read(const unsigned char *bytes, size_t length, bool big,
                                uint32_t *code_point)
{
    if (length < 2)
        return 0;
    uint32_t high = utf16_unit(bytes, big);
    *code_point = high;
    if (high > 0xdbff)
        return 2;
    if (length < 4)
        return 0;
    uint32_t low = utf16_unit(bytes + 2, big);
    if (low < 0xdc00 || low > 0xdfff)
        return 2;
    *code_point = 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
    return 4;
}

enum { ASCII_RUN = 16 }; /* units that are looked at together */

/* Writes ASCII_RUN units if they are ASCII, as compilers make vectors of it. */
static inline bool utf16_print_ascii(const unsigned char *bytes, bool big,
                                     unsigned char *restrict out)
{
    unsigned char high = 0, low = 0;
    for (size_t i = 0; i < ASCII_RUN; i++) {
        high |= bytes[2 * i + !big];
        low |= bytes[2 * i + big];
    }
    if (high != 0 || low > 0x7f)
        return false;
    for (size_t i = 0; i < ASCII_RUN; i++)
        out[i] = bytes[2 * i + big];
    return true;
}

/* utf8_encode() of a unit that is no surrogate, without a loop. Returns the end of the text. */
static inline unsigned char *utf16_print_unit(uint32_t unit, unsigned char *out)
{
    if (unit < 0x80) {
        *out++ = (unsigned char)unit;
        return out;
    }
    if (unit < 0x800) {
        *out++ = (unsigned char)(0xc0 | unit >> 6);
    } else {
        *out++ = (unsigned char)(0xe0 | unit >> 12);
        *out++ = (unsigned char)(0x80 | (unit >> 6 & 0x3f));
    }
    *out++ = (unsigned char)(0x80 | (unit & 0x3f));
    return out;
}

/* Prints units up to the first surrogate. Returns their number. */
static inline size_t utf16_print_units(const unsigned char *bytes, size_t count, bool big,
                                       unsigned char **out)
{
    size_t i = 0;
    unsigned char *to = *out;
    for (; i < count; i++) {
        uint32_t unit = utf16_unit(bytes + 2 * i, big);
        if (unit >= 0xd800 && unit <= 0xdfff)
            break;
        to = utf16_print_unit(unit, to);
    }
    *out = to;
    return i;
}

/* A stretch of UTF-16, how far it is done, and where its text goes. */
struct utf16_stretch {
    const unsigned char *bytes;
    size_t length, at;
    unsigned char *out;
};

/*
 * Appends the characters before `end`, of which the last ASCII_RUN may lie beyond it. Stops where
 * bytes are missing or at a surrogate without its pair, which it returns; else returns 0.
 */
static inline uint32_t utf16_append_stretch(struct utf16_stretch *stretch, size_t end, bool big)
{
    while (stretch->at < end) {
        const unsigned char *bytes = stretch->bytes + stretch->at;
        size_t left = stretch->length - stretch->at, units = minimum_size(left / 2, ASCII_RUN);
        if (units == ASCII_RUN && utf16_print_ascii(bytes, big, stretch->out)) {
            stretch->at += 2 * ASCII_RUN;
            stretch->out += ASCII_RUN;
            continue;
        }
        size_t printed = utf16_print_units(bytes, units, big, &stretch->out);
        stretch->at += 2 * printed;
        if (printed == units && units > 0)
            continue;
        uint32_t code_point = 0;
        size_t used = utf16_read(bytes + 2 * printed, left - 2 * printed, big, &code_point);
        if (used < 4)
            return used > 0 ? code_point : 0;
        stretch->out += utf8_encode(code_point, stretch->out);
        stretch->at += used;
    }
    return 0;
}

/* The most text that utf16_append_stretch() makes of STRETCH bytes and the units beyond them. */
enum { STRETCH = 4096, STRETCH_TEXT = (STRETCH / 2 + 2 * ASCII_RUN) * UTF8_MAX };

static bool utf16_decode(const struct byte_decoder *decoder, const unsigned char *bytes,
                         size_t length, size_t *consumed, struct buffer *text, struct error *error)
{
    struct utf16_stretch stretch = {.bytes = bytes, .length = length};
    bool big = byte_type_is_big_endian(decoder->type);
    size_t before;
    *consumed = 0;
    do {
        if (!buffer_reserve(text, STRETCH_TEXT, error))
            return false;
        before = stretch.at;
        size_t end = minimum_size(length, before + STRETCH);
        stretch.out = text->data + text->length;
        uint32_t surrogate = big ? utf16_append_stretch(&stretch, end, true)
                                 : utf16_append_stretch(&stretch, end, false);
        if (surrogate)
            return error_set(error, "the surrogate 0x%04x at %" PRIu64 " has no pair: not UTF-16",
                             (unsigned)surrogate, decoder->offset + stretch.at);
        text->length = (size_t)(stretch.out - text->data);
    } while (stretch.at > before);
    *consumed = stretch.at;
    return true;
}

const struct byte_codec byte_codec_utf16 = {
    .encode = utf16_encode, .encode_part = byte_part_utf16, .decode = utf16_decode};
