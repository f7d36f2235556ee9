/*
 * job.h - one edit in progress: its plan, its journal and its buffers.
 *
 * apply.c begins an edit, recover.c finishes one that was interrupted; both do its steps here.
 */
#ifndef MMTOOL_JOB_H
#define MMTOOL_JOB_H

#include "base/test_faults.h"
#include "edit/assembler.h"
#include "edit/plan.h"
#include "edit/pool.h"
#include "journal/journal.h"
#include "journal/witness.h"
#include "mapping.h"
#include "output/progress.h"

enum {
    JOB_PAGE = 4096,
    /* Fits a second-level cache: measured as the fastest size to copy. */
    JOB_CHUNK = TEST_LIMIT(256 * 1024, 1),
    /* Each step waits for the disk twice, so steps are large and few. */
    JOB_DURABLE_STEP = TEST_LIMIT(16 * 1024 * 1024, 2),
    JOB_ZERO_RUN = 4096, /* shorter runs of zeros are written with the bytes around them */
    /* Patches at most so far apart are written in one step: a step costs as much as that copy. */
    JOB_MERGE_GAP = 8192,
    JOB_MERGE_LEAST = 4096, /* with fewer edits, each writes only its own bytes */
    /* With fewer slots to fill, to map the journal takes longer than to write to it. */
    JOB_VIEWS_LEAST = 8,
};

/* The buffers of one thread that does steps. */
struct job_worker {
    struct plan_assembler assembler;
    unsigned char *chunk; /* a chunk and a page: see chunk_for() in job_step.c; owned */
};

struct job {
    struct mapping *mapping;
    struct pool *pool;             /* NULL in a recovery: the journal has the new bytes */
    struct journal *journal;       /* NULL without one */
    bool may_rest;                 /* the journal may rest at the end: see journal_rest() */
    const struct edit_list *edits; /* as given by the user, for the undo script; or NULL */
    struct plan plan;
    struct plan_totals totals; /* of the plan */
    struct buffer steps;       /* of struct plan_step: all of the plan, or not all; owned */
    struct witness_steps sample;
    uint64_t first_deferred;   /* the first step of the last phase, or how many there are */
    struct job_worker worker;  /* of the thread that does the job */
    uint64_t old_size;         /* of the file before the edit */
    uint64_t working_size;     /* of the file while steps are done */
    uint64_t new_size;         /* of the file after the edit */
    struct progress *progress; /* or NULL */
    bool durable;
    bool careful;                      /* the disk has little room: see space.h */
    bool trusted;                      /* restore all privileges; false: only set-user-ID */
    struct file_privileges privileges; /* of the file before the edit */
    unsigned lost;                     /* privileges (enum file_privilege) that were not restored */
    struct error left;                 /* why the journal could not be removed, or empty */
    struct undo_file *undo;            /* or NULL; not owned */
    struct error undo_failure;         /* why the undo script could not be renamed, or empty */
    bool deferred_published;           /* one record publishes all deferred steps; it is written */
    bool blocks_in;                    /* blocks are inserted, and the edit is not committed yet */
    bool back;                         /* in a recovery: the edit was taken back */
    bool ended;                        /* the file is whole; only the journal may be left */
    bool blocks_ahead;                 /* read witnesses at their offsets after the block cut */
};

/* A step to do. */
struct job_step {
    const struct plan_step *step;
    uint64_t number;
    bool was_published; /* before the kill: its slot in the journal has its bytes */
};

bool job_worker_init(struct job_worker *worker, struct job *job, struct error *error);
void job_worker_release(struct job_worker *worker);

/* Allocates what the job's plan needs, in place of what an earlier plan needed. */
bool job_prepare(struct job *job, struct error *error);
void job_release(struct job *job);

/*
 * Does the steps from number `first` on, cuts the file and removes the journal. `published`: the
 * first of them was published before a kill. On failure the journal stays for the next command.
 */
bool job_run(struct job *job, uint64_t first, bool published, struct error *error);

/* When all steps are done: cuts the file to its new size (tail.h), then job_end(). */
bool job_finish(struct job *job, struct error *error);

/* After the last write: restores privileges that writing removed; job->lost tells which failed. */
void job_keep_privileges(struct job *job);

/*
 * When the file has its bytes and its size: restores its privileges, renames the undo script and
 * removes the journal. If one of the first two fails, job->lost or job->undo_failure says so, and
 * the result is still true.
 */
bool job_end(struct job *job, struct error *error);

/*
 * Fails if another program has cut the file; appended bytes do no harm. Called right before each
 * write, because writing behind the end would make the file long again, with zeros in between. (A
 * store through a mapping faults instead.)
 */
bool job_check_size(const struct job *job, struct error *error);

/* One step: job_step.c. */
bool job_do_step(struct job *job, struct job_worker *worker, const struct job_step *step,
                 struct error *error);

/* Whether the file has all bytes of a step as its slot has them; the slot was not reused yet. */
bool job_slot_is_stored(struct job *job, const struct plan_step *step, uint64_t number,
                        bool *stored, struct error *error);

/*
 * Whether the file is still as the kill left it when step `number` had been published, and was not
 * written anew since (from a backup, for example). If so, the step before is in the file as its
 * slot has it; or, if that slot was being filled again, the step itself is. A few other bytes do no
 * harm. Steps without slots prove nothing, and count as undisturbed.
 */
bool job_is_undisturbed(struct job *job, uint64_t number, bool *undisturbed, struct error *error);

/*
 * Writes the table of witnesses (journal/witness.h) to the journal. To be called right before the
 * commit, when the file is as the first step will find it (except that blocks to be cut are cut
 * after the commit). Dying here leaves a journal that is not committed.
 */
bool job_write_witnesses(struct job *job, struct error *error);

/* Fills the record's witnesses of the step with number record->published - 1, right before it is
 * published. */
bool job_witness_step(struct job_worker *worker, const struct plan_step *step,
                      struct journal_record *record, struct error *error);

/*
 * Compares the file with the table of witnesses and with the last records of a durable journal.
 * Changes nothing. `ending`: the journal has a record of the end. False: file or table cannot be
 * read.
 */
bool job_judge(struct job *job, uint64_t published, bool ending, enum witness_verdict *verdict,
               struct error *error);

/* Whether a signal asks the process to stop; if so, sets the error. */
bool job_must_stop(const struct job *job, struct error *error);

/*
 * Does the steps that the cursor has not reached yet; it is in its last phase. The record for all
 * of that phase is published. `written` is how many bytes were written before, for the progress
 * bar. In job_deferred.c.
 */
bool job_do_deferred(struct job *job, struct plan_cursor *cursor, uint64_t written,
                     struct error *error);

/*
 * Before the first step: has the file system insert or cut the blocks that the journal's header
 * names. In job_blocks.c.
 */
enum file_blocks_result job_move_blocks(struct job *job, struct error *error);

/*
 * Before that: copies into the journal some bytes of the file that the move of the blocks will
 * change. By them a recovery knows whether the blocks were moved; the size does not tell if others
 * append to the file. `*telling` becomes false if no such bytes are near: then do not move blocks.
 */
bool job_witness_blocks(struct job *job, bool *telling, struct error *error);

/* Reserves disk blocks for the inserted range, which is a hole. */
bool job_reserve_blocks(struct job *job, struct error *error);

/* Cuts the inserted range again; nothing was stored in it. */
bool job_take_blocks_back(struct job *job, struct error *error);

/*
 * Whether the blocks were moved before the kill; `tail` is the journal's last record. An error if
 * the file has neither the bytes that job_witness_blocks() kept nor what the move leaves there.
 */
bool job_blocks_moved(const struct job *job, const struct journal_tail *tail, bool *moved,
                      struct error *error);

#endif
