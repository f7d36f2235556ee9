/* bytes.c - the TYPE table: bytes as a user writes and reads them. */
#include "base/bytes_codec.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The rows of the table: name, codec, size, order. A number has three rows, one for each order. */
#define NUMBER_ROWS(ROW, name, codec, size)                                                        \
    ROW(name, codec, size, BYTE_ORDER_MACHINE)                                                     \
    ROW(name "le", codec, size, BYTE_ORDER_LITTLE)                                                 \
    ROW(name "be", codec, size, BYTE_ORDER_BIG)
#define TYPE_ROWS(ROW)                                                                             \
    ROW("text", byte_codec_text, 1, BYTE_ORDER_MACHINE)                                            \
    ROW("raw", byte_codec_text, 1, BYTE_ORDER_MACHINE)                                             \
    ROW("escape", byte_codec_escape, 1, BYTE_ORDER_MACHINE)                                        \
    ROW("hex", byte_codec_hex, 1, BYTE_ORDER_MACHINE)                                              \
    NUMBER_ROWS(ROW, "u8", byte_codec_unsigned, 1)                                                 \
    NUMBER_ROWS(ROW, "i8", byte_codec_signed, 1)                                                   \
    NUMBER_ROWS(ROW, "u16", byte_codec_unsigned, 2)                                                \
    NUMBER_ROWS(ROW, "i16", byte_codec_signed, 2)                                                  \
    NUMBER_ROWS(ROW, "u32", byte_codec_unsigned, 4)                                                \
    NUMBER_ROWS(ROW, "i32", byte_codec_signed, 4)                                                  \
    NUMBER_ROWS(ROW, "u64", byte_codec_unsigned, 8)                                                \
    NUMBER_ROWS(ROW, "i64", byte_codec_signed, 8)                                                  \
    NUMBER_ROWS(ROW, "f32", byte_codec_float, 4)                                                   \
    NUMBER_ROWS(ROW, "f64", byte_codec_float, 8)                                                   \
    ROW("utf16le", byte_codec_utf16, 2, BYTE_ORDER_LITTLE)                                         \
    ROW("utf16be", byte_codec_utf16, 2, BYTE_ORDER_BIG)

#define TYPE_ROW(name, codec, size, order) {name, &codec, size, order},
#define NAME_ROW(name, codec, size, order) name,
static const struct byte_type types[] = {TYPE_ROWS(TYPE_ROW)};
static const char *const names[] = {TYPE_ROWS(NAME_ROW) NULL};
enum { TYPES = sizeof types / sizeof *types };

static bool unknown_type(const char *name, struct error *error)
{
    char quoted[48], hint[40] = "";
    const char *nearest = diag_nearest(name, names);
    if (nearest)
        snprintf(hint, sizeof hint, "; did you mean %s?", nearest);
    return error_usage(error,
                       "\"%s\" is not a type%s (text, escape, hex, u8 to u64 and i8 to i64 with le "
                       "or be, f32, f64, utf16le, utf16be, raw)",
                       diag_escape(quoted, sizeof quoted, name), hint);
}

const struct byte_type *byte_type_find(const char *name, struct error *error)
{
    for (size_t i = 0; i < TYPES; i++)
        if (!strcmp(types[i].name, name))
            return &types[i];
    unknown_type(name, error);
    return NULL;
}

const char *const *byte_type_names(void)
{
    return names;
}

const char *byte_type_name(const struct byte_type *type)
{
    return type->name;
}

const unsigned char *byte_type_read_plain(const struct byte_type *type, const unsigned char *text,
                                          unsigned char *out)
{
    return type->codec->read_plain(type, text, out);
}

size_t byte_type_size(const struct byte_type *type)
{
    return type->size;
}

bool byte_type_is_text(const struct byte_type *type)
{
    return type->codec == &byte_codec_text;
}

bool byte_type_is_utf16(const struct byte_type *type)
{
    return type->codec == &byte_codec_utf16;
}

bool byte_type_is_number(const struct byte_type *type)
{
    return type->codec == &byte_codec_unsigned || type->codec == &byte_codec_signed ||
           type->codec == &byte_codec_float;
}

bool byte_type_is_integer(const struct byte_type *type)
{
    return byte_type_is_number(type) && type->codec != &byte_codec_float;
}

bool byte_type_needs_newline(const struct byte_type *type)
{
    return type->codec == &byte_codec_escape || type->codec == &byte_codec_hex;
}

/* Appends `count` bytes of 0xff. */
static bool append_full_mask(struct buffer *mask, size_t count, struct error *error)
{
    if (!buffer_reserve(mask, count, error))
        return false;
    if (count > 0)
        memset(mask->data + mask->length, 0xff, count);
    mask->length += count;
    return true;
}

/* An empty number is probably an unset shell variable: report it instead of writing nothing. */
static bool encode(const struct byte_encoding *encoding, struct error *error)
{
    const struct byte_type *type = encoding->type;
    size_t before = encoding->out->length;
    if (!type->codec->encode(encoding, error))
        return false;
    return encoding->out->length > before || !byte_type_is_number(type) ||
           error_usage(error, "an empty operand is not a %s number", type->name);
}

bool bytes_encode(const struct byte_type *type, const char *operand, struct buffer *out,
                  struct error *error)
{
    struct byte_encoding encoding = {.type = type, .operand = operand, .out = out};
    size_t before = out->length;
    if (encode(&encoding, error))
        return true;
    out->length = before;
    return false;
}

bool bytes_encode_masked(const struct byte_type *type, const char *operand, struct buffer *bytes,
                         struct buffer *mask, struct error *error)
{
    struct byte_encoding encoding = {type, operand, bytes, mask};
    size_t bytes_before = bytes->length, mask_before = mask->length;
    if (encode(&encoding, error)) {
        size_t added = bytes->length - bytes_before;
        if (mask->length > mask_before || append_full_mask(mask, added, error))
            return true;
    }
    bytes->length = bytes_before;
    mask->length = mask_before;
    return false;
}

void byte_decoder_init(struct byte_decoder *decoder, const struct byte_type *type, unsigned radix,
                       uint64_t offset)
{
    *decoder = (struct byte_decoder){.type = type, .radix = radix, .offset = offset};
}

static bool decode(const struct byte_decoder *decoder, const unsigned char *bytes, size_t length,
                   size_t *consumed, struct buffer *text, struct error *error)
{
    const struct byte_codec *codec = decoder->type->codec;
    if (codec->decode)
        return codec->decode(decoder, bytes, length, consumed, text, error);
    *consumed = length;
    return codec->print(text, bytes, length, error);
}

/*
 * Completes the value that the last chunk cut in two, as far as `bytes` go. Sets `*used` to the
 * number of bytes taken for that.
 */
static bool feed_rest(struct byte_decoder *decoder, const unsigned char *bytes, size_t length,
                      size_t *used, struct buffer *text, struct error *error)
{
    *used = 0;
    while (decoder->rest_length > 0 && *used < length) {
        size_t consumed = 0;
        decoder->rest[decoder->rest_length++] = bytes[(*used)++];
        if (!decode(decoder, decoder->rest, decoder->rest_length, &consumed, text, error))
            return false;
        /* Bytes are added one at a time, so a complete value uses up all of `rest`. */
        if (consumed > 0)
            decoder->rest_length = 0;
        decoder->offset += consumed;
    }
    return true;
}

bool byte_decoder_feed(struct byte_decoder *decoder, const unsigned char *bytes, size_t length,
                       struct buffer *text, struct error *error)
{
    size_t before = text->length, used = 0, consumed = 0;
    if (!feed_rest(decoder, bytes, length, &used, text, error) ||
        !decode(decoder, bytes + used, length - used, &consumed, text, error)) {
        text->length = before;
        return false;
    }
    decoder->offset += consumed;
    used += consumed;
    if (used < length) {
        decoder->rest_length = length - used;
        memcpy(decoder->rest, bytes + used, decoder->rest_length);
    }
    return true;
}

bool byte_decoder_finish(const struct byte_decoder *decoder, struct error *error)
{
    if (decoder->rest_length == 0)
        return true;
    return error_set(error, "the last %zu byte%s, at %" PRIu64 ", are only part of a %s value",
                     decoder->rest_length, diag_plural(decoder->rest_length), decoder->offset,
                     decoder->type->name);
}
