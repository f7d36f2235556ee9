/*
 * bytes_vectors.h - values in a text become bytes, many at once; for bytes_*.c and for tests.
 *
 * Each function reads values at the front of a text, as long as they are written as `read` prints
 * them, and it may stop anywhere: what it does not know, or what may be wrong, is left to the code
 * that reads one value after the other. So a function need not tell errors.
 */
#ifndef MMTOOL_BYTES_VECTORS_H
#define MMTOOL_BYTES_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads from `text`, of which `length` bytes and BYTE_TEXT_SLACK more are readable. Appends at
 * `*out`, which has room for the values and BYTE_VECTOR_SLACK bytes more, and moves it. Returns how
 * much of the text was read; 0 if it begins with something else, or is shorter than a vector.
 */
typedef size_t byte_run(const unsigned char *text, size_t length, unsigned char **out);

enum { BYTE_VECTOR_SLACK = 64 };

/* Which integers to read. */
struct integer_limits {
    uint64_t most[2]; /* the greatest magnitude: of numbers without and with a minus sign */
    unsigned size;    /* bytes of a value: 1, 2, 4 or 8 */
    bool big;         /* the byte order */
};

/* As byte_run(). The text begins a number, or with a blank. Decimals only. */
typedef size_t integer_run(const struct integer_limits *limits, const unsigned char *text,
                           size_t length, unsigned char **out);

/* As byte_run(). Reads UTF-8 and writes UTF-16: at most 2 * length bytes. */
typedef size_t utf16_run(bool big, const unsigned char *text, size_t length, unsigned char **out);

/* The functions for one instruction set; NULL: there is none. */
struct byte_vectors {
    byte_run *hex;
    byte_run *escape;
    utf16_run *utf16;
    integer_run *integers;
};

/* In plain C, and for x86 processors with AVX2 and with AVX-512VBMI2. */
extern const struct byte_vectors byte_vectors_portable, byte_vectors_avx2, byte_vectors_vbmi2;

/* Whether escape_vbmi2.c and bytes_vbmi2.c, which are built with the same options, run here. */
bool byte_vectors_are_vbmi2(void);

/* Those for this processor. */
const struct byte_vectors *byte_vectors_chosen(void);

/* All that run here; NULL: none at all. Returns their number, at most BYTE_VECTORS_MOST. For tests.
 */
enum { BYTE_VECTORS_MOST = 4 };
size_t byte_vectors_list(const struct byte_vectors *list[BYTE_VECTORS_MOST]);

#endif
