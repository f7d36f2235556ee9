/*
 * merge.c - reports the matches of chunks in order, each match once.
 *
 * Each chunk is searched as if no match had been found before it. Where matches
 * must not overlap, a match of the chunk before may rule out the first matches of
 * this one, so this file corrects the list: it searches on by itself, a short
 * stretch at a time, until a match that it finds or skips to is in the chunk's
 * list too. From there the two agree, because what follows a match depends on that
 * match only, and the rest of the list is reported as it is.
 */
#include "scan/internal.h"

enum {
    OWN_MATCHES = 8 * 1024, /* the most that the merge holds when it searches by itself */
    STRETCH = 4 * 1024,     /* bytes it searches at once while it corrects a list */
};

bool merge_begin(struct merge *merge, const struct scan *scan, scan_report *report, void *context,
                 struct error *error)
{
    *merge = (struct merge){.scan = scan, .report = report, .context = context, .error = error};
    merge->at = merge->done = scan->backward ? scan->range.end : scan->range.start;
    return finder_init(&merge->finder, scan, error);
}

void merge_end(struct merge *merge)
{
    task_release(&merge->own);
    finder_release(&merge->finder);
}

/* ---- reports --------------------------------------------------------------------------------- */

/* Where the next match may start (backward: must end) after `match`. */
static uint64_t resume_after(const struct scan *scan, const struct match *match)
{
    if (scan->backward)
        return scan->overlapping ? scan->range.end : match->offset;
    if (scan->overlapping)
        return match->offset + 1;
    return match->offset + match->length + (match->length == 0);
}

bool merge_deliver(struct merge *merge, const struct scan_batch *batch)
{
    if (batch->count == 0)
        return true;
    enum scan_answer answer = merge->report(merge->context, batch, merge->error);
    merge->stopped = answer == SCAN_STOP;
    merge->at = resume_after(merge->scan, &batch->matches[batch->count - 1]);
    return answer != SCAN_ERROR;
}

/* Reports the matches of a task from `i` on. */
static bool deliver_task(struct merge *merge, const struct task *task, size_t i)
{
    if (i == task->count)
        return true;
    struct scan_batch batch = {
        .matches = &task->matches[i],
        .count = task->count - i,
        .between = task->between,
        .zeros = merge->scan->zeros ? task->zeros.data + i : NULL,
        .next_line = task->next_line,
    };
    if (merge->scan->text) {
        const size_t *ends = (const void *)task->text_ends.data;
        batch.text = task->text.data;
        batch.text_ends = &ends[i];
        batch.text_start = i > 0 ? ends[i - 1] : 0;
    }
    return merge_deliver(merge, &batch);
}

bool merge_pause(struct merge *merge)
{
    const struct scan *scan = merge->scan;
    return !scan->pause || scan->pause(merge->context, merge->done, merge->error);
}

/* What is left of a chunk that was searched up to `covered`. */
static struct range rest_of(const struct scan *scan, struct range starts, uint64_t covered)
{
    if (scan->backward)
        starts.end = maximum_u64(minimum_u64(starts.end, covered), starts.start);
    else
        starts.start = minimum_u64(maximum_u64(starts.start, covered), starts.end);
    return starts;
}

/* ---- chunks searched by the merge ------------------------------------------------------------ */

static bool search_own(struct merge *merge, const struct chunk *chunk, size_t most)
{
    merge->own.chunk = *chunk;
    merge->own.most = most;
    return finder_search(&merge->finder, &merge->own, merge->at, merge->error);
}

/* Reports one match of an expression that may reach up to the end of the extent. */
static bool search_far(struct merge *merge, uint64_t from, uint64_t extent_end)
{
    struct match match;
    bool found;
    from = maximum_u64(from, merge->at);
    if (!finder_search_far(&merge->finder, from, extent_end, &match, &found, merge->error))
        return false;
    if (found)
        return merge_deliver(merge, &(struct scan_batch){.matches = &match, .count = 1});
    merge->at = maximum_u64(merge->at, extent_end);
    return true;
}

bool merge_near(struct merge *merge, struct chunk *chunk)
{
    bool overrun = false;
    while (chunk->starts.start < chunk->starts.end && !merge->stopped && !overrun) {
        if (!search_own(merge, chunk, scan_scaled(merge->scan, OWN_MATCHES)) ||
            !deliver_task(merge, &merge->own, 0))
            return false;
        overrun = merge->own.overrun;
        chunk->starts = rest_of(merge->scan, chunk->starts, merge->own.covered);
    }
    return true;
}

bool merge_chunk(struct merge *merge, struct chunk chunk)
{
    for (;;) {
        if (!merge_near(merge, &chunk))
            return false;
        if (chunk.starts.start >= chunk.starts.end || merge->stopped)
            break;
        if (!search_far(merge, chunk.starts.start, chunk.extent_end))
            return false;
        chunk.starts = rest_of(merge->scan, chunk.starts, merge->at);
    }
    merge->done = merge->scan->backward ? chunk.starts.start : chunk.starts.end;
    return true;
}

/* ---- chunks searched on their own ------------------------------------------------------------ */

/* The first match of the task, from `i` on, that does not overlap a reported one. */
static size_t skip_overlapping(const struct merge *merge, const struct task *task, size_t i)
{
    const struct match *matches = task->matches;
    if (merge->scan->backward)
        while (i < task->count && matches[i].offset + matches[i].length > merge->at)
            i++;
    else
        while (i < task->count && matches[i].offset < merge->at)
            i++;
    return i;
}

/* Whether a search from `at` would find match `i` of the task next, and then those after it. */
static bool is_in_sync(const struct merge *merge, const struct task *task, size_t i)
{
    if (i == 0)
        return true;
    uint64_t before = resume_after(merge->scan, &task->matches[i - 1]);
    return merge->scan->backward ? merge->at <= before : before <= merge->at;
}

/*
 * The next part of `rest` to search while the task is not in sync. Parts end at multiples of
 * STRETCH and not at matches, so that one read serves several of them.
 */
static struct range stretch_of(const struct scan *scan, struct range rest)
{
    uint64_t step = scan_scaled(scan, STRETCH);
    if (scan->backward) {
        uint64_t start = (rest.end - 1) / step * step;
        return (struct range){maximum_u64(start, rest.start), rest.end};
    }
    return (struct range){rest.start, minimum_u64((rest.start / step + 1) * step, rest.end)};
}

/* Searches until match `*i` of the task is in sync. Leaves in `*rest` what was not searched. */
static bool synchronize(struct merge *merge, const struct task *task, size_t *i, struct range *rest)
{
    const struct scan *scan = merge->scan;
    *i = skip_overlapping(merge, task, 0);
    while (!is_in_sync(merge, task, *i) && rest->start < rest->end && !merge->stopped) {
        struct chunk stretch = {stretch_of(scan, *rest), task->chunk.extent_end, false};
        if (!search_own(merge, &stretch, 1) || !deliver_task(merge, &merge->own, 0))
            return false;
        if (merge->own.overrun)
            return true;
        *rest = rest_of(scan, *rest, merge->own.covered);
        *i = skip_overlapping(merge, task, *i);
    }
    return true;
}

bool merge_task(struct merge *merge, const struct task *task)
{
    const struct scan *scan = merge->scan;
    struct range rest = rest_of(scan, task->chunk.starts, merge->at);
    size_t i = 0;
    /* By line no correction is needed: lines do not overlap, and the report may see one twice. */
    if (!scan->by_line && !synchronize(merge, task, &i, &rest))
        return false;
    if (is_in_sync(merge, task, i) && !merge->stopped) {
        if (i < task->count && !deliver_task(merge, task, i))
            return false;
        rest = rest_of(scan, rest, task->covered);
    }
    return merge_chunk(merge, (struct chunk){rest, task->chunk.extent_end, false});
}
