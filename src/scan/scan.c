/*
 * scan.c - the walk in order, which reports.
 *
 * Matches that do not overlap depend on those before them. Yet pieces are
 * searched on their own, each as if nothing had been found before it; that is
 * put right here. As soon as a match of the piece's list begins where the chain
 * of reported matches is free to take it, and would have been found from there,
 * the rest of the list is the rest of the chain: what follows a match depends on
 * that match only. Until then the walk searches on by itself, a match at a time.
 */
#include "scan/internal.h"

enum {
    ALONE = 2 * 1024 * 1024, /* walked before threads are worth their start */
    OWN_MATCHES = 8 * 1024,  /* in hand when the walk itself searches */
    STRETCH = 4 * 1024,      /* searched at once while lists are put right */
};

/* ---- the chain ------------------------------------------------------------------------------- */

/* Where a chain stands behind `match`. */
static uint64_t behind(const struct scan *scan, const struct match *match)
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
    walk->at = behind(walk->scan, &batch->matches[batch->count - 1]);
    return answer != SCAN_ERROR;
}

/* The matches of a task from `i` on. */
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

/* What is left of a piece when `covered` of it is done. */
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

/* A match of an expression that reaches far, or none up to the end of the run. */
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

/* Searches a piece from where the chain stands, and reports. */
static bool walk_piece(struct walk *walk, struct piece piece)
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

/* ---- pieces searched by others --------------------------------------------------------------- */

/* The first match of the list, from `i` on, that does not overlap the chain. */
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

/* Whether the chain, where it stands, goes on with match `i` of the list. */
static bool is_in_step(const struct walk *walk, const struct task *task, size_t i)
{
    if (i == 0)
        return true;
    uint64_t before = behind(walk->scan, &task->matches[i - 1]);
    return walk->scan->backward ? walk->at <= before : before <= walk->at;
}

/*
 * The next part of what is `rest`, for a search that hopes to come into step soon. The
 * parts end at places that are not those of matches, so that one read serves several.
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

/* Searches on by itself until the list is in step; what of the piece is done then is in `*rest`. */
static bool come_into_step(struct walk *walk, const struct task *task, size_t *i,
                           struct range *rest)
{
    const struct scan *scan = walk->scan;
    *i = skip_overlapping(walk, task, 0);
    while (!is_in_step(walk, task, *i) && rest->start < rest->end && !walk->stopped) {
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

/* Reports the matches of a piece that was searched on its own. */
static bool walk_task(struct walk *walk, const struct task *task)
{
    const struct scan *scan = walk->scan;
    struct range rest = rest_of(scan, task->piece.starts, walk->at);
    size_t i = 0;
    /* By line no match overlaps one of another line, and the report knows a line it had. */
    if (!scan->by_line && !come_into_step(walk, task, &i, &rest))
        return false;
    if (is_in_step(walk, task, i) && !walk->stopped) {
        if (i < task->count && !deliver_task(walk, task, i))
            return false;
        rest = rest_of(scan, rest, task->covered);
    }
    return walk_piece(walk, (struct piece){rest, task->piece.run_end, false});
}

static bool help(struct walk *walk, struct crew *crew, struct task *task)
{
    uint64_t at = finder_free_start(walk->scan, &task->piece);
    bool going = walk_pause(walk);
    task->failed = !finder_search(&walk->finder, task, at, &task->error);
    crew_finish(crew, task);
    return going;
}

static bool take_turn(struct walk *walk, struct crew *crew)
{
    struct task *task;
    switch (crew_turn(crew, &task)) {
    case CREW_HELP:
        return help(walk, crew, task);
    case CREW_WAIT:
        if (!walk_pause(walk))
            return false;
        crew_wait(crew);
        return true;
    case CREW_DONE:
        break;
    }
    if (task->failed)
        *walk->error = task->error;
    if (task->failed || !walk_task(walk, task))
        return false;
    view_choice_learn(&walk->pieces, task);
    crew_drop(crew);
    return walk_pause(walk); /* others may be so quick that there is never a wait */
}

/* ---- the walk -------------------------------------------------------------------------------- */

static bool walk_together(struct walk *walk, struct crew *crew)
{
    bool more = true;
    while (!walk->stopped) {
        struct piece piece;
        while (more && crew_has_room(crew)) {
            if (!pieces_next(&walk->pieces, &piece, walk->error))
                return false;
            more = piece.starts.start < piece.starts.end;
            if (more)
                crew_add(crew, &piece);
        }
        if (crew_is_empty(crew))
            return true;
        if (!take_turn(walk, crew))
            return false;
    }
    return true;
}

/* Up to the end, or until so much was walked that threads are worth their start. */
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

/* An expression is searched backwards from match to match: there is nothing to share out. */
static unsigned threads_for(const struct scan *scan)
{
    if (scan->pattern->regex && scan->backward && !scan->overlapping)
        return 1;
    return scan->threads > 0 ? scan->threads : platform_processors();
}

static bool walk_all(struct walk *walk)
{
    unsigned threads = threads_for(walk->scan);
    uint64_t alone = walk->scan->window > 0 ? 0 : ALONE;
    bool ended = false;
    if (threads > 1 && !walk_alone(walk, alone, &ended))
        return false;
    if (ended || walk->stopped)
        return true;
    struct crew *crew = threads > 1 ? crew_new(walk->scan, threads) : NULL;
    bool done = crew ? walk_together(walk, crew) : walk_alone(walk, UINT64_MAX, &ended);
    crew_free(crew);
    return done;
}

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

/* The empty pattern is found at every offset of the range, its end included. */
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
