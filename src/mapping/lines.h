/*
 * lines.h - where the lines and strings of a file begin and end.
 *
 * A line ends with its newline or with the file. No more of the file is read than needed, and no
 * holes: they have no newlines. Nearby bytes stay in the reader, so going from line to line reads
 * each part of the file once.
 *
 * A newline is one unit of the reader: a byte, or U+000A in two bytes. Units are counted from an
 * offset that each function names. A range may have half a unit too much: in front it belongs to no
 * line, at the end to the last line.
 */
#ifndef MMTOOL_LINES_H
#define MMTOOL_LINES_H

#include "base/bytes.h"
#include "mapping/reader.h"

/* The unit of a newline in text of that type: a byte, unless the type is UTF-16. NULL: a byte. */
struct code_unit line_unit(const struct byte_type *type);

/*
 * The start of the line that contains `offset`, but at least `limit`; and its end, including the
 * newline, but at most `limit`. Units are counted from `offset`.
 */
bool line_start(struct reader *reader, uint64_t offset, uint64_t limit, uint64_t *start,
                struct error *error);
bool line_end(struct reader *reader, uint64_t offset, uint64_t limit, uint64_t *end,
              struct error *error);

/*
 * Of a stream (struct incoming) only the held bytes count: the first line begins with the first of
 * them, and the last line ends with the last, whole or not.
 */

/*
 * The end of the first `count` lines of the range, with units counted from range.start; and the
 * start of its last `count` lines, with units counted back from range.end.
 */
bool lines_forward(struct reader *reader, struct range range, uint64_t count, uint64_t *end,
                   struct error *error);
bool lines_backward(struct reader *reader, struct range range, uint64_t count, uint64_t *start,
                    struct error *error);

/*
 * Passes newlines until `*count` are passed or the range ends, and subtracts the passed ones from
 * `*count`. `*end` is the end of the last one if all were passed, else that of the range.
 */
bool lines_pass(struct reader *reader, struct range range, uint64_t *count, uint64_t *end,
                struct error *error);
/* The mirror image. `*behind` is still the end of a newline, else the range's first whole unit. */
bool lines_pass_back(struct reader *reader, struct range range, uint64_t *count, uint64_t *behind,
                     struct error *error);

/* Takes the newline, if there is one, off the end of a line. */
bool line_strip(struct reader *reader, struct range *line, struct error *error);

/*
 * The offset of the first unit of zeros, or range.end. A unit is that of the reader, counted from
 * range.start. For ranges that start further and further on: see reader_rising().
 */
bool string_end(struct reader *reader, struct range range, uint64_t *end, struct error *error);

#endif
