/* bytes_text_part.c - text, escape, hex and UTF-16 in a text that comes in parts. */
#include "base/bytes_codec.h"
#include "base/bytes_encoder.h"
#include "base/checked.h"
#include "base/eight_bytes.h"
#include "base/escape.h"
#include "base/hex.h"
#include "base/utf8.h"

#include <string.h>

bool byte_part_text(struct byte_part *part, struct error *error)
{
    part->used = part->length;
    return buffer_append(part->out, part->text, part->length, error);
}

/* ---- escape ---------------------------------------------------------------------------------- */

enum { ESCAPE_TEXT_MAX = 6 }; /* \uHHHH */

/* What follows a backslash as one letter, or 0. */
struct escape_letters {
    unsigned char bytes[256];
};

static void list_letters(struct escape_letters *letters)
{
    static const char names[] = "ntrabfv\\\"", bytes[] = "\n\t\r\a\b\f\v\\\"";
    memset(letters, 0, sizeof *letters);
    for (size_t i = 0; names[i]; i++)
        letters->bytes[(unsigned char)names[i]] = (unsigned char)bytes[i];
}

/* The characters in front of the first backslash, at most eight. */
static inline unsigned count_plain(const unsigned char *text)
{
    uint64_t word = eight_bytes_load(text) ^ EIGHT_BYTES('\\');
    /* Zero bytes, exact up to the first one. */
    return eight_bytes_first((word - EIGHT_BYTES(1)) & ~word & EIGHT_BYTES(0x80));
}

/* An escape as read prints it. Returns its length, or 0 if it is another one. */
static inline size_t read_printed(const struct escape_letters *letters, const unsigned char *text,
                                  unsigned char *out)
{
    unsigned high = hex_value(text[2]), low = hex_value(text[3]);
    if (text[1] == 'x' && (high | low) != HEX_NONE) {
        *out = (unsigned char)(high << 4 | low);
        return 4;
    }
    *out = letters->bytes[text[1]];
    return *out ? 2 : 0;
}

/* Decodes up to an escape that is not complete; on error `used` is at the escape. */
static bool read_escapes(struct byte_part *part, unsigned char **out, struct error *error)
{
    struct escape_letters letters;
    byte_run *run = part->vectors ? part->vectors->escape : NULL;
    list_letters(&letters);
    while (part->used < part->length) {
        if (run)
            part->used += run(part->text + part->used, part->length - part->used, out);
        const unsigned char *text = part->text + part->used;
        size_t left = part->length - part->used, position = 0;
        if (text[0] != '\\') {
            size_t plain = minimum_size(count_plain(text), left);
            memcpy(*out, text, 8);
            *out += plain;
            part->used += plain;
            continue;
        }
        if (left < ESCAPE_TEXT_MAX && !part->is_last)
            return true;
        size_t used = left < 4 ? 0 : read_printed(&letters, text, *out);
        size_t count = used ? 1 : escape_read_alone(text, left, &position, *out, error);
        if (count == 0)
            return false;
        *out += count;
        part->used += used + position;
    }
    return true;
}

bool byte_part_escape(struct byte_part *part, struct error *error)
{
    part->used = 0;
    if (!buffer_reserve(part->out, part->length + BYTE_VECTOR_SLACK, error))
        return false;
    unsigned char *out = part->out->data + part->out->length;
    bool done = read_escapes(part, &out, error);
    part->out->length = (size_t)(out - part->out->data);
    return done;
}

/* ---- hex ------------------------------------------------------------------------------------- */

static bool is_separator(unsigned char character)
{
    return operand_is_blank((char)character) || character == ':' || character == ',';
}

static size_t skip_line_breaks(const struct byte_part *part, size_t at)
{
    while (at < part->length && (part->text[at] == '\n' || part->text[at] == '\r'))
        at++;
    return at;
}

/* Sets the error that tells why the character at `at` cannot be a digit of the byte at `first`. */
static bool not_a_digit(struct byte_part *part, size_t first, size_t at, struct error *error)
{
    char quoted[UTF8_QUOTED_MAX];
    const unsigned char *text = part->text;
    part->used = at;
    if (at < part->length && text[at] == '?')
        return error_set(error, "a ? may stand in operands only");
    if (at < part->length && !is_separator(text[at]))
        return error_set(error, "\"%s\" is not a hex digit",
                         utf8_quote(quoted, text + at, part->length - at));
    part->used = at == first ? first - 2 : first;
    if (at == first)
        return error_set(error, "no hex digits after %.2s", (const char *)text + part->used);
    return error_set(error, "half a byte (\"%c\"); hex digits come in pairs", text[first]);
}

enum hex_result { HEX_BYTE, HEX_REST, HEX_ERROR };

/* Reads the byte at part->used; HEX_REST: the part ends before it is complete. */
static enum hex_result read_byte(struct byte_part *part, unsigned char *byte, struct error *error)
{
    const unsigned char *text = part->text;
    size_t first = part->used, left = part->length - first;
    if (left == 1 && text[first] == '\\' && !part->is_last)
        return HEX_REST;
    if (left > 1 && (text[first] == '0' || text[first] == '\\') && (text[first + 1] | 0x20) == 'x')
        first += 2;
    size_t second = first < part->length ? skip_line_breaks(part, first + 1) : first;
    if (second >= part->length && !part->is_last &&
        (first >= part->length || hex_value(text[first]) != HEX_NONE))
        return HEX_REST;
    unsigned high = first < part->length ? hex_value(text[first]) : HEX_NONE;
    unsigned low = second < part->length ? hex_value(text[second]) : HEX_NONE;
    if ((high | low) == HEX_NONE) {
        (void)not_a_digit(part, first, high == HEX_NONE ? first : second, error);
        return HEX_ERROR;
    }
    *byte = (unsigned char)(high << 4 | low);
    part->used = second + 1;
    return HEX_BYTE;
}

bool byte_part_hex(struct byte_part *part, struct error *error)
{
    part->used = 0;
    if (!buffer_reserve(part->out, part->length / 2 + BYTE_VECTOR_SLACK, error))
        return false;
    for (;;) {
        unsigned char *out = part->out->data + part->out->length;
        if (part->vectors && part->vectors->hex) {
            const unsigned char *text = part->text + part->used;
            part->used += part->vectors->hex(text, part->length - part->used, &out);
            part->out->length = (size_t)(out - part->out->data);
        }
        if (part->length - part->used >= HEX_MANY && hex_pack_many(part->text + part->used, out)) {
            part->used += HEX_MANY;
            part->out->length += HEX_MANY / 2;
            continue;
        }
        while (part->used < part->length && is_separator(part->text[part->used]))
            part->used++;
        if (part->used == part->length)
            return true;
        enum hex_result result = read_byte(part, out, error);
        if (result != HEX_BYTE)
            return result == HEX_REST;
        part->out->length++;
    }
}

/* ---- UTF-16 ---------------------------------------------------------------------------------- */

enum { ASCII_RUN = 16 };

/* Writes ASCII_RUN units if they are ASCII, as compilers make vectors of it. */
static inline bool write_ascii(const unsigned char *text, bool big, unsigned char *restrict out)
{
    unsigned char all = 0;
    for (size_t i = 0; i < ASCII_RUN; i++)
        all |= text[i];
    if (all > 0x7f)
        return false;
    for (size_t i = 0; i < ASCII_RUN; i++) {
        out[2 * i + !big] = 0;
        out[2 * i + big] = text[i];
    }
    return true;
}

static unsigned char *write_character(uint32_t code_point, bool big, unsigned char *out)
{
    if (code_point < 0x10000) {
        byte_store(out, code_point, 2, big);
        return out + 2;
    }
    code_point -= 0x10000;
    byte_store(out, 0xd800 | code_point >> 10, 2, big);
    byte_store(out + 2, 0xdc00 | (code_point & 0x3ff), 2, big);
    return out + 4;
}

/*
 * utf8_decode() of a character of two to four bytes. Bytes behind the text are 0, so they end no
 * character.
 */
static inline size_t read_long(const unsigned char *text, uint32_t *code_point)
{
    uint32_t first = text[0], second = text[1] ^ 0x80u, third = text[2] ^ 0x80u;
    if (first < 0xe0) {
        *code_point = (first & 0x1f) << 6 | second;
        return first >= 0xc2 && second < 0x40 ? 2 : 0;
    }
    if (first < 0xf0) {
        *code_point = (first & 15) << 12 | second << 6 | third;
        bool surrogate = (*code_point & 0xf800) == 0xd800;
        return (second | third) < 0x40 && *code_point >= 0x800 && !surrogate ? 3 : 0;
    }
    uint32_t fourth = text[3] ^ 0x80u;
    *code_point = (first & 7) << 18 | second << 12 | third << 6 | fourth;
    return first <= 0xf4 && (second | third | fourth) < 0x40 && *code_point >= 0x10000 &&
                   *code_point <= 0x10ffff
               ? 4
               : 0;
}

/* Reads the characters that begin before `end`; stops at one that is not whole or not UTF-8. */
static inline void read_some(struct byte_part *part, size_t end, bool big, unsigned char **out)
{
    size_t at = part->used, used = 1;
    unsigned char *to = *out;
    while (at < end && used > 0) {
        uint32_t code_point = part->text[at];
        used = code_point < 0x80 ? 1 : read_long(part->text + at, &code_point);
        if (used > 0)
            to = write_character(code_point, big, to);
        at += used;
    }
    part->used = at;
    *out = to;
}

static inline bool read_characters(struct byte_part *part, bool big, unsigned char **out,
                                   struct error *error)
{
    utf16_run *run = part->vectors ? part->vectors->utf16 : NULL;
    while (part->used < part->length) {
        if (run)
            part->used += run(big, part->text + part->used, part->length - part->used, out);
        const unsigned char *text = part->text + part->used;
        size_t left = part->length - part->used;
        if (left >= ASCII_RUN && write_ascii(text, big, *out)) {
            part->used += ASCII_RUN;
            *out += 2 * ASCII_RUN;
            continue;
        }
        size_t end = part->used + minimum_size(left, ASCII_RUN);
        read_some(part, end, big, out);
        left = part->length - part->used;
        if (part->used >= end)
            continue;
        if (left < UTF8_MAX && !part->is_last)
            return true;
        return error_set(error, "\\x%02x is not UTF-8, as %s needs it", part->text[part->used],
                         part->type->name);
    }
    return true;
}

bool byte_part_utf16(struct byte_part *part, struct error *error)
{
    bool big = byte_type_is_big_endian(part->type);
    part->used = 0;
    if (part->length == 0) /* the buffer may have no memory yet */
        return true;
    /* No character has more units than bytes of UTF-8. */
    if (!buffer_reserve(part->out, 2 * part->length + BYTE_VECTOR_SLACK, error))
        return false;
    unsigned char *out = part->out->data + part->out->length;
    bool done =
        big ? read_characters(part, true, &out, error) : read_characters(part, false, &out, error);
    part->out->length = (size_t)(out - part->out->data);
    return done;
}

size_t byte_encode_utf16(const struct byte_type *type, const unsigned char *text, size_t length,
                         unsigned char *out)
{
    struct byte_part part = {.type = type, .text = text, .length = length, .is_last = true};
    bool big = byte_type_is_big_endian(type);
    unsigned char *end = out;
    part.vectors = byte_vectors_chosen();
    bool done =
        big ? read_characters(&part, true, &end, NULL) : read_characters(&part, false, &end, NULL);
    return done ? (size_t)(end - out) : BYTE_UTF16_WRONG;
}
