/* decimal.h - integers as decimal digits, fast enough for millions of offsets. */
#ifndef MMTOOL_DECIMAL_H
#define MMTOOL_DECIMAL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { DECIMAL_MAX = 20 };

/* Writes the digits, without a NUL behind them. Returns their number, at least 1. */
size_t decimal_write(uint64_t number, char out[DECIMAL_MAX]);

/* 00 to 99 */
extern const char decimal_pairs[2 * 100 + 1];

/* Digits of a number, for those near it. Zeros: there is none. */
struct decimal_near {
    uint64_t start; /* a multiple of DECIMAL_NEAR, which all these digits are in front of; */
    size_t length;  /*   their number; 0: there is none */
    char digits[DECIMAL_MAX];
};
enum { DECIMAL_NEAR = 10000, DECIMAL_NEAR_DIGITS = 4 };

/* As decimal_write(), and keeps digits. */
size_t decimal_write_far(struct decimal_near *front, uint64_t number, char out[DECIMAL_MAX]);

/*
 * As decimal_write(); faster if the number before had the same digits but for the last four. May
 * write all of `out`.
 */
static inline size_t decimal_write_near(struct decimal_near *front, uint64_t number,
                                        char out[DECIMAL_MAX])
{
    if (front->length == 0 || number < front->start || number - front->start >= DECIMAL_NEAR)
        return decimal_write_far(front, number, out);
    uint32_t four = (uint32_t)(number - front->start);
    memcpy(out, front->digits, DECIMAL_MAX - DECIMAL_NEAR_DIGITS); /* as many as there can be */
    memcpy(out + front->length, decimal_pairs + four / 100 * 2, 2);
    memcpy(out + front->length + 2, decimal_pairs + four % 100 * 2, 2);
    return front->length + DECIMAL_NEAR_DIGITS;
}

#endif
