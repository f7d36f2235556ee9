/* bytes.c - the TYPE table: bytes as a user writes and reads them. */
#include "base/bytes_codec.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The table's rows: name, codec, size, order. A number has three, one for each order. */
#define NUMBER_ROWS(ROW, name, codec, size)                                                        \
    ROW(name, codec, size, ORDER_MACHINE)                                                          \
    ROW(name "le", codec, size, ORDER_LITTLE)                                                      \
    ROW(name "be", codec, size, ORDER_BIG)
#define TYPE_ROWS(ROW)                                                                             \
    ROW("text", text_codec, 1, ORDER_MACHINE)                                                      \
    ROW("raw", text_codec, 1, ORDER_MACHINE)                                                       \
    ROW("escape", escape_codec, 1, ORDER_MACHINE)                                                  \
    ROW("hex", hex_codec, 1, ORDER_MACHINE)                                                        \
    NUMBER_ROWS(ROW, "u8", unsigned_codec, 1)                                                      \
    NUMBER_ROWS(ROW, "i8", signed_codec, 1)                                                        \
    NUMBER_ROWS(ROW, "u16", unsigned_codec, 2)                                                     \
    NUMBER_ROWS(ROW, "i16", signed_codec, 2)                                                       \
    NUMBER_ROWS(ROW, "u32", unsigned_codec, 4)                                                     \
    NUMBER_ROWS(ROW, "i32", signed_codec, 4)                                                       \
    NUMBER_ROWS(ROW, "u64", unsigned_codec, 8)                                                     \
    NUMBER_ROWS(ROW, "i64", signed_codec, 8)                                                       \
    NUMBER_ROWS(ROW, "f32", float_codec, 4)                                                        \
    NUMBER_ROWS(ROW, "f64", float_codec, 8)                                                        \
    ROW("utf16le", utf16_codec, 2, ORDER_LITTLE)                                                   \
    ROW("utf16be", utf16_codec, 2, ORDER_BIG)

#define TYPE_ROW(name, codec, size, order) {name, &codec, size, order},
#define NAME_ROW(name, codec, size, order) name,
static const struct byte_type types[] = {TYPE_ROWS(TYPE_ROW)};
static const char *const names[] = {TYPE_ROWS(NAME_ROW) NULL};
enum { TYPES = sizeof types / sizeof *types };

static bool unknown_type(const char *name, struct error *error)
{
    char list[400], quoted[48], hint[40] = "";
    size_t used = 0;
    for (size_t i = 0; i < TYPES && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, " %s", names[i]);
    const char *nearest = diag_nearest(name, names);
    if (nearest)
        snprintf(hint, sizeof hint, "; did you mean %s?", nearest);
    return error_usage(error, "\"%s\" is not a type%s (the types are%s)",
                       diag_escape(quoted, sizeof quoted, name), hint, list);
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

size_t byte_type_size(const struct byte_type *type)
{
    return type->size;
}

bool byte_type_is_text(const struct byte_type *type)
{
    return type->codec == &text_codec;
}

bool byte_type_is_utf16(const struct byte_type *type)
{
    return type->codec == &utf16_codec;
}

bool byte_type_is_number(const struct byte_type *type)
{
    return type->codec == &unsigned_codec || type->codec == &signed_codec ||
           type->codec == &float_codec;
}

bool byte_type_is_integer(const struct byte_type *type)
{
    return byte_type_is_number(type) && type->codec != &float_codec;
}

bool byte_type_needs_newline(const struct byte_type *type)
{
    return type->codec == &escape_codec || type->codec == &hex_codec;
}

bool byte_type_is_big_endian(const struct byte_type *type)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return type->order == ORDER_MACHINE ? first == 0 : type->order == ORDER_BIG;
}

uint64_t byte_type_load(const struct byte_type *type, const unsigned char *bytes)
{
    bool big = byte_type_is_big_endian(type);
    uint64_t value = 0;
    for (size_t i = 0; i < type->size; i++)
        value = value << 8 | bytes[big ? i : type->size - 1 - i];
    return value;
}

bool byte_type_append(const struct byte_type *type, uint64_t value, struct buffer *out,
                      struct error *error)
{
    bool big = byte_type_is_big_endian(type);
    unsigned char bytes[sizeof value];
    for (size_t i = 0; i < type->size; i++) {
        bytes[big ? type->size - 1 - i : i] = (unsigned char)value;
        value >>= 8;
    }
    return buffer_append(out, bytes, type->size, error);
}

const char *next_word(const char **text, size_t *length)
{
    const char *start = *text;
    while (is_blank(*start))
        start++;
    const char *end = start;
    while (*end && !is_blank(*end))
        end++;
    *text = end;
    *length = (size_t)(end - start);
    return end == start ? NULL : start;
}

/* 0xff for each of `count` bytes. */
static bool append_full_mask(struct buffer *mask, size_t count, struct error *error)
{
    if (!buffer_reserve(mask, count, error))
        return false;
    if (count > 0)
        memset(mask->data + mask->length, 0xff, count);
    mask->length += count;
    return true;
}

/* No number is likely an unset variable of a shell: nothing would be written in silence. */
static bool encode(const struct byte_type *type, const char *operand, struct buffer *out,
                   struct buffer *mask, struct error *error)
{
    size_t before = out->length;
    if (!type->codec->encode(type, operand, out, mask, error))
        return false;
    return out->length > before || !byte_type_is_number(type) ||
           error_usage(error, "an empty operand is no %s number", type->name);
}

bool bytes_encode(const struct byte_type *type, const char *operand, struct buffer *out,
                  struct error *error)
{
    size_t before = out->length;
    if (encode(type, operand, out, NULL, error))
        return true;
    out->length = before;
    return false;
}

bool bytes_encode_masked(const struct byte_type *type, const char *operand, struct buffer *bytes,
                         struct buffer *mask, struct error *error)
{
    size_t bytes_before = bytes->length, mask_before = mask->length;
    if (encode(type, operand, bytes, mask, error)) {
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

/* Completes the value that the last chunk cut in two, as far as the bytes go; returns their use. */
static bool feed_rest(struct byte_decoder *decoder, const unsigned char *bytes, size_t length,
                      size_t *used, struct buffer *text, struct error *error)
{
    *used = 0;
    while (decoder->rest_length > 0 && *used < length) {
        size_t consumed = 0;
        decoder->rest[decoder->rest_length++] = bytes[(*used)++];
        if (!decoder->type->codec->decode(decoder, decoder->rest, decoder->rest_length, &consumed,
                                          text, error))
            return false;
        /* One byte came in, so what is complete now is one value, and all of it. */
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
        !decoder->type->codec->decode(decoder, bytes + used, length - used, &consumed, text,
                                      error)) {
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
    return error_set(error, "the last %zu byte%s, at %" PRIu64 ", only begin a %s value",
                     decoder->rest_length, decoder->rest_length == 1 ? "" : "s", decoder->offset,
                     decoder->type->name);
}
