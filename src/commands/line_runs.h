/*
 * line_runs.h - a compact set of lines, given by their byte ranges. Lines are added from the
 * last to the first of the file, and taken out from the first to the last.
 *
 * Pure. Adjacent lines are one run. For each run but the lowest, the buffer holds its length and
 * its distance from the run before, 7 bits in a byte: about two bytes for a run of short lines.
 */
#ifndef MMTOOL_LINE_RUNS_H
#define MMTOOL_LINE_RUNS_H

#include "base/buffer.h"
#include "base/range.h"

/* A zeroed struct is empty. The owner releases it. */
struct line_runs {
    struct range lowest; /* the run that was added last; empty if there is none */
    struct buffer above; /* the others; owned */
};

static inline bool line_runs_is_empty(const struct line_runs *runs)
{
    return runs->lowest.start == runs->lowest.end;
}

/* Adds a line, which is not empty and ends at or before runs->lowest.start. */
bool line_runs_add(struct line_runs *runs, struct range line, struct error *error);

/* Removes the lowest run and stores it in `run`; false if the set is empty. */
bool line_runs_take(struct line_runs *runs, struct range *run);

void line_runs_release(struct line_runs *runs);

#endif
