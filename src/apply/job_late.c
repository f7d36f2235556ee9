/*
 * job_late.c - the last phase of an edit, by several threads.
 *
 * What the late steps write is made of new bytes and of bytes that stay as they are,
 * so each can be done at any time and again: a recovery begins with the first of
 * them whatever was done. Reading and putting together goes on while another
 * thread writes; the system lets one write to a file at a time.
 */
#include "apply/job.h"

enum {
    FEW_BYTES = WINDOW_SIZE(8 * 1024 * 1024, 1), /* less is not worth a thread */
    MOST_HANDS = 3,
};

struct late {
    struct job *job;
    struct monitor *monitor; /* over all below; NULL with a single thread */
    struct plan_walk *walk;
    uint64_t written;
    bool failed; /* with the error */
    struct error *error;
};

static void enter(struct late *late)
{
    if (late->monitor)
        monitor_enter(late->monitor);
}

static void leave(struct late *late)
{
    if (late->monitor)
        monitor_leave(late->monitor);
}

static bool take_step(struct late *late, struct plan_step *step)
{
    enter(late);
    if (!late->failed && job_must_stop(late->job, late->error))
        late->failed = true;
    bool taken = !late->failed && plan_walk_next(late->walk, step);
    leave(late);
    return taken;
}

/* What has been written since, or that it could not be. */
static uint64_t account(struct late *late, const struct plan_step *step,
                        const struct error *failure)
{
    enter(late);
    if (failure && !late->failed) {
        late->failed = true;
        *late->error = *failure;
    }
    late->written += step->kind == STEP_WRITE ? step->length : 0;
    uint64_t written = late->written;
    leave(late);
    return written;
}

static void do_steps(struct late *late, struct job_hand *hand, struct progress *progress)
{
    struct plan_step step;
    while (take_step(late, &step)) {
        struct job_step at_hand = {.step = &step};
        struct error failure = {0};
        bool done = job_do_step(late->job, hand, &at_hand, &failure);
        uint64_t written = account(late, &step, done ? NULL : &failure);
        if (progress)
            progress_update(progress, written);
    }
}

static void help(void *context)
{
    struct late *late = context;
    struct job_hand hand = {.chunk = NULL};
    struct error ignored = {0};
    /* Without memory the others, the caller at least, do the work. */
    if (!job_hand_init(&hand, late->job, &ignored))
        return;
    do_steps(late, &hand, NULL);
    job_hand_release(&hand);
}

/* How many threads may help: writes come one at a time, so there is little for many. */
static size_t helpers(const struct job *job, uint64_t written)
{
    unsigned processors = platform_processors();
    if (job->totals.written < written || job->totals.written - written < FEW_BYTES)
        return 0;
    return processors < MOST_HANDS ? processors - 1 : MOST_HANDS - 1;
}

bool job_do_late(struct job *job, struct plan_walk *walk, uint64_t written, struct error *error)
{
    struct late late = {.job = job, .walk = walk, .written = written, .error = error};
    struct thread *threads[MOST_HANDS - 1];
    struct error ignored = {0};
    size_t count = 0, most = helpers(job, written);
    late.monitor = most > 0 ? monitor_new() : NULL;
    while (late.monitor && count < most && thread_start(help, &late, &threads[count], &ignored))
        count++;
    do_steps(&late, &job->hand, job->progress);
    while (count > 0)
        thread_join(threads[--count]);
    if (late.monitor)
        monitor_free(late.monitor);
    return !late.failed;
}
