/*
 * find.h - what the files of find and rfind share.
 *
 *   find.c      the two subcommands: patterns, counting, offsets
 *   find_lines.c    --line: the lines of matches, with context
 *   find_groups.c   the same backwards
 *   find_print.c    the forms of a result
 *   find_sorted.c   --sorted: bisection
 */
#ifndef MMTOOL_FIND_H
#define MMTOOL_FIND_H

#include "commands/command.h"
#include "output/progress.h"
#include "scan/scan.h"

struct line_results;

/* The results of one search. */
struct results {
    const struct request *request;
    const struct mapping *mapping;
    struct mapping *stream; /* the mapping, if it is a stream read as it comes; else NULL */
    struct output *output;
    struct range range; /* that is searched */
    bool backward;
    bool by_line;            /* the first match of a line stands for all in it */
    const struct scan *scan; /* while it runs */
    struct progress progress;
    struct line_results *lines; /* with --line; owned */
    uint64_t count;             /* so far */
    uint64_t most;              /* stop behind so many */
    struct match last;          /* the last one counted, for `match` in a script */
};

/* ---- find_print.c ---------------------------------------------------------------------------- */

/* The place of a match, in the form that the request asks for. */
bool print_match(const struct results *results, const struct match *match, struct error *error);

enum line_kind { LINE_OF_MATCH, LINE_OF_CONTEXT };

/* The line at `line`, which includes its newline, if it has one. */
bool print_line(const struct results *results, struct window *window, struct range line,
                enum line_kind kind, struct error *error);

/* What print_line() prints of a line with a match, but not as JSON: a scan_text(). */
scan_text format_line;

/* What stands between two groups of lines that are not neighbours. */
bool print_separator(const struct results *results, struct error *error);

bool print_count(const struct results *results, struct error *error);

/* ---- find_lines.c ---------------------------------------------------------------------------- */

/* NULL and an error when memory is short. */
struct line_results *line_results_new(struct results *results, struct error *error);
void line_results_free(struct line_results *lines);

/*
 * Takes a match; results->count counts lines. Then line_results_settle() when all
 * matches that start before `at` (backwards: from `at` on) were given, and
 * line_results_end() when no more will be.
 */
bool line_results_take(struct line_results *lines, const struct match *match, struct error *error);
/*
 * The same for a batch of matches no two of which begin in one line: those that need not be
 * looked at are but counted, or the texts of their lines printed. Ends at results->most.
 */
bool line_results_take_batch(struct line_results *lines, const struct scan_batch *batch,
                             struct error *error);
/* Whether format_line() says all that is printed of a line. */
bool line_results_are_texts(const struct request *request);
bool line_results_settle(struct line_results *lines, uint64_t at, struct error *error);
bool line_results_end(struct line_results *lines, struct error *error);
/* Of a stream, forward: from where on bytes are needed, when all matches that start before `at`
 * were given. */
bool line_results_keep(struct line_results *lines, uint64_t at, uint64_t *from,
                       struct error *error);

/* ---- find_sorted.c --------------------------------------------------------------------------- */

/*
 * The offset of the first line that is not less than the pattern, range.end if there is
 * none. The lines of the range are sorted bytewise; if they are not, it is that of some line.
 */
bool sorted_line(struct window *window, struct range range, const struct buffer *pattern,
                 uint64_t *line, struct error *error);

/* Prints where the first line of the range that is not less than PATTERN begins. */
bool find_sorted(const struct results *results, const char *pattern, const struct byte_type *type,
                 struct error *error);

#endif
