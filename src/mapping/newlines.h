/*
 * newlines.h - finds and counts the newlines in a span of memory.
 *
 * Pure: no system calls. A newline is one unit: a byte, or U+000A in two bytes. Spans are whole
 * units; see rest_of_units().
 */
#ifndef MMTOOL_NEWLINES_H
#define MMTOOL_NEWLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A code unit of the text: a newline is one, and so is the NUL of a string. Zeroed: a byte. */
struct code_unit {
    size_t more;    /* bytes behind its first one: 0, 1, 3 or 7 */
    size_t newline; /* index of the byte that is '\n' in a newline; the others are 0 */
};

/* The bytes of `length` that are over when it is divided into units; `unit` is a power of two. */
static inline uint64_t rest_of_units(uint64_t length, size_t unit)
{
    return length & (unit - 1);
}

size_t newlines_count(const struct code_unit *unit, const unsigned char *bytes, size_t length);

/*
 * Passes newlines until `*count` are passed or the span ends, and subtracts the passed ones from
 * `*count`. Returns the end of the last newline if all were passed, else `length`.
 */
size_t newlines_pass(const struct code_unit *unit, const unsigned char *bytes, size_t length,
                     uint64_t *count);

/* The mirror image: passes newlines from the end on. Still returns the end of a newline, else 0. */
size_t newlines_pass_back(const struct code_unit *unit, const unsigned char *bytes, size_t length,
                          uint64_t *count);

/*
 * A position that is given by lines, in bytes that arrive piece by piece: `bytes` bytes behind the
 * end of a newline.
 */
struct line_target {
    struct code_unit unit;
    uint64_t from;      /* units and newlines are counted from this offset on */
    uint64_t newlines;  /* how many are still to be passed */
    uint64_t bytes;     /* from there on */
    uint64_t at;        /* offset of the next byte to take */
    uint64_t offset;    /* the position, or UINT64_MAX as long as it is not known */
    bool is_split;      /* the bytes taken end inside a unit of two bytes, */
    unsigned char half; /*   and this is its first one */
};

/* A target whose position is not known yet. */
#define LINE_TARGET_UNKNOWN ((struct line_target){.offset = UINT64_MAX})

/* Takes the next bytes, those at `target->at`. Ignores them if the position is known. */
void line_target_take(struct line_target *target, const unsigned char *bytes, size_t length);

#endif
