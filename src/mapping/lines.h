/*
 * lines.h - where the lines of a file begin and end, and its strings.
 *
 * A line ends with its newline or with the file. The file is read no further than
 * needed, and its holes, where no newline is, not at all. Nearby bytes stay in
 * the window, so going from line to line reads each part of the file once.
 *
 * A newline is one unit of the window: a byte, or U+000A in two bytes, which lie a whole
 * number of units from the offset that a call counts from. Where half a unit is over, it is
 * in no line at the front of a range, and in the last line at the end.
 */
#ifndef MMTOOL_LINES_H
#define MMTOOL_LINES_H

#include "base/bytes.h"
#include "mapping/window.h"

/* The unit in which lines of the type end; of NULL and of all types but UTF-16 it is a byte. */
struct code_unit line_unit(const struct byte_type *type);

/*
 * The start of the line that holds `offset`, from which units are counted: behind the last
 * newline before it, not before `limit`. And the end of that line, its newline included, not
 * behind `limit`.
 */
bool line_start(struct window *window, uint64_t offset, uint64_t limit, uint64_t *start,
                struct error *error);
bool line_end(struct window *window, uint64_t offset, uint64_t limit, uint64_t *end,
              struct error *error);

/*
 * Of a stream (struct incoming) the lines are those of the bytes held: the first one begins with
 * the first byte, the last one ends with the last byte, be it whole or not.
 */

/*
 * Where `count` lines end, units counted from range.start on; and where the last `count`
 * lines of the range begin, units counted from range.end back.
 */
bool lines_forward(struct window *window, struct range range, uint64_t count, uint64_t *end,
                   struct error *error);
/* The same as lines_forward() of bytes behind which more come: `*count` is left, whole lines taken
 * off. */
bool lines_pass(struct window *window, struct range range, uint64_t *count, uint64_t *end,
                struct error *error);
bool lines_backward(struct window *window, struct range range, uint64_t count, uint64_t *start,
                    struct error *error);

/* Takes the newline, if it has one, from the end of a line. */
bool line_strip(struct window *window, struct range *line, struct error *error);

/* The offset of the first unit of `unit` zero bytes, counted from range.start, or range.end. */
bool string_end(const struct mapping *mapping, struct range range, size_t unit, uint64_t *end,
                struct error *error);

#endif
