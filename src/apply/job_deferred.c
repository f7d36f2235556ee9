/*
 * job_deferred.c - the last phase of an edit (PLAN_DEFERRED), done by several threads.
 *
 * A deferred step writes new bytes and bytes that keep their offset, so it may run at any time and
 * more than once. A recovery therefore starts again at the first of them, however many were done.
 * The kernel lets one thread write to a file at a time; the others read and assemble meanwhile.
 */
#include "apply/job.h"

enum {
    FEW_BYTES = TEST_LIMIT(8 * 1024 * 1024, 1), /* fewer are not worth a thread */
    MOST_THREADS = 3,
};

struct deferred {
    struct job *job;
    struct monitor *monitor; /* guards all fields below; NULL with a single thread */
    struct plan_cursor *cursor;
    uint64_t written;
    bool failed; /* with the error */
    struct error *error;
};

static void enter(struct deferred *deferred)
{
    if (deferred->monitor)
        monitor_enter(deferred->monitor);
}

static void leave(struct deferred *deferred)
{
    if (deferred->monitor)
        monitor_leave(deferred->monitor);
}

static bool take_step(struct deferred *deferred, struct plan_step *step)
{
    enter(deferred);
    if (!deferred->failed && job_must_stop(deferred->job, deferred->error))
        deferred->failed = true;
    bool taken = !deferred->failed && plan_cursor_next(deferred->cursor, step);
    leave(deferred);
    return taken;
}

/* Adds what a step wrote, or keeps the first failure; returns the bytes written so far. */
static uint64_t account(struct deferred *deferred, const struct plan_step *step,
                        const struct error *failure)
{
    enter(deferred);
    if (failure && !deferred->failed) {
        deferred->failed = true;
        *deferred->error = *failure;
    }
    deferred->written += step->kind == PLAN_WRITE ? step->length : 0;
    uint64_t written = deferred->written;
    leave(deferred);
    return written;
}

static void do_steps(struct deferred *deferred, struct job_worker *worker,
                     struct progress *progress)
{
    struct plan_step step;
    while (take_step(deferred, &step)) {
        struct job_step current = {.step = &step};
        struct error failure = {0};
        bool done = job_do_step(deferred->job, worker, &current, &failure);
        uint64_t written = account(deferred, &step, done ? NULL : &failure);
        if (progress)
            progress_update(progress, written);
    }
}

static void help(void *context)
{
    struct deferred *deferred = context;
    struct job_worker worker = {.chunk = NULL};
    /* Without memory for this thread, the others do the work; the caller always does. */
    if (!job_worker_init(&worker, deferred->job, NULL))
        return;
    do_steps(deferred, &worker, NULL);
    job_worker_release(&worker);
}

/*
 * Threads to start beside the caller: few, as only one can write at a time. None where new bytes
 * come from a file: to read them is so little work that the threads would only wait for each other.
 */
static size_t helpers(const struct job *job, uint64_t written)
{
    if (job->pool && job->pool->has_file)
        return 0;
    if (job->totals.written < written || job->totals.written - written < FEW_BYTES)
        return 0;
    unsigned processors = platform_processors();
    return processors < MOST_THREADS ? processors - 1 : MOST_THREADS - 1;
}

bool job_do_deferred(struct job *job, struct plan_cursor *cursor, uint64_t written,
                     struct error *error)
{
    struct deferred deferred = {.job = job, .cursor = cursor, .written = written, .error = error};
    struct thread *threads[MOST_THREADS - 1];
    size_t count = 0, most = helpers(job, written);
    deferred.monitor = most > 0 ? monitor_new() : NULL;
    while (deferred.monitor && count < most && thread_start(help, &deferred, &threads[count], NULL))
        count++;
    do_steps(&deferred, &job->worker, job->progress);
    while (count > 0)
        thread_join(threads[--count]);
    if (deferred.monitor)
        monitor_free(deferred.monitor);
    return !deferred.failed;
}
