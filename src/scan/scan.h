/*
 * scan.h - finds the matches of a pattern in a mapping, and reports them in order.
 *
 * Every search of a file goes through scan_run(). Matches are reported in
 * order, ascending forward and descending backward, and do not depend on the
 * number of threads or on the length of the chunks that the file is cut into.
 * Holes are skipped if they cannot match. Knows mappings, search/ and regex/;
 * knows nothing of commands or of edits. In reading order:
 *
 *   pattern.c           compiles the operands of a search
 *   pattern_operands.c  goes through these operands one by one
 *   internal.h          what the files of this folder share
 *   scan.c              runs a scan, with one thread or several
 *   merge.c             reports the matches of chunks in order, each match once
 *   stream.c            searches a stream while it is read
 *   finder.c            finds the matches of one chunk
 *   aligned.c           searches a span for byte strings at allowed offsets
 *   task.c              holds the matches of one chunk, and their texts
 *   rescan.c            searches short parts again, such as the lines with a match
 *   chunks.c            cuts the range of a scan into chunks and skips holes
 *   view.c              decides which chunks are searched in a view, and falls back to reads
 *   threads.c           a ring of tasks that several threads work on
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

/* The matches of one report, in order, with the text that scan->text made for each. */
struct scan_batch {
    const struct match *matches;
    size_t count;
    uint64_t between; /* with count_lines: matches left out before the last one */
    const unsigned char *text;
    const size_t *text_ends; /* text i starts where text i - 1 ends; NULL: no texts */
    size_t text_start;       /* where the first text starts */
    /* With scan->zeros: how far behind each match the next zero is, or SCAN_ZERO_UNKNOWN. May be
     * NULL: they are not known. */
    const unsigned char *zeros;
    uint64_t next_line; /* by line: start of the line after that of the last match, if it has a
                           text;      else 0 */
};

enum { SCAN_ZERO_UNKNOWN = 255 };

/* Where the text of match `i` starts. */
static inline size_t scan_text_start(const struct scan_batch *batch, size_t i)
{
    return i > 0 ? batch->text_ends[i - 1] : batch->text_start;
}

/*
 * Takes the next matches, in order. SCAN_STOP ends the scan with success;
 * SCAN_ERROR ends it with `error`, which the function has filled. Called only by
 * the thread that called scan_run().
 */
typedef enum scan_answer scan_report(void *context, const struct scan_batch *batch,
                                     struct error *error);

/* A match while its bytes are in memory; by line the line in which it begins, without newline. */
struct scan_found {
    uint64_t offset; /* file-absolute */
    const unsigned char *bytes;
    size_t length;
};

/*
 * Appends to `text` what the report needs of a match or line. Called by any thread. The bytes may
 * lie in a view, where they can change and reading them can fault: see reader_show(). A fault ends
 * the call in the middle, so it takes no memory but that of `text`.
 */
typedef bool scan_text(const void *context, const struct scan_found *found, struct buffer *text,
                       struct error *error);

/*
 * Called now and then while the search goes on, to flush output and to show
 * progress. All matches that start before `at` (backward: at or after it) have been
 * reported. False ends the scan with `error`.
 */
typedef bool scan_pause(void *context, uint64_t at, struct error *error);

/*
 * Sets `*from` to the first offset of a stream that the report may still read, given that
 * all matches that start before `at` have been reported. `*from` is at most `at`. False ends
 * the scan with an error.
 */
typedef bool scan_keep(void *context, uint64_t at, uint64_t *from, struct error *error);

struct scan {
    const struct mapping *mapping;
    struct mapping *stream; /* the mapping if it is a stream that is still read, else NULL */
    const struct pattern *pattern;
    /*
     * A match lies wholly in the range. An expression can look at the bytes before the
     * range (for ^ and \b), but takes the end of the range for the end of the text.
     */
    struct range range; /* a stream may end before the range does */
    bool backward;
    /*
     * If false: forward, a match begins at or after the end of the one before (a byte
     * after it if that was empty); backward, it ends at or before the start of that one.
     */
    bool overlapping;
    struct alignment align; /* matches start at these offsets only; others count as none */
    /*
     * Report one match a line: only forward, without `align`, and only for a pattern that cannot
     * match a newline. In one call of the report no two matches begin in the same line, but the
     * first may begin in the line of the last match of the call before. For an expression it may be
     * any match of the line, or the end of one, and its length may reach up to the newline.
     */
    bool by_line;
    bool count_lines; /* with by_line: only count matches between the first and the last */
    /*
     * Only forward; may be NULL. Makes the text of a match. The text is empty if the match, or by
     * line its line, was not in memory as a whole, or if the chunk had too much text.
     */
    scan_text *text;
    bool zeros; /* only forward: look for the next zero behind each match while it is in memory */
    const void *text_context;
    unsigned threads;    /* most threads to use; 0: one for each processor */
    size_t chunk_length; /* bytes in a chunk; 0: what is fastest. For tests */
    bool view_all;       /* search all in views, even if that is slower. For tests */
    size_t view_most; /* most bytes of the file that a thread keeps in a view; 0: what is fastest */
    scan_pause *pause; /* may be NULL; gets the context of the report */
    scan_keep *keep;   /* the same */
};

/*
 * Searches the range. Memory does not grow with the file: a thread keeps at most 8 MiB of a
 * view, plus the longest match, in memory. If another program changes bytes during the scan,
 * a reported match was there at some moment. It is an error if the file is cut short.
 *
 * A stream is searched forward only. More of it is read when every certain match has been
 * reported; scan_pause() is called before each read, which may block. The report may read more
 * of the stream, too. Of the bytes read, the scan keeps those that a match may need or scan_keep()
 * asks for, and about as many again.
 *
 * False and `error` if the scan failed; matches reported until then stand.
 */
bool scan_run(const struct scan *scan, scan_report *report, void *context, struct error *error);

#endif
