/*
 * compare.h - the differences of two byte strings in memory.
 *
 * Insertions and deletions are found, not only changed bytes. Time is linear in the lengths. Memory
 * is at most COMPARE_MEMORY, whatever the lengths.
 *
 * The folder compare: pure. It knows base alone. In reading order:
 *
 *   compare.c       goes through both strings and reports the differences
 *   equal.c         how long two places are equal, and where they differ; holes are skipped
 *   nearby.c        the next match behind a mismatch, within 256 bytes to 128 KiB
 *   blocks.c        long matches anywhere, by an index of blocks (as rsync and xdelta find them)
 *   chain.c         the heaviest sequence of matches that is in order in both strings
 *   shortest.c      the shortest script for two short strings (Myers 1986)
 *   emit.c          puts differences in their normal form
 *   internal.h      what these files share
 */
#ifndef MMTOOL_COMPARE_H
#define MMTOOL_COMPARE_H

#include "base/checked.h"
#include "base/diag.h"

#include <stddef.h>

enum { COMPARE_MEMORY = 64 * 1024 * 1024 };

/* The first byte at or after `offset` that may be other than zero; the length if there is none. */
typedef uint64_t compare_next_data(const void *context, uint64_t offset);

/* A byte string. The bytes must not change during the comparison, or the result is meaningless. */
struct compare_text {
    const unsigned char *bytes;
    size_t length;
    compare_next_data *next_data; /* of a sparse file; or NULL */
    const void *context;          /* argument of next_data */
};

/* Bytes [old_start, old_end) of the old string are replaced by [new_start, new_end) of the new. */
struct compare_gap {
    size_t old_start, old_end;
    size_t new_start, new_end;
};

/*
 * Takes a difference. They come in rising order, and the bytes between two of them are equal. A
 * gap whose sides have one length differs in each byte; an insertion or deletion is as far to the
 * right as it can be. False ends the comparison, with an error.
 */
typedef bool compare_take(void *context, const struct compare_gap *gap, struct error *error);

struct compare_pair {
    struct compare_text old_text, new_text;
    compare_take *take;
    void *context; /* argument of `take` */
};

/* Reports all differences. Memory can run short before, between and after them. */
bool compare_texts(const struct compare_pair *pair, struct error *error);

/* Compares byte by byte; the lengths must be equal. */
bool compare_in_place(const struct compare_pair *pair, struct error *error);

/* How many bytes of [start, end), which must lie in both strings, differ in place. */
uint64_t compare_count(const struct compare_pair *pair, size_t start, size_t end);

#endif
