/*
 * lines.h - where the lines of a file begin and end.
 *
 * A line ends with its newline or with the file. The file is read no further than
 * needed, and its holes, where no newline is, not at all. Nearby bytes stay in
 * the window, so going from line to line reads each part of the file once.
 */
#ifndef MMTOOL_LINES_H
#define MMTOOL_LINES_H

#include "window.h"

/*
 * The start of the line that holds `offset`: behind the last newline before it,
 * not before `limit`. And the end of that line, its newline included, not behind
 * `limit`.
 */
bool line_start(struct window *window, uint64_t offset, uint64_t limit, uint64_t *start,
                struct error *error);
bool line_end(struct window *window, uint64_t offset, uint64_t limit, uint64_t *end,
              struct error *error);

/*
 * Where `count` lines end, counted from range.start on; and where the last
 * `count` lines of the range begin.
 */
bool lines_forward(struct window *window, struct range range, uint64_t count, uint64_t *end,
                   struct error *error);
bool lines_backward(struct window *window, struct range range, uint64_t count, uint64_t *start,
                    struct error *error);

/* The offset of the first `byte` in the range, or range.end. */
bool scan_byte(const struct mapping *mapping, struct range range, unsigned char byte,
               uint64_t *offset, struct error *error);

#endif
