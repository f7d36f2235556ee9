/* bytes_text.c - the types whose operand is text: text, escape, hex, UTF-16. */
#include "base/bytes_codec.h"
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

const struct byte_codec byte_codec_text = {.encode = text_encode, .print = text_print};

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

const struct byte_codec byte_codec_escape = {.encode = escape_encode, .print = escape_append};

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

const struct byte_codec byte_codec_hex = {.encode = hex_encode, .print = hex_append};

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

/*
 * Reads one character: one unit or a surrogate pair (Unicode standard, 3.9). Returns its length in
 * bytes, or 0 if bytes are missing. A surrogate without its pair is returned in `*code_point`.
 */
static size_t utf16_read(const struct byte_type *type, const unsigned char *bytes, size_t length,
                         uint32_t *code_point)
{
    if (length < 2)
        return 0;
    uint32_t high = (uint32_t)byte_type_load(type, bytes);
    *code_point = high;
    if (high < 0xd800 || high > 0xdbff)
        return 2;
    if (length < 4)
        return 0;
    uint32_t low = (uint32_t)byte_type_load(type, bytes + 2);
    if (low < 0xdc00 || low > 0xdfff)
        return 2;
    *code_point = 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
    return 4;
}

static bool utf16_decode(const struct byte_decoder *decoder, const unsigned char *bytes,
                         size_t length, size_t *consumed, struct buffer *text, struct error *error)
{
    *consumed = 0;
    for (;;) {
        unsigned char character[UTF8_MAX];
        uint32_t code_point = 0;
        size_t used = utf16_read(decoder->type, bytes + *consumed, length - *consumed, &code_point);
        if (used == 0)
            return true;
        if (code_point >= 0xd800 && code_point <= 0xdfff)
            return error_set(error, "the surrogate 0x%04x at %" PRIu64 " has no pair: not UTF-16",
                             (unsigned)code_point, decoder->offset + *consumed);
        if (!buffer_append(text, character, utf8_encode(code_point, character), error))
            return false;
        *consumed += used;
    }
}

const struct byte_codec byte_codec_utf16 = {.encode = utf16_encode, .decode = utf16_decode};
