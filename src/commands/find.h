/*
 * find.h - what the files of find and rfind share.
 *
 *   find.c          the two subcommands: patterns, counting, offsets
 *   find_lines.c    --line: the lines of matches, with context
 *   find_groups.c   --line backwards
 *   find_context.c  --line: context lines and separators, in both directions
 *   find_dump.c     --dump: the rows around matches
 *   find_dump_rows.c    --dump: prints rows, in ascending order
 *   find_dump_groups.c  --dump backwards
 *   find_print.c    prints a match, or the number of matches
 *   find_line.c     prints a line
 *   find_place.c    where a result is, as text or JSON, and what ends it
 *   find_bytes.c    prints bytes of the file: as they are, in a TYPE, in JSON
 *   find_marks.c    --line: the matches in a line, coloured or as JSON
 *   find_number.c   --line-number: the numbers of lines
 *   find_sorted.c   --sorted: bisection
 */
#ifndef MMTOOL_FIND_H
#define MMTOOL_FIND_H

#include "commands/command.h"
#include "commands/find_number.h"
#include "output/progress.h"
#include "scan/scan.h"

struct line_results;
struct line_marks;
struct dump_results;

/* The results of one search. */
struct results {
    const struct request *request;
    const struct mapping *mapping;
    struct mapping *stream; /* the mapping, if it is a stream searched as it arrives; else NULL */
    struct output *output;
    struct range range; /* of the search */
    bool backward;
    bool by_line;            /* the scan reports only the first match of each line */
    const struct scan *scan; /* while it runs; not owned */
    struct progress progress;
    struct line_results *lines; /* with --line; owned */
    struct line_marks *marks;   /* for lines whose matches are shown, else NULL; owned */
    struct dump_results *dump;  /* with --dump; owned */
    bool colored;               /* matches are */
    bool guarded;               /* a terminal must not obey the bytes printed: see screen_text.h */
    struct reader reader;       /* for the bytes of matches */
    struct line_numbers numbers;
    uint64_t count;    /* results so far: matches, or lines with --line */
    uint64_t most;     /* stop after this many results */
    struct match last; /* the last match counted, for "match" in a script */
};

/* ---- find_print.c ---------------------------------------------------------------------------- */

/*
 * Prints of each of the first `count` matches: OFFSET, OFFSET+LENGTH, its line's number, its bytes,
 * or a JSON object.
 */
bool print_matches(struct results *results, const struct scan_batch *batch, size_t count,
                   struct error *error);

/* Whether print_matches() prints of most matches what format_match(), a scan_text(), makes. */
bool print_matches_are_texts(const struct results *results);
scan_text format_match;

bool print_count(const struct results *results, struct error *error);

/* ---- find_line.c ----------------------------------------------------------------------------- */

enum line_kind { LINE_OF_MATCH, LINE_OF_CONTEXT };

struct result_line {
    struct range range; /* includes the newline, if there is one */
    enum line_kind kind;
    uint64_t from; /* no match of the line begins before this offset; 0: not known */
};

bool print_line(struct results *results, struct reader *reader, const struct result_line *line,
                struct error *error);

/*
 * A scan_text() that formats a line with a match as print_line() prints it, except as JSON. It
 * leaves out the line's number, which print_line_number() puts in front.
 */
scan_text format_line;

/* Prints the line "--" between two groups of lines, except with --json. */
bool print_separator(const struct results *results, struct error *error);

/* ---- find_bytes.c ---------------------------------------------------------------------------- */

/* Prints bytes of the file as they are; on a terminal, control characters as escapes. */
bool print_bytes(const struct results *results, struct reader *reader, struct range range,
                 struct error *error);

/* The same for bytes that match: in colour, if results->colored. */
bool print_colored_bytes(const struct results *results, struct reader *reader, struct range range,
                         struct error *error);

/* False and an error if the bytes are not whole numbers or units of the TYPE of --as. */
bool check_typed(const struct results *results, struct range range, struct error *error);

/* Prints bytes in the TYPE of --as, numbers with blanks between them. */
bool print_typed(const struct results *results, struct reader *reader, struct range range,
                 struct error *error);

/*
 * Prints bytes as a string of a JSON object, with a comma in front: ,"name":"...". Bytes that are
 * not UTF-8 become U+FFFD there, and "name_hex" follows.
 */
bool print_json_bytes(const struct results *results, struct reader *reader, const char *name,
                      struct range range, struct error *error);

/* ---- find_marks.c ---------------------------------------------------------------------------- */

/* Of the matches of a scan, which is copied. NULL and an error if memory is short. */
struct line_marks *line_marks_new(struct results *results, const struct scan *scan,
                                  struct error *error);
void line_marks_free(struct line_marks *marks);

/* Prints `text`, which is the line without its newline, with the matches in colour. */
bool print_marked_line(struct line_marks *marks, struct reader *reader,
                       const struct result_line *line, struct range text, struct error *error);

/* Prints ,"matches":[...] with the matches that begin in the line. */
bool print_json_marks(struct line_marks *marks, const struct result_line *line, struct range text,
                      struct error *error);

/* ---- find_lines.c ---------------------------------------------------------------------------- */

/* NULL and an error if memory is short. */
struct line_results *line_results_new(struct results *results, struct error *error);
void line_results_free(struct line_results *lines);

/*
 * Prints the line in which a match begins, unless an earlier match printed it, and counts it in
 * results->count. Backwards with context, the line is printed later, with its group.
 */
bool line_results_take(struct line_results *lines, const struct match *match, struct error *error);

/*
 * The same for a batch of matches, no two of which begin in the same line. Most are only counted,
 * or printed with the text that the scan has formatted. Stops at results->most lines.
 */
bool line_results_take_batch(struct line_results *lines, const struct scan_batch *batch,
                             struct error *error);

/* Whether the output of a line is just what format_line() makes of it. */
bool line_results_are_texts(const struct results *results);

/*
 * Prints the context that no later match can change. All matches that start before `at`
 * (backwards: at or after `at`) must have been taken.
 */
bool line_results_settle(struct line_results *lines, uint64_t at, struct error *error);

/* Prints the rest of the context; no more matches follow. */
bool line_results_end(struct line_results *lines, struct error *error);

/*
 * Forward over a stream, when all matches that start before `at` have been taken: *from is the
 * first byte that is still needed.
 */
bool line_results_keep(struct line_results *lines, uint64_t at, uint64_t *from,
                       struct error *error);

/* ---- find_dump.c ----------------------------------------------------------------------------- */

/* False and a usage error if an option contradicts --dump, or needs it. */
bool dump_results_check(const struct request *request, struct error *error);

/* NULL and an error if memory is short. */
struct dump_results *dump_results_new(struct results *results, struct error *error);
void dump_results_free(struct dump_results *dump);

/* Adds a match, and prints the rows that no later match can change. */
bool dump_results_take(struct dump_results *dump, const struct match *match, struct error *error);

/* Prints the rows that no match can change. As line_results_settle(). */
bool dump_results_settle(struct dump_results *dump, uint64_t at, struct error *error);

/* Prints the rest of the rows; no more matches follow. */
bool dump_results_end(struct dump_results *dump, struct error *error);

/* The first byte of a stream that is still needed: as line_results_keep(). */
uint64_t dump_results_keep(const struct dump_results *dump, uint64_t at);

/* ---- find_sorted.c --------------------------------------------------------------------------- */

/*
 * The offset of the first line that is not less than the pattern; range.end if there is none.
 * The lines of the range must be sorted by bytes; else the result is the start of some line, or
 * range.end.
 */
bool sorted_line(struct reader *reader, struct range range, const struct buffer *pattern,
                 uint64_t *line, struct error *error);

/* Prints where the first line of the range that is not less than PATTERN begins. */
bool find_sorted(struct results *results, const struct buffer *pattern, struct error *error);

#endif
