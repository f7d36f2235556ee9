/* job.c - the steps of an edit in their order, and its end. */
#include "apply/job.h"
#include "apply/tail.h"
#include "journal/privileges.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT_STEPS = 8192 };

void job_release(struct job *job)
{
    job_worker_release(&job->worker);
    buffer_release(&job->steps);
    job->plan.steps = NULL;
}

/* Keeps a step, so that later cursors need not go through all edits again; unless steps are many.
 */
static void keep_step(struct job *job, const struct plan_step *step)
{
    if (job->totals.steps * sizeof *step != job->steps.length + sizeof *step)
        return; /* an earlier one was not kept */
    if (job->totals.steps <= KEPT_STEPS)
        (void)buffer_append(&job->steps, step, sizeof *step, NULL);
}

/* Counts the steps. A damaged journal may claim very many, so a signal can stop this. */
static bool survey(struct job *job, struct error *error)
{
    struct plan_cursor cursor;
    struct plan_step step;
    job->totals = (struct plan_totals){0};
    job->first_deferred = UINT64_MAX;
    witness_steps_init(&job->sample);
    plan_cursor_init(&cursor, &job->plan);
    while (plan_cursor_next(&cursor, &step)) {
        if (step.phase == PLAN_DEFERRED && job->first_deferred == UINT64_MAX)
            job->first_deferred = job->totals.steps;
        plan_count_step(&job->totals, &cursor, &step);
        witness_steps_add(&job->sample, &step);
        keep_step(job, &step);
        if (job_must_stop(job, error))
            return false;
    }
    witness_steps_end(&job->sample);
    job->first_deferred = minimum_u64(job->first_deferred, job->totals.steps);
    if (job->totals.steps > 0 && job->steps.length == job->totals.steps * sizeof step) {
        job->plan.steps = (const void *)job->steps.data;
        job->plan.step_count = job->totals.steps;
    }
    return true;
}

bool job_prepare(struct job *job, struct error *error)
{
    job_release(job);
    return survey(job, error) && job_worker_init(&job->worker, job, error);
}

/* ---- all steps ------------------------------------------------------------------------------- */

/* Does the steps from number `first` on; see job_run(). */
static bool do_steps(struct job *job, uint64_t first, bool published, struct error *error)
{
    struct plan_cursor cursor;
    struct plan_step step;
    uint64_t written = 0;
    plan_cursor_init(&cursor, &job->plan);
    for (uint64_t number = 0; plan_cursor_next(&cursor, &step); number++) {
        struct job_step current = {&step, number, published && number == first};
        if (job_must_stop(job, error))
            return false;
        if (number < first)
            continue;
        if (!job_do_step(job, &job->worker, &current, error))
            return false;
        written += step.kind == PLAN_WRITE ? step.length : 0;
        if (job->progress)
            progress_update(job->progress, written);
        if (step.phase == PLAN_DEFERRED)
            return job_do_deferred(job, &cursor, written, error);
    }
    return true;
}

static bool finish_size(struct job *job, struct error *error)
{
    const struct tail_cut cut = {
        .mapping = job->mapping,
        .journal = job->journal,
        .durable = job->durable,
        .from = job->working_size,
        .to = job->new_size,
        .memory = job->worker.chunk,
        .steps = job->first_deferred,
    };
    if (cut.to < cut.from)
        return tail_cut(&cut, error);
    return job_check_size(job, error) && (!job->durable || file_sync(job->mapping->file, error));
}

void job_keep_privileges(struct job *job)
{
    unsigned allowed = job->trusted ? ~0u : PRIVILEGE_USER;
    job->lost = privileges_restore(job->mapping->file, &job->privileges, allowed);
}

bool job_end(struct job *job, struct error *error)
{
    job->ended = true;
    job_keep_privileges(job);
    (void)undo_file_publish(job->undo, job->durable, &job->undo_failure);
    if (!job->journal)
        return true;
    if (job->may_rest && journal_rest(job->journal, job->mapping))
        return true;
    bool removed = journal_remove(job->journal, job->mapping, error);
    job->left = job->journal->left;
    return removed;
}

bool job_finish(struct job *job, struct error *error)
{
    return finish_size(job, error) && job_end(job, error);
}

bool job_run(struct job *job, uint64_t first, bool published, struct error *error)
{
    return do_steps(job, first, published, error) && job_finish(job, error);
}
