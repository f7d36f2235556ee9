/*
 * scan.c - runs a scan: over a stream, in the calling thread, or with several threads.
 */
#include "scan/internal.h"

enum {
    ALONE = 2 * 1024 * 1024, /* bytes to search before it pays to start threads */
    SMALL = 64 * 1024,       /* bytes of a piece that are not worth another thread ... */
    SMALL_ROW = 16,          /* ... if so many pieces in a row are smaller */
};

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

/* Whether a long match covers the piece, or a search far ahead found that it has none. */
static bool is_passed(const struct walk *walk, const struct piece *piece)
{
    return !walk->scan->backward && piece->starts.end <= walk->at;
}

/* Reports the matches of all tasks in the ring. */
static bool drain(struct walk *walk, struct task_ring *ring)
{
    while (!task_ring_is_empty(ring) && !walk->stopped)
        if (!take_turn(walk, ring))
            return false;
    return true;
}

static bool is_small(const struct walk *walk, const struct piece *piece)
{
    return range_length(piece->starts) < scan_scaled(walk->scan, SMALL);
}

/* Searches pieces without other threads, up to a large one or the end, which is left in `*piece`.
 */
static bool walk_small(struct walk *walk, struct piece *piece)
{
    *piece = (struct piece){{0, 0}, 0, false};
    while (!walk->stopped) {
        if (!pieces_next(&walk->pieces, piece, walk->error))
            return false;
        if (piece->starts.start >= piece->starts.end || !is_small(walk, piece))
            return true;
        if (!walk_piece(walk, *piece) || !walk_pause(walk))
            return false;
    }
    return true;
}

/*
 * Sets `*piece` to the next one for the ring; an empty one after the last. To hand a few KiB to
 * another thread costs more than to search them. So after a row of small pieces, such as the data
 * between the holes of a sparse file, the caller searches those that follow by itself.
 */
static bool next_piece(struct walk *walk, struct task_ring *ring, struct piece *piece,
                       unsigned *small_row)
{
    if (*small_row == SMALL_ROW) {
        *small_row = 0;
        return drain(walk, ring) && walk_small(walk, piece);
    }
    if (!pieces_next(&walk->pieces, piece, walk->error))
        return false;
    *small_row = is_small(walk, piece) ? *small_row + 1 : 0;
    return true;
}

static bool walk_together(struct walk *walk, struct task_ring *ring)
{
    unsigned small_row = 0;
    bool more = true;
    while (!walk->stopped) {
        struct piece piece;
        while (more && task_ring_has_room(ring) && !walk->stopped) {
            if (!next_piece(walk, ring, &piece, &small_row))
                return false;
            more = piece.starts.start < piece.starts.end;
            if (more && !is_passed(walk, &piece))
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
