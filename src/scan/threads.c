/*
 * threads.c - many pieces of a scan at once.
 *
 * A ring of tasks: pieces are put in at one end and dealt with at the other, in
 * order; threads take those between. How many wait at most grows with the number
 * dealt with, so that a search that ends with its first match has not read far
 * ahead. The memory is that of the ring.
 */
#include "scan/internal.h"

#include <stdlib.h>

enum {
    MOST_THREADS = 256,
    TASKS_PER_THREAD = 4,
    TASK_MATCHES = 64 * 1024, /* the walk itself searches on where there are more */
};

enum progress { WAITING, UNDER_WAY, DONE };

struct place {
    struct task task;
    enum progress progress;
};

struct crew {
    const struct scan *scan;
    struct monitor *monitor;
    struct place *places; /* a ring; place i % size holds the i-th piece */
    size_t size;
    size_t oldest, taken, added; /* numbers of pieces: not dealt with, not begun, not put in */
    size_t idle;                 /* threads that wait for a piece */
    bool caller_waits, ended;
    struct thread **threads;
    size_t thread_count;
};

static struct place *place_of_piece(const struct crew *crew, size_t number)
{
    return &crew->places[number % crew->size];
}

/* Under the monitor. */
static struct place *take(struct crew *crew)
{
    struct place *place = place_of_piece(crew, crew->taken++);
    place->progress = UNDER_WAY;
    return place;
}

static void finish(struct crew *crew, struct place *place)
{
    monitor_enter(crew->monitor);
    place->progress = DONE;
    if (crew->caller_waits)
        monitor_wake_all(crew->monitor);
    monitor_leave(crew->monitor);
}

static struct place *wait_for_piece(struct crew *crew)
{
    struct place *place = NULL;
    monitor_enter(crew->monitor);
    crew->idle++;
    while (!crew->ended && crew->taken == crew->added)
        monitor_wait(crew->monitor);
    crew->idle--;
    if (!crew->ended)
        place = take(crew);
    monitor_leave(crew->monitor);
    return place;
}

static void search_place(struct finder *finder, struct task *task)
{
    uint64_t at = finder_free_start(finder->scan, &task->piece);
    task->failed = !finder_search(finder, task, at, &task->error);
}

static void work(void *context)
{
    struct crew *crew = context;
    struct finder finder;
    struct error error = {0};
    struct place *place;
    /* Without memory for a finder the others, the caller at least, do the work. */
    if (!finder_init(&finder, crew->scan, &error))
        return;
    while ((place = wait_for_piece(crew)) != NULL) {
        search_place(&finder, &place->task);
        finish(crew, place);
    }
    finder_release(&finder);
}

static bool start_threads(struct crew *crew, unsigned threads)
{
    struct error ignored = {0};
    if (threads > MOST_THREADS)
        threads = MOST_THREADS;
    crew->size = (size_t)threads * TASKS_PER_THREAD;
    crew->monitor = monitor_new();
    crew->places = calloc(crew->size, sizeof *crew->places);
    crew->threads = calloc(threads, sizeof *crew->threads);
    if (!crew->monitor || !crew->places || !crew->threads)
        return false;
    for (size_t i = 0; i < crew->size; i++)
        crew->places[i].task.most = scan_scaled(crew->scan, TASK_MATCHES);
    while (crew->thread_count + 1 < threads &&
           thread_start(work, crew, &crew->threads[crew->thread_count], &ignored))
        crew->thread_count++;
    return crew->thread_count > 0;
}

struct crew *crew_new(const struct scan *scan, unsigned threads)
{
    struct crew *crew = calloc(1, sizeof *crew);
    if (!crew)
        return NULL;
    crew->scan = scan;
    if (start_threads(crew, threads))
        return crew;
    crew_free(crew);
    return NULL;
}

void crew_free(struct crew *crew)
{
    if (!crew)
        return;
    if (crew->thread_count > 0) {
        monitor_enter(crew->monitor);
        crew->ended = true;
        monitor_wake_all(crew->monitor);
        monitor_leave(crew->monitor);
    }
    for (size_t i = 0; i < crew->thread_count; i++)
        thread_join(crew->threads[i]);
    for (size_t i = 0; crew->places && i < crew->size; i++)
        task_release(&crew->places[i].task);
    monitor_free(crew->monitor);
    free(crew->threads);
    free(crew->places);
    free(crew);
}

bool crew_has_room(const struct crew *crew)
{
    /* Only the caller changes these two. */
    size_t most = crew->thread_count + 1 + crew->oldest;
    return crew->added - crew->oldest < (most < crew->size ? most : crew->size);
}

bool crew_is_empty(const struct crew *crew)
{
    return crew->added == crew->oldest;
}

void crew_add(struct crew *crew, const struct piece *piece)
{
    monitor_enter(crew->monitor);
    struct place *place = place_of_piece(crew, crew->added);
    place->task.piece = *piece;
    place->progress = WAITING;
    crew->added++;
    if (crew->idle > 0)
        monitor_wake_all(crew->monitor);
    monitor_leave(crew->monitor);
}

enum crew_turn crew_turn(struct crew *crew, struct task **task)
{
    enum crew_turn turn = CREW_WAIT;
    struct place *place = place_of_piece(crew, crew->oldest);
    monitor_enter(crew->monitor);
    if (place->progress == DONE) {
        turn = CREW_DONE;
    } else if (crew->taken < crew->added) {
        turn = CREW_HELP;
        place = take(crew);
    }
    monitor_leave(crew->monitor);
    *task = &place->task;
    return turn;
}

void crew_finish(struct crew *crew, struct task *task)
{
    finish(crew, (struct place *)task);
}

void crew_wait(struct crew *crew)
{
    const struct place *place = place_of_piece(crew, crew->oldest);
    monitor_enter(crew->monitor);
    crew->caller_waits = true;
    while (place->progress != DONE)
        monitor_wait(crew->monitor);
    crew->caller_waits = false;
    monitor_leave(crew->monitor);
}

void crew_drop(struct crew *crew)
{
    crew->oldest++;
}
