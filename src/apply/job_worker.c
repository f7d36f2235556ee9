/* job_worker.c - what one thread needs to do steps, and its checks before each. */
#include "apply/job.h"
#include "base/io_buffer.h"

/* ---- where a step's bytes come from ---------------------------------------------------------- */

static bool read_old(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error)
{
    const struct job *job = context;
    return mapping_read(job->mapping, offset, bytes, length, error);
}

/* The journal has a copy of a pool that comes from a file, and a recovery has only that. */
static bool is_pool_journaled(const struct job *job)
{
    return !job->pool || (job->journal && job->pool->has_file);
}

static bool read_pool(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    struct job *job = context;
    return is_pool_journaled(job) ? journal_read_pool(job->journal, offset, bytes, length, error)
                                  : pool_read(job->pool, offset, bytes, length, error);
}

bool job_worker_init(struct job_worker *worker, struct job *job, struct error *error)
{
    struct plan_sources sources = {read_old, read_pool, job, NULL, 0};
    if (job->pool) {
        sources.pool = job->pool->bytes.data;
        sources.pool_length = job->pool->bytes.length;
    }
    worker->chunk = io_buffer_new(JOB_CHUNK + JOB_PAGE, error);
    if (!worker->chunk)
        return false;
    if (plan_assembler_init(&worker->assembler, &job->plan, sources, 2 * JOB_CHUNK, error))
        return true;
    job_worker_release(worker);
    return false;
}

void job_worker_release(struct job_worker *worker)
{
    plan_assembler_release(&worker->assembler);
    io_buffer_free(worker->chunk);
    worker->chunk = NULL;
}

/* ---- before each write ----------------------------------------------------------------------- */

bool job_check_size(const struct job *job, struct error *error)
{
    uint64_t size;
    if (!file_get_size(job->mapping->file, &size, error))
        return false;
    return size >= job->working_size ||
           error_set(error, "another program cut the file during the edit (size was %llu, is %llu)",
                     (unsigned long long)job->working_size, (unsigned long long)size);
}

bool job_must_stop(const struct job *job, struct error *error)
{
    /* Without a journal nobody could finish the edit, so a signal does not stop it. */
    return job->journal && journal_must_stop(error);
}
