/*
 * find_lines.h - what find_lines.c, find_groups.c and find_context.c share.
 */
#ifndef MMTOOL_FIND_LINES_H
#define MMTOOL_FIND_LINES_H

#include "commands/find.h"
#include "commands/line_set.h"

struct line_results {
    struct results *results;
    struct reader reader;
    uint64_t before, after; /* lines of context */
    struct range line;      /* the last line with a match, if any_line */
    struct range last[2];   /* the same for matches at even offsets, and (UTF-16) at odd ones */
    uint64_t from;          /* no match begins in `line` before this offset; 0: not known */
    bool any_line;
    bool any_printed;

    /* Forward. */
    uint64_t printed;    /* end of the last line printed */
    uint64_t after_left; /* context lines still to be printed from there on */
    uint64_t looked;     /* stream: bytes before this were searched for the ends of these lines */
    uint64_t whole;      /* stream: end of the last complete line found there */

    /* Backward: a group is matching lines whose context touches or overlaps. */
    struct line_set matching; /* the group's lines with matches */
    uint64_t matching_end;    /* end of the last of them */
    bool search_again;        /* too many lines: only where they start and end is kept */
    uint64_t group_end;       /* end of the group's last context line */
    uint64_t gap_start;       /* newlines from here to the group have been counted: */
    uint64_t gap_lines;       /* lines that begin there */
    uint64_t last_start;      /* start of the group printed last */
};

static inline bool line_results_have_context(const struct line_results *lines)
{
    return lines->results->request->context_given;
}

/* End of the last line; of a stream, of the bytes that have arrived. */
static inline uint64_t line_results_limit(const struct line_results *lines)
{
    return lines->results->mapping->size;
}

/* ---- find_context.c: both directions --------------------------------------------------------- */

/* Prints the separator between groups of lines, if a group was printed before. */
bool line_results_separate(struct line_results *lines, struct error *error);

/* Prints the lines of a range as context. */
bool line_results_context(struct line_results *lines, struct range range, struct error *error);

/* ---- find_groups.c: backwards ---------------------------------------------------------------- */

/* Takes lines->line. Without context prints it at once, else adds it to its group. */
bool line_group_take(struct line_results *lines, struct error *error);

/* Prints the group if no match before `at` can belong to it. */
bool line_group_settle(struct line_results *lines, uint64_t at, struct error *error);

/* Prints the current group, if any, in the order of the file. */
bool line_group_print(struct line_results *lines, struct error *error);

#endif
