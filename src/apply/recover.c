/* recover.c - finishes an interrupted edit, or takes it back. */
#include "apply/recover.h"
#include "apply/recover_internal.h"
#include "apply/space.h"
#include "apply/tail.h"
#include "base/io_buffer.h"

/* ---- loading --------------------------------------------------------------------------------- */

/* The published step must be one of the plan's; else the journal is damaged. */
static bool check_progress(const struct recovery *recovery, struct error *error)
{
    uint64_t steps = recovery->job->totals.steps;
    return !recovery->published || recovery->first < steps ||
           error_set(error, "the journal is damaged: it says that step %llu has begun, of %llu",
                     (unsigned long long)recovery->first, (unsigned long long)steps);
}

bool recovery_load(struct recovery *recovery, struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    *recovery = (struct recovery){.job = job};
    recovery->loaded = journal_load(job->journal, &recovery->bytes, &recovery->edits,
                                    &recovery->first, &recovery->published, error);
    if (!recovery->loaded ||
        !plan_init(&job->plan, &recovery->edits, header->start_size, &header->sizes, error) ||
        !journal_load_tail(job->journal, &recovery->tail, error) || !job_prepare(job, error))
        return false;
    job->new_size = header->new_size;
    job->working_size = maximum_u64(job->plan.new_size, header->start_size);
    recovery->ending = recovery->tail.number > 0 && recovery->tail.kind != JOURNAL_TAIL_BLOCKS;
    return recovery->ending || check_progress(recovery, error);
}

void recovery_unload(struct recovery *recovery)
{
    job_release(recovery->job);
    if (recovery->loaded)
        edit_list_release(&recovery->edits);
    buffer_release(&recovery->bytes);
}

/*
 * If the power fails while the commit of a durable edit waits for the disk, the header may be on
 * the disk without the table of witnesses. No record is there in that case.
 */
bool recovery_is_uncommitted(const struct recovery *recovery)
{
    struct journal *journal = recovery->job->journal;
    unsigned char table[WITNESS_TABLE];
    return journal->header.durable && recovery->tail.number == 0 &&
           journal->records[0].published == 0 && journal->records[1].published == 0 &&
           !journal_read_witnesses(journal, table, NULL);
}

/* ---- is it the file that was killed? --------------------------------------------------------- */

/* The least size that the file has while steps are done; others may have appended. */
static uint64_t least_size(const struct recovery *recovery)
{
    const struct job *job = recovery->job;
    return recovery->ending ? job->new_size : job->working_size;
}

/* Finds out whether the blocks were moved: inserted before the commit, or cut after it. */
static bool find_blocks(struct recovery *recovery, struct error *error)
{
    struct job *job = recovery->job;
    recovery->moved = recovery->published || job->journal->header.blocks != JOURNAL_BLOCKS_CUT;
    if (!recovery->moved && !job_blocks_moved(job, &recovery->tail, &recovery->moved, error))
        return false;
    job->blocks_ahead = !recovery->moved;
    return true;
}

/* Compares the step before the next one with its slot: most of its bytes must be in the file. */
static bool judge_slots(const struct recovery *recovery, enum witness_verdict *verdict,
                        struct error *error)
{
    bool undisturbed = true;
    if (*verdict == WITNESS_IS_OTHER || !recovery->published || recovery->ending)
        return true;
    if (!job_is_undisturbed(recovery->job, recovery->first, &undisturbed, error))
        return false;
    if (!undisturbed)
        *verdict = WITNESS_IS_OTHER;
    return true;
}

/* See recover_internal.h. */
bool recovery_compare(struct recovery *recovery, enum witness_verdict *verdict, struct error *error)
{
    struct job *job = recovery->job;
    uint64_t published = recovery->published ? recovery->first + 1 : 0;
    *verdict = WITNESS_IS_OTHER;
    if (job->mapping->size < least_size(recovery))
        return true;
    return find_blocks(recovery, error) &&
           job_judge(job, published, recovery->ending, verdict, error) &&
           judge_slots(recovery, verdict, error);
}

bool recovery_explain(const struct recovery *recovery, enum witness_verdict verdict,
                      struct error *error)
{
    uint64_t size = recovery->job->mapping->size, least = least_size(recovery);
    if (verdict != WITNESS_IS_OTHER)
        return true;
    if (size < least)
        return error_set(error, "another program has cut the file since (size %llu, %llu expected)",
                         (unsigned long long)size, (unsigned long long)least);
    return error_set(error, "another program has rewritten the file since");
}

/* Refuses to go on with a file that was written anew, from a backup for example. */
static bool check_file(struct recovery *recovery, struct error *error)
{
    enum witness_verdict verdict;
    if (!recovery_compare(recovery, &verdict, error))
        return false;
    recovery->job->blocks_ahead = false;
    return recovery_explain(recovery, verdict, error);
}

/* ---- going on -------------------------------------------------------------------------------- */

/* The steps are done; the file is to be cut, or was. */
static bool resume_tail(struct job *job, const struct journal_tail *tail, struct error *error)
{
    const struct tail_cut cut = {
        .mapping = job->mapping,
        .journal = job->journal,
        .durable = job->durable,
        .from = job->working_size,
        .to = job->new_size,
        .memory = job->worker.chunk,
        .may_stop = true,
    };
    return tail_resume(&cut, tail, error) && job_end(job, error);
}

/* Takes a growth back, or blocks that were inserted. */
static bool take_growth_back(struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    const struct tail_cut cut = {
        .mapping = job->mapping,
        .journal = job->journal,
        .durable = header->durable,
        .from = header->new_size,
        .to = header->old_size,
        .memory = job->worker.chunk,
        .may_stop = true,
    };
    struct journal_tail tail;
    bool moved = false;
    if (cut.from <= cut.to)
        return true;
    if (!journal_load_tail(job->journal, &tail, error))
        return false;
    if (tail.number > 0 && tail.kind != JOURNAL_TAIL_BLOCKS)
        return tail_resume(&cut, &tail, error);
    /* Without the witness of the blocks, none were inserted yet. */
    if (tail.number > 0 && !job_blocks_moved(job, &tail, &moved, error))
        return false;
    return moved ? job_take_blocks_back(job, error) : tail_take_back(&cut, error);
}

/* Takes the edit back; no step was published. */
static bool roll_back(struct job *job, struct error *error)
{
    if (!journal_retract(job->journal, error))
        return false;
    if (!take_growth_back(job, error) &&
        !(error->no_space && journal_make_room(job->journal) && take_growth_back(job, error)))
        return false;
    job->back = true;
    job_keep_privileges(job);
    undo_file_drop(job->undo);
    job->undo_failure = (struct error){0};
    return journal_remove(job->journal, job->mapping, error);
}

/* Whether an edit that fails now can still be taken back. Blocks that were cut are gone. */
static bool may_go_back(const struct recovery *recovery, const struct error *error)
{
    const struct journal *journal = recovery->job->journal;
    return !recovery->published && !journal->published && !recovery->job->ended &&
           error->signal == 0 && journal->header.blocks != JOURNAL_BLOCKS_CUT;
}

static bool forward(struct recovery *recovery, struct error *error)
{
    struct job *job = recovery->job;
    if (recovery->ending)
        return resume_tail(job, &recovery->tail, error);
    /* If the file system cannot move the blocks, nothing has changed: take the edit back. */
    if (!recovery->moved && job_move_blocks(job, error) != FILE_BLOCKS_DONE)
        return roll_back(job, error);
    return job_run(job, recovery->first, recovery->published, error) ||
           (may_go_back(recovery, error) && roll_back(job, error));
}

static bool load_and_go_forward(struct job *job, struct error *error)
{
    struct recovery recovery;
    bool uncommitted = false, fits = recovery_load(&recovery, job, error);
    if (fits) {
        uncommitted = recovery_is_uncommitted(&recovery);
        fits = uncommitted || check_file(&recovery, error);
    }
    bool done = fits && (uncommitted ? roll_back(job, error) : forward(&recovery, error));
    if (!done)
        space_explain(job, error);
    recovery_unload(&recovery);
    return done;
}

/* A missing undo script is reported, but does not stop the recovery of the file. */
static void load_undo(struct job *job, struct undo_file *undo)
{
    struct error cause = {0};
    job->undo = undo;
    if (journal_load_undo(job->journal, undo, &cause))
        return;
    job->undo = NULL;
    error_set(&job->undo_failure, "the undo script is not in its place: %s", cause.message);
}

/* Whether the journal is the user's own: then all privileges may be restored. */
static bool is_own(const struct journal *journal)
{
    struct file_status status;
    return file_get_status(journal->file, &status, NULL) && status.owner == platform_user();
}

static bool recover(struct mapping *mapping, struct journal *journal,
                    bool way(struct job *job, struct error *error), struct recover_report *report,
                    struct error *error)
{
    struct job job = {.mapping = mapping, .journal = journal, .durable = journal->header.durable};
    struct undo_file undo = {0};
    job.privileges = journal->header.privileges;
    job.trusted = is_own(journal);
    job.worker.chunk = io_buffer_new(TAIL_MEMORY, error);
    if (!job.worker.chunk)
        return false;
    job.careful = journal->careful = space_is_short(mapping->file, journal->header.length) ||
                                     file_is_copied_on_write(mapping->file);
    load_undo(&job, &undo);
    platform_signals_hold();
    bool done = way(&job, error);
    platform_signals_restore();
    report->undo_failure = job.undo_failure;
    report->lost = job.lost;
    report->left = journal->left;
    report->back = job.back;
    job_release(&job);
    undo_file_release(&undo);
    return done;
}

bool recover_forward(struct mapping *mapping, struct journal *journal,
                     struct recover_report *report, struct error *error)
{
    return recover(mapping, journal, load_and_go_forward, report, error);
}

bool recover_rollback(struct mapping *mapping, struct journal *journal,
                      struct recover_report *report, struct error *error)
{
    return recover(mapping, journal, roll_back, report, error);
}

bool recover_undo(struct mapping *mapping, struct recover_report *report, struct error *error)
{
    struct undo_file undo;
    if (journal_load_marked_undo(mapping->file, &undo, &report->undo_failure))
        (void)undo_file_publish(&undo, false, &report->undo_failure);
    undo_file_release(&undo);
    return journal_unmark_undo(mapping->file, error);
}

bool recover_compare(struct mapping *mapping, struct journal *journal,
                     enum witness_verdict *verdict, struct error *error)
{
    struct job job = {.mapping = mapping, .journal = journal, .durable = journal->header.durable};
    const struct journal_header *header = &journal->header;
    struct recovery recovery;
    bool fits = mapping->size >= minimum_u64(header->old_size, header->new_size);
    if (header->state != JOURNAL_HOT) {
        enum witness_verdict whole = header->state == JOURNAL_PRE ? WITNESS_IS_OLD : WITNESS_IS_NEW;
        *verdict = fits ? whole : WITNESS_IS_OTHER;
        return true;
    }
    bool done = recovery_load(&recovery, &job, error);
    if (done && recovery_is_uncommitted(&recovery))
        *verdict = fits ? WITNESS_IS_OLD : WITNESS_IS_OTHER;
    else
        done = done && recovery_compare(&recovery, verdict, error);
    recovery_unload(&recovery);
    return done;
}

bool recover_fits(const struct mapping *mapping, struct journal *journal)
{
    struct mapping seen = *mapping;
    enum witness_verdict verdict;
    return recover_compare(&seen, journal, &verdict, NULL) && verdict != WITNESS_IS_OTHER;
}
