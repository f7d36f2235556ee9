/*
 * witness.h - what places of a file hold before and after an edit that changes them.
 *
 * Pure. A journal has a table of them, made right before the commit: of up to
 * WITNESS_STEPS steps, evenly spread and always with the first and the last, where the
 * step begins, in its middle and at its end, up to WITNESS_BYTES bytes each. A byte of
 * the file is written by one step at most, so from the number of steps that were begun
 * follows what each place must hold. Where one holds something else, the file was written
 * anew since, and the journal is not to be gone on with. A place that is the same
 * before and after tells only that; so of a few hundred bytes those that differ most are taken.
 */
#ifndef MMTOOL_WITNESS_H
#define MMTOOL_WITNESS_H

#include "base/range.h"
#include "edit/plan.h"

enum {
    WITNESS_BYTES = 32,
    WITNESS_STEPS = 32,
    WITNESS_SPANS = 3,  /* of a step */
    WITNESS_LOOK = 512, /* most bytes of a span: so many are looked at for the place that differs */
    WITNESS_HEAD = 24,  /* bytes of an encoded witness besides its old and new ones */
    WITNESS_ENCODED = WITNESS_HEAD + 2 * WITNESS_BYTES,
    WITNESS_OTHERS = 8, /* most places that are no step's */
    /* Most bytes of a table. */
    WITNESS_TABLE = (WITNESS_STEPS * WITNESS_SPANS + WITNESS_OTHERS) * WITNESS_ENCODED,
};

/* In place of a step's number. */
#define WITNESS_CUT  (UINT64_MAX - 1) /* no step writes here; the cut at the end takes it away */
#define WITNESS_KEPT UINT64_MAX       /* nothing changes here */

struct witness {
    uint64_t step;   /* the number of the one that writes here, or one of the above */
    uint64_t offset; /* in the file that the plan is for */
    size_t length;   /* 1 to WITNESS_BYTES */
    unsigned char old[WITNESS_BYTES], new[WITNESS_BYTES];
};

/* ---- choosing places ------------------------------------------------------------------------- */

struct witness_step {
    uint64_t number;
    struct range range; /* where it writes */
};

/* Steps evenly spread among all that are added in their order. */
struct witness_steps {
    struct witness_step chosen[WITNESS_STEPS];
    struct witness_step last;
    size_t count;
    uint64_t seen;
    uint64_t stride; /* the numbers of those chosen are multiples of it */
};

void witness_steps_init(struct witness_steps *steps);
void witness_steps_add(struct witness_steps *steps, const struct plan_step *step);
/* After the last: that is one of those chosen now. */
void witness_steps_end(struct witness_steps *steps);

/* The spans of a range in which a place is to be chosen each; how many they are. */
size_t witness_spans(struct range range, struct range spans[WITNESS_SPANS]);

/* Where in `length` bytes the WITNESS_BYTES (or fewer) begin of which most differ. */
size_t witness_choose(const unsigned char *old, const unsigned char *new, size_t length);

/* ---- as bytes -------------------------------------------------------------------------------- */

/* Encodes into WITNESS_ENCODED bytes; how many were used. */
size_t witness_encode(const struct witness *witness, unsigned char *bytes);

/* The witness at `*at` of a table, which moves on behind it; false if it is damaged. */
bool witness_decode(struct witness *witness, const unsigned char *bytes, size_t length, size_t *at);

/* ---- judging --------------------------------------------------------------------------------- */

/* How far an edit was when it was killed. */
struct witness_progress {
    uint64_t steps;     /* of the whole plan */
    uint64_t deferred;  /* the first of its last phase, whose steps come in any order; or `steps` */
    uint64_t published; /* steps begun; all but the last of them are done */
    bool ending;        /* all are done, and the cut at the end has begun */
};

enum witness_verdict {
    WITNESS_IS_OLD,     /* no step was begun, and all places are as before the edit */
    WITNESS_IS_NEW,     /* the last step was begun, and all places are as after the edit */
    WITNESS_IS_BETWEEN, /* as a kill leaves the file in the middle of the edit */
    WITNESS_IS_OTHER,   /* not so: it was written anew or cut since, or is another file */
};

/* What has been found out about a file so far. */
struct witness_findings {
    struct witness_progress progress;
    bool other; /* a place that holds what it cannot */
    bool done;  /* all that steps write is new */
};

void witness_findings_init(struct witness_findings *findings,
                           const struct witness_progress *progress);

/* One place, of which `length` bytes were found: fewer than the witness has, where the file ends.
 */
void witness_judge(struct witness_findings *findings, const struct witness *witness,
                   const unsigned char *found, size_t length);

enum witness_verdict witness_verdict(const struct witness_findings *findings);

#endif
