/*
 * job.h - one edit under way, or one being finished: the plan and all that doing it
 * takes. For apply.c, which begins edits, and recover.c, which finishes them.
 */
#ifndef MMTOOL_JOB_H
#define MMTOOL_JOB_H

#include "base/test_variant.h"
#include "edit/plan.h"
#include "edit/pool.h"
#include "journal/journal.h"
#include "journal/witness.h"
#include "mapping.h"
#include "output/progress.h"

enum {
    JOB_PAGE = 4096,
    /* Fits a second-level cache: the fastest size to copy in. */
    JOB_CHUNK = WINDOW_SIZE(256 * 1024, 1),
    /* Two waits for the disk a window: few, large ones. */
    JOB_DURABLE_WINDOW = WINDOW_SIZE(16 * 1024 * 1024, 2),
    JOB_ZERO_RUN = 4096, /* shorter runs of zeros are written with what stands around them */
    /* Of very many patches near ones are written together: a step costs as much as so many bytes.
     */
    JOB_MERGE_GAP = 8192,
    JOB_MERGE_LEAST = 4096, /* fewer edits touch no byte but their own */
};

/* What a thread puts bytes together with. */
struct job_worker {
    struct plan_assembler assembler;
    unsigned char *chunk; /* a chunk and a page: see chunk_for() in job_step.c; owned */
};

struct job {
    struct mapping *mapping;
    struct pool *pool;             /* NULL in a recovery: the journal has the new bytes */
    struct journal *journal;       /* NULL without one */
    const struct edit_list *edits; /* as they were given, which the undo script is of; or NULL */
    struct plan plan;
    struct plan_totals totals; /* of the plan */
    struct witness_steps sample;
    uint64_t first_deferred;   /* the first step of the last phase, or how many there are */
    struct job_worker worker;  /* of the thread that does the job */
    uint64_t old_size;         /* of the file before anything */
    uint64_t working_size;     /* of the file while steps run */
    uint64_t new_size;         /* when all is done */
    struct progress *progress; /* or NULL */
    bool durable;
    bool careful;                      /* the disk has little room: see space.h */
    bool trusted;                      /* all privileges may be put back; else set-user-ID alone */
    struct file_privileges privileges; /* of the file before anything */
    unsigned lost;                     /* those (enum file_privilege) that could not be put back */
    struct error left;                 /* of the journal: see there */
    struct undo_file *undo;            /* or NULL; not owned */
    struct error undo_failure;         /* why its script was not put in its place; empty: it was */
    bool deferred_published;           /* the deferred steps need one record for all of them */
    bool blocks_in;                    /* inserted, and not committed: to be cut again */
    bool back;                         /* in a recovery: it was taken back */
    bool ended;                        /* the file is whole: only the journal may be left */
    bool blocks_ahead;                 /* witnesses are read as if blocks had been cut already */
};

/* A step that is to be done. */
struct job_step {
    const struct plan_step *step;
    uint64_t number;
    bool was_published; /* before a kill: its slot is full */
};

bool job_worker_init(struct job_worker *worker, struct job *job, struct error *error);
void job_worker_release(struct job_worker *worker);

/* Makes ready for the plan that the job has now; forgets an earlier one. */
bool job_prepare(struct job *job, struct error *error);
void job_release(struct job *job);

/*
 * Does the steps from number `first` on, cuts the file, removes the journal.
 * `published` tells that the first of them was published before. When it fails,
 * the journal is left for the next command.
 */
bool job_run(struct job *job, uint64_t first, bool published, struct error *error);

/*
 * What is left when all steps are done, or there are none: cuts the file to its new
 * size (tail.h), and job_end().
 */
bool job_finish(struct job *job, struct error *error);

/* Behind the last write: puts back what writes took away, which `lost` tells if it fails. */
void job_keep_privileges(struct job *job);

/*
 * The file has its bytes and its size: puts back its privileges, puts the undo script
 * in its place, and removes the journal. That one of the former fails is told in `lost`
 * and `undo_failure`, and is no failure here.
 */
bool job_end(struct job *job, struct error *error);

/*
 * The file must not have been cut; what another program appends meanwhile does no
 * harm here. Asked right before each write, which would make the file as long again
 * with zeros in between; a store to memory is a fault instead.
 */
bool job_check_size(const struct job *job, struct error *error);

/* One step: job_step.c. */
bool job_do_step(struct job *job, struct job_worker *worker, const struct job_step *step,
                 struct error *error);

/* Whether all bytes of a step stand where its slot, which is its own still, says they belong. */
bool job_slot_is_stored(struct job *job, const struct plan_step *step, uint64_t number,
                        bool *stored, struct error *error);

/*
 * Whether the file is the one that was killed when step `number` had been published,
 * and has not been written anew since, from a backup for one: then the step before
 * is still there as its slot has it, or, where that slot was being filled again, the
 * step itself is. A few other bytes do no harm. Steps without slots tell nothing.
 */
bool job_is_undisturbed(struct job *job, uint64_t number, bool *undisturbed, struct error *error);

/*
 * The table of witnesses (journal/witness.h) for the journal: right before the commit, when the
 * file is as the first step finds it, but for blocks that are moved behind the commit. Dying here
 * leaves a journal that is not committed.
 */
bool job_write_witnesses(struct job *job, struct error *error);

/*
 * The witnesses of a step that is about to be published, for its record, from which the step's
 * number is taken. The job has a journal.
 */
bool job_witness_step(struct job_worker *worker, const struct plan_step *step,
                      struct journal_record *record, struct error *error);

/*
 * What that table tells of the file, and the last records of a durable journal. It is read only.
 * `ending`: the journal has a record of the end. Fails where file or table cannot be read.
 */
bool job_judge(struct job *job, uint64_t published, bool ending, enum witness_verdict *verdict,
               struct error *error);

/* Whether a signal asks to stop, which is an error then. */
bool job_must_stop(const struct job *job, struct error *error);

/*
 * The rest of the walk, which is in its last phase and whose record is published: job_deferred.c.
 * `*written` bytes were written before.
 */
bool job_do_deferred(struct job *job, struct plan_walk *walk, uint64_t written,
                     struct error *error);

/* The file system's own part, before the first step, as the journal's header says: job_blocks.c. */
enum file_blocks_result job_move_blocks(struct job *job, struct error *error);

/*
 * Before that: puts into the journal some of the file's bytes where there will be others then. By
 * the size alone a recovery could not tell whether the blocks have moved, where others append to
 * the file. `*telling` is false if no such bytes are found near: then they must not be moved.
 */
bool job_witness_blocks(struct job *job, bool *telling, struct error *error);

/* Reserves what was inserted, which is a hole. */
bool job_reserve_blocks(struct job *job, struct error *error);

/* Cuts out what was inserted; nothing has been stored in it. */
bool job_take_blocks_back(struct job *job, struct error *error);

/*
 * Whether they have; `tail` is the journal's last record. An error if what stands there is
 * neither the witness nor what the file system inserts.
 */
bool job_blocks_moved(const struct job *job, const struct journal_tail *tail, bool *moved,
                      struct error *error);

#endif
