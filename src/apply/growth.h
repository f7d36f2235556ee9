/*
 * growth.h - makes a file as large as an edit needs it, and takes that back.
 *
 * Other programs may append to the file at the same time. Their bytes come before the growth, or
 * the growth is given up.
 */
#ifndef MMTOOL_GROWTH_H
#define MMTOOL_GROWTH_H

#include "apply/job.h"

/* How a try to do an edit ends. JOB_AGAIN: it was taken back, and can be tried once more. */
enum job_outcome { JOB_DONE, JOB_FAILED, JOB_AGAIN };
enum { JOB_MOST_TRIES = 100 };

/*
 * Makes the file as large as it must be while steps run, with its blocks reserved: those of all of
 * the growth (`all`, or where the file has no holes), or those that steps write to. JOB_AGAIN:
 * others have appended into the growth, see give_way() in apply.c.
 */
enum job_outcome growth_make(struct job *job, bool all, struct error *error);

/* Takes back a growth, whole or partly done. What others appended stays. */
bool growth_take_back(struct job *job, struct error *error);

/* Before anything is done: makes the plan again, for a file that has grown to `size`. */
bool growth_plan_again(struct job *job, uint64_t size, struct error *error);

#endif
