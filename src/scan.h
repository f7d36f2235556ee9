/*
 * scan.h - walks a mapping for a pattern: windows, holes, the order of results.
 *
 * The one way through a file for find, rfind and lines. Results come in order:
 * ascending forwards, descending backwards.
 */
#ifndef MMTOOL_SCAN_H
#define MMTOOL_SCAN_H

#include "mapping.h"
#include "pattern.h"

struct match {
    uint64_t offset; /* file-absolute */
    uint64_t length;
};

struct scan {
    const struct mapping *mapping;
    const struct pattern *pattern;
    struct range range; /* a match lies wholly inside */
    bool backward;
    bool overlapping;
};

enum scan_answer { SCAN_CONTINUE, SCAN_STOP, SCAN_ERROR };

/*
 * Takes the next matches, in order. SCAN_STOP: enough; SCAN_ERROR: `error` was
 * filled and the scan fails with it.
 */
typedef enum scan_answer scan_report(void *context, const struct match *matches, size_t count,
                                     struct error *error);

/* Goes through the range. Fixed memory, whatever the file. */
bool scan_run(const struct scan *scan, scan_report *report, void *context, struct error *error);

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
 * `count` lines of the range begin. The file is read no further than needed.
 */
bool scan_lines_forward(const struct mapping *mapping, struct range range, uint64_t count,
                        uint64_t *end, struct error *error);
bool scan_lines_backward(const struct mapping *mapping, struct range range, uint64_t count,
                         uint64_t *start, struct error *error);

#endif
