/*
 * recover_internal.h - a journal that has been loaded: what recover.c and those share who only
 * look.
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
    uint64_t first; /* the step to go on with */
    bool published; /* it was begun */
    struct journal_tail tail;
    bool ending; /* `tail` is of the end: all steps are done */
    bool moved;  /* the file system has done its part, or has none */
};

/* For a committed journal. recovery_unload() whatever the answer; it releases the job, too. */
bool recovery_load(struct recovery *recovery, struct job *job, struct error *error);
void recovery_unload(struct recovery *recovery);

/*
 * The header of a durable edit reached the disk and its table did not: the power failed while the
 * commit was waited for. It has not begun.
 */
bool recovery_is_uncommitted(const struct recovery *recovery);

/* See recover_compare(). Leaves job.blocks_ahead as it is before the file system has done its part.
 */
bool recovery_compare(struct recovery *recovery, enum witness_verdict *verdict,
                      struct error *error);

/* Says what is wrong with a file that is another; true if it is not. */
bool recovery_tell(const struct recovery *recovery, enum witness_verdict verdict,
                   struct error *error);

#endif
