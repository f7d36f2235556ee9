/*
 * plan.h - a list of edits becomes the steps of one pass over the file.
 *
 * Pure. The new file is a row of pieces: kept ranges of the old file, each with
 * a shift, and new bytes between them. A step writes one window (destination,
 * length) of the new file in place. The steps come in an order in which no step
 * destroys what a later one reads:
 *
 *   1. pieces that move left, from left to right;
 *   2. pieces that move right, from right to left;
 *   3. new bytes in front of pieces that do not move.
 *
 * New bytes go with the shift that holds behind them. Why this is safe: a piece
 * that moves left is written over sources that lie left of its own, which earlier
 * steps have read; the mirror image holds for pieces that move right; and between
 * pieces of different direction there is always room, since destinations and
 * sources keep the same order. tests/unit/edit/test_plan.c checks it on random lists
 * with a crash at every point. EDIT_COPY sits outside that argument: a list with
 * one must not shift anything else.
 *
 * Steps can be computed again from the list, the old size and the plan_sizes
 * alone, which is how a recovery knows where a killed edit stood.
 */
#ifndef MMTOOL_PLAN_H
#define MMTOOL_PLAN_H

#include "base/range.h"
#include "edit/list.h"

enum plan_phase { PLAN_LEFT, PLAN_RIGHT, PLAN_DEFERRED, PLAN_DONE };

/* By what an edit is cut into steps, in bytes. */
struct plan_sizes {
    uint64_t write_most; /* a PLAN_WRITE writes no more */
    uint64_t zero_least; /* zeros of at least this length are a step of their own */
    uint64_t merge_gap;  /* patches nearer than this are written together */
};

struct plan {
    const struct edit_list *edits; /* not owned; must outlive the plan */
    uint64_t old_size;
    uint64_t new_size;
    struct plan_sizes sizes;
};

/* Fails when the list does not fit a file of `old_size` bytes. */
bool plan_init(struct plan *plan, const struct edit_list *edits, uint64_t old_size,
               const struct plan_sizes *sizes, struct error *error);

enum plan_step_kind {
    PLAN_WRITE, /* assemble and write */
    PLAN_ZERO,  /* make the range read as zeros; of any length; needs no source */
};

struct plan_step {
    enum plan_step_kind kind;
    enum plan_phase phase;
    uint64_t destination; /* in the file */
    uint64_t length;
    uint64_t source_start; /* old bytes that it is put together from, */
    uint64_t source_end;   /*   from the lowest to the highest; none: both 0 */
    bool needs_slot;       /* it reads what it overwrites: assemble aside before the first store */
};

/* Goes through the steps in order. */
struct plan_walk {
    const struct plan *plan;
    struct edit_reader reader;
    enum plan_phase phase;
    uint64_t piece;   /* the piece at hand; pieces are numbered 0 to 2 * count */
    uint64_t within;  /* bytes of it that earlier steps have taken, from its side in this phase */
    uint64_t moved;   /* kept bytes in the write steps so far that get another offset */
    uint64_t patched; /* new bytes in them */
};

void plan_walk_init(struct plan_walk *walk, const struct plan *plan);
/* False when there are no more steps. */
bool plan_walk_next(struct plan_walk *walk, struct plan_step *step);

/* Where the bytes come from. Each fills all of `length` or fails. */
struct plan_sources {
    bool (*read_old)(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error);
    bool (*read_pool)(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error);
    void *context;
};

/* Puts together bytes of the new file; keeps its place, so that going on is cheap. */
struct plan_assembler {
    const struct plan *plan;
    struct plan_sources sources;
    struct edit_reader reader;
    struct edit_reader ahead; /* looks ahead without losing the place of the other */
    unsigned char *scratch;   /* old bytes of several pieces, read in one go; owned */
    size_t scratch_size;      /* without the page that serves alignment */
};

bool plan_assembler_init(struct plan_assembler *assembler, const struct plan *plan,
                         struct plan_sources sources, size_t scratch_size, struct error *error);
void plan_assembler_release(struct plan_assembler *assembler);

/*
 * The bytes [offset, offset + length) of the new file, from the old file as it
 * is at this step.
 */
bool plan_assemble(struct plan_assembler *assembler, uint64_t offset, unsigned char *bytes,
                   size_t length, struct error *error);

/* What the whole edit comes to, for -v, for progress and for reserving space. */
struct plan_totals {
    uint64_t moved;   /* kept bytes that get another offset */
    uint64_t patched; /* new bytes */
    uint64_t zeroed;  /* bytes of zero steps */
    uint64_t steps;
    uint64_t written; /* bytes of write steps */
};
/* Adds a step that the walk has just come to. */
void plan_count_step(struct plan_totals *totals, const struct plan_walk *walk,
                     const struct plan_step *step);
void plan_count(const struct plan *plan, struct plan_totals *totals);

#endif
