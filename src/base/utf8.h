/*
 * utf8.h - characters as UTF-8 bytes.
 *
 * Pure; does not depend on the locale. Well-formed means table 3-7 of the Unicode standard: no
 * overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef MMTOOL_UTF8_H
#define MMTOOL_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX = 4 }; /* bytes of the longest character */

/*
 * Reads the well-formed character at the start of `text` into `*code_point`. Returns its length in
 * bytes, or 0 if there is none.
 */
size_t utf8_decode(const unsigned char *text, size_t length, uint32_t *code_point);

/*
 * Writes `code_point`, which is no surrogate and at most 0x10ffff. Returns the length in
 * bytes.
 */
size_t utf8_encode(uint32_t code_point, unsigned char out[UTF8_MAX]);

/*
 * Writes the first character of `text` (length at least 1) for a message, so that it is safe on a
 * terminal; as \xHH if it is not UTF-8. Returns `out`.
 */
enum { UTF8_QUOTED_MAX = 2 * UTF8_MAX + 4 };
const char *utf8_quote(char out[UTF8_QUOTED_MAX], const void *text, size_t length);

#endif
