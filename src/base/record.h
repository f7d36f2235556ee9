/*
 * record.h - records: a TYPE that lists several fields, as in u32le,u16le*2,text*8,skip*2.
 *
 * Pure. A record is printed as a line, with tabs between its columns, and a line is encoded into
 * the bytes of a record. Encoding the printed line gives the same bytes again, except for skipped
 * ones.
 *
 *   u8 ... f64, *N     a number, or N of them, each in its own column: see bytes.h
 *   text*N             N bytes, printed as escape.h prints them; a shorter text is filled up
 *                      with NULs
 *   hex*N              N bytes as pairs of hex digits
 *   skip*N             N bytes that have no column
 *
 * The files: record.c reads the list, record_print.c prints, record_encode.c encodes.
 */
#ifndef MMTOOL_RECORD_H
#define MMTOOL_RECORD_H

#include "base/buffer.h"
#include "base/bytes.h"

enum { RECORD_MOST = 16 << 20 }; /* bytes of the longest record, which is kept in memory */

enum record_kind { RECORD_NUMBER, RECORD_TEXT, RECORD_HEX, RECORD_SKIP };

struct record_field {
    enum record_kind kind;
    const struct byte_type *type; /* of RECORD_NUMBER and RECORD_HEX, else NULL */
    size_t count;                 /* numbers, else bytes; at least 1 */
    size_t size;                  /* bytes */
};

struct record {
    struct record_field *fields; /* owned */
    size_t count;
    size_t size;    /* bytes of a record, at most RECORD_MOST */
    size_t columns; /* of its line; at least 1 */
    bool skips;     /* some bytes have no column */
    bool has_integers;
    bool begins_with_float; /* the first column may be -inf */
};

/* Whether a TYPE is such a list: it has a comma or a star. */
bool record_is_meant(const char *list);

/* Reads the list. NULL and a usage error that names the wrong field if it is none. */
struct record *record_new(const char *list, struct error *error);

/* NULL is allowed. */
void record_free(struct record *record);

/* The type of a field's columns, such as u16le or text*8. Returns `name`. */
enum { RECORD_NAME_MAX = 32 };
const char *record_field_name(const struct record_field *field, char name[RECORD_NAME_MAX]);

/* Appends a line with the type of each column. */
bool record_append_header(const struct record *record, struct buffer *text, struct error *error);

/* ---- printing -------------------------------------------------------------------------------- */

/* Prints records whose bytes are given in chunks of any length. */
struct record_printer {
    const struct record *record; /* not owned */
    unsigned radix;              /* 10, 16, 8 or 2; of integers */
    uint64_t offset;             /* file offset at which the next record starts; for messages */
    struct buffer rest;          /* the first bytes of a record that the last chunk cut; owned */
};

/* Appends a line for each record that the bytes fed so far complete. */
bool record_printer_feed(struct record_printer *printer, const unsigned char *bytes, size_t length,
                         struct buffer *text, struct error *error);

/* Call after the last chunk. An error if the bytes end within a record. */
bool record_printer_finish(const struct record_printer *printer, struct error *error);

void record_printer_release(struct record_printer *printer);

/* ---- encoding -------------------------------------------------------------------------------- */

/* Zeroed but for `record`, it is ready. */
struct record_encoder {
    const struct record *record; /* not owned */
    struct buffer column;        /* one column and a NUL; owned */
    struct buffer line;          /* the start of a line that the last chunk cut; owned */
    uint64_t lines;              /* complete so far */
};

/* Where the bytes of records go; nothing is owned. */
struct record_bytes {
    struct buffer *bytes;
    struct buffer *mask; /* gets 0xff for each byte, 0 for a skipped one, 0x0f and 0xf0 for hex
                            digits that are `?`; NULL: `?` is an error */
};

/*
 * Appends the bytes of one record, which the line (without its newline) holds. Skipped bytes and
 * free digits are 0. An error names the field, and leaves both buffers as they were.
 */
bool record_encode_line(struct record_encoder *encoder, const char *line, size_t length,
                        const struct record_bytes *out, struct error *error);

/*
 * The same for each line of a text that is given in chunks of any length. An error names the line,
 * too; the records before it stay in the buffers.
 */
bool record_encoder_feed(struct record_encoder *encoder, const char *text, size_t length,
                         const struct record_bytes *out, struct error *error);

/* Call after the last chunk: the last line may lack its newline. */
bool record_encoder_finish(struct record_encoder *encoder, const struct record_bytes *out,
                           struct error *error);

void record_encoder_release(struct record_encoder *encoder);

#endif
