/*
 * bytes_codec.h - what the files behind bytes.h share.
 *
 * A codec is a pair of functions for one kind of type. They append and may leave
 * half of their work in the buffers on an error: bytes.c puts these back.
 */
#ifndef MMTOOL_BYTES_CODEC_H
#define MMTOOL_BYTES_CODEC_H

#include "base/bytes.h"

struct byte_codec {
    /* `mask` is NULL where `?` is not allowed; who leaves it alone means 0xff for each byte. */
    bool (*encode)(const struct byte_type *type, const char *operand, struct buffer *out,
                   struct buffer *mask, struct error *error);

    /*
     * Decodes as many whole values as there are and tells how many bytes they are;
     * fewer than sizeof decoder->rest may remain. bytes[0] is at decoder->offset.
     */
    bool (*decode)(const struct byte_decoder *decoder, const unsigned char *bytes, size_t length,
                   size_t *consumed, struct buffer *text, struct error *error);
};

struct byte_type {
    const char *name;
    const struct byte_codec *codec;
    size_t size; /* bytes of one value */
    enum byte_order { ORDER_MACHINE, ORDER_LITTLE, ORDER_BIG } order;
};

extern const struct byte_codec text_codec, escape_codec, hex_codec, utf16_codec, unsigned_codec,
    signed_codec, float_codec;

/* The value of type->size bytes, in the type's byte order. */
uint64_t byte_type_load(const struct byte_type *type, const unsigned char *bytes);

/* What separates numbers and bytes in an operand, whatever the locale. */
static inline bool is_blank(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

/*
 * The next word of `*text` between blanks; moves `*text` behind it. NULL when there
 * is none. Numbers of all kinds are encoded word by word.
 */
const char *next_word(const char **text, size_t *length);

#endif
