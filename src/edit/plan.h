/*
 * plan.h - cuts a list of edits into steps of one pass over the file.
 *
 * Pure. The new file is a row of pieces: kept ranges of the old file, each with a shift, and new
 * bytes between them. A step writes one range (destination, length) of the new file in place. The
 * order of steps is such that no step overwrites what a later one reads:
 *
 *   1. pieces that move left, from left to right;
 *   2. pieces that move right, from right to left;
 *   3. new bytes between pieces that do not move: the deferred steps, which may come in any order.
 *
 * New bytes belong to the piece after them, or if it does not move, to the one before them. Why
 * this is safe: a piece that moves left overwrites sources to the left of its own, which earlier
 * steps have read. The mirror image holds for pieces that move right. Pieces that move in different
 * directions do not get in each other's way, because destinations have the same order as sources.
 * Nothing moves across a piece that stays. So new bytes before such a piece overwrite only sources
 * of pieces to their left that move left, and a step may rewrite a short piece that stays.
 * tests/unit/edit/test_plan.c checks it on random lists with a crash at every point. An EDIT_COPY
 * is not covered by that argument: a list with one must not shift anything else.
 *
 * The steps follow from the list, the old size and the plan_sizes alone: so recovery can compute
 * them again.
 */
#ifndef MMTOOL_PLAN_H
#define MMTOOL_PLAN_H

#include "base/range.h"
#include "edit/list.h"

enum plan_phase { PLAN_LEFT, PLAN_RIGHT, PLAN_DEFERRED, PLAN_DONE };

/* Limits for cutting an edit into steps, in bytes. */
struct plan_sizes {
    uint64_t write_max; /* a PLAN_WRITE step is not longer */
    uint64_t zero_min;  /* zeros of at least this length are a step of their own */
    uint64_t merge_gap; /* a kept piece of at most this length does not end a step */
};

enum plan_step_kind {
    PLAN_WRITE, /* assemble and write */
    PLAN_ZERO,  /* make the range read as zeros; of any length; needs no source */
};

struct plan_step {
    enum plan_step_kind kind;
    enum plan_phase phase;
    uint64_t destination; /* in the file */
    uint64_t length;
    uint64_t source_start; /* the range of old bytes that it reads; */
    uint64_t source_end;   /*   both 0: none */
    bool needs_slot;       /* it overwrites what it reads: assemble it elsewhere first */
};

struct plan {
    const struct edit_list *edits; /* not owned; must outlive the plan */
    uint64_t old_size;
    uint64_t new_size;
    struct plan_sizes sizes;
    /* All steps, if somebody has kept them: then a cursor repeats them. Not owned; or NULL.
     */
    const struct plan_step *steps;
    uint64_t step_count;
};

/* Fails when the list does not fit a file of `old_size` bytes. */
bool plan_init(struct plan *plan, const struct edit_list *edits, uint64_t old_size,
               const struct plan_sizes *sizes, struct error *error);

/* Goes through the steps in order. */
struct plan_cursor {
    const struct plan *plan;
    struct edit_reader reader;
    enum plan_phase phase;
    uint64_t piece;    /* the current piece; pieces are numbered 0 to 2 * count */
    uint64_t within;   /* bytes of it that earlier steps have taken (in PLAN_RIGHT from its end) */
    uint64_t moved;    /* kept bytes in the write steps so far that get another offset */
    uint64_t patched;  /* new bytes in these steps */
    uint64_t replayed; /* how many of plan->steps; if there are such, nothing else is counted */
};

void plan_cursor_init(struct plan_cursor *cursor, const struct plan *plan);
/* False when there are no more steps. */
bool plan_cursor_next(struct plan_cursor *cursor, struct plan_step *step);

/* Sums over all steps, for -v, for progress and for reserving space. */
struct plan_totals {
    uint64_t moved;   /* kept bytes that get another offset */
    uint64_t patched; /* new bytes */
    uint64_t zeroed;  /* bytes of zero steps */
    uint64_t steps;
    uint64_t written; /* bytes of write steps */
    uint64_t slots;   /* steps that need one */
};
/* Adds the step that plan_cursor_next() has just returned. */
void plan_count_step(struct plan_totals *totals, const struct plan_cursor *cursor,
                     const struct plan_step *step);
void plan_count(const struct plan *plan, struct plan_totals *totals);

#endif
