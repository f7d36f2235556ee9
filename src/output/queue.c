/*
 * queue.c - standard output that never waits for a slow reader for long.
 *
 * Bytes go through a ring buffer in memory. When it is full, the rest goes to a temporary file. To
 * keep the order, all later bytes also go to the file until the writer has emptied the ring and the
 * file.
 */
#include "output/queue.h"
#include "base/io_buffer.h"
#include "platform/platform.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WRITE_AT_ONCE = 64 * 1024,             /* the capacity of a pipe on Linux */
    ENOUGH_ROOM = OUTPUT_QUEUE_MEMORY / 4, /* free bytes in the ring that end a wait */
};

struct output_queue {
    struct file *locked;
    const char *directory;
    struct monitor *monitor; /* guards everything below except `file` */
    struct thread *writer; /* NULL: it could not be started, output_queue_end() writes everything */
    unsigned char *ring;   /* OUTPUT_QUEUE_MEMORY bytes */
    size_t start, length;  /* bytes that wait in the ring; start is 0 when it is empty */
    struct file *file;     /* only output_queue_add() opens and writes it */
    struct range in_file;  /* bytes that wait in the file, after those in the ring */
    uint64_t written;      /* bytes written so far */
    bool ended, failed;
    struct error error; /* valid if `failed` */
};

/* ---- standard output ------------------------------------------------------------------------- */

bool output_deserted(struct error *error)
{
    error_set(error, "the reader of the output went away");
    error->silent = true;
    return false;
}

bool output_write(const void *bytes, size_t length, struct error *error)
{
    switch (stream_write(STREAM_OUTPUT, bytes, length, error)) {
    case STREAM_OK:
        return true;
    case STREAM_CLOSED_PIPE:
        return output_deserted(error);
    case STREAM_FAILED:
        break;
    }
    return false;
}

/* ---- the writer ------------------------------------------------------------------------------ */

/*
 * Moves the next bytes of the file into the ring, which is empty. The caller has entered the
 * monitor.
 */
static void refill(struct output_queue *queue)
{
    size_t got = 0;
    size_t length = (size_t)minimum_u64(range_length(queue->in_file), OUTPUT_QUEUE_MEMORY / 16);
    bool read =
        file_read(queue->file, queue->in_file.start, queue->ring, length, &got, &queue->error);
    if (read && got < length)
        error_set(&queue->error, "the temporary file with the rest of the output was cut short");
    queue->failed = !read || got < length;
    queue->in_file.start += got;
    queue->length = got;
}

/* Waits for bytes to write. False if there will be none. */
static bool next_part(struct output_queue *queue, const unsigned char **bytes, size_t *length)
{
    monitor_enter(queue->monitor);
    while (queue->length == 0 && !queue->failed) {
        if (queue->in_file.start < queue->in_file.end)
            refill(queue);
        else if (queue->ended)
            break;
        else
            monitor_wait(queue->monitor);
    }
    bool more = queue->length > 0 && !queue->failed;
    size_t contiguous = OUTPUT_QUEUE_MEMORY - queue->start;
    *bytes = queue->ring + queue->start;
    *length = (size_t)minimum_u64(minimum_u64(queue->length, contiguous), WRITE_AT_ONCE);
    monitor_leave(queue->monitor);
    return more;
}

static void end_part(struct output_queue *queue, size_t length, bool written,
                     const struct error *error)
{
    monitor_enter(queue->monitor);
    queue->start = (queue->start + length) % OUTPUT_QUEUE_MEMORY;
    queue->length -= length;
    if (queue->length == 0) /* reuse memory that is still in the cache */
        queue->start = 0;
    queue->written += length;
    if (!written) {
        queue->failed = true;
        queue->error = *error;
    }
    monitor_leave(queue->monitor);
}

static void write_parts(void *context)
{
    struct output_queue *queue = context;
    const unsigned char *bytes;
    size_t length;
    while (next_part(queue, &bytes, &length)) {
        struct error error = {0};
        bool written = output_write(bytes, length, &error);
        end_part(queue, length, written, &error);
    }
}

/* ---- state ----------------------------------------------------------------------------------- */

/* How much the ring can take now: nothing while the file holds bytes, which come first. */
static size_t room_in(const struct output_queue *queue)
{
    return queue->in_file.start < queue->in_file.end ? 0 : OUTPUT_QUEUE_MEMORY - queue->length;
}

struct queue_state {
    size_t room;
    bool filed; /* something waits in the file */
    bool failed;
    uint64_t written;
};

static struct queue_state look_at(struct output_queue *queue)
{
    monitor_enter(queue->monitor);
    struct queue_state state = {
        .room = room_in(queue),
        .filed = queue->in_file.start < queue->in_file.end,
        .failed = queue->failed,
        .written = queue->written,
    };
    monitor_leave(queue->monitor);
    return state;
}

bool output_queue_is_idle(struct output_queue *queue)
{
    struct queue_state state = look_at(queue);
    return state.room == OUTPUT_QUEUE_MEMORY && !state.failed;
}

/* ---- adding ---------------------------------------------------------------------------------- */

static void put_in_ring(struct output_queue *queue, const unsigned char *bytes, size_t length)
{
    size_t end = (queue->start + queue->length) % OUTPUT_QUEUE_MEMORY;
    size_t first = (size_t)minimum_u64(length, OUTPUT_QUEUE_MEMORY - end);
    memcpy(queue->ring + end, bytes, first);
    memcpy(queue->ring, bytes + first, length - first);
    queue->length += length;
}

/* Copies the first bytes into the ring. Returns how many. */
static size_t keep_in_memory(struct output_queue *queue, const unsigned char *bytes, size_t length)
{
    monitor_enter(queue->monitor);
    length = (size_t)minimum_u64(length, room_in(queue));
    put_in_ring(queue, bytes, length);
    monitor_wake_all(queue->monitor);
    monitor_leave(queue->monitor);
    return length;
}

static bool keep_in_file(struct output_queue *queue, const unsigned char *bytes, size_t length,
                         struct error *error)
{
    monitor_enter(queue->monitor);
    /* The writer does not read an empty range, so it may move. */
    if (queue->in_file.start == queue->in_file.end)
        queue->in_file = (struct range){0, 0};
    uint64_t end = queue->in_file.end;
    monitor_leave(queue->monitor);
    if (!queue->file && !file_open_unnamed(queue->directory, &queue->file, error))
        return false;
    if (!file_write(queue->file, end, bytes, length, error))
        return false;
    monitor_enter(queue->monitor);
    queue->in_file.end += length;
    monitor_wake_all(queue->monitor);
    monitor_leave(queue->monitor);
    return true;
}

/*
 * Waits for room in memory. False if an editor waits for the lock, or if the reader takes nothing
 * for `patience` seconds.
 */
static bool wait_for_room(struct output_queue *queue, double patience)
{
    const double between_looks = 0.002;
    struct queue_state before = look_at(queue);
    double since = platform_seconds();
    while (!before.failed && before.room < ENOUGH_ROOM) {
        if (!queue->writer || file_lock_has_note(queue->locked, LOCK_WANTED))
            return false;
        platform_sleep(between_looks);
        struct queue_state now = look_at(queue);
        if (now.written != before.written)
            since = platform_seconds();
        else if (platform_seconds() - since > patience)
            return false;
        before = now;
    }
    return true;
}

/*
 * Waits a moment for room in memory, while the file is not in use: a reader that makes progress
 * makes room soon, so no file is needed. Returns whether there is room.
 */
static bool is_soon_read(struct output_queue *queue)
{
    const double moment = 0.1;
    return !look_at(queue).filed && wait_for_room(queue, moment);
}

/* The file cannot be written: waits for the reader until an editor wants the lock. */
static bool wait_without_file(struct output_queue *queue, struct error *error)
{
    struct error cause = *error;
    file_lock_set_note(queue->locked, LOCK_PASSING, false);
    return wait_for_room(queue, HUGE_VAL) ||
           error_set(error,
                     "the results cannot be kept for a slow reader: %s; --journal-dir names "
                     "another directory for them",
                     cause.message);
}

static bool has_failed(struct output_queue *queue, struct error *error)
{
    monitor_enter(queue->monitor);
    bool failed = queue->failed;
    if (failed)
        *error = queue->error;
    monitor_leave(queue->monitor);
    return failed;
}

void output_queue_set_locked(struct output_queue *queue, struct file *locked)
{
    queue->locked = locked;
}

bool output_queue_add(struct output_queue *queue, const void *bytes, size_t length,
                      struct error *error)
{
    const unsigned char *next = bytes;
    while (!has_failed(queue, error)) {
        size_t kept = keep_in_memory(queue, next, length);
        next += kept;
        length -= kept;
        if (length == 0)
            return true;
        if (is_soon_read(queue))
            continue;
        if (keep_in_file(queue, next, length, error))
            return true;
        if (!wait_without_file(queue, error))
            return false;
    }
    return false;
}

bool output_queue_check(struct output_queue *queue, struct error *error)
{
    const double moment = 0.05, between_looks = 0.002;
    double since = platform_seconds();
    while (!has_failed(queue, error) && !output_queue_is_idle(queue) &&
           platform_seconds() - since < moment)
        platform_sleep(between_looks);
    return !has_failed(queue, error);
}

/* ---- the queue ------------------------------------------------------------------------------- */

static void queue_free(struct output_queue *queue)
{
    (void)file_close(queue->file, NULL);
    monitor_free(queue->monitor);
    io_buffer_free(queue->ring);
    free(queue);
}

struct output_queue *output_queue_new(struct file *locked, const char *directory,
                                      struct error *error)
{
    struct output_queue *queue = calloc(1, sizeof *queue);
    if (queue) {
        queue->locked = locked;
        queue->directory = directory;
        queue->monitor = monitor_new();
        queue->ring = io_buffer_new(OUTPUT_QUEUE_MEMORY, NULL);
    }
    if (!queue || !queue->monitor || !queue->ring) {
        if (queue)
            queue_free(queue);
        error_memory(error, OUTPUT_QUEUE_MEMORY);
        return NULL;
    }
    /* Without a thread, output_queue_end() prints the results after the search. */
    (void)thread_start(write_parts, queue, &queue->writer, NULL);
    return queue;
}

bool output_queue_end(struct output_queue *queue, struct error *error)
{
    monitor_enter(queue->monitor);
    queue->ended = true;
    monitor_wake_all(queue->monitor);
    monitor_leave(queue->monitor);
    if (queue->writer)
        thread_join(queue->writer);
    else
        write_parts(queue);
    bool written = !queue->failed;
    if (!written)
        *error = queue->error;
    queue_free(queue);
    return written;
}
