/*
 * dump.h - rows of offset, hex digits and text, as xxd prints them.
 *
 * Eight hex digits of offset, sixteen bytes in pairs, their ASCII text: `xxd -r`
 * reads them back. For people at a terminal the bytes are coloured by class, and
 * a run of equal rows is shown as its first one and a `*`.
 */
#ifndef MMTOOL_DUMP_H
#define MMTOOL_DUMP_H

#include "output/output.h"

enum { DUMP_ROW = 16 };

struct dump {
    struct output *output;
    uint64_t offset; /* of the row at hand in the file */
    unsigned char row[DUMP_ROW];
    size_t length; /* bytes gathered in the row */
    bool color;
    bool fold; /* equal rows are shown once */
    unsigned char last[DUMP_ROW];
    bool has_last; /* a whole row was printed before this one */
    bool folded;   /* the `*` for it, too */
};

/* `offset` is that of the first byte. Nothing needs to be released. */
void dump_init(struct dump *dump, struct output *output, uint64_t offset, bool color, bool fold);

/* Bytes may be given in pieces of any size. */
bool dump_bytes(struct dump *dump, const unsigned char *bytes, size_t length, struct error *error);

/* The last row: shorter than the others, or shown although it equals the one before. */
bool dump_end(struct dump *dump, struct error *error);

#endif
