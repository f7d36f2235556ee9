/*
 * scan.c - runs a scan: over a stream, in the calling thread, or with several threads.
 */
#include "scan/internal.h"

enum { ALONE = 2 * 1024 * 1024 }; /* bytes to search before it pays to start threads */

/* ---- with several threads -------------------------------------------------------------------- */

static bool help(struct walk *walk, struct task_ring *ring, struct task *task)
{
    uint64_t at = finder_no_limit(walk->scan, &task->piece);
    bool going = walk_pause(walk);
    task->failed = !finder_search(&walk->finder, task, at, &task->error);
    task_ring_finish(ring, task);
    return going;
}

static bool take_turn(struct walk *walk, struct task_ring *ring)
{
    struct task *task;
    switch (task_ring_next(ring, &task)) {
    case TASK_RING_HELP:
        return help(walk, ring, task);
    case TASK_RING_WAIT:
        if (!walk_pause(walk))
            return false;
        task_ring_wait(ring);
        return true;
    case TASK_RING_DONE:
        break;
    }
    if (task->failed)
        *walk->error = task->error;
    if (task->failed || !walk_task(walk, task))
        return false;
    view_choice_learn(&walk->pieces, task);
    task_ring_drop(ring);
    return walk_pause(walk); /* if the other threads are fast, TASK_RING_WAIT is rare */
}

/* ---- pieces in order ------------------------------------------------------------------------- */

static bool walk_together(struct walk *walk, struct task_ring *ring)
{
    bool more = true;
    while (!walk->stopped) {
        struct piece piece;
        while (more && task_ring_has_room(ring)) {
            if (!pieces_next(&walk->pieces, &piece, walk->error))
                return false;
            more = piece.starts.start < piece.starts.end;
            if (more)
                task_ring_add(ring, &piece);
        }
        if (task_ring_is_empty(ring))
            return true;
        if (!take_turn(walk, ring))
            return false;
    }
    return true;
}

/* Searches without other threads until `most` bytes were handed out; sets `*ended` at the end. */
static bool walk_alone(struct walk *walk, uint64_t most, bool *ended)
{
    *ended = false;
    while (!walk->stopped && walk->pieces.walked < most) {
        struct piece piece;
        if (!pieces_next(&walk->pieces, &piece, walk->error))
            return false;
        *ended = piece.starts.start >= piece.starts.end;
        if (*ended)
            return true;
        if (!walk_piece(walk, piece) || !walk_pause(walk))
            return false;
        view_choice_learn(&walk->pieces, &walk->own);
    }
    return true;
}

/* An expression is searched backward from match to match, which only one thread can do. */
static unsigned threads_for(const struct scan *scan)
{
    if (scan->pattern->regex && scan->backward && !scan->overlapping)
        return 1;
    return scan->threads > 0 ? scan->threads : platform_processors();
}

static bool walk_all(struct walk *walk)
{
    unsigned threads = threads_for(walk->scan);
    uint64_t alone = walk->scan->piece_length > 0 ? 0 : ALONE;
    bool ended = false;
    if (threads > 1 && !walk_alone(walk, alone, &ended))
        return false;
    if (ended || walk->stopped)
        return true;
    struct task_ring *ring = threads > 1 ? task_ring_new(walk->scan, threads) : NULL;
    bool done = ring ? walk_together(walk, ring) : walk_alone(walk, UINT64_MAX, &ended);
    task_ring_free(ring);
    return done;
}

/* The empty pattern matches at every offset of the range, including its end. */
static bool scan_empty(const struct scan *scan, scan_report *report, void *context,
                       struct error *error)
{
    uint64_t count = range_length(scan->range) + 1;
    for (uint64_t i = 0; i < count; i++) {
        struct match match = {scan->backward ? scan->range.end - i : scan->range.start + i, 0};
        enum scan_answer answer =
            report(context, &(struct scan_batch){&match, 1, 0, NULL, NULL, 0}, error);
        if (answer != SCAN_CONTINUE)
            return answer == SCAN_STOP;
    }
    return true;
}

bool scan_run(const struct scan *scan, scan_report *report, void *context, struct error *error)
{
    struct walk walk;
    if (scan->stream)
        return scan_stream(scan, report, context, error);
    if (!scan->pattern->searcher && !scan->pattern->regex)
        return scan_empty(scan, report, context, error);
    if (!walk_begin(&walk, scan, report, context, error))
        return false;
    pieces_init(&walk.pieces, scan);
    bool done =
        walk_all(&walk) && (walk.stopped || mapping_check_reach(scan->mapping, scan->range, error));
    walk_end(&walk);
    return done;
}
