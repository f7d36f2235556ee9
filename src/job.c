/* job.c - the steps of an edit in their order, and its end. */
#include "job.h"
#include "tail.h"

#include <stdlib.h>
#include <string.h>

/* ---- sources -------------------------------------------------------------------------------- */

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

void job_release(struct job *job)
{
    plan_assembler_release(&job->assembler);
    free(job->chunk);
    job->chunk = NULL;
}

bool job_prepare(struct job *job, struct error *error)
{
    job_release(job);
    struct plan_sources sources = {read_old, read_pool, job};
    plan_count(&job->plan, &job->totals);
    job->chunk = malloc(CHUNK + JOB_PAGE);
    return (job->chunk || error_memory(error, CHUNK + JOB_PAGE)) &&
           plan_assembler_init(&job->assembler, &job->plan, sources, 2 * CHUNK, error);
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

enum file_blocks_result job_move_blocks(struct mapping *mapping, uint64_t new_size,
                                        enum journal_blocks kind, uint64_t offset, uint64_t length,
                                        struct error *error)
{
    enum file_blocks_result result = kind == BLOCKS_INSERT
                                         ? file_insert_blocks(mapping->file, offset, length, error)
                                         : file_cut_blocks(mapping->file, offset, length, error);
    if (result == FILE_BLOCKS_DONE)
        mapping->size = new_size;
    return result;
}

/* ---- all steps ------------------------------------------------------------------------------ */

static bool stop_for_signal(struct error *error)
{
    int signal = platform_signal_pending();
    if (signal == 0)
        return false;
    error_set(error, "stopped by signal %d", signal);
    error->signal = signal;
    return true;
}

/* The steps from number `first` on; its slot is full if it was published. */
static bool do_steps(struct job *job, uint64_t first, bool published, struct error *error)
{
    struct plan_walk walk;
    struct plan_step step;
    uint64_t written = 0;
    plan_walk_init(&walk, &job->plan);
    for (uint64_t number = 0; plan_walk_next(&walk, &step); number++) {
        struct job_step at_hand = {&step, number, published && number == first};
        if (number < first)
            continue;
        if (job->journal && stop_for_signal(error))
            return false;
        if (!job_do_step(job, &at_hand, error))
            return false;
        written += step.kind == STEP_WRITE ? step.length : 0;
        if (job->progress)
            progress_update(job->progress, written);
    }
    return true;
}

bool job_finish_size(struct job *job, struct error *error)
{
    struct tail_cut cut = {job->mapping, job->journal, job->durable, job->working_size,
                           job->new_size};
    if (cut.to < cut.from)
        return tail_cut(&cut, error);
    return job_check_size(job, error) &&
           (!job->durable || file_sync(job->mapping->file, false, error));
}

static bool remove_journal(struct job *job, struct error *error)
{
    return !job->journal || journal_remove(job->journal, job->mapping, error);
}

bool job_run(struct job *job, uint64_t first, bool published, struct error *error)
{
    return do_steps(job, first, published, error) && job_finish_size(job, error) &&
           remove_journal(job, error);
}
