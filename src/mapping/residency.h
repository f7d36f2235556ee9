/*
 * residency.h - how much of a file is in memory, and where.
 *
 * Holes are not asked for: they take no memory worth the name, and a file of
 * terabytes may be nothing else.
 */
#ifndef MMTOOL_RESIDENCY_H
#define MMTOOL_RESIDENCY_H

#include "mapping.h"

enum { RESIDENCY_CELLS = 64 };

struct residency {
    bool known;              /* false: the system does not tell us of this file */
    uint64_t pages;          /* that hold bytes of the range */
    uint64_t resident_pages; /* of them in memory */
    uint64_t resident;       /* bytes of the range in memory */
    uint64_t cell_pages;     /* pages a cell stands for */
    size_t cell_count;
    uint64_t cells[RESIDENCY_CELLS]; /* resident pages in each, first to last */
};

/* Fills `residency` for a range of the mapping; spooled streams are not to be asked for. */
bool residency_of(const struct mapping *mapping, struct range range, struct residency *residency,
                  struct error *error);

/* The map: a character a cell, '#' all in memory, '+' some, '.' none. */
void residency_map(const struct residency *residency, char text[RESIDENCY_CELLS + 1]);

#endif
