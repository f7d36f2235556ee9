/* job.c - the steps of an edit in their order, and its end. */
#include "apply/job.h"
#include "apply/tail.h"
#include "journal/privileges.h"

#include <stdlib.h>
#include <string.h>

/* ---- sources --------------------------------------------------------------------------------- */

static bool read_old(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error)
{
    const struct job *job = context;
    return mapping_read(job->mapping, offset, bytes, length, error);
}

static bool read_pool(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    struct job *job = context;
    bool from_journal = !job->pool || (job->journal && job->pool->has_file);
    return from_journal ? journal_read_pool(job->journal, offset, bytes, length, error)
                        : pool_read(job->pool, offset, bytes, length, error);
}

bool job_hand_init(struct job_hand *hand, struct job *job, struct error *error)
{
    struct plan_sources sources = {read_old, read_pool, job};
    hand->chunk = malloc(CHUNK + JOB_PAGE);
    if (!hand->chunk)
        return error_memory(error, CHUNK + JOB_PAGE);
    if (plan_assembler_init(&hand->assembler, &job->plan, sources, 2 * CHUNK, error))
        return true;
    job_hand_release(hand);
    return false;
}

void job_hand_release(struct job_hand *hand)
{
    plan_assembler_release(&hand->assembler);
    free(hand->chunk);
    hand->chunk = NULL;
}

void job_release(struct job *job)
{
    job_hand_release(&job->hand);
}

/* Goes through the plan; a damaged journal may have one of very many steps. */
static bool survey(struct job *job, struct error *error)
{
    struct plan_walk walk;
    struct plan_step step;
    job->totals = (struct plan_totals){0};
    job->first_late = UINT64_MAX;
    witness_steps_init(&job->sample);
    plan_walk_init(&walk, &job->plan);
    while (plan_walk_next(&walk, &step)) {
        if (step.phase == PLAN_LATE && job->first_late == UINT64_MAX)
            job->first_late = job->totals.steps;
        plan_count_step(&job->totals, &walk, &step);
        witness_steps_add(&job->sample, &step);
        if (job_must_stop(job, error))
            return false;
    }
    witness_steps_end(&job->sample);
    job->first_late = minimum_u64(job->first_late, job->totals.steps);
    return true;
}

bool job_prepare(struct job *job, struct error *error)
{
    job_release(job);
    return survey(job, error) && job_hand_init(&job->hand, job, error);
}

/* ---- the file's size ---------------------------------------------------------------------------
 */

bool job_check_size(const struct job *job, struct error *error)
{
    uint64_t size;
    if (!file_get_size(job->mapping->file, &size, error))
        return false;
    return size >= job->working_size ||
           error_set(error, "another program cut the file during the edit (size was %llu, is %llu)",
                     (unsigned long long)job->working_size, (unsigned long long)size);
}

/* ---- all steps ------------------------------------------------------------------------------- */

bool job_must_stop(const struct job *job, struct error *error)
{
    /* Half an edit that nobody can finish is worse. */
    return job->journal && journal_must_stop(error);
}

/* The steps from number `first` on, which was published or not. */
static bool do_steps(struct job *job, uint64_t first, bool published, struct error *error)
{
    struct plan_walk walk;
    struct plan_step step;
    uint64_t written = 0;
    plan_walk_init(&walk, &job->plan);
    for (uint64_t number = 0; plan_walk_next(&walk, &step); number++) {
        struct job_step at_hand = {&step, number, published && number == first};
        if (job_must_stop(job, error))
            return false;
        if (number < first)
            continue;
        if (!job_do_step(job, &job->hand, &at_hand, error))
            return false;
        written += step.kind == STEP_WRITE ? step.length : 0;
        if (job->progress)
            progress_update(job->progress, written);
        if (step.phase == PLAN_LATE)
            return job_do_late(job, &walk, written, error);
    }
    return true;
}

static bool finish_size(struct job *job, struct error *error)
{
    struct tail_cut cut = {job->mapping,      job->journal,  job->durable,
                           job->working_size, job->new_size, job->hand.chunk};
    if (cut.to < cut.from)
        return tail_cut(&cut, error);
    return job_check_size(job, error) &&
           (!job->durable || file_sync(job->mapping->file, false, error));
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
