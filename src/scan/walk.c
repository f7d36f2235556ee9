/*
 * walk.c - reports the matches of pieces in order, each match once.
 *
 * Each piece is searched as if no match had been found before it. Where matches
 * must not overlap, a match of the piece before may rule out the first matches of
 * this one, so this file corrects the list: it searches on by itself, a short
 * stretch at a time, until a match that it finds or skips to is in the piece's
 * list too. From there the two agree, because what follows a match depends on that
 * match only, and the rest of the list is reported as it is.
 */
#include "scan/internal.h"

enum {
    OWN_MATCHES = 8 * 1024, /* the most that the walk holds when it searches by itself */
    STRETCH = 4 * 1024,     /* bytes it searches at once while it corrects a list */
};

bool walk_begin(struct walk *walk, const struct scan *scan, scan_report *report, void *context,
                struct error *error)
{
    *walk = (struct walk){.scan = scan, .report = report, .context = context, .error = error};
    walk->at = walk->done = scan->backward ? scan->range.end : scan->range.start;
    return finder_init(&walk->finder, scan, error);
}

void walk_end(struct walk *walk)
{
    task_release(&walk->own);
    finder_release(&walk->finder);
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

bool walk_deliver(struct walk *walk, const struct scan_batch *batch)
{
    if (batch->count == 0)
        return true;
    enum scan_answer answer = walk->report(walk->context, batch, walk->error);
    walk->stopped = answer == SCAN_STOP;
    walk->at = resume_after(walk->scan, &batch->matches[batch->count - 1]);
    return answer != SCAN_ERROR;
}

/* Reports the matches of a task from `i` on. */
static bool deliver_task(struct walk *walk, const struct task *task, size_t i)
{
    struct scan_batch batch = {&task->matches[i], task->count - i, task->between, NULL, NULL, 0};
    if (walk->scan->line_text && batch.count > 0) {
        const size_t *ends = (const void *)task->text_ends.data;
        batch.text = task->text.data;
        batch.text_ends = &ends[i];
        batch.text_start = i > 0 ? ends[i - 1] : 0;
    }
    return walk_deliver(walk, &batch);
}

bool walk_pause(struct walk *walk)
{
    const struct scan *scan = walk->scan;
    return !scan->pause || scan->pause(walk->context, walk->done, walk->error);
}

/* What is left of a piece that was searched up to `covered`. */
static struct range rest_of(const struct scan *scan, struct range starts, uint64_t covered)
{
    if (scan->backward)
        starts.end = maximum_u64(minimum_u64(starts.end, covered), starts.start);
    else
        starts.start = minimum_u64(maximum_u64(starts.start, covered), starts.end);
    return starts;
}

/* ---- pieces searched by the walk ------------------------------------------------------------- */

static bool search_own(struct walk *walk, const struct piece *piece, size_t most)
{
    walk->own.piece = *piece;
    walk->own.most = most;
    return finder_search(&walk->finder, &walk->own, walk->at, walk->error);
}

/* Reports one match of an expression that may reach up to the end of the run. */
static bool search_far(struct walk *walk, uint64_t from, uint64_t run_end)
{
    struct match match;
    bool found;
    from = maximum_u64(from, walk->at);
    if (!finder_search_far(&walk->finder, from, run_end, &match, &found, walk->error))
        return false;
    if (found)
        return walk_deliver(walk, &(struct scan_batch){&match, 1, 0, NULL, NULL, 0});
    walk->at = maximum_u64(walk->at, run_end);
    return true;
}

bool walk_near(struct walk *walk, struct piece *piece)
{
    bool overrun = false;
    while (piece->starts.start < piece->starts.end && !walk->stopped && !overrun) {
        if (!search_own(walk, piece, scan_scaled(walk->scan, OWN_MATCHES)) ||
            !deliver_task(walk, &walk->own, 0))
            return false;
        overrun = walk->own.overrun;
        piece->starts = rest_of(walk->scan, piece->starts, walk->own.covered);
    }
    return true;
}

bool walk_piece(struct walk *walk, struct piece piece)
{
    for (;;) {
        if (!walk_near(walk, &piece))
            return false;
        if (piece.starts.start >= piece.starts.end || walk->stopped)
            break;
        if (!search_far(walk, piece.starts.start, piece.run_end))
            return false;
        piece.starts = rest_of(walk->scan, piece.starts, walk->at);
    }
    walk->done = walk->scan->backward ? piece.starts.start : piece.starts.end;
    return true;
}

/* ---- pieces searched on their own ------------------------------------------------------------ */

/* The first match of the task, from `i` on, that does not overlap a reported one. */
static size_t skip_overlapping(const struct walk *walk, const struct task *task, size_t i)
{
    const struct match *matches = task->matches;
    if (walk->scan->backward)
        while (i < task->count && matches[i].offset + matches[i].length > walk->at)
            i++;
    else
        while (i < task->count && matches[i].offset < walk->at)
            i++;
    return i;
}

/* Whether a search from `at` would find match `i` of the task next, and then those after it. */
static bool is_in_sync(const struct walk *walk, const struct task *task, size_t i)
{
    if (i == 0)
        return true;
    uint64_t before = resume_after(walk->scan, &task->matches[i - 1]);
    return walk->scan->backward ? walk->at <= before : before <= walk->at;
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
static bool synchronize(struct walk *walk, const struct task *task, size_t *i, struct range *rest)
{
    const struct scan *scan = walk->scan;
    *i = skip_overlapping(walk, task, 0);
    while (!is_in_sync(walk, task, *i) && rest->start < rest->end && !walk->stopped) {
        struct piece stretch = {stretch_of(scan, *rest), task->piece.run_end, false};
        if (!search_own(walk, &stretch, 1) || !deliver_task(walk, &walk->own, 0))
            return false;
        if (walk->own.overrun)
            return true;
        *rest = rest_of(scan, *rest, walk->own.covered);
        *i = skip_overlapping(walk, task, *i);
    }
    return true;
}

bool walk_task(struct walk *walk, const struct task *task)
{
    const struct scan *scan = walk->scan;
    struct range rest = rest_of(scan, task->piece.starts, walk->at);
    size_t i = 0;
    /* By line no correction is needed: lines do not overlap, and the report may see one twice. */
    if (!scan->by_line && !synchronize(walk, task, &i, &rest))
        return false;
    if (is_in_sync(walk, task, i) && !walk->stopped) {
        if (i < task->count && !deliver_task(walk, task, i))
            return false;
        rest = rest_of(scan, rest, task->covered);
    }
    return walk_piece(walk, (struct piece){rest, task->piece.run_end, false});
}
