/*
 * residency.h - how much of a file is in memory, and where.
 *
 * Holes are skipped: they take hardly any memory, and a file may have terabytes of them.
 */
#ifndef MMTOOL_RESIDENCY_H
#define MMTOOL_RESIDENCY_H

#include "mapping.h"

enum { RESIDENCY_CELLS = 64, RESIDENCY_MOST_CELLS = 512 };

struct residency {
    bool known;              /* false: the system does not tell for this file */
    uint64_t pages;          /* that contain bytes of the range */
    uint64_t resident_pages; /* of them in memory */
    uint64_t resident;       /* bytes of the range in memory */
    uint64_t cell_pages;     /* pages of one cell */
    struct range range;      /* in the file, not in the window */
    uint64_t first;          /* offset of the first cell in the file */
    uint64_t cell_bytes;
    size_t cell_count;
    uint64_t cells[RESIDENCY_MOST_CELLS]; /* resident pages in each, first to last */
    uint64_t data[RESIDENCY_MOST_CELLS];  /* bytes in each that are in no hole */
};

/*
 * Fills `residency` for a range of the mapping, which must not be a stream. `most` is the number of
 * cells, at most RESIDENCY_MOST_CELLS; a small file has fewer.
 */
bool residency_of(const struct mapping *mapping, struct range range, size_t most,
                  struct residency *residency, struct error *error);

/* One character for each cell: '#' all its pages are in memory, '+' some, '.' none. */
void residency_map(const struct residency *residency, char text[RESIDENCY_MOST_CELLS + 1]);
/* The same: '#' all its bytes are data, '+' some, '.' none, it is a hole. */
void residency_data_map(const struct residency *residency, char text[RESIDENCY_MOST_CELLS + 1]);

#endif
