/* recover.c - finishes what a killed edit left, or takes it back. */
#include "recover.h"
#include "job.h"
#include "tail.h"

static bool explain_mend(const struct job *job, struct error *error)
{
    return journal_name_mend(job->mapping, error);
}

/* A size that the file has while the steps are done, or more: others may append. */
static bool check_recoverable(const struct job *job, struct error *error)
{
    uint64_t size = job->mapping->size;
    if (size >= job->working_size)
        return true;
    error_set(error, "another program has cut the file since (size %llu, %llu expected)",
              (unsigned long long)size, (unsigned long long)job->working_size);
    return explain_mend(job, error);
}

/* A file restored from a backup, say, is not one to go on with in the middle. */
static bool check_undisturbed(struct job *job, uint64_t first, bool published, struct error *error)
{
    bool undisturbed = true;
    if (published && !job_is_undisturbed(job, first, &undisturbed, error))
        return false;
    if (undisturbed)
        return true;
    error_set(error, "another program has written the file anew since");
    return explain_mend(job, error);
}

/* A step that is published is one of the plan's: a journal that says otherwise is damaged. */
static bool check_progress(const struct job *job, uint64_t first, bool published,
                           struct error *error)
{
    struct plan_walk walk;
    struct plan_step step;
    uint64_t steps = 0;
    plan_walk_init(&walk, &job->plan);
    while (published && steps <= first && plan_walk_next(&walk, &step))
        steps++;
    if (!published || steps > first)
        return true;
    error_set(error, "the journal is damaged: it says that step %llu has begun, of %llu",
              (unsigned long long)first, (unsigned long long)steps);
    return explain_mend(job, error);
}

/* The steps are done, and the file is being cut or was. */
static bool resume_tail(struct job *job, const struct journal_tail *tail, struct error *error)
{
    const struct tail_cut cut = {job->mapping, job->journal, job->durable, job->working_size,
                                 job->new_size};
    return tail_resume(&cut, tail, error) && job_end(job, error);
}

/* Takes a growth back, or blocks that were inserted. */
static bool take_growth_back(struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    struct tail_cut cut = {job->mapping, job->journal, header->durable, header->new_size,
                           header->old_size};
    struct journal_tail tail;
    bool moved = false;
    if (cut.from <= cut.to)
        return true;
    if (!journal_load_tail(job->journal, &tail, error))
        return false;
    if (tail.number > 0 && tail.kind != TAIL_BLOCKS)
        return tail_resume(&cut, &tail, error);
    /* Without a witness they have not been inserted yet. */
    if (tail.number > 0 && !job_blocks_moved(job, &tail, &moved, error))
        return false;
    return moved ? job_take_blocks_back(job, error) : tail_take_back(&cut, error);
}

/* No step has been published. */
static bool roll_back(struct job *job, struct error *error)
{
    if (!journal_retract(job->journal, error) || !take_growth_back(job, error))
        return false;
    job->back = true;
    job_keep_privileges(job);
    undo_file_drop(job->undo);
    job->undo_failure = (struct error){0};
    return journal_remove(job->journal, job->mapping, error);
}

/* An edit that cannot begin: no space for its first step, say. What was cut is gone. */
static bool may_go_back(const struct job *job, const struct error *error)
{
    const struct journal *journal = job->journal;
    return !journal->published && !job->ended && error->signal == 0 &&
           journal->header.blocks != BLOCKS_CUT;
}

static bool forward(struct job *job, const struct edit_list *edits, uint64_t first, bool published,
                    struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    struct journal_tail tail;
    if (!plan_init(&job->plan, edits, header->start_size, header->window, header->zero_piece,
                   header->merge_gap, error) ||
        !journal_load_tail(job->journal, &tail, error))
        return false;
    job->new_size = header->new_size;
    job->working_size = maximum_u64(job->plan.new_size, header->start_size);
    if (tail.number > 0 && tail.kind != TAIL_BLOCKS)
        return resume_tail(job, &tail, error);
    if (!check_progress(job, first, published, error) || !check_recoverable(job, error))
        return false;
    /* Blocks are inserted before the commit and cut behind it, before the first step. */
    bool moved = published || header->blocks == BLOCKS_NONE;
    if (!moved && !job_blocks_moved(job, &tail, &moved, error))
        return false;
    if (!moved && header->blocks == BLOCKS_INSERT)
        return error_set(error, "another program has written the file anew since") ||
               explain_mend(job, error);
    /* A file system that cannot: then nothing has changed, and nothing will. */
    if (!moved && job_move_blocks(job, error) != FILE_BLOCKS_DONE)
        return roll_back(job, error);
    if (!check_undisturbed(job, first, published, error))
        return false;
    return (job_prepare(job, error) && job_run(job, first, published, error)) ||
           (!published && may_go_back(job, error) && roll_back(job, error));
}

static bool load_and_go_forward(struct job *job, struct error *error)
{
    struct buffer bytes = {0};
    struct edit_list edits;
    uint64_t first;
    bool published;
    bool done = journal_load(job->journal, &bytes, &edits, &first, &published, error);
    if (done) {
        done = forward(job, &edits, first, published, error);
        edit_list_release(&edits);
    }
    buffer_release(&bytes);
    return done;
}

/* The file counts more than the script: if this is not to be found, that is only told. */
static void load_undo(struct job *job, struct undo_file *undo)
{
    struct error cause = {0};
    job->undo = undo;
    if (journal_load_undo(job->journal, undo, &cause))
        return;
    job->undo = NULL;
    error_set(&job->undo_failure, "the undo script is not in its place: %s", cause.message);
}

/* See privileges_need_trust(). Another's journal is believed if he owns the file. */
static bool is_own(const struct journal *journal)
{
    struct file_status status;
    struct error ignored = {0};
    return file_get_status(journal->file, &status, &ignored) && status.owner == platform_user();
}

static bool recover(struct mapping *mapping, struct journal *journal,
                    bool way(struct job *job, struct error *error), struct recover_report *report,
                    struct error *error)
{
    struct job job = {.mapping = mapping, .journal = journal, .durable = journal->header.durable};
    struct undo_file undo = {0};
    job.privileges = journal->header.privileges;
    job.trusted = is_own(journal);
    load_undo(&job, &undo);
    platform_signals_hold();
    bool done = way(&job, error);
    platform_signals_restore();
    report->undo_failure = job.undo_failure;
    report->lost = job.lost;
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

/* What has been committed counts as not begun again, before anything is undone. */
static bool retract(struct job *job, struct error *error)
{
    return journal_retract(job->journal, error) && roll_back(job, error);
}

bool recover_back(struct mapping *mapping, struct journal *journal, struct recover_report *report,
                  struct error *error)
{
    return recover(mapping, journal, retract, report, error);
}

bool recover_undo(struct mapping *mapping, struct recover_report *report, struct error *error)
{
    struct undo_file undo;
    if (journal_load_marked_undo(mapping->file, &undo, &report->undo_failure))
        (void)undo_file_publish(&undo, false, &report->undo_failure);
    undo_file_release(&undo);
    return journal_unmark_undo(mapping->file, error);
}
