/*
 * positions.h - the positions and ranges of a request, resolved against a file.
 *
 * base/range.h parses them and resolves those that are given in bytes. A line (LN, L-N) is found
 * here, by reading the file: LN by counting newlines from the start on, L-N from the end back. The
 * line behind the last one starts at the end of the file. In a window lines count from its start.
 *
 * To be called once for each position, with the file locked: the lines of a file that grows may be
 * others the next time. TYPE decides what a newline is: see line_unit(). An error that is not about
 * the range is one of reading the file.
 */
#ifndef MMTOOL_POSITIONS_H
#define MMTOOL_POSITIONS_H

#include "mapping/lines.h"

enum positions_beyond {
    POSITIONS_REJECT, /* a line beyond the file is an error */
    POSITIONS_CLAMP,  /* it is the end of the file; in front of the first line, its start */
};

/*
 * Replaces the lines of a range by offsets, first that of its start. On an error the start may have
 * been replaced.
 */
bool positions_settle(const struct mapping *mapping, const struct byte_type *type,
                      enum positions_beyond beyond, struct range_spec *spec, struct error *error);

/* Bytes of a stream that stay held in front of the start of a range. */
struct positions_kept {
    uint64_t lines; /* the line of the start, and those before it; 0: not even that line */
    /* Called before bytes up to `offset` are dropped; or NULL. */
    bool (*drop)(void *context, uint64_t offset, struct error *error);
    void *context;
};

/*
 * Reads a stream that goes on until the start of a range with lines has arrived, or the range is
 * known to be empty. Replaces its lines by offsets; an end that has not arrived is left open: see
 * mapping_line_end(). Does nothing for other mappings and ranges. To be called before any byte of
 * the window is dropped.
 */
bool positions_await(struct mapping *mapping, const struct byte_type *type,
                     enum positions_beyond beyond, const struct positions_kept *kept,
                     struct range_spec *spec, struct error *error);

/*
 * The end of a range as a target for the bytes of a stream from its first one on. False if the end
 * depends on the stream's length.
 */
bool positions_end_target(const struct range_spec *spec, const struct byte_type *type,
                          struct line_target *end);

/* Parses and resolves a range that must lie within the file. */
bool positions_range(const struct mapping *mapping, const struct byte_type *type, const char *text,
                     struct range *range, struct error *error);

/* As position_resolve(), but for a text. */
bool positions_offset(const struct mapping *mapping, const struct byte_type *type, const char *text,
                      uint64_t *offset, struct error *error);

#endif
