/*
 * witness.h - chooses and judges witnesses: bytes of a file before and after an edit.
 *
 * Pure. The journal has a table of witnesses, made right before the commit. It covers up to
 * WITNESS_STEPS steps, evenly spread, among them the first and the last; of each step up to
 * WITNESS_BYTES bytes at its beginning, middle and end. One step at most writes a byte of the file,
 * so the number of steps that were begun tells what each witness must find. If one finds anything
 * else, the file was rewritten since, and recovery must not go on. Bytes that are equal before
 * and after the edit prove little, so of a few hundred bytes those are taken that differ most.
 */
#ifndef MMTOOL_WITNESS_H
#define MMTOOL_WITNESS_H

#include "base/range.h"
#include "edit/plan.h"

enum {
    WITNESS_BYTES = 32,
    WITNESS_STEPS = 32,
    WITNESS_SPANS = 3,  /* of a step: beginning, middle and end */
    WITNESS_LOOK = 512, /* most bytes of a span, out of which a witness is chosen */
    WITNESS_HEAD = 24,  /* bytes of an encoded witness besides its old and new bytes */
    WITNESS_ENCODED = WITNESS_HEAD + 2 * WITNESS_BYTES,
    WITNESS_OTHERS = 8, /* most witnesses that belong to no step */
    /* Most bytes of a table. */
    WITNESS_TABLE = (WITNESS_STEPS * WITNESS_SPANS + WITNESS_OTHERS) * WITNESS_ENCODED,
};

/* In place of a step's number. */
#define WITNESS_CUT  (UINT64_MAX - 1) /* no step writes here, but the cut at the end removes it */
#define WITNESS_KEPT UINT64_MAX       /* the edit does not change these bytes */

struct witness {
    uint64_t step;   /* number of the step that writes here, or one of the above */
    uint64_t offset; /* in the file that the plan is for */
    size_t length;   /* 1 to WITNESS_BYTES */
    unsigned char old[WITNESS_BYTES], new[WITNESS_BYTES];
};

/* ---- choosing -------------------------------------------------------------------------------- */

struct witness_step {
    uint64_t number;
    struct range range; /* where it writes */
};

/* A sample of the steps that are added in order, evenly spread. */
struct witness_steps {
    struct witness_step chosen[WITNESS_STEPS];
    struct witness_step last;
    size_t count;
    uint64_t seen;
    uint64_t stride; /* chosen numbers are multiples of it; not so the last step's */
};

void witness_steps_init(struct witness_steps *steps);
void witness_steps_add(struct witness_steps *steps, const struct plan_step *step);
/* Call after the last step: makes sure that it is among the chosen. */
void witness_steps_end(struct witness_steps *steps);

/* Fills the spans of a range in which to choose a witness each; returns their number. */
size_t witness_spans(struct range range, struct range spans[WITNESS_SPANS]);

/* Offset in `length` bytes of the WITNESS_BYTES (or fewer) that differ most. */
size_t witness_choose(const unsigned char *old, const unsigned char *new, size_t length);

/* ---- as bytes -------------------------------------------------------------------------------- */

/* Encodes into a buffer of WITNESS_ENCODED bytes; returns how many were used. */
size_t witness_encode(const struct witness *witness, unsigned char *bytes);

/* Decodes the witness at `*at` of a table and moves `*at` behind it; false if it is damaged. */
bool witness_decode(struct witness *witness, const unsigned char *bytes, size_t length, size_t *at);

/* ---- judging --------------------------------------------------------------------------------- */

/* How far an edit had got when it was interrupted. */
struct witness_progress {
    uint64_t steps;     /* of the whole plan */
    uint64_t deferred;  /* the first step of the last phase, done in any order; or `steps` */
    uint64_t published; /* steps begun; all but the last of them are done */
    bool ending;        /* all steps are done, and the cut at the end has begun */
};

enum witness_verdict {
    WITNESS_IS_OLD,     /* no step was begun, and all witnesses find old bytes */
    WITNESS_IS_NEW,     /* the last step was begun, and all witnesses find new bytes */
    WITNESS_IS_BETWEEN, /* all witnesses find what a kill at that step leaves */
    WITNESS_IS_OTHER,   /* none of these: rewritten or cut since, or another file */
};

/* The state of judging a file. */
struct witness_findings {
    struct witness_progress progress;
    bool other; /* a witness found what no kill can leave */
    bool done;  /* so far all witnesses of steps found new bytes */
};

void witness_findings_init(struct witness_findings *findings,
                           const struct witness_progress *progress);

/* Judges one witness; `length` bytes were found, fewer than it has if the file ends there. */
void witness_judge(struct witness_findings *findings, const struct witness *witness,
                   const unsigned char *found, size_t length);

enum witness_verdict witness_verdict(const struct witness_findings *findings);

#endif
