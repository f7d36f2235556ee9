/*
 * recover_internal.h - a loaded journal, for recover*.c.
 */
#ifndef MMTOOL_RECOVER_INTERNAL_H
#define MMTOOL_RECOVER_INTERNAL_H

#include "apply/job.h"
#include "journal/journal.h"
#include "journal/witness.h"

/* A journal that has been loaded for a job. */
struct recovery {
    struct job *job;
    struct buffer bytes;    /* of the list; owned */
    struct edit_list edits; /* owned, once `loaded` */
    bool loaded;
    uint64_t first;           /* the step to go on with */
    bool published;           /* that step was published before the kill */
    struct journal_tail tail; /* the last record of a cut or of blocks */
    bool ending;              /* `tail` is of the cut at the end: all steps are done */
    bool moved;               /* the blocks were inserted or cut, or there are none */
};

/* Loads a committed journal. Call recovery_unload() whatever the result; it releases the job, too.
 */
bool recovery_load(struct recovery *recovery, struct job *job, struct error *error);
void recovery_unload(struct recovery *recovery);

/*
 * Whether the power failed while a durable edit was being committed, so that the header is on the
 * disk and the table is not. No step was done then.
 */
bool recovery_is_uncommitted(const struct recovery *recovery);

/* See recover_compare(). Sets job.blocks_ahead if blocks are still to be cut. */
bool recovery_compare(struct recovery *recovery, enum witness_verdict *verdict,
                      struct error *error);

/* True unless the verdict is WITNESS_IS_OTHER; then the error says how the file differs. */
bool recovery_explain(const struct recovery *recovery, enum witness_verdict verdict,
                      struct error *error);

#endif
