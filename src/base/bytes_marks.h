/* bytes_marks.h - sets of marks, a bit for each of 64 characters, lowest first; for bytes_avx2.c
 * and bytes_vbmi2.c, whose compilers have the builtins of GCC. */
#ifndef MMTOOL_BYTES_MARKS_H
#define MMTOOL_BYTES_MARKS_H

#include <stddef.h>
#include <stdint.h>

/* The marks below the lowest one of `marks`; all if there is none. */
static inline uint64_t below(uint64_t marks)
{
    return ~marks & (marks - 1);
}

/* The place of the highest mark; there must be one. */
static inline size_t highest_mark(uint64_t marks)
{
    return 63 - (size_t)__builtin_clzll(marks);
}

/* At each mark, whether an odd number of them is in front of it or at it. */
static inline uint64_t mark_odd(uint64_t marks)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        marks ^= marks << shift;
    return marks;
}

/*
 * Marks the hex digits of the pairs in front of the first character that is wrong. Separators are
 * between pairs, line breaks also within. `*length`: of the text of these pairs.
 */
static inline uint64_t mark_hex_pairs(uint64_t digits, uint64_t separators, uint64_t breaks,
                                      size_t *length)
{
    uint64_t odd = mark_odd(digits);
    uint64_t wrong = ~(digits | separators) | (odd & separators & ~breaks);
    uint64_t seconds = digits & ~odd & below(wrong); /* of the pairs */
    *length = seconds ? highest_mark(seconds) + 1 : 0;
    return seconds ? digits & (UINT64_MAX >> (64 - *length)) : 0;
}

/* Marks the backslashes that begin an escape: in each row of them the first, the third ... */
static inline uint64_t mark_escapes(uint64_t backslashes)
{
    const uint64_t even = UINT64_C(0x5555555555555555);
    uint64_t first = backslashes & ~(backslashes << 1);
    /* The carry of this sum clears the rows that begin at even places. */
    uint64_t in_even_rows = backslashes & ~(backslashes + (first & even));
    return (in_even_rows & even) | (backslashes & ~in_even_rows & ~even);
}

#endif
