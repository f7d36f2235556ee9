/*
 * bytes_codec.h - what the files that implement bytes.h share.
 *
 * Private to bytes.c and bytes_*.c. A codec converts one family of types. It only appends to
 * the buffers. After an error they may hold half of its work: bytes.c restores their lengths.
 */
#ifndef MMTOOL_BYTES_CODEC_H
#define MMTOOL_BYTES_CODEC_H

#include "base/bytes.h"

/* An operand to encode, and the buffers that its bytes are appended to. */
struct byte_encoding {
    const struct byte_type *type;
    const char *operand;
    struct buffer *out;
    struct buffer *mask; /* NULL: `?` is not allowed; left empty: 0xff for each byte */
};

struct byte_codec {
    bool (*encode)(const struct byte_encoding *encoding, struct error *error);

    /*
     * Decodes as many whole values as `bytes` holds and sets `*consumed` to their length. The
     * rest must be shorter than decoder->rest. bytes[0] is at decoder->offset in the file.
     */
    bool (*decode)(const struct byte_decoder *decoder, const unsigned char *bytes, size_t length,
                   size_t *consumed, struct buffer *text, struct error *error);

    /* In place of `decode`, for types whose values are single bytes. */
    bool (*print)(struct buffer *text, const unsigned char *bytes, size_t length,
                  struct error *error);
};

enum byte_order { BYTE_ORDER_MACHINE, BYTE_ORDER_LITTLE, BYTE_ORDER_BIG };

struct byte_type {
    const char *name;
    const struct byte_codec *codec;
    size_t size; /* bytes of one value */
    enum byte_order order;
};

extern const struct byte_codec byte_codec_text, byte_codec_escape, byte_codec_hex, byte_codec_utf16,
    byte_codec_unsigned, byte_codec_signed, byte_codec_float;

/* Reads a value of type->size bytes in the type's byte order. */
uint64_t byte_type_load(const struct byte_type *type, const unsigned char *bytes);

/* Blanks separate the numbers and bytes of an operand. Does not depend on the locale. */
static inline bool operand_is_blank(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

/*
 * Returns the next word of `*text` and moves `*text` to the end of it; NULL when only blanks
 * are left. Operands of all number types are encoded word by word.
 */
const char *operand_next_word(const char **text, size_t *length);

#endif
