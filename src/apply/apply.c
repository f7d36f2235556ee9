/* apply.c - begins an edit and commits it. */
#include "apply/apply.h"
#include "apply/blocks.h"
#include "apply/equal_ends.h"
#include "apply/growth.h"
#include "apply/holes.h"
#include "apply/job.h"
#include "apply/listing.h"
#include "apply/space.h"
#include "apply/tail.h"
#include "journal/privileges.h"

/* ---- an edit --------------------------------------------------------------------------------- */

/* Adds to the error what the next command will do, and how the user can look at it. */
static bool explain_next(const struct job *job, const char *does, struct error *error)
{
    char file[160];
    struct error cause = *error;
    return error_set(error,
                     "%s; 'mmtool recover %s' tells how far it is; the next mmtool command on the "
                     "file %s",
                     cause.message, diag_escape(file, sizeof file, job->mapping->path), does);
}

static bool explain_half(struct job *job, struct error *error)
{
    struct error cause = *error;
    if (job->ended) /* the file is whole, and the message says so */
        return false;
    if (!job->journal) { /* an undo script of the whole edit does not fit half of it */
        undo_file_drop(job->undo);
        job_keep_privileges(job);
        error_set(error, "%s; the file may hold half an edit (there is no journal)", cause.message);
    } else {
        space_explain(job, error);
        explain_next(job, "finishes the edit", error);
    }
    error->signal = cause.signal;
    return false;
}

static bool start_journal(struct job *job, struct journal *journal,
                          const struct blocks_edit *blocks, const struct apply_options *options,
                          struct error *error)
{
    struct journal_spec spec = {
        .mapping = job->mapping,
        .plan = &job->plan,
        .pool = job->pool,
        .directory = options->journal_dir,
        .durable = options->durable,
        .slots = job->totals.slots > 0 || job->new_size != job->mapping->size ||
                 blocks->kind != JOURNAL_BLOCKS_NONE,
        .careful = job->careful,
        .views = job->totals.slots >= JOB_VIEWS_LEAST,
        .old_size = job->mapping->size,
        .new_size = job->new_size,
        .blocks = blocks->kind,
        .blocks_offset = blocks->offset,
        .blocks_length = blocks->length,
        .undo = options->undo,
        .privileges = job->privileges,
        .resting = options->resting,
    };
    if (options->no_journal)
        return true;
    if (!journal_create(journal, &spec, error))
        return false;
    job->journal = journal;
    return true;
}

static bool save_undo(struct job *job, struct error *error)
{
    return !job->undo || listing_save_undo(job->undo, job->mapping, job->edits, job->pool, error);
}

/*
 * Before the first step is published: takes back inserted blocks, the growth, the undo script and
 * the journal. If one cannot be taken back, the journal stays for the next command.
 */
static bool take_back(struct job *job, struct error *error)
{
    if ((job->journal && !journal_retract(job->journal, error)) ||
        (job->blocks_in && !job_take_blocks_back(job, error)))
        return false;
    if (!growth_take_back(job, error) &&
        !(error->no_space && job->journal && journal_make_room(job->journal) &&
          growth_take_back(job, error)))
        return false;
    undo_file_drop(job->undo);
    job_keep_privileges(job);
    return !job->journal || journal_remove(job->journal, job->mapping, error);
}

static bool abandon(struct job *job)
{
    struct error ignored = {0};
    return take_back(job, &ignored);
}

/* Before the commit: abandons the edit. False: it could not, and the error says so. */
static bool give_up(struct job *job, struct error *error)
{
    struct error cause = *error;
    if (abandon(job))
        return true;
    error_set(error, "%s; the next mmtool command on the file takes the edit back", cause.message);
    error->signal = cause.signal;
    return false;
}

/* After the commit: takes the edit back if no step was published; else explains what is left. */
static bool go_back(struct job *job, struct error *error)
{
    struct error cause = *error;
    if (!job->journal || job->journal->published || job->ended || error->signal != 0)
        return explain_half(job, error);
    if (!abandon(job))
        return explain_next(job, "takes the edit back", error);
    return error_set(error, "%s; nothing was changed", cause.message);
}

/* Others appended into the growth: keeps their bytes, takes back the rest, and plans again. */
static enum job_outcome give_way(struct job *job, struct error *error)
{
    struct mapping *mapping = job->mapping;
    struct range growth = {job->old_size, job->plan.new_size};
    mapping->in_use = true; /* for take_back() */
    if (!tail_find_end(mapping, growth, false, &job->old_size, error) ||
        (job->journal && !journal_set_sizes(job->journal, job->old_size, growth.end, error)) ||
        !take_back(job, error) || !mapping_follow_growth(mapping, error))
        return JOB_FAILED;
    mapping->in_use = true; /* though nothing may have come since */
    return growth_plan_again(job, mapping->size, error) && job_prepare(job, error) ? JOB_AGAIN
                                                                                   : JOB_FAILED;
}

/* Cutting the end off, or growing by zeros: one call that sets the size, which is never partial. */
static bool is_size_only(const struct plan *plan)
{
    const struct edit *edit = &plan->edits->last;
    return plan->edits->count == 1 && edit->offset + edit->old_length == plan->old_size &&
           (edit->new_length == 0 || (edit->kind == EDIT_ZEROS && edit->old_length == 0));
}

/* Cuts the end off without a journal. JOB_AGAIN: others append, so a journal is needed. */
static enum job_outcome cut_end(struct job *job, struct error *error)
{
    struct mapping *mapping = job->mapping;
    uint64_t size;
    if (mapping->in_use)
        return JOB_AGAIN;
    if (!save_undo(job, error))
        return JOB_FAILED;
    if (!mapping_drop_view(mapping, error) || !file_get_newest_size(mapping->file, &size, error)) {
        (void)give_up(job, error);
        return JOB_FAILED;
    }
    mapping->in_use = size != job->old_size;
    if (mapping->in_use) {
        undo_file_drop(job->undo);
        return JOB_AGAIN;
    }
    if (mapping_resize(mapping, job->new_size, error) &&
        (!job->durable || file_sync(mapping->file, error)) && job_end(job, error))
        return JOB_DONE;
    (void)give_up(job, error);
    return JOB_FAILED;
}

static enum job_outcome grow_end(struct job *job, bool allocate, struct error *error)
{
    enum job_outcome outcome =
        save_undo(job, error) ? growth_make(job, allocate, error) : JOB_FAILED;
    if (outcome == JOB_AGAIN)
        return give_way(job, error);
    if (outcome == JOB_DONE && job_finish(job, error))
        return JOB_DONE;
    (void)give_up(job, error);
    return JOB_FAILED;
}

static bool commit(struct job *job, struct error *error)
{
    return !job->journal || (job_write_witnesses(job, error) &&
                             (!job->durable || file_sync(job->mapping->file, error)) &&
                             journal_commit(job->journal, error));
}

/* Whole pages for all of a file, before the edit and after it: no step of a small file needs more.
 */
static uint64_t whole_file(const struct edit_list *edits, uint64_t size)
{
    uint64_t longer = maximum_u64(size, edit_list_new_size(edits, size));
    return longer > JOB_DURABLE_STEP ? JOB_DURABLE_STEP : (longer / JOB_PAGE + 1) * JOB_PAGE;
}

static bool plan_job(struct job *job, const struct edit_list *edits, uint64_t size,
                     const struct apply_options *options, struct error *error)
{
    /* In a sparse file there may be a hole between two patches: do not fill it. */
    bool merges = edits->count >= JOB_MERGE_LEAST && !mapping_is_sparse(job->mapping);
    /* Without a journal a step is assembled in memory, so it must fit one chunk. */
    uint64_t most = options->durable && !options->no_journal ? JOB_DURABLE_STEP : JOB_CHUNK;
    struct plan_sizes sizes = {
        .write_max = minimum_u64(most, whole_file(edits, size)),
        .zero_min = JOB_ZERO_RUN,
        .merge_gap = merges ? JOB_MERGE_GAP : 0,
    };
    return plan_init(&job->plan, edits, size, &sizes, error) && job_prepare(job, error);
}

/* Reserves, commits, and does the steps. */
static enum job_outcome do_steps(struct job *job, bool allocate, struct error *error)
{
    enum job_outcome outcome =
        save_undo(job, error) ? growth_make(job, allocate, error) : JOB_FAILED;
    if (outcome == JOB_AGAIN)
        return give_way(job, error);
    if (job->progress)
        job->progress->total = job->totals.written;
    if (outcome == JOB_FAILED || !space_prepare(job, error) || !commit(job, error)) {
        (void)give_up(job, error);
        return JOB_FAILED;
    }
    bool size_only = is_size_only(&job->plan);
    bool done = size_only ? job_finish(job, error) : job_run(job, 0, false, error);
    return done || go_back(job, error) ? JOB_DONE : JOB_FAILED;
}

/* Does the edit by steps, not by blocks of the file system. */
static enum job_outcome try_by_steps(struct job *job, const struct apply_options *options,
                                     struct apply_report *report, struct error *error)
{
    static const struct blocks_edit no_blocks = {.kind = JOURNAL_BLOCKS_NONE};
    struct journal journal = {0};
    /*
     * Setting the size is one call and needs no journal, unless more has to happen with it: an undo
     * script, privileges, or blocks to allocate (which may be many writes of zeros).
     */
    bool alone = !job->undo && !privileges_any(&job->privileges) && !options->allocate;
    if (is_size_only(&job->plan) && (alone || options->no_journal)) {
        bool grows = job->plan.new_size > job->plan.old_size;
        enum job_outcome outcome =
            grows ? grow_end(job, options->allocate, error) : cut_end(job, error);
        if (grows || outcome != JOB_AGAIN)
            return outcome;
    }
    if ((options->allocate && !space_check_growth(job, error)) ||
        !start_journal(job, &journal, &no_blocks, options, error))
        return JOB_FAILED;
    report->journaled = job->journal != NULL;
    platform_signals_hold();
    enum job_outcome outcome = do_steps(job, options->allocate, error);
    job->journal = NULL;
    if (journal.resting) {
        *options->resting = journal;
        return outcome;
    }
    platform_signals_restore();
    journal_close(&journal);
    return outcome;
}

static bool do_by_steps(struct job *job, const struct apply_options *options,
                        struct apply_report *report, struct error *error)
{
    for (unsigned tries = 0; tries < JOB_MOST_TRIES; tries++) {
        enum job_outcome outcome = try_by_steps(job, options, report, error);
        if (outcome != JOB_AGAIN)
            return outcome == JOB_DONE;
    }
    return error_set(error, "another program appends to the file all the time (size is %llu)",
                     (unsigned long long)job->mapping->size);
}

/* How an edit by blocks ends. CANNOT: the file system refused, and nothing has changed. */
enum blocks_outcome { BY_BLOCKS_DONE, BY_BLOCKS_FAILED, BY_BLOCKS_CANNOT };

enum { BLOCKS_SPARE = 1024 * 1024 }; /* room for the file system's records of the inserted blocks */

/* Inserts the blocks before the commit: if anything fails they can be cut again. */
static enum blocks_outcome insert_blocks(struct job *job, struct error *error)
{
    uint64_t length = job->journal->header.blocks_length;
    /* If there is no room for the blocks, try by steps, which may need less. */
    if (!journal_try_room(job->journal, length + BLOCKS_SPARE, error) ||
        job_move_blocks(job, error) != FILE_BLOCKS_DONE)
        return BY_BLOCKS_CANNOT;
    return job_reserve_blocks(job, error) && space_prepare(job, error) && commit(job, error)
               ? BY_BLOCKS_DONE
               : BY_BLOCKS_FAILED;
}

/* Cuts the blocks after the commit, because what is cut is gone. */
static enum blocks_outcome cut_blocks(struct job *job, struct error *error)
{
    if (!space_prepare(job, error) || !commit(job, error))
        return BY_BLOCKS_FAILED;
    return job_move_blocks(job, error) == FILE_BLOCKS_DONE ? BY_BLOCKS_DONE : BY_BLOCKS_CANNOT;
}

static enum blocks_outcome run_blocks(struct job *job, struct error *error)
{
    enum blocks_outcome outcome = BY_BLOCKS_FAILED;
    bool telling = true;
    if (save_undo(job, error) && job_witness_blocks(job, &telling, error))
        outcome = !telling                                               ? BY_BLOCKS_CANNOT
                  : job->journal->header.blocks == JOURNAL_BLOCKS_INSERT ? insert_blocks(job, error)
                                                                         : cut_blocks(job, error);
    if (outcome != BY_BLOCKS_DONE)
        return give_up(job, error) ? outcome : BY_BLOCKS_FAILED;
    if (job_run(job, 0, false, error))
        return BY_BLOCKS_DONE;
    /* Inserted blocks can be cut again; blocks that were cut are gone. */
    (void)(job->blocks_in ? go_back(job, error) : explain_half(job, error));
    return BY_BLOCKS_FAILED;
}

/*
 * Does the edit by whole blocks, where that is faster. Not with `durable`: a kill never leaves half
 * of these calls done, but a power loss may.
 */
static enum blocks_outcome do_by_blocks(struct job *job, const struct edit_list *edits,
                                        const struct apply_options *options,
                                        struct apply_report *report, struct error *error)
{
    struct blocks_edit blocks;
    struct journal journal = {0};
    enum blocks_outcome outcome = BY_BLOCKS_CANNOT;
    if (options->durable || options->no_journal)
        return outcome;
    if (!blocks_plan(job->mapping, edits, job->pool, &blocks, error))
        return BY_BLOCKS_FAILED;
    if (blocks.kind != JOURNAL_BLOCKS_NONE &&
        plan_job(job, &blocks.edits, job->new_size, options, error) &&
        start_journal(job, &journal, &blocks, options, error)) {
        job->working_size = job->new_size;
        platform_signals_hold();
        outcome = run_blocks(job, error);
        platform_signals_restore();
        journal_close(&journal);
        job->journal = NULL;
    }
    edit_list_release(&blocks.edits);
    if (outcome == BY_BLOCKS_DONE) {
        report->journaled = true;
        *(blocks.kind == JOURNAL_BLOCKS_CUT ? &report->cut_blocks : &report->inserted_blocks) =
            blocks.length;
    }
    return outcome;
}

/* An upper bound of the bytes that the edit writes to the file and its journal. */
static uint64_t needed_space(const struct job *job)
{
    const struct plan *plan = &job->plan;
    return 2 * plan->sizes.write_max + plan->edits->pool_end + plan->edits->encoded.length +
           job->totals.written;
}

static bool apply_list(struct job *job, const struct edit_list *edits,
                       const struct apply_options *options, struct apply_report *report,
                       struct error *error)
{
    struct mapping *mapping = job->mapping;
    uint64_t new_size = edit_list_new_size(edits, mapping->size);
    if (!plan_job(job, edits, mapping->size, options, error))
        return false;
    if (new_size != mapping->size && !mapping_is_resizable(mapping))
        return error_set(error, "a block device cannot change its size (%llu bytes)",
                         (unsigned long long)mapping->size);
    if (!file_check_size_change(mapping->file, mapping->size, new_size, error))
        return false;
    job->old_size = mapping->size;
    job->new_size = report->new_size = new_size;
    report->totals = job->totals;
    if (TEST_ASKS_IF_IN_USE && new_size < mapping->size && !mapping->in_use)
        mapping->in_use = file_is_in_use(mapping->file);
    if (job->progress)
        job->progress->total = job->totals.written;
    /* On a copy-on-write file system a quota may leave less room than the system reports. */
    job->careful =
        space_is_short(mapping->file, needed_space(job)) || file_is_copied_on_write(mapping->file);
    enum blocks_outcome outcome = do_by_blocks(job, edits, options, report, error);
    if (outcome != BY_BLOCKS_CANNOT) {
        report->totals.moved = 0;
        return outcome == BY_BLOCKS_DONE;
    }
    job->working_size = maximum_u64(new_size, mapping->size);
    bool planned = job->plan.edits == edits || plan_job(job, edits, mapping->size, options, error);
    if (!planned || !do_by_steps(job, options, report, error))
        return false;
    report->old_size = job->old_size;
    report->new_size = job->new_size;
    report->totals = job->totals;
    return true;
}

bool apply_edits(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                 const struct apply_options *options, struct apply_report *report,
                 struct error *error)
{
    struct job job = {.mapping = mapping, .pool = pool, .edits = edits, .undo = options->undo};
    uint64_t left_out = 0;
    job.durable = options->durable;
    job.trusted = true;
    job.progress = options->progress;
    job.may_rest = options->resting;
    struct edit_list shorter, with_holes;
    *report = (struct apply_report){.old_size = mapping->size, .new_size = mapping->size};
    if (edits->count == 0)
        return true;
    edit_list_init(&shorter);
    edit_list_init(&with_holes);
    bool sparse = mapping_is_sparse(mapping);
    bool done = file_get_privileges(mapping->file, &job.privileges, error) &&
                equal_ends_drop(mapping, edits, pool, &shorter, &left_out, error);
    job.edits = shorter.count > 0 ? &shorter : edits;
    done = done && (!sparse || holes_keep(mapping, job.edits, JOB_ZERO_RUN, &with_holes, error)) &&
           apply_list(&job, sparse ? &with_holes : job.edits, options, report, error);
    report->totals.patched += left_out;
    report->undo_failure = job.undo_failure;
    report->lost = job.lost;
    report->left = job.left;
    job_release(&job);
    edit_list_release(&shorter);
    edit_list_release(&with_holes);
    return done;
}
