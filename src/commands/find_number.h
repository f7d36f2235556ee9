/*
 * find_number.h - find --line-number: the numbers of lines.
 *
 * Lines count from the file's start, or the window's, whatever RANGE is. The first number costs a
 * pass over the bytes before it; each further one, over the bytes between the two.
 */
#ifndef MMTOOL_FIND_NUMBER_H
#define MMTOOL_FIND_NUMBER_H

#include "mapping/lines.h"

/* How many newlines are before an offset. */
struct line_count {
    uint64_t at;
    uint64_t newlines;
};

/* Zeroed but for reader.mapping and reader.unit at the start. */
struct line_numbers {
    struct reader reader;
    struct line_count last[2]; /* before even offsets, and (UTF-16) before odd ones */
};

void line_numbers_release(struct line_numbers *numbers);

/* The number, from 1, of the line that contains `offset`. Units are counted from `offset`. */
bool line_number(struct line_numbers *numbers, uint64_t offset, uint64_t *number,
                 struct error *error);

/*
 * To be called before the bytes of a stream before `offset` are dropped: counts their newlines.
 * Later calls are for offsets from there on.
 */
bool line_numbers_pass(struct line_numbers *numbers, uint64_t offset, struct error *error);

#endif
