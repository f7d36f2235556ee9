/*
 * rescan.h - searches short parts of a mapping again, one after the other.
 *
 * For the matches of one line after another: what a search needs is made once, not for each part.
 */
#ifndef MMTOOL_RESCAN_H
#define MMTOOL_RESCAN_H

#include "scan/scan.h"

struct rescan;

/*
 * Matches are those of `scan` within its range, but always found forwards, in the calling thread.
 * Of a stream, only the bytes that are needed are read; scan->pause() is called before that, with
 * the context of rescan_run(). Copies `scan`; NULL and an error if memory is short.
 */
struct rescan *rescan_new(const struct scan *scan, struct error *error);
void rescan_free(struct rescan *rescan);

/*
 * Reports, in order, the matches that start in `starts`, however far they reach. The first is
 * found as if no match were before it. `starts` ends at most at the end of the scan's range, or a
 * byte behind that if a match can be empty. The report must not drop bytes of a stream.
 */
bool rescan_run(struct rescan *rescan, struct range starts, scan_report *report, void *context,
                struct error *error);

#endif
