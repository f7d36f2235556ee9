/*
 * threads.c - a ring of tasks that several threads work on.
 *
 * The caller adds chunks at one end and takes results in order at the other;
 * threads search the tasks between. The number of tasks allowed in the ring grows
 * with the number already reported, so that a search that ends with its first
 * match has not read far ahead. The ring is allocated once.
 */
#include "scan/internal.h"

#include <stdlib.h>

enum {
    MOST_THREADS = 256,
    TASKS_PER_THREAD = 4,
    TASK_MATCHES = 64 * 1024, /* in one task; the merge searches on by itself if there are more */
};

enum progress { WAITING, UNDER_WAY, DONE };

struct slot {
    struct task task;
    enum progress progress;
};

struct task_ring {
    const struct scan *scan;
    struct monitor *monitor;
    struct slot *slots; /* a ring: slot i % size holds chunk i */
    size_t size;
    size_t oldest, taken, added; /* the next chunk to report, to search, to add */
    size_t idle;                 /* threads that are waiting for a chunk */
    bool caller_waits, ended;
    struct thread **threads;
    size_t thread_count;
};

static struct slot *slot_of(const struct task_ring *ring, size_t number)
{
    return &ring->slots[number % ring->size];
}

/* Called inside the monitor. */
static struct slot *take(struct task_ring *ring)
{
    struct slot *slot = slot_of(ring, ring->taken++);
    slot->progress = UNDER_WAY;
    return slot;
}

static void finish(struct task_ring *ring, struct slot *slot)
{
    monitor_enter(ring->monitor);
    slot->progress = DONE;
    if (ring->caller_waits)
        monitor_wake_all(ring->monitor);
    monitor_leave(ring->monitor);
}

static struct slot *wait_for_chunk(struct task_ring *ring)
{
    struct slot *slot = NULL;
    monitor_enter(ring->monitor);
    ring->idle++;
    while (!ring->ended && ring->taken == ring->added)
        monitor_wait(ring->monitor);
    ring->idle--;
    if (!ring->ended)
        slot = take(ring);
    monitor_leave(ring->monitor);
    return slot;
}

static void search_task(struct finder *finder, struct task *task)
{
    uint64_t at = finder_no_limit(finder->scan, &task->chunk);
    task->failed = !finder_search(finder, task, at, &task->error);
}

static void work(void *context)
{
    struct task_ring *ring = context;
    struct finder finder;
    struct slot *slot;
    /* Without memory for a finder this thread ends. The others, or the caller alone, go on. */
    if (!finder_init(&finder, ring->scan, NULL))
        return;
    while ((slot = wait_for_chunk(ring)) != NULL) {
        search_task(&finder, &slot->task);
        finish(ring, slot);
    }
    finder_release(&finder);
}

static bool start_threads(struct task_ring *ring, unsigned threads)
{
    if (threads > MOST_THREADS)
        threads = MOST_THREADS;
    ring->size = (size_t)threads * TASKS_PER_THREAD;
    ring->monitor = monitor_new();
    ring->slots = calloc(ring->size, sizeof *ring->slots);
    ring->threads = calloc(threads, sizeof *ring->threads);
    if (!ring->monitor || !ring->slots || !ring->threads)
        return false;
    for (size_t i = 0; i < ring->size; i++)
        ring->slots[i].task.most = scan_scaled(ring->scan, TASK_MATCHES);
    while (ring->thread_count + 1 < threads &&
           thread_start(work, ring, &ring->threads[ring->thread_count], NULL))
        ring->thread_count++;
    return ring->thread_count > 0;
}

struct task_ring *task_ring_new(const struct scan *scan, unsigned threads)
{
    struct task_ring *ring = calloc(1, sizeof *ring);
    if (!ring)
        return NULL;
    ring->scan = scan;
    if (start_threads(ring, threads))
        return ring;
    task_ring_free(ring);
    return NULL;
}

void task_ring_free(struct task_ring *ring)
{
    if (!ring)
        return;
    if (ring->thread_count > 0) {
        monitor_enter(ring->monitor);
        ring->ended = true;
        monitor_wake_all(ring->monitor);
        monitor_leave(ring->monitor);
    }
    for (size_t i = 0; i < ring->thread_count; i++)
        thread_join(ring->threads[i]);
    for (size_t i = 0; ring->slots && i < ring->size; i++)
        task_release(&ring->slots[i].task);
    monitor_free(ring->monitor);
    free(ring->threads);
    free(ring->slots);
    free(ring);
}

bool task_ring_has_room(const struct task_ring *ring)
{
    /* No monitor: only the caller changes `oldest` and `added`. */
    size_t most = ring->thread_count + 1 + ring->oldest;
    return ring->added - ring->oldest < (most < ring->size ? most : ring->size);
}

bool task_ring_is_empty(const struct task_ring *ring)
{
    return ring->added == ring->oldest;
}

void task_ring_add(struct task_ring *ring, const struct chunk *chunk)
{
    monitor_enter(ring->monitor);
    struct slot *slot = slot_of(ring, ring->added);
    slot->task.chunk = *chunk;
    slot->progress = WAITING;
    ring->added++;
    if (ring->idle > 0)
        monitor_wake_all(ring->monitor);
    monitor_leave(ring->monitor);
}

enum task_ring_next task_ring_next(struct task_ring *ring, struct task **task)
{
    enum task_ring_next turn = TASK_RING_WAIT;
    struct slot *slot = slot_of(ring, ring->oldest);
    monitor_enter(ring->monitor);
    if (slot->progress == DONE) {
        turn = TASK_RING_DONE;
    } else if (ring->taken < ring->added) {
        turn = TASK_RING_HELP;
        slot = take(ring);
    }
    monitor_leave(ring->monitor);
    *task = &slot->task;
    return turn;
}

void task_ring_finish(struct task_ring *ring, struct task *task)
{
    finish(ring, (struct slot *)task);
}

void task_ring_wait(struct task_ring *ring)
{
    const struct slot *slot = slot_of(ring, ring->oldest);
    monitor_enter(ring->monitor);
    ring->caller_waits = true;
    while (slot->progress != DONE)
        monitor_wait(ring->monitor);
    ring->caller_waits = false;
    monitor_leave(ring->monitor);
}

void task_ring_drop(struct task_ring *ring)
{
    ring->oldest++;
}
