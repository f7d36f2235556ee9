/*
 * lines.h - where the lines of a file begin and end.
 *
 * A line ends with its newline or with the file; the file is read no further
 * than needed.
 */
#ifndef MMTOOL_LINES_H
#define MMTOOL_LINES_H

#include "mapping.h"

/*
 * The start of the line that holds `offset`: behind the last newline before it,
 * not before `limit`. And the end of that line, its newline included, not behind
 * `limit`.
 */
bool scan_line_start(const struct mapping *mapping, uint64_t offset, uint64_t limit,
                     uint64_t *start, struct error *error);
bool scan_line_end(const struct mapping *mapping, uint64_t offset, uint64_t limit, uint64_t *end,
                   struct error *error);

/* The offset of the first `byte` in the range, or range.end. */
bool scan_byte(const struct mapping *mapping, struct range range, unsigned char byte,
               uint64_t *offset, struct error *error);

/*
 * Where `count` lines end, counted from range.start on; and where the last
 * `count` lines of the range begin.
 */
bool scan_lines_forward(const struct mapping *mapping, struct range range, uint64_t count,
                        uint64_t *end, struct error *error);
bool scan_lines_backward(const struct mapping *mapping, struct range range, uint64_t count,
                         uint64_t *start, struct error *error);

#endif
