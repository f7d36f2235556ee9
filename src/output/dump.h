/*
 * dump.h - rows of offset, hex digits and text, as xxd prints them.
 *
 * Eight or more hex digits of offset, sixteen bytes in pairs, and their ASCII text. `xxd -r` reads
 * them back. On a terminal, bytes have colours by class, and a run of equal rows is shown as its
 * first row and a `*`.
 */
#ifndef MMTOOL_DUMP_H
#define MMTOOL_DUMP_H

#include "output/output.h"

enum { DUMP_ROW = 16 };

struct dump {
    struct output *output;
    uint64_t offset; /* file offset of the current row */
    unsigned char row[DUMP_ROW];
    size_t length; /* bytes in the current row */
    bool color;
    bool fold; /* show equal rows once */
    unsigned char last[DUMP_ROW];
    bool has_last; /* `last` holds the row before this one, which was complete */
    bool folded;   /* the `*` for `last` was printed */
};

/* `offset` is the file offset of the first byte. Nothing needs to be released. */
void dump_init(struct dump *dump, struct output *output, uint64_t offset, bool color, bool fold);

/* Adds bytes to the dump, in parts of any size. */
bool dump_bytes(struct dump *dump, const unsigned char *bytes, size_t length, struct error *error);

/* Prints the last row, which may be short. It is shown even if it equals the one before. */
bool dump_end(struct dump *dump, struct error *error);

#endif
