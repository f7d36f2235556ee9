/*
 * scan.h - walks a mapping for a pattern: windows, threads, holes, the order of results.
 *
 * The one way through a file for find, rfind and splice --pattern. Results come
 * in order, ascending forwards and descending backwards, and do not depend on
 * the number of threads nor on the size of windows:
 *
 *   pattern.c           what a search looks for, compiled from operands
 *   scan.c              the walk in order, which reports
 *   stream.c            the walk over a stream that is read as it comes
 *   finder.c            the matches of one piece of the file
 *   task.c              what a task holds: the matches of its piece, and what is said of their
 *                       lines
 *   internal.h          what the files of scan share
 *   pieces.c            cuts the range of a scan into pieces; holes are left out
 *   view.c              which pieces of a scan are seen through a view, and the fall back to reads
 *   threads.c           many pieces of a scan at once
 */
#ifndef MMTOOL_SCAN_H
#define MMTOOL_SCAN_H

#include "base/buffer.h"
#include "mapping.h"
#include "mapping/lines.h"
#include "scan/pattern.h"

struct match {
    uint64_t offset; /* file-absolute */
    uint64_t length;
};

enum scan_answer { SCAN_CONTINUE, SCAN_STOP, SCAN_ERROR };

/* What a report gets: matches in order, and what scan_text() said of them. */
struct scan_batch {
    const struct match *matches;
    size_t count;
    uint64_t between; /* with count_lines: matches left out, before the last one */
    const unsigned char *text;
    const size_t *text_ends; /* that of match i starts where that of i - 1 ends; NULL: no texts */
    size_t text_start;       /* that of the first */
};

/*
 * Takes the next matches, in order. SCAN_STOP: enough; SCAN_ERROR: `error` was
 * filled and the scan fails with it. Called by the thread that called scan_run().
 */
typedef enum scan_answer scan_report(void *context, const struct scan_batch *batch,
                                     struct error *error);

/*
 * Appends to `text` what is to be said of a line in which a match begins: `length` bytes
 * that start at `offset`, newline left out. Called by any thread. The bytes may be those of
 * a view, so they change and fault: see window_show().
 */
typedef bool scan_text(const void *context, uint64_t offset, const unsigned char *bytes,
                       size_t length, struct buffer *text, struct error *error);

/*
 * The search goes on, without a result for now: a moment to hand on what was
 * reported, and to show progress. All matches that start before `at` (backwards: at
 * it or behind) have been reported. False ends the scan with `error`.
 */
typedef bool scan_pause(void *context, uint64_t at, struct error *error);

/*
 * Of a stream: from where on its bytes may still be asked for by the report, when all
 * matches that start before `at` have been reported. At most `at`.
 */
typedef bool scan_keep(void *context, uint64_t at, uint64_t *from, struct error *error);

struct scan {
    const struct mapping *mapping;
    struct mapping *stream; /* the mapping, if it is a stream read as it comes; else NULL */
    const struct pattern *pattern;
    /*
     * A match lies wholly inside. An expression looks at the bytes before the range
     * (for ^ and \b), while the range's end is for it the end of the text.
     */
    struct range range; /* of a stream that goes on: as far as the stream, at most */
    bool backward;
    /*
     * Not overlapping: forwards the next match begins where the one before ends (a
     * byte behind that if it was empty); backwards it ends where the one before began.
     */
    bool overlapping;
    /*
     * Forward, of a pattern that cannot match a newline: the first match of each line is
     * enough. Of those that one call of the report gets, no two begin in the same line; the
     * first may begin in that of the last one before. Of an expression it may be another match
     * of that line, or the end of one, and it may be told to reach as far as the line's newline.
     */
    bool by_line;
    bool count_lines;         /* with by_line: matches but the first and last may be left out */
    scan_text *line_text;     /* with by_line; may be NULL. Lines that are cut by the borders of */
    const void *text_context; /* what is read at once have no text, nor have very many of them */
    unsigned threads;         /* at most so many at work; 0: one a processor */
    size_t window;            /* bytes a piece has; 0: what is fastest. For tests */
    bool view_all;            /* through views, fast or not. For tests */
    size_t view_most;  /* bytes of the file a thread may have in a view; 0: what is fastest */
    scan_pause *pause; /* may be NULL; gets the context of the report */
    scan_keep *keep;   /* likewise */
};

/*
 * Goes through the range. Fixed memory, whatever the file: of a view a thread keeps at most
 * 8 MiB and a pattern's reach in memory. Where bytes change meanwhile, a match is one of some
 * moment; a file that is cut short meanwhile is an error.
 *
 * A stream is searched forwards only, and read on when all that is certain has been reported;
 * before each read, which may wait long, there is a pause. The report may read on, too. What is
 * held of it is a match's length, or what the report wants to be kept, at most twice as much.
 */
bool scan_run(const struct scan *scan, scan_report *report, void *context, struct error *error);

#endif
