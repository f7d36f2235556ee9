/*
 * utf8.h - characters as UTF-8 bytes.
 *
 * Pure, and without the locale. Well-formed is what table 3-7 of the Unicode
 * standard says: no overlong forms, no surrogates, nothing over U+10FFFF.
 */
#ifndef MMTOOL_UTF8_H
#define MMTOOL_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The longest character, in bytes. */
enum { UTF8_MAX = 4 };

/* Length in bytes of the well-formed character that `text` begins with; 0 if there is none. */
size_t utf8_decode(const unsigned char *text, size_t length, uint32_t *code_point);

/* Writes `code_point`, which is no surrogate and at most 0x10ffff; returns the bytes written. */
size_t utf8_encode(uint32_t code_point, unsigned char out[UTF8_MAX]);

/*
 * Writes the first character of `text` (length at least 1) for a message: safe on
 * a terminal, as \xHH where it is not UTF-8. Returns `out`.
 */
enum { UTF8_QUOTED_MAX = 2 * UTF8_MAX + 4 };
const char *utf8_quote(char out[UTF8_QUOTED_MAX], const void *text, size_t length);

#endif
