/*
 * checked.h - arithmetic on sizes that reports overflow.
 *
 * File offsets and lengths are uint64_t everywhere. Once parsed they never exceed OFFSET_MAX, so
 * the sum of two of them cannot wrap. Everything that may exceed it goes through these helpers,
 * which return false if the result does not fit.
 */
#ifndef MMTOOL_CHECKED_H
#define MMTOOL_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The greatest file offset: the greatest signed 64-bit integer. */
#define OFFSET_MAX ((uint64_t)INT64_MAX)

/* a + b as an offset. */
static inline bool checked_add(uint64_t a, uint64_t b, uint64_t *sum)
{
    if (a > OFFSET_MAX || b > OFFSET_MAX - a)
        return false;
    *sum = a + b;
    return true;
}

/* a * b as an offset. */
static inline bool checked_multiply(uint64_t a, uint64_t b, uint64_t *product)
{
    if (b != 0 && a > OFFSET_MAX / b)
        return false;
    *product = a * b;
    return true;
}

/* Converts a 64-bit length to a size in memory, which may have 32 bits. */
static inline bool checked_size(uint64_t length, size_t *size)
{
    if (length > SIZE_MAX)
        return false;
    *size = (size_t)length;
    return true;
}

static inline uint64_t minimum_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t maximum_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static inline size_t minimum_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t maximum_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

#endif
