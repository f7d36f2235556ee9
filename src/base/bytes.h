/*
 * bytes.h - the TYPE table: bytes as a user writes and reads them.
 *
 * Pure. An operand (DATA, PATTERN, --expect) is encoded into bytes; bytes from a file are decoded
 * into text. Encoding the decoded text gives the same bytes again, for every type and for all
 * bytes that the type can show. (Number types cannot show an empty string.)
 *
 *   text, raw          the operand's own bytes
 *   escape             see escape.h; decodes to one line of printable ASCII
 *   hex                pairs of digits; blanks, ':' and ',' between bytes and 0x
 *                      or \x before one are ignored; decodes to plain pairs
 *   utf16le, utf16be   UTF-8 on the user's side, UTF-16 in the file
 *   u8 ... i64         integers, any number of range.h; i* with a minus sign too
 *   f32, f64           as strtod() reads them, and nan(P), snan(P) for NaNs with
 *                      a payload; decode to the shortest form that reads back
 *
 * A number type may end in le or be; without it the byte order is the machine's. One operand may
 * hold several numbers, separated by blanks or newlines. An operand without a number is an error.
 *
 * libc reads floating-point numbers, so the program must stay in the "C" locale (never
 * call setlocale() for LC_NUMERIC).
 */
#ifndef MMTOOL_BYTES_H
#define MMTOOL_BYTES_H

#include "base/buffer.h"

#include <stdint.h>

/* A row of the table; constant, never freed. */
struct byte_type;

/* Returns the type of this name. NULL and a usage error that lists all names if there is none. */
const struct byte_type *byte_type_find(const char *name, struct error *error);

/* All names in the order of the table, NULL-terminated; for help and completions. */
const char *const *byte_type_names(void);

const char *byte_type_name(const struct byte_type *type);

/* For types of several bytes; resolves the machine's order. */
bool byte_type_is_big_endian(const struct byte_type *type);

/* Bytes of one number or one UTF-16 unit; 1 for the other types. */
size_t byte_type_size(const struct byte_type *type);

/* Whether it is text or raw: the operand is its own bytes. */
bool byte_type_is_text(const struct byte_type *type);
bool byte_type_is_utf16(const struct byte_type *type);
bool byte_type_is_number(const struct byte_type *type);
bool byte_type_is_integer(
    const struct byte_type *type); /* a number type, but not a floating-point one */

/*
 * Whether the decoded text is one line without its newline (escape, hex). Numbers end in a newline
 * each; text and UTF-16 are printed as they are.
 */
bool byte_type_needs_newline(const struct byte_type *type);

/* Appends a number or UTF-16 unit of byte_type_size() bytes in the type's byte order. */
bool byte_type_append(const struct byte_type *type, uint64_t value, struct buffer *out,
                      struct error *error);

/*
 * Reads a number at `text` that is written as `read` prints it in decimal, and writes its bytes to
 * `out`. Returns its end. NULL: it is something else, which may be a number, too; `out` may be
 * changed. BYTE_TYPE_PLAIN_SLACK bytes behind the number must be readable.
 */
enum { BYTE_TYPE_PLAIN_SLACK = 16 };
const unsigned char *byte_type_read_plain(const struct byte_type *type, const unsigned char *text,
                                          unsigned char *out);

/* Appends the bytes that `operand` stands for. An error leaves `out` as it was. */
bool bytes_encode(const struct byte_type *type, const char *operand, struct buffer *out,
                  struct error *error);

/*
 * Encodes a pattern: in hex, `?` stands for any digit. `mask` gets as many bytes as `bytes`: 0xff
 * where the whole byte counts; 0xf0, 0x0f or 0x00 where digits are free. A free digit is 0 in
 * `bytes`. An error leaves both as they were.
 */
bool bytes_encode_masked(const struct byte_type *type, const char *operand, struct buffer *bytes,
                         struct buffer *mask, struct error *error);

/* Decodes bytes that are given in chunks of any length. */
struct byte_decoder {
    const struct byte_type *type;
    unsigned radix;        /* 10, 16, 8 or 2; applies to integers only */
    uint64_t offset;       /* file offset at which the next value starts; for messages */
    unsigned char rest[8]; /* the first bytes of a value that the last chunk cut in two */
    size_t rest_length;
};

/* `offset` is the file offset of the first byte. Nothing needs to be released. */
void byte_decoder_init(struct byte_decoder *decoder, const struct byte_type *type, unsigned radix,
                       uint64_t offset);

/*
 * Appends the text of the values that the bytes fed so far complete; a line for each number. After
 * an error (malformed UTF-16) `text` is as it was and the decoder must not be used again.
 */
bool byte_decoder_feed(struct byte_decoder *decoder, const unsigned char *bytes, size_t length,
                       struct buffer *text, struct error *error);

/* Call after the last chunk. An error if the bytes end within a value. */
bool byte_decoder_finish(const struct byte_decoder *decoder, struct error *error);

#endif
