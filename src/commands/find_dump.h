/*
 * find_dump.h - what find_dump.c, find_dump_rows.c and find_dump_groups.c share.
 *
 * Rows start at multiples of the columns, whatever the RANGE. Each row is printed once. Rows that
 * are not printed leave a line: "--" between matches, "..." in the middle of a long match.
 */
#ifndef MMTOOL_FIND_DUMP_H
#define MMTOOL_FIND_DUMP_H

#include "commands/find.h"
#include "output/dump_row.h"

struct dump_results {
    struct results *results;
    struct dump_layout layout;
    struct reader reader;
    uint64_t around; /* bytes of the rows on each side of a match */
    bool any_printed;
    bool apart; /* the next row follows no row of its group: it needs a line in front */

    /* The matches taken so far, and the rows printed for them, in ascending order. */
    bool any;                               /* there is such a match */
    uint64_t printed;                       /* rows before this offset were printed or left out */
    uint64_t row;                           /* start of the row in which the last match starts, */
    unsigned char styles[DUMP_COLUMNS_MAX]; /* and the enum dump_style of its bytes */
    uint64_t marked_end;     /* bytes from that row's end to here belong to matches */
    struct range head, tail; /* rows that are to be printed */
    bool inside;             /* the rows left out before the head belong to one match */
    uint64_t limit;          /* rows from this offset on are not printed */

    /* Backward: a group is matches whose rows touch or overlap. */
    struct match *group; /* in descending order; owned */
    size_t group_count, group_capacity;
};

/* ---- find_dump_rows.c: ascending ------------------------------------------------------------- */

/* Prints what is to be printed before this match in ascending order, and adds the match. */
bool dump_rows_take(struct dump_results *dump, const struct match *match, struct error *error);

/* Prints the rows before `limit`, where no more matches start. UINT64_MAX: all of them. */
bool dump_rows_until(struct dump_results *dump, uint64_t limit, struct error *error);

/* Starts with other matches. Rows before `start` are not printed. */
void dump_rows_restart(struct dump_results *dump, uint64_t start);

/* End of the rows that are to be printed for the matches taken so far. */
static inline uint64_t dump_rows_wanted_end(const struct dump_results *dump)
{
    return maximum_u64(dump->head.end, dump->tail.end);
}

/* Start of the row of a byte. */
static inline uint64_t dump_row_of(const struct dump_results *dump, uint64_t offset)
{
    return offset - offset % dump->layout.columns;
}

/* Start of the first row around a match. */
uint64_t dump_rows_start(const struct dump_results *dump, const struct match *match);

/* End of the last row around a match. */
uint64_t dump_rows_end(const struct dump_results *dump, const struct match *match);

/* ---- find_dump_groups.c: backwards ----------------------------------------------------------- */

/* Adds a match to its group. Prints the group before it, if that is complete. */
bool dump_group_take(struct dump_results *dump, const struct match *match, struct error *error);

/* Prints the current group, if any, in the order of the file. */
bool dump_group_print(struct dump_results *dump, struct error *error);

#endif
