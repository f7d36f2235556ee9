/*
 * escape.h - bytes as C escapes, in operands and in the quotes of edit scripts.
 *
 * \n \t \r \a \b \f \v \\ \" stand for one byte each; \xHH (always two digits) and \ooo (one to
 * three octal digits, at most \377) for a byte by its value; \uHHHH (always four digits) for a
 * character in UTF-8. All other escapes are errors. Unlike in C, \x takes exactly two digits, so
 * that any text may follow it.
 */
#ifndef MMTOOL_ESCAPE_H
#define MMTOOL_ESCAPE_H

#include "base/buffer.h"

/* The most bytes that one escape stands for, and the longest printed form of a byte. */
enum { ESCAPE_MAX = 4 };

/*
 * Reads the escape whose backslash is text[*position] and moves `*position` past it. Returns the
 * number of bytes it stands for. On error returns 0 and a usage error, which counts columns from
 * the start of `text`.
 */
size_t escape_read(const unsigned char *text, size_t length, size_t *position,
                   unsigned char out[ESCAPE_MAX], struct error *error);

/* The same, but the error does not say where the escape is. */
size_t escape_read_alone(const unsigned char *text, size_t length, size_t *position,
                         unsigned char out[ESCAPE_MAX], struct error *error);

/*
 * Appends the bytes as printable ASCII on one line. escape_read() turns them back into the same
 * bytes. Each byte is printed on its own, so text may be appended in parts. An error leaves `text`
 * as it was.
 */
bool escape_append(struct buffer *text, const unsigned char *bytes, size_t length,
                   struct error *error);

#endif
