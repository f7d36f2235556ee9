/*
 * dump.h - many rows of a dump, from bytes that are given in parts.
 *
 * `xxd -r` reads them back. On a terminal, a run of equal rows is shown as its first row and a `*`.
 * dump_row.h prints the rows, and has what they look like.
 */
#ifndef MMTOOL_DUMP_H
#define MMTOOL_DUMP_H

#include "output/dump_row.h"

struct dump {
    struct output *output;
    struct dump_layout layout;
    uint64_t offset; /* file offset of the current row */
    unsigned char row[DUMP_COLUMNS_MAX];
    size_t length; /* bytes in the current row */
    bool fold;     /* show equal rows once */
    unsigned char last[DUMP_COLUMNS_MAX];
    bool has_last; /* `last` holds the row before this one, which was complete */
    bool folded;   /* the `*` for `last` was printed */
};

/* `offset` is the file offset of the first byte. Nothing needs to be released. */
void dump_init(struct dump *dump, struct output *output, const struct dump_layout *layout,
               uint64_t offset, bool fold);

/* Adds bytes to the dump, in parts of any size. */
bool dump_bytes(struct dump *dump, const unsigned char *bytes, size_t length, struct error *error);

/* Prints the last row, which may be short. It is shown even if it equals the one before. */
bool dump_end(struct dump *dump, struct error *error);

#endif
