/*
 * escape.h - bytes as C escapes, in operands and in the quotes of edit scripts.
 *
 * \n \t \r \a \b \f \v \\ \" stand for one byte each, \xHH (always two digits)
 * and \ooo (one to three octal digits, at most \377) for a byte by its value,
 * \uHHHH (always four digits) for a character in UTF-8. Two digits and no more
 * behind \x, other than in C, so that any text may follow. Nothing else may
 * stand behind a backslash.
 */
#ifndef MMTOOL_ESCAPE_H
#define MMTOOL_ESCAPE_H

#include "base/buffer.h"

/* The most bytes that one escape stands for. */
enum { ESCAPE_MAX = 4 };

/*
 * Reads the escape whose backslash is text[*position] and moves `*position`
 * behind it. Returns the number of bytes it stands for; 0 and an error, which
 * counts columns from the beginning of `text`, if it is none.
 */
size_t escape_read(const unsigned char *text, size_t length, size_t *position,
                   unsigned char out[ESCAPE_MAX], struct error *error);

/*
 * Appends the bytes as printable ASCII on one line, from which escape_read()
 * makes the same bytes again. Each byte stands for itself: parts may be appended
 * one after another.
 */
bool escape_append(struct buffer *text, const unsigned char *bytes, size_t length,
                   struct error *error);

#endif
