/* file_turns.c - the results of several FILEs in the order of their names. */
#include "commands/file_turns.h"
#include "platform/platform.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT_CAPACITY = 64 * 1024, COPY = 64 * 1024 };

struct file_turns {
    struct file_turns_plan plan;
    struct monitor *monitor; /* guards everything below, but not the output */
    struct file_job *jobs;   /* a ring: job i is jobs[i % FILE_TURNS_AHEAD] */
    uint64_t begun, turn;    /* jobs begun; the job whose turn it is */
    unsigned active;         /* jobs begun and not ended */
    unsigned waiting;        /* threads that wait at the monitor */
    size_t held;             /* bytes of output in memory */
    double flushed;          /* when output was flushed, in seconds; likewise */
    bool printed;            /* some output was printed; only the job with the turn uses it */
    bool reading;            /* a thread reads the list, without the monitor */
    uint64_t readings;       /* how often the list was read */
    bool stopped;            /* begin no more jobs */
    bool cancelled;          /* and the output of those under way is not wanted */
    struct error error;      /* why, if the status is not STATUS_DONE */
};

struct file_turns *file_turns_new(const struct file_turns_plan *plan, struct error *error)
{
    struct file_turns *turns = calloc(1, sizeof *turns);
    struct file_job *jobs = calloc(FILE_TURNS_AHEAD, sizeof *jobs);
    struct monitor *monitor = monitor_new();
    if (turns && jobs && monitor) {
        *turns = (struct file_turns){.plan = *plan, .monitor = monitor, .jobs = jobs};
        return turns;
    }
    free(turns);
    free(jobs);
    monitor_free(monitor);
    error_memory(error, FILE_TURNS_AHEAD * sizeof *jobs);
    return NULL;
}

static struct file_job *job_at(const struct file_turns *turns, uint64_t number)
{
    return &turns->jobs[number % FILE_TURNS_AHEAD];
}

static void release_job(struct file_job *job)
{
    buffer_release(&job->name);
    buffer_release(&job->held);
    buffer_release(&job->messages);
    (void)file_close(job->held_file, NULL);
}

bool file_turns_end(struct file_turns *turns, struct error *error)
{
    bool done = turns->error.status == STATUS_DONE;
    if (!done)
        *error = turns->error;
    for (size_t i = 0; i < FILE_TURNS_AHEAD; i++)
        release_job(&turns->jobs[i]);
    monitor_free(turns->monitor);
    free(turns->jobs);
    free(turns);
    return done;
}

/* ---- inside the monitor ---------------------------------------------------------------------- */

static void wait_at(struct file_turns *turns)
{
    turns->waiting++;
    monitor_wait(turns->monitor);
    turns->waiting--;
}

static void wake(struct file_turns *turns)
{
    if (turns->waiting > 0)
        monitor_wake_all(turns->monitor);
}

static void stop(struct file_turns *turns, const struct error *error, bool cancel)
{
    turns->stopped = true;
    turns->cancelled = turns->cancelled || cancel;
    if (error)
        error_keep_first(&turns->error, error);
    wake(turns);
}

void file_turns_fail(struct file_turns *turns, const struct error *error)
{
    monitor_enter(turns->monitor);
    stop(turns, error, true);
    monitor_leave(turns->monitor);
}

/* ---- beginning ------------------------------------------------------------------------------- */

/* How many threads may search the FILE of a job: all, if no other job will need them. */
static unsigned threads_of_job(const struct file_turns *turns)
{
    uint64_t left = file_list_left(turns->plan.list), all = turns->plan.threads;
    uint64_t busy = turns->active + minimum_u64(left, all);
    return (unsigned)maximum_u64(1, all / maximum_u64(1, minimum_u64(busy, all)));
}

/* Reads more of the list. The reader of results sees all there are before this waits. */
static void read_list(struct file_turns *turns)
{
    struct error error = {0}, output_error = {0};
    bool idle = turns->turn == turns->begun;
    turns->reading = true;
    turns->readings++;
    monitor_leave(turns->monitor);
    progress_files_hide(turns->plan.progress, STREAM_OUTPUT);
    bool flushed = !idle || output_flush(turns->plan.output, &output_error);
    progress_files_show(turns->plan.progress);
    bool read = file_list_fill(turns->plan.list, &error);
    monitor_enter(turns->monitor);
    turns->reading = false;
    if (!flushed)
        stop(turns, &output_error, true);
    if (!read)
        stop(turns, &error, false);
    wake(turns);
}

static bool stopped_by_signal(struct file_turns *turns)
{
    struct error error = {0};
    int signal = platform_signal_pending();
    if (signal == 0)
        return false;
    error_set(&error, "stopped by signal %d", signal);
    error.signal = signal;
    stop(turns, &error, false);
    return true;
}

static struct file_job *begin(struct file_turns *turns)
{
    struct file_job *job = job_at(turns, turns->begun);
    switch (file_list_next(turns->plan.list, &job->name, &job->problem)) {
    case FILE_LIST_NAME:
        break;
    case FILE_LIST_END:
        turns->stopped = true;
        wake(turns);
        return NULL;
    case FILE_LIST_MORE:
        read_list(turns);
        return NULL;
    }
    job->number = turns->begun++;
    job->reading = turns->readings;
    turns->active++;
    job->threads = threads_of_job(turns);
    job->identified = !turns->plan.ordered_edits;
    job->ended = job->printed = false;
    job->replaced = 0;
    return job;
}

struct file_job *file_turns_begin(struct file_turns *turns)
{
    struct file_job *job = NULL;
    monitor_enter(turns->monitor);
    while (!job && !turns->stopped && !stopped_by_signal(turns)) {
        if (turns->reading || turns->begun - turns->turn >= FILE_TURNS_AHEAD)
            wait_at(turns);
        else
            job = begin(turns);
    }
    monitor_leave(turns->monitor);
    return job;
}

/* ---- one file at a time ---------------------------------------------------------------------- */

/* Where the system does not tell (shared memory), the name stands for the file. */
static void identify(struct file_job *job)
{
    const char *name = (const char *)job->name.data;
    if (file_identify(name, &job->device, &job->identity))
        return;
    job->device = UINT64_MAX;
    job->identity = 0;
    for (; *name; name++)
        job->identity = job->identity * 31 + (unsigned char)*name;
}

/* By name, too: --new-inode gives a name another file. */
static bool is_same(const struct file_job *a, const struct file_job *b)
{
    return (a->device == b->device && a->identity == b->identity) ||
           !strcmp((const char *)a->name.data, (const char *)b->name.data);
}

/* Whether a job before this one works on the same file, or may: it is not known which. */
static bool is_same_before(const struct file_turns *turns, const struct file_job *job)
{
    for (uint64_t i = turns->turn; i < job->number; i++) {
        const struct file_job *before = job_at(turns, i);
        if (!before->ended && (!before->identified || is_same(before, job)))
            return true;
    }
    return false;
}

void file_turns_wait_alone(struct file_turns *turns, struct file_job *job)
{
    if (job->identified)
        return;
    identify(job);
    monitor_enter(turns->monitor);
    job->identified = true;
    wake(turns);
    while (is_same_before(turns, job))
        wait_at(turns);
    monitor_leave(turns->monitor);
}

/* ---- output before the turn ------------------------------------------------------------------ */

/* Reserved inside the monitor; the bytes are copied outside it, since they are the job's own. */
static bool reserve(struct file_turns *turns, const struct file_job *job, size_t length)
{
    if (job->held_file || turns->held + length > FILE_TURNS_MEMORY)
        return false;
    turns->held += length;
    return true;
}

static bool hold_in_file(struct file_turns *turns, struct file_job *job, const void *bytes,
                         size_t length, struct error *error)
{
    if (!job->held_file && !file_open_unnamed(turns->plan.journal_dir, &job->held_file, error))
        return false;
    if (!file_write(job->held_file, job->held_in_file, bytes, length, error))
        return false;
    job->held_in_file += length;
    return true;
}

static bool pour_file(struct file_job *job, struct output *output, struct error *error)
{
    unsigned char bytes[COPY / 4];
    uint64_t at = 0;
    while (at < job->held_in_file) {
        size_t got, length = (size_t)minimum_u64(sizeof bytes, job->held_in_file - at);
        if (!file_read(job->held_file, at, bytes, length, &got, error))
            return false;
        if (got == 0)
            return error_set(error, "a temporary file with results was cut short");
        if (!output_bytes(output, bytes, got, error))
            return false;
        at += got;
    }
    (void)file_close(job->held_file, NULL);
    job->held_file = NULL;
    job->held_in_file = 0;
    return true;
}

/* Before the first output of a job, prints what is to stand between it and that of jobs before. */
static bool print_between(struct file_turns *turns, struct file_job *job, struct error *error)
{
    const struct file_turns_plan *plan = &turns->plan;
    bool needed = plan->between && turns->printed && !job->printed;
    job->printed = turns->printed = true;
    return !needed || output_bytes(plan->output, plan->between, plan->between_length, error);
}

/* Prints what a job held; it is its turn. */
static bool pour(struct file_turns *turns, struct file_job *job, struct error *error)
{
    struct output *output = turns->plan.output;
    size_t length = job->held.length;
    if (length > 0 && !print_between(turns, job, error))
        return false;
    if (!output_bytes(output, job->held.data, length, error) ||
        (job->held_file && !pour_file(job, output, error)))
        return false;
    job->held.length = 0;
    if (job->held.capacity > KEPT_CAPACITY)
        buffer_release(&job->held);
    if (length > 0) {
        monitor_enter(turns->monitor);
        turns->held -= length;
        monitor_leave(turns->monitor);
    }
    return true;
}

/* ---- output ---------------------------------------------------------------------------------- */

static bool not_wanted(struct error *error)
{
    error_set(error, "%s", "");
    error->silent = true;
    return false;
}

/*
 * Whether the reader of results should see what there is. A job that holds a lock does not wait
 * for input, so its next pause is soon enough.
 */
static bool is_flush_due(struct file_turns *turns, const struct file_turns_part *part)
{
    const double often = 0.05;
    if (!part->flush || !part->keeping)
        return part->flush;
    double now = platform_seconds();
    if (now - turns->flushed < often)
        return false;
    turns->flushed = now;
    return true;
}

/* Whether output of a job, `length` new bytes among it, may go to a terminal now. */
static bool will_write(const struct file_turns *turns, const struct file_job *job, size_t length)
{
    const struct output *output = turns->plan.output;
    return length > 0 || job->held.length > 0 || job->held_file || output->length > 0 ||
           output->queue;
}

/* Prints output of the job whose turn it is. */
static bool print(struct file_turns *turns, struct file_job *job,
                  const struct file_turns_part *part, struct error *error)
{
    struct output *output = turns->plan.output;
    bool writes = will_write(turns, job, part->length);
    if (writes)
        progress_files_hide(turns->plan.progress, STREAM_OUTPUT);
    if (part->keeping)
        output_keep(output, part->locked, turns->plan.journal_dir);
    bool done = pour(turns, job, error) &&
                (part->length == 0 || print_between(turns, job, error)) &&
                output_bytes(output, part->bytes, part->length, error) &&
                (!is_flush_due(turns, part) || output_flush(output, error));
    output_release(output);
    if (writes)
        progress_files_show(turns->plan.progress);
    if (done)
        return true;
    file_turns_fail(turns, error);
    return not_wanted(error);
}

enum what { PRINT, HOLD, HOLD_IN_FILE, DROP };

/* Called inside the monitor. */
static enum what what_to_do(struct file_turns *turns, const struct file_job *job, size_t length)
{
    for (;;) {
        if (turns->cancelled)
            return DROP;
        if (turns->turn == job->number)
            return PRINT;
        if (length == 0 || reserve(turns, job, length))
            return HOLD;
        if (!turns->plan.must_wait)
            return HOLD_IN_FILE;
        wait_at(turns);
    }
}

bool file_turns_write(struct file_turns *turns, struct file_job *job,
                      const struct file_turns_part *part, struct error *error)
{
    monitor_enter(turns->monitor);
    enum what what = what_to_do(turns, job, part->length);
    monitor_leave(turns->monitor);
    switch (what) {
    case PRINT:
        return print(turns, job, part, error);
    case HOLD:
        return buffer_append(&job->held, part->bytes, part->length, error);
    case HOLD_IN_FILE:
        return hold_in_file(turns, job, part->bytes, part->length, error);
    case DROP:
        break;
    }
    return not_wanted(error);
}

/* ---- ending ---------------------------------------------------------------------------------- */

/* Prints what is left of a job and counts its result. Called without the monitor. */
static void settle(struct file_turns *turns, struct file_job *job)
{
    struct error error = {0};
    struct buffer *messages = &job->messages;
    bool writes = will_write(turns, job, messages->length);
    if (writes)
        progress_files_hide(turns->plan.progress,
                            messages->length > 0 ? STREAM_ERROR : STREAM_OUTPUT);
    bool done = pour(turns, job, &error) &&
                (messages->length == 0 || output_flush(turns->plan.output, &error));
    if (messages->length > 0)
        (void)stream_write(STREAM_ERROR, messages->data, messages->length, NULL);
    messages->length = 0;
    if (writes)
        progress_files_show(turns->plan.progress);
    bool more = turns->plan.settle(turns->plan.context, job);
    if (!done || !more) {
        monitor_enter(turns->monitor);
        stop(turns, done ? NULL : &error, true);
        monitor_leave(turns->monitor);
    }
}

/* Whether all that was begun is settled with this job, while the list is waited for. */
static bool is_last_for_now(const struct file_turns *turns)
{
    return turns->reading && turns->turn + 1 == turns->begun;
}

static void settle_all(struct file_turns *turns)
{
    while (turns->turn < turns->begun && job_at(turns, turns->turn)->ended && !turns->cancelled) {
        struct error error = {0};
        bool last = is_last_for_now(turns);
        monitor_leave(turns->monitor);
        settle(turns, job_at(turns, turns->turn));
        progress_files_hide(turns->plan.progress, STREAM_OUTPUT);
        bool flushed = !last || output_flush(turns->plan.output, &error);
        progress_files_show(turns->plan.progress);
        monitor_enter(turns->monitor);
        if (!flushed)
            stop(turns, &error, true);
        turns->turn++;
        wake(turns);
    }
}

void file_turns_finish(struct file_turns *turns, struct file_job *job)
{
    monitor_enter(turns->monitor);
    job->ended = true;
    turns->active--;
    if (turns->plan.ordered_edits)
        wake(turns);
    if (turns->turn == job->number)
        settle_all(turns);
    monitor_leave(turns->monitor);
}
