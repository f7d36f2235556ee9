/*
 * script.h - edit scripts: a list of edits as text.
 *
 * One edit a line, OFFSET OLD NEW, separated by blanks:
 *
 *   OFFSET  a number (base/range.h), in the file before all of the edits
 *   OLD     the bytes there: hex digits in pairs, "C escapes in quotes" (base/escape.h), - for
 * none, or +N for N bytes that are not checked NEW     the bytes to put there: the same, but +N is
 * N zeros
 *
 * `#` outside quotes starts a comment; empty lines are skipped; lines may end in CRLF. Edits are
 * returned in the order of the text; the caller sorts them and refuses overlaps.
 *
 * A script may be larger than memory, and one line may be the whole of it. So parsing allocates
 * nothing: fields point into the caller's text, which must outlive them, and are decoded in parts.
 * A field is checked to its end before any of it is decoded.
 */
#ifndef MMTOOL_EDIT_SCRIPT_H
#define MMTOOL_EDIT_SCRIPT_H

#include "base/buffer.h"
#include "base/decimal.h"

#include <stdint.h>

/* OLD or NEW. */
struct edit_field {
    enum edit_field_kind {
        EDIT_FIELD_HEX,    /* text: digits, two a byte, or none */
        EDIT_FIELD_QUOTED, /* text: between the quotes */
        EDIT_FIELD_COUNT,  /* +N: no text; unchecked in OLD, zeros in NEW */
    } kind;
    const unsigned char *text; /* in the script */
    size_t text_length;        /* characters */
    uint64_t length;           /* bytes that the field stands for; 0: nothing */
};

struct edit_line {
    uint64_t offset; /* of the first old byte; offset + old_bytes.length fits an offset */
    struct edit_field old_bytes;
    struct edit_field new_bytes;
    size_t position; /* where in the script the line begins */
};

enum edit_script_result {
    EDIT_SCRIPT_LINE, /* `line` is filled */
    EDIT_SCRIPT_END,  /* no more edits */
    EDIT_SCRIPT_BAD,  /* an error; `*position` is where the bad line begins */
};

/*
 * Reads the next edit and moves `*position` (0 at first) behind its line. Errors name the field and
 * the column, but not the line: the caller adds it, with edit_script_line_number(), and the
 * script's name.
 */
enum edit_script_result edit_script_next(const unsigned char *text, size_t length, size_t *position,
                                         struct edit_line *line, struct error *error);

/* The number, from 1, of the line at `position`; reads all of the text before it. */
size_t edit_script_line_number(const unsigned char *text, size_t position);

/*
 * Decodes the first bytes of a field into `out`, as many as fit, and removes them from the field.
 * Returns their number; 0 at the end. `capacity` is at least ESCAPE_MAX (base/escape.h); up to
 * ESCAPE_MAX - 1 of it may stay unused before the end. The field must come from edit_script_next().
 */
size_t edit_field_take(struct edit_field *field, unsigned char *out, size_t capacity);

/* Appends all bytes of a field; zeros for EDIT_FIELD_COUNT. An error leaves `out` as it was. */
bool edit_field_decode(const struct edit_field *field, struct buffer *out, struct error *error);

/* An edit with few bytes, all in memory. */
struct edit_short {
    uint64_t offset;
    const unsigned char *old_bytes;
    size_t old_length;
    const unsigned char *new_bytes;
    size_t new_length;
};
enum { EDIT_SHORT_MOST = 64 }; /* bytes of one side */

/* Appends a whole line. Much faster than printing it in parts, as below. */
bool edit_script_print_short(struct buffer *out, const struct edit_short *edit,
                             struct error *error);

/* The same, for many lines whose offsets rise; `front` has zeros before the first. */
bool edit_script_print_near(struct buffer *out, const struct edit_short *edit,
                            struct decimal_near *front, struct error *error);

/*
 * Printing is done in parts, so that OLD and NEW may be larger than memory. A line is an offset, a
 * field, EDIT_SCRIPT_BLANK, a field and EDIT_SCRIPT_NEWLINE. A field is any number of calls of
 * edit_script_print_bytes(), or one of edit_script_print_count(), or EDIT_SCRIPT_NOTHING. Append
 * the single characters with buffer_append_byte().
 */
enum { EDIT_SCRIPT_NOTHING = '-', EDIT_SCRIPT_BLANK = ' ', EDIT_SCRIPT_NEWLINE = '\n' };

/* The offset and the blank behind it. */
bool edit_script_print_offset(struct buffer *out, uint64_t offset, struct error *error);

/* Prints hex digits; `length` is at least 1 in the whole field. */
bool edit_script_print_bytes(struct buffer *out, const unsigned char *bytes, size_t length,
                             struct error *error);

/* +N. */
bool edit_script_print_count(struct buffer *out, uint64_t count, struct error *error);

#endif
