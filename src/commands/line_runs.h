/*
 * line_runs.h - which lines of a file have something, kept small: from the last to the
 * first they are put in, from the first to the last they come out.
 *
 * Pure. Lines that follow each other are one run. Of all runs but one the buffer holds
 * the length and the distance to the next, in a byte for each 7 bits: some two bytes for
 * a run of short lines, however many they are.
 */
#ifndef MMTOOL_LINE_RUNS_H
#define MMTOOL_LINE_RUNS_H

#include "base/buffer.h"
#include "base/range.h"

/* A zeroed struct is empty. The owner releases it. */
struct line_runs {
    struct range lowest; /* the run that was put in last; empty if there is none */
    struct buffer above; /* the others; owned */
};

static inline bool line_runs_is_empty(const struct line_runs *runs)
{
    return runs->lowest.start == runs->lowest.end;
}

/* Puts in a line, not an empty one, that ends by runs->lowest.start. */
bool line_runs_add(struct line_runs *runs, struct range line, struct error *error);

/* Takes out the lowest run; false when there is none. */
bool line_runs_take(struct line_runs *runs, struct range *run);

void line_runs_release(struct line_runs *runs);

#endif
