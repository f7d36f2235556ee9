/*
 * dump_row.h - one row of a dump: offset, hex digits and text, as xxd prints them.
 *
 * A row has at least eight hex digits of offset, the digits of its bytes in groups, and the bytes
 * as ASCII text. On a terminal each byte has a colour, the same in both columns.
 */
#ifndef MMTOOL_DUMP_ROW_H
#define MMTOOL_DUMP_ROW_H

#include "output/output.h"

enum {
    DUMP_COLUMNS = 16, /* bytes in a row, if the user does not say */
    DUMP_GROUP = 2,    /* bytes in a group, if the user does not say */
    DUMP_COLUMNS_MAX = 256,
};

/* What all rows of a dump have in common. */
struct dump_layout {
    size_t columns; /* bytes in a full row: 1 to DUMP_COLUMNS_MAX */
    size_t group;   /* bytes between two blanks; 0 or more than `columns`: all of the row */
    bool color;
};

#define DUMP_LAYOUT ((struct dump_layout){.columns = DUMP_COLUMNS, .group = DUMP_GROUP})

/* How a byte is shown. All but DUMP_ABSENT differ only in colour. */
enum dump_style {
    DUMP_BY_CLASS, /* in the colour of its class: zero, printable, white space, control, above 127
                    */
    DUMP_UNCOLORED,
    DUMP_MATCH,   /* highlighted */
    DUMP_REMOVED, /* red */
    DUMP_ADDED,   /* green */
    DUMP_ABSENT,  /* as blanks, in both columns */
};

struct dump_row {
    uint64_t offset;
    const unsigned char *bytes;
    const unsigned char *styles; /* an enum dump_style for each byte; NULL: DUMP_BY_CLASS */
    size_t length;               /* at most the columns of the layout */
    char prefix; /* in front of the offset, '-' and '+' in red and green; or '\0': nothing */
};

/* Prints the row and a newline. A row shorter than the others has blanks for the missing digits. */
bool dump_row_print(struct output *output, const struct dump_layout *layout,
                    const struct dump_row *row, struct error *error);

/*
 * Prints full rows in the colour of their class, without prefix: `count` rows of adjacent bytes,
 * the first at `offset`. The fastest way to print many rows.
 */
bool dump_rows_print(struct output *output, const struct dump_layout *layout, uint64_t offset,
                     const unsigned char *bytes, size_t count, struct error *error);

#endif
