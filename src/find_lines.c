/*
 * find_lines.c - find --line: the lines in which matches begin, with context.
 *
 * Forwards a line is printed as soon as a match begins in it; the lines behind it
 * that are context are printed when it is known that no match begins in them.
 * Backwards, where the lines of a group still come in the order of the file, it is
 * gathered first which lines of a group have matches; without context there are no
 * groups. Of a long group only the borders are kept, and it is searched again, forwards,
 * when it is printed: a match that holds no newline is one of its line alone, so a line
 * has a match forwards if it has one backwards. Where a match can hold a newline that is
 * not so, and the lines of any group are kept.
 */
#include "find.h"
#include "line_runs.h"

#include <stdlib.h>

enum { GROUP_MOST = 64 * 1024 }; /* bytes that say which lines of a group have matches */

struct line_results {
    struct results *results;
    struct window window;
    uint64_t before, after; /* lines of context */
    struct range line;      /* the last one with a match in it, if any_line */
    struct range last[2];   /* the same of those that begin at an even, an odd offset of units */
    bool any_line;
    bool any_printed;

    uint64_t printed;    /* forward: where the next line to print may begin */
    uint64_t after_left; /* forward: lines of context still to be printed from there on */
    uint64_t looked;     /* of a stream: for the ends of those lines up to here */
    uint64_t whole;      /* where the last one of them ends that has come whole */

    struct line_runs runs; /* backward: the group's lines with matches */
    uint64_t runs_end;     /* of the highest of them */
    bool search_again;     /* there are too many: `runs` is all from the first to the last */
    uint64_t group_end;    /* of its last line of context */
    uint64_t gap_start;    /* in front of the group so much is looked through, */
    uint64_t gap_lines;    /* in which so many lines begin */
    uint64_t last_start;   /* of the group printed last */
};

struct line_results *line_results_new(struct results *results, struct error *error)
{
    const struct request *request = results->request;
    struct line_results *lines = calloc(1, sizeof *lines);
    if (!lines) {
        error_memory(error, sizeof *lines);
        return NULL;
    }
    lines->results = results;
    lines->window.mapping = results->mapping;
    lines->window.unit = line_unit(request->type);
    lines->before = request->lines_before;
    lines->after = request->lines_after;
    return lines;
}

void line_results_free(struct line_results *lines)
{
    if (!lines)
        return;
    window_release(&lines->window);
    line_runs_release(&lines->runs);
    free(lines);
}

static bool has_context(const struct line_results *lines)
{
    return lines->results->request->context_given;
}

static bool counts_only(const struct request *request)
{
    return request->quiet || request->count;
}

static uint64_t file_end(const struct line_results *lines)
{
    return lines->results->mapping->size;
}

/* Prints a group's separator if there was a group before. */
static bool separate(struct line_results *lines, struct error *error)
{
    bool needed = lines->any_printed && has_context(lines);
    lines->any_printed = true;
    return !needed || print_separator(lines->results, error);
}

/* The lines of a range, as context. */
static bool print_context(struct line_results *lines, struct range range, struct error *error)
{
    while (range.start < range.end) {
        struct range line = range;
        if (!line_end(&lines->window, line.start, range.end, &line.end, error) ||
            !print_line(lines->results, &lines->window, line, LINE_OF_CONTEXT, error))
            return false;
        range.start = line.end;
    }
    return true;
}

/* ---- forwards ------------------------------------------------------------------------------- */

/* The lines of context behind a match that end by `limit`, in which no match begins. */
static bool print_after(struct line_results *lines, uint64_t limit, struct error *error)
{
    while (lines->after_left > 0 && lines->printed < limit) {
        struct range line = {lines->printed, 0};
        if (!line_end(&lines->window, line.start, file_end(lines), &line.end, error))
            return false;
        if (line.end > limit)
            break;
        if (!print_line(lines->results, &lines->window, line, LINE_OF_CONTEXT, error))
            return false;
        lines->printed = line.end;
        lines->after_left--;
    }
    return true;
}

/* What of a stream ends with the last line that has come whole. */
static bool find_whole(struct line_results *lines, uint64_t *end, struct error *error)
{
    const struct mapping *mapping = lines->results->mapping;
    uint64_t from = maximum_u64(lines->looked, lines->printed), behind;
    *end = mapping->size;
    if (!mapping->incoming.goes_on)
        return true;
    if (!line_start(&lines->window, mapping->size, from, &behind, error))
        return false;
    lines->looked = mapping->size;
    if (behind > from)
        lines->whole = behind;
    *end = lines->whole;
    return true;
}

static bool settle_forward(struct line_results *lines, uint64_t at, struct error *error)
{
    uint64_t whole;
    if (lines->after_left == 0)
        return true;
    /* Behind an empty match at the file's end the search stands past it: no line is there. */
    return find_whole(lines, &whole, error) && print_after(lines, minimum_u64(at, whole), error);
}

/* Waits for more of a stream; results so far are for the reader to see meanwhile. */
static bool wait_for_more(struct line_results *lines, struct error *error)
{
    struct results *results = lines->results;
    return output_flush(results->output, error) && mapping_more(results->stream, error);
}

/* The last context, for which a stream is read on though the search has ended. */
static bool end_forward(struct line_results *lines, struct error *error)
{
    struct mapping *stream = lines->results->stream;
    while (stream && stream->incoming.goes_on && lines->after_left > 0) {
        if (!settle_forward(lines, UINT64_MAX, error))
            return false;
        if (lines->printed - mapping_first(stream) > (stream->size - mapping_first(stream)) / 2)
            mapping_drop(stream, lines->printed);
        if (lines->after_left > 0 && !wait_for_more(lines, error))
            return false;
    }
    return print_after(lines, file_end(lines), error);
}

/* The line of a match, before it is looked at, unless that it is there is all that counts. */
static bool hold_line(struct line_results *lines, uint64_t offset, struct error *error)
{
    struct results *results = lines->results;
    struct mapping *stream = results->stream;
    if (!stream || (counts_only(results->request) && results->count + 1 == results->most))
        return true;
    while (stream->incoming.goes_on) {
        uint64_t missing = 1;
        struct range rest = {offset, stream->size};
        if (!lines_pass(&lines->window, rest, &missing, &offset, error))
            return false;
        if (missing == 0)
            break;
        if (!wait_for_more(lines, error))
            return false;
    }
    return true;
}

static bool take_forward(struct line_results *lines, struct error *error)
{
    struct range line = lines->line, before = {lines->printed, line.start};
    uint64_t start = line.start;
    if (!print_after(lines, line.start, error))
        return false;
    before.start = lines->printed;
    if (!lines_backward(&lines->window, before, lines->before, &start, error))
        return false;
    if ((!lines->any_printed || start > lines->printed) && !separate(lines, error))
        return false;
    lines->printed = line.end;
    lines->after_left = lines->after;
    return print_context(lines, (struct range){start, line.start}, error) &&
           print_line(lines->results, &lines->window, line, LINE_OF_MATCH, error);
}

/* ---- backwards ------------------------------------------------------------------------------ */

/* Lines that follow each other, all of them with matches, and the context in front of them. */
static bool print_run(struct line_results *lines, uint64_t *at, struct range run,
                      struct error *error)
{
    if (!print_context(lines, (struct range){*at, run.start}, error))
        return false;
    for (*at = run.start; *at < run.end;) {
        struct range line = {*at, 0};
        if (!line_end(&lines->window, line.start, file_end(lines), &line.end, error) ||
            !print_line(lines->results, &lines->window, line, LINE_OF_MATCH, error))
            return false;
        *at = line.end;
    }
    return true;
}

/* What is printed while a group is searched again. */
struct group {
    struct line_results *lines;
    uint64_t at; /* the next line to print */
};

static enum scan_answer print_again(void *context, const struct scan_batch *batch,
                                    struct error *error)
{
    struct group *group = context;
    struct line_results *lines = group->lines;
    for (size_t i = 0; i < batch->count; i++) {
        struct range line;
        if (batch->matches[i].offset < group->at)
            continue; /* another one of the line before */
        if (!line_start(&lines->window, batch->matches[i].offset, group->at, &line.start, error))
            return SCAN_ERROR;
        if (line.start >= lines->runs_end)
            break;
        line.end = line.start + 1;
        if (!print_run(lines, &group->at, line, error))
            return SCAN_ERROR;
    }
    return SCAN_CONTINUE;
}

static bool search_again(struct line_results *lines, uint64_t *at, struct error *error)
{
    const struct results *results = lines->results;
    struct scan scan = *results->scan;
    struct group group = {lines, *at};
    scan.range.start = maximum_u64(scan.range.start, lines->runs.lowest.start);
    scan.range.end = minimum_u64(scan.range.end, lines->runs_end);
    scan.backward = false;
    scan.by_line = true;
    scan.threads = 1;
    scan.pause = NULL;
    bool done = scan_run(&scan, print_again, &group, error);
    *at = group.at;
    return done;
}

/* Prints the group that was gathered, in the order of the file. */
static bool print_group(struct line_results *lines, struct error *error)
{
    uint64_t at;
    struct range run;
    if (line_runs_is_empty(&lines->runs))
        return true;
    if (!lines_backward(&lines->window, (struct range){0, lines->runs.lowest.start}, lines->before,
                        &at, error) ||
        !separate(lines, error))
        return false;
    lines->last_start = at;
    if (lines->search_again && !search_again(lines, &at, error))
        return false;
    while (line_runs_take(&lines->runs, &run))
        if (!lines->search_again && !print_run(lines, &at, run, error))
            return false;
    lines->search_again = false;
    return print_context(lines, (struct range){at, lines->group_end}, error);
}

/* Whether a search forwards finds a match in each of the lines, and in no others. */
static bool may_search_again(const struct line_results *lines)
{
    return !lines->results->scan->pattern->matches_newline && window_unit(&lines->window) == 1;
}

static bool add_to_group(struct line_results *lines, struct range line, struct error *error)
{
    struct line_runs *runs = &lines->runs;
    if (line_runs_is_empty(runs))
        lines->runs_end = line.end;
    if (lines->search_again)
        runs->lowest.start = line.start;
    else if (!line_runs_add(runs, line, error))
        return false;
    if (runs->above.length >= GROUP_MOST && may_search_again(lines)) {
        lines->search_again = true;
        runs->above.length = 0;
    }
    lines->gap_start = line.start - minimum_u64(line.start, window_unit(&lines->window));
    lines->gap_lines = 0;
    return true;
}

/*
 * Whether more lines begin between `at` and the group than are context. They are counted
 * once only: what was looked through stays so until the group grows.
 */
static bool is_apart(struct line_results *lines, uint64_t at, bool *apart, struct error *error)
{
    uint64_t most = lines->before + lines->after, unit = window_unit(&lines->window);
    if (lines->gap_start > at)
        at += (lines->gap_start - at) % unit;
    while (lines->gap_lines <= most && lines->gap_start > at) {
        uint64_t start;
        if (!line_start(&lines->window, lines->gap_start, at, &start, error))
            return false;
        lines->gap_lines += start > at; /* there is a newline in front */
        lines->gap_start = start - minimum_u64(start - at, unit);
    }
    *apart = lines->gap_lines > most;
    return true;
}

static bool begin_group(struct line_results *lines, struct range line, struct error *error)
{
    struct range behind = {line.end, file_end(lines)};
    if (lines->any_printed)
        behind.end = maximum_u64(lines->last_start, behind.start);
    return lines_forward(&lines->window, behind, lines->after, &lines->group_end, error);
}

static bool take_backward(struct line_results *lines, struct error *error)
{
    struct range line = lines->line;
    bool apart = true, first = line_runs_is_empty(&lines->runs);
    if (!has_context(lines))
        return print_line(lines->results, &lines->window, line, LINE_OF_MATCH, error);
    if (!first)
        line.end = minimum_u64(line.end, lines->runs.lowest.start);
    if (line.start >= line.end) /* it lies in lines whose units begin at the other offsets */
        return true;
    if (!first && !is_apart(lines, line.end - window_unit(&lines->window), &apart, error))
        return false;
    if (apart && (!print_group(lines, error) || !begin_group(lines, line, error)))
        return false;
    return add_to_group(lines, line, error);
}

/* Prints the group if no match from `at` down can still belong to it. */
static bool settle_group(struct line_results *lines, uint64_t at, struct error *error)
{
    bool apart;
    if (line_runs_is_empty(&lines->runs))
        return true;
    return is_apart(lines, at, &apart, error) && (!apart || print_group(lines, error));
}

/* ---- both ----------------------------------------------------------------------------------- */

/* The last line with a match that began a whole number of units from `offset`. */
static struct range *last_line(struct line_results *lines, uint64_t offset)
{
    return &lines->last[offset & (window_unit(&lines->window) - 1)];
}

/* The line in which the match begins. Behind the last newline there is none. */
static bool find_line(struct line_results *lines, uint64_t offset, struct range *line,
                      struct error *error)
{
    const struct range *last = last_line(lines, offset);
    bool any = last->start < last->end, backward = lines->results->backward;
    uint64_t lowest = any && !backward ? last->end : 0;
    uint64_t limit = any && backward ? last->start : file_end(lines);
    return line_start(&lines->window, offset, lowest, &line->start, error) &&
           line_end(&lines->window, offset, limit, &line->end, error);
}

bool line_results_take(struct line_results *lines, const struct match *match, struct error *error)
{
    struct results *results = lines->results;
    struct range line, *last = last_line(lines, match->offset);
    if (match->offset >= last->start && match->offset < last->end)
        return true;
    if (!hold_line(lines, match->offset, error) || !find_line(lines, match->offset, &line, error))
        return false;
    if (line.start == line.end)
        return true;
    *last = lines->line = line;
    lines->any_line = true;
    results->count++;
    if (counts_only(results->request))
        return true;
    return results->backward ? take_backward(lines, error) : take_forward(lines, error);
}

/* ---- many at once --------------------------------------------------------------------------- */

bool line_results_are_texts(const struct request *request)
{
    return !request->json && !request->context_given && !counts_only(request);
}

static size_t text_start(const struct scan_batch *batch, size_t i)
{
    return i > 0 ? batch->text_ends[i - 1] : batch->text_start;
}

/*
 * Goes from match `*i` to the next one that has to be looked at: up to there, lines are
 * counted and their texts printed. The batch's last match is what the next one is compared
 * with, so it is always looked at.
 */
static bool skip_lines(struct line_results *lines, const struct scan_batch *batch, size_t *i,
                       struct error *error)
{
    struct results *results = lines->results;
    size_t first = *i, left = batch->count - 1 - first;
    size_t end = first + (size_t)minimum_u64(left, results->most - results->count);
    if (counts_only(results->request))
        *i = end;
    else
        while (batch->text_ends && *i < end && batch->text_ends[*i] > text_start(batch, *i))
            ++*i;
    if (*i == first)
        return true;
    results->count += *i - first;
    results->last = batch->matches[*i - 1];
    if (counts_only(results->request))
        return true;
    size_t start = text_start(batch, first);
    lines->any_printed = true;
    return output_bytes(results->output, batch->text + start, text_start(batch, *i) - start, error);
}

bool line_results_take_batch(struct line_results *lines, const struct scan_batch *batch,
                             struct error *error)
{
    struct results *results = lines->results;
    results->count += batch->between;
    for (size_t i = 0; i < batch->count && results->count < results->most; i++) {
        /* The first may begin in the last line of the batch before. */
        if (i > 0 && !skip_lines(lines, batch, &i, error))
            return false;
        if (results->count == results->most)
            return true;
        if (!line_results_take(lines, &batch->matches[i], error))
            return false;
        results->last = batch->matches[i];
    }
    return true;
}

bool line_results_settle(struct line_results *lines, uint64_t at, struct error *error)
{
    if (!lines->any_line || !has_context(lines))
        return true;
    return lines->results->backward ? settle_group(lines, at, error)
                                    : settle_forward(lines, at, error);
}

bool line_results_end(struct line_results *lines, struct error *error)
{
    return end_forward(lines, error) && print_group(lines, error);
}

bool line_results_keep(struct line_results *lines, uint64_t at, uint64_t *from, struct error *error)
{
    struct range before = {maximum_u64(lines->printed, mapping_first(lines->results->mapping)), 0};
    if (!line_start(&lines->window, at, 0, &before.end, error))
        return false;
    *from = before.end;
    if (before.start < before.end &&
        !lines_backward(&lines->window, before, lines->before, from, error))
        return false;
    if (lines->after_left > 0)
        *from = minimum_u64(*from, lines->printed);
    return true;
}
