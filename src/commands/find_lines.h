/*
 * find_lines.h - what find_lines.c, find_groups.c and find_context.c share.
 */
#ifndef MMTOOL_FIND_LINES_H
#define MMTOOL_FIND_LINES_H

#include "commands/find.h"
#include "commands/line_runs.h"

struct line_results {
    struct results *results;
    struct window window;
    uint64_t before, after; /* lines of context */
    struct range line;      /* the last one with a match in it, if any_line */
    struct range last[2];   /* the same of those that begin at an even, an odd offset of units */
    bool any_line;
    bool any_printed;

    uint64_t printed;    /* forward: where the next line to print may begin */
    uint64_t after_left; /* forward: lines of context still to be printed from there on */
    uint64_t looked;     /* of a stream: for the ends of those lines up to here */
    uint64_t whole;      /* where the last one of them ends that has come whole */

    struct line_runs runs; /* backward: the group's lines with matches */
    uint64_t runs_end;     /* of the highest of them */
    bool search_again;     /* there are too many: `runs` is all from the first to the last */
    uint64_t group_end;    /* of its last line of context */
    uint64_t gap_start;    /* in front of the group so much is looked through, */
    uint64_t gap_lines;    /* in which so many lines begin */
    uint64_t last_start;   /* of the group printed last */
};

static inline bool line_results_have_context(const struct line_results *lines)
{
    return lines->results->request->context_given;
}

/* Where the last line ends, as far as lines are known. */
static inline uint64_t line_results_limit(const struct line_results *lines)
{
    return lines->results->mapping->size;
}

/* ---- find_context.c: both directions ----------------------------------------------------------
 */

/* Prints a group's separator if there was a group before. */
bool line_results_separate(struct line_results *lines, struct error *error);

/* The lines of a range, as context. */
bool line_results_context(struct line_results *lines, struct range range, struct error *error);

/* ---- find_groups.c: backwards ---------------------------------------------------------------- */

/* Takes lines->line, which is printed at once if there is no context, else with its group. */
bool line_group_take(struct line_results *lines, struct error *error);

/* Prints the group if no match from `at` down can still belong to it. */
bool line_group_settle(struct line_results *lines, uint64_t at, struct error *error);

/* Prints the group that was gathered, if any, in the order of the file. */
bool line_group_print(struct line_results *lines, struct error *error);

#endif
