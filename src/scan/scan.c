/*
 * scan.c - runs a scan: over a stream, in the calling thread, or with several threads.
 */
#include "scan/internal.h"

enum {
    ALONE = 2 * 1024 * 1024, /* bytes to search before it pays to start threads */
    SMALL = 64 * 1024,       /* bytes of a chunk that are not worth another thread ... */
    SMALL_ROW = 16,          /* ... if so many chunks in a row are smaller */
};

/* ---- with several threads -------------------------------------------------------------------- */

static bool help(struct merge *merge, struct task_ring *ring, struct task *task)
{
    uint64_t at = finder_no_limit(merge->scan, &task->chunk);
    bool going = merge_pause(merge);
    task->failed = !finder_search(&merge->finder, task, at, &task->error);
    task_ring_finish(ring, task);
    return going;
}

static bool take_turn(struct merge *merge, struct task_ring *ring)
{
    struct task *task;
    switch (task_ring_next(ring, &task)) {
    case TASK_RING_HELP:
        return help(merge, ring, task);
    case TASK_RING_WAIT:
        if (!merge_pause(merge))
            return false;
        task_ring_wait(ring);
        return true;
    case TASK_RING_DONE:
        break;
    }
    if (task->failed)
        *merge->error = task->error;
    if (task->failed || !merge_task(merge, task))
        return false;
    view_choice_learn(&merge->chunks, task);
    task_ring_drop(ring);
    return merge_pause(merge); /* if the other threads are fast, TASK_RING_WAIT is rare */
}

/* ---- chunks in order ------------------------------------------------------------------------- */

/* Whether a long match covers the chunk, or a search far ahead found that it has none. */
static bool is_passed(const struct merge *merge, const struct chunk *chunk)
{
    return !merge->scan->backward && chunk->starts.end <= merge->at;
}

/* Reports the matches of all tasks in the ring. */
static bool drain(struct merge *merge, struct task_ring *ring)
{
    while (!task_ring_is_empty(ring) && !merge->stopped)
        if (!take_turn(merge, ring))
            return false;
    return true;
}

static bool is_small(const struct merge *merge, const struct chunk *chunk)
{
    return range_length(chunk->starts) < scan_scaled(merge->scan, SMALL);
}

/* Searches chunks without other threads, up to a large one or the end; `*chunk` is that one. */
static bool search_small(struct merge *merge, struct chunk *chunk)
{
    *chunk = (struct chunk){{0, 0}, 0, false};
    while (!merge->stopped) {
        if (!chunks_next(&merge->chunks, chunk, merge->error))
            return false;
        if (chunk->starts.start >= chunk->starts.end || !is_small(merge, chunk))
            return true;
        if (!merge_chunk(merge, *chunk) || !merge_pause(merge))
            return false;
    }
    return true;
}

/*
 * Sets `*chunk` to the next one for the ring; an empty one after the last. To hand a few KiB to
 * another thread costs more than to search them. So after a row of small chunks, such as the data
 * between the holes of a sparse file, the caller searches those that follow by itself.
 */
static bool next_chunk(struct merge *merge, struct task_ring *ring, struct chunk *chunk,
                       unsigned *small_row)
{
    if (*small_row == SMALL_ROW) {
        *small_row = 0;
        return drain(merge, ring) && search_small(merge, chunk);
    }
    if (!chunks_next(&merge->chunks, chunk, merge->error))
        return false;
    *small_row = is_small(merge, chunk) ? *small_row + 1 : 0;
    return true;
}

static bool search_together(struct merge *merge, struct task_ring *ring)
{
    unsigned small_row = 0;
    bool more = true;
    while (!merge->stopped) {
        struct chunk chunk;
        while (more && task_ring_has_room(ring) && !merge->stopped) {
            if (!next_chunk(merge, ring, &chunk, &small_row))
                return false;
            more = chunk.starts.start < chunk.starts.end;
            if (more && !is_passed(merge, &chunk))
                task_ring_add(ring, &chunk);
        }
        if (task_ring_is_empty(ring))
            return true;
        if (!take_turn(merge, ring))
            return false;
    }
    return true;
}

/* Searches without other threads until `most` bytes were handed out; sets `*ended` at the end. */
static bool search_alone(struct merge *merge, uint64_t most, bool *ended)
{
    *ended = false;
    while (!merge->stopped && merge->chunks.handed_out < most) {
        struct chunk chunk;
        if (!chunks_next(&merge->chunks, &chunk, merge->error))
            return false;
        *ended = chunk.starts.start >= chunk.starts.end;
        if (*ended)
            return true;
        if (!merge_chunk(merge, chunk) || !merge_pause(merge))
            return false;
        view_choice_learn(&merge->chunks, &merge->own);
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

static bool search_all(struct merge *merge)
{
    unsigned threads = threads_for(merge->scan);
    uint64_t alone = merge->scan->chunk_length > 0 ? 0 : ALONE;
    bool ended = false;
    if (threads > 1 && !search_alone(merge, alone, &ended))
        return false;
    if (ended || merge->stopped)
        return true;
    struct task_ring *ring = threads > 1 ? task_ring_new(merge->scan, threads) : NULL;
    bool done = ring ? search_together(merge, ring) : search_alone(merge, UINT64_MAX, &ended);
    task_ring_free(ring);
    return done;
}

/* Moves `*offset` on to one where a match may start; false if there is none left in the range. */
static bool next_empty(const struct scan *scan, uint64_t *offset)
{
    if (scan->backward)
        return alignment_previous(&scan->align, offset) && *offset >= scan->range.start;
    *offset = alignment_next(&scan->align, *offset);
    return *offset <= scan->range.end;
}

/* The empty pattern matches at every offset of the range, including its end. */
static bool scan_empty(const struct scan *scan, scan_report *report, void *context,
                       struct error *error)
{
    uint64_t offset = scan->backward ? scan->range.end : scan->range.start;
    while (next_empty(scan, &offset)) {
        struct match match = {offset, 0};
        enum scan_answer answer =
            report(context, &(struct scan_batch){.matches = &match, .count = 1}, error);
        if (answer != SCAN_CONTINUE)
            return answer == SCAN_STOP;
        if (scan->backward && offset == 0)
            return true;
        offset += scan->backward ? UINT64_MAX : 1;
    }
    return true;
}

bool scan_run(const struct scan *scan, scan_report *report, void *context, struct error *error)
{
    struct merge merge;
    if (scan->pattern->matches_nothing)
        return true;
    if (scan->stream)
        return scan_stream(scan, report, context, error);
    if (!scan->pattern->searcher && !scan->pattern->regex)
        return scan_empty(scan, report, context, error);
    if (!merge_begin(&merge, scan, report, context, error))
        return false;
    chunks_init(&merge.chunks, scan);
    bool done = search_all(&merge) && (merge.stopped || !view_choice_was_open(&merge.chunks) ||
                                       mapping_check_reach(scan->mapping, scan->range, error));
    merge_end(&merge);
    return done;
}
