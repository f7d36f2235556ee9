/*
 * bytes_codec.h - what the files that implement bytes.h share.
 *
 * Private to bytes.c and bytes_*.c. A codec converts one family of types. It only appends to
 * the buffers. After an error they may hold half of its work: bytes.c restores their lengths.
 */
#ifndef MMTOOL_BYTES_CODEC_H
#define MMTOOL_BYTES_CODEC_H

#include "base/bytes.h"
#include "base/bytes_vectors.h"

/* An operand to encode, and the buffers that its bytes are appended to. */
struct byte_encoding {
    const struct byte_type *type;
    const char *operand;
    struct buffer *out;
    struct buffer *mask; /* NULL: `?` is not allowed; left empty: 0xff for each byte */
};

/* Bytes that may be read behind a part of a text; they are 0. */
enum { BYTE_TEXT_SLACK = 16 };

/* A part of a text that comes in parts: see bytes_encoder.h. */
struct byte_part {
    const struct byte_type *type;
    const struct byte_vectors *vectors; /* NULL: none */
    const unsigned char *text;
    size_t length;
    bool is_last;       /* nothing comes behind it; a number then has a blank behind it */
    size_t used;        /* set: length of the values that are complete; on error its place */
    struct buffer *out; /* their bytes are appended */
};

struct byte_codec {
    bool (*encode)(const struct byte_encoding *encoding, struct error *error);

    /* Encodes the values of a text that are complete. Its errors do not say where they are. */
    bool (*encode_part)(struct byte_part *part, struct error *error);

    /* byte_type_read_plain(); NULL unless it is a number type. */
    const unsigned char *(*read_plain)(const struct byte_type *type, const unsigned char *text,
                                       unsigned char *out);

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

/* Writes a value of type->size bytes in the type's byte order. */
void byte_type_store(const struct byte_type *type, uint64_t value, unsigned char *bytes);

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

/*
 * The length of the part's text up to the blank behind the last complete word; 0 if there is none.
 * A number can then be read without a look at the end.
 */
size_t byte_part_words(const struct byte_part *part);

/* byte_codec.encode and .decode of floating-point numbers. */
bool float_encode(const struct byte_encoding *encoding, struct error *error);
bool float_decode(const struct byte_decoder *decoder, const unsigned char *bytes, size_t length,
                  size_t *consumed, struct buffer *text, struct error *error);

/* byte_codec.encode_part of the types whose operand is text. */
bool byte_part_text(struct byte_part *part, struct error *error);
bool byte_part_escape(struct byte_part *part, struct error *error);
bool byte_part_hex(struct byte_part *part, struct error *error);
bool byte_part_utf16(struct byte_part *part, struct error *error);

/* Reads one word, which a blank or a NUL ends, as the bits of a floating-point number. */
bool float_encode_word(const struct byte_type *type, const char *word, size_t length,
                       uint64_t *bits, struct error *error);

/* The length of the word at `text`, which a blank ends. */
size_t byte_part_word_length(const unsigned char *text);

/* Writes the lowest `size` bytes of a value. Compilers make one store of this if `size` is a
 * constant. */
static inline void byte_store(unsigned char *bytes, uint64_t value, unsigned size, bool big)
{
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (unsigned char)(value >> 8 * (big ? size - 1 - i : i));
}

#endif
