/*
 * bytes_encoder.h - values written in a TYPE, in a text that comes in parts, become bytes.
 *
 * Pure. The twin of struct byte_decoder: it takes back what that prints, in parts of any length,
 * and whatever else an operand may hold. Numbers are separated by white space. In hex, line breaks
 * may stand between the two digits of a byte, and `?` is refused. Of text, escape and UTF-16 the
 * text is one value, without the newline at its end, if there is one.
 */
#ifndef MMTOOL_BYTES_ENCODER_H
#define MMTOOL_BYTES_ENCODER_H

#include "base/bytes.h"
#include "base/bytes_vectors.h"

/* The longest text of a number or a byte. */
enum { BYTE_ENCODER_VALUE_MAX = 64 * 1024 };

struct byte_encoder {
    const struct byte_type *type;
    const struct byte_vectors *vectors; /* of this processor; NULL: none, for tests */
    unsigned char *memory;              /* see byte_encoder_room(); owned; NULL: none yet */
    size_t rest; /* bytes in front of the room: the start of a value whose end is to come */
    uint64_t line, column; /* of the first of these, or to come; from 1, in bytes */
};

/* `type`: NULL means text. */
bool byte_encoder_init(struct byte_encoder *encoder, const struct byte_type *type,
                       struct error *error);

/*
 * Where the next part of the text is to be put, `*length` bytes at most; NULL: out of memory. It is
 * always the same place, at the start of a page, to which the kernel copies fast.
 */
unsigned char *byte_encoder_room(struct byte_encoder *encoder, size_t *length, struct error *error);

/*
 * Takes `length` bytes of text that were put into the room, and appends the bytes of the values
 * that are complete. An error names line and column; then the encoder can only be released.
 */
bool byte_encoder_take(struct byte_encoder *encoder, size_t length, struct buffer *out,
                       struct error *error);

/* The text has ended: appends the bytes of the last value. Errors as above. */
bool byte_encoder_finish(struct byte_encoder *encoder, struct buffer *out, struct error *error);

void byte_encoder_release(struct byte_encoder *encoder);

/*
 * Encodes UTF-8 into the units of a UTF-16 type, at `out`, which has room for 2 * length bytes.
 * The BYTE_UTF16_SLACK bytes behind the text are 0. Returns bytes written, or BYTE_UTF16_WRONG if
 * it is no UTF-8 or ends within a character.
 */
#define BYTE_UTF16_WRONG SIZE_MAX
enum { BYTE_UTF16_SLACK = 16 };
size_t byte_encode_utf16(const struct byte_type *type, const unsigned char *text, size_t length,
                         unsigned char *out);

#endif
