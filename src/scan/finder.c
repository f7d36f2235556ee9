/* finder.c - finds the matches of one chunk. */
#include "scan/internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    STEP = 256 * 1024, /* bytes read and searched at once: fits a second-level cache */
    BATCH = 512,
    TEXT_BATCH = 16,
    LOOK_AHEAD = 1024 * 1024, /* bytes read past a chunk; the merge finds longer matches */
    LEAST_KEPT = 64, /* bytes read again on the other side: anchors look at the byte before */
};

static inline bool add_match(struct finder *finder, struct task *task, struct match match)
{
    return task_add(task, match, finder->error) &&
           (!finder->scan->text || task_add_text(task, finder));
}

static bool add_matches(struct finder *finder, struct task *task, uint64_t base,
                        const struct search_match *found, size_t count)
{
    size_t before = task->count;
    for (size_t i = 0; i < count; i++)
        if (!add_match(finder, task, (struct match){base + found[i].offset, found[i].length}))
            return false;
    return !finder->scan->zeros || task_add_zeros(task, finder, before);
}

static size_t batch_room(const struct task *task, size_t most)
{
    size_t room = task->most - task->count;
    return room < most ? room : most;
}

/* ---- byte strings ---------------------------------------------------------------------------- */

static size_t overhang(const struct scan *scan)
{
    return scan->pattern->longest - 1;
}

/*
 * Adds the first match in a line that has had none. finder->in_line remembers from step to step
 * whether the current line has had one. Moves span->from to where the next call continues.
 */
static void find_in_next_line(struct finder *finder, struct search_span *span,
                              struct search_list *list)
{
    if (finder->in_line) {
        span->from = search_byte_forward(span->bytes, span->until, span->from, '\n');
        finder->in_line = span->from == span->until;
        span->from += !finder->in_line;
    }
    if (span->from >= span->until)
        return;
    list->capacity = 1;
    list->overlapping = true;
    search_forward(finder->scan->pattern->searcher, span, list);
    if (list->count == 0)
        return;
    finder->in_line = true;
    span->from = list->matches[0].offset;
}

/* Adds the matches that start in [start, end), lowest first. */
static bool step_forward(struct finder *finder, struct task *task, uint64_t start, uint64_t end)
{
    const struct scan *scan = finder->scan;
    struct search_match found[BATCH];
    uint64_t last = end + minimum_u64(overhang(scan), scan->range.end - end);
    struct search_span span = {.until = (size_t)(end - start), .limit = (size_t)(last - start)};
    span.bytes = reader_read(&finder->reader, start, span.limit, finder->error);
    if (!span.bytes)
        return false;
    while (span.from < span.until && task->count < task->most) {
        struct search_list list = {found, batch_room(task, BATCH), 0, scan->overlapping, 0};
        if (scan->by_line)
            find_in_next_line(finder, &span, &list);
        else if (scan->align.step > 0)
            aligned_search_forward(scan, start, &span, &list);
        else
            search_forward(scan->pattern->searcher, &span, &list);
        if (!add_matches(finder, task, start, found, list.count))
            return false;
        if (finder->in_line && task->next_line > 0) {
            span.from = (size_t)(task->next_line - start);
            finder->in_line = false;
        }
    }
    task->covered = start + span.from;
    return true;
}

static bool search_strings_forward(struct finder *finder, struct task *task, uint64_t at)
{
    struct range starts = task->chunk.starts;
    task->covered = maximum_u64(starts.start, at);
    finder->in_line = false;
    while (task->covered < starts.end && task->count < task->most) {
        uint64_t start = task->covered;
        if (!step_forward(finder, task, start,
                          minimum_u64(starts.end, start + scan_scaled(finder->scan, STEP))))
            return false;
    }
    return true;
}

/* Adds the matches that start in [start, end) and end by `*limit`, highest first. */
static bool step_backward(struct finder *finder, struct task *task, uint64_t start, uint64_t end,
                          uint64_t *limit)
{
    const struct scan *scan = finder->scan;
    struct search_match found[BATCH];
    uint64_t last = minimum_u64(end + overhang(scan), *limit);
    size_t length = (size_t)(last - start);
    struct search_span span = {.until = (size_t)(minimum_u64(end, last) - start), .limit = length};
    span.bytes = reader_read(&finder->reader, start, length, finder->error);
    if (!span.bytes)
        return false;
    while (span.until > 0 && task->count < task->most) {
        struct search_list list = {found, batch_room(task, BATCH), 0, scan->overlapping, 0};
        if (scan->align.step > 0)
            aligned_search_backward(scan, start, &span, &list);
        else
            search_backward(scan->pattern->searcher, &span, &list);
        if (!add_matches(finder, task, start, found, list.count))
            return false;
    }
    task->covered = start + span.until;
    if (span.limit < length)
        *limit = start + span.limit;
    return true;
}

static bool search_strings_backward(struct finder *finder, struct task *task, uint64_t limit)
{
    struct range starts = task->chunk.starts;
    task->covered = minimum_u64(starts.end, limit);
    while (task->covered > starts.start && task->count < task->most) {
        uint64_t end = task->covered;
        uint64_t start = end - minimum_u64(scan_scaled(finder->scan, STEP), end - starts.start);
        if (!step_backward(finder, task, start, end, &limit))
            return false;
        if (limit <= starts.start)
            task->covered = starts.start;
    }
    return true;
}

/* ---- expressions ----------------------------------------------------------------------------- */

static bool goes_backward(const struct scan *scan)
{
    return scan->backward && !scan->overlapping; /* overlapping matches are searched forward */
}

/* Where to read around an offset that the reader does not hold. */
struct around {
    uint64_t before, after; /* bytes; `after` includes the one at the offset */
};

/*
 * A matcher that comes back to bytes it has passed reads them again, and then again those it had
 * read last. So each read starts some bytes behind the direction of the search. Their number
 * doubles each time the matcher comes back, and shrinks slowly otherwise.
 */
static struct around plan_read(struct finder *finder, uint64_t offset, bool backward)
{
    const struct reader *reader = &finder->reader;
    uint64_t step = maximum_u64(scan_scaled(finder->scan, STEP), 2), half = step / 2;
    bool is_before = offset < reader->first;
    uint64_t distance =
        is_before ? reader->first - offset : offset - reader->first - reader->length;
    if (distance >= half) {
        finder->kept = LEAST_KEPT;
    } else if (is_before != goes_backward(finder->scan)) {
        finder->kept *= 2;
        return (struct around){step - half, half};
    } else {
        finder->kept = maximum_u64(finder->kept - finder->kept / 8, LEAST_KEPT);
        backward = is_before;
    }
    finder->kept = minimum_u64(finder->kept, half);
    if (backward)
        return (struct around){step - finder->kept, finder->kept};
    return (struct around){finder->kept, step - finder->kept};
}

static bool read_around(struct finder *finder, uint64_t offset, bool backward)
{
    struct reader *reader = &finder->reader;
    struct around around = plan_read(finder, offset, backward);
    uint64_t least = mapping_first(reader->mapping);
    uint64_t most = minimum_u64(finder->scan->range.end, reader->mapping->size);
    uint64_t before = minimum_u64(offset - least, around.before);
    uint64_t after = minimum_u64(most - offset, around.after);
    return reader_read(reader, offset - before, (size_t)(before + after), finder->error) != NULL;
}

/* The callback of struct regex_text. */
static const unsigned char *span(void *context, uint64_t offset, bool backward, uint64_t *first,
                                 size_t *length)
{
    struct finder *finder = context;
    struct reader *reader = &finder->reader;
    if (offset >= finder->bound) {
        finder->bound_met = true;
        return NULL;
    }
    reader_follow(reader);
    if ((offset < reader->first || offset - reader->first >= reader->length) &&
        !read_around(finder, offset, backward))
        return NULL;
    *first = reader->first;
    *length = reader->length;
    return reader->bytes;
}

static struct regex_text make_text(struct finder *finder)
{
    return (struct regex_text){span, finder, 0, finder->scan->range.end};
}

static bool failed(const struct finder *finder, enum regex_result result)
{
    return result == REGEX_UNREADABLE && !finder->bound_met;
}

static enum regex_advance advance_of(const struct scan *scan)
{
    if (scan->by_line)
        return REGEX_BY_LINE;
    return scan->overlapping ? REGEX_OVERLAPPING : REGEX_APART;
}

static struct match match_of(const struct regex_match *match)
{
    return (struct match){match->start, match->end - match->start};
}

static bool search_expression_forward(struct finder *finder, struct task *task, uint64_t at)
{
    struct regex_text text = make_text(finder);
    struct range starts = task->chunk.starts;
    struct regex_match found[BATCH];
    /* A text is made while the reader still holds the match. */
    size_t most = finder->scan->text ? TEXT_BATCH : BATCH;
    enum regex_result result = REGEX_FOUND;
    task->covered = maximum_u64(starts.start, at);
    while (result == REGEX_FOUND && task->covered < starts.end && task->count < task->most) {
        struct regex_list list = {found, batch_room(task, most), 0, advance_of(finder->scan)};
        result = regex_find_several(finder->matcher, &text, &task->covered, starts.end - 1, &list);
        if (failed(finder, result))
            return false;
        size_t before = task->count;
        for (size_t i = 0; i < list.count; i++)
            if (!add_match(finder, task, match_of(&found[i])))
                return false;
        if (finder->scan->zeros && !task_add_zeros(task, finder, before))
            return false;
    }
    task->overrun = result == REGEX_UNREADABLE;
    if (result == REGEX_NONE)
        task->covered = starts.end;
    return true;
}

/*
 * The first calls find few matches: the report may want no more, and those of a large file can be
 * far apart.
 */
static bool search_expression_backward(struct finder *finder, struct task *task, uint64_t limit)
{
    struct regex_text text = make_text(finder);
    struct range starts = task->chunk.starts;
    struct regex_match found[BATCH];
    struct regex_list list = {.matches = found, .capacity = minimum_size(finder->found + 1, BATCH)};
    limit = minimum_u64(minimum_u64(limit, finder->scan->range.end), task->chunk.extent_end);
    struct regex_bounds bounds = {starts.start, starts.end, limit};
    list.capacity = batch_room(task, list.capacity);
    enum regex_result result = regex_find_last(finder->matcher, &text, &bounds, &list);
    if (failed(finder, result))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (!task_add(task, match_of(&found[i]), finder->error))
            return false;
    finder->found += list.count;
    task->covered = result == REGEX_FOUND ? bounds.before : starts.start;
    return true;
}

/* Overlapping matches are the same in both directions: search forward, then reverse the list. */
static bool search_expression_overlapping(struct finder *finder, struct task *task)
{
    finder->bound = UINT64_MAX;
    task->most = SIZE_MAX;
    if (!search_expression_forward(finder, task, task->chunk.starts.start))
        return false;
    for (size_t i = 0; i < task->count / 2; i++) {
        struct match match = task->matches[i];
        task->matches[i] = task->matches[task->count - 1 - i];
        task->matches[task->count - 1 - i] = match;
    }
    task->covered = task->chunk.starts.start;
    return true;
}

static bool search_expression(struct finder *finder, struct task *task, uint64_t at)
{
    const struct scan *scan = finder->scan;
    finder->bound =
        scan->backward ? UINT64_MAX : task->chunk.starts.end + scan_scaled(scan, LOOK_AHEAD);
    if (finder->horizon > 0)
        finder->bound = finder->horizon;
    finder->bound_met = false;
    if (!scan->backward)
        return search_expression_forward(finder, task, at);
    if (scan->overlapping)
        return search_expression_overlapping(finder, task);
    return search_expression_backward(finder, task, at);
}

bool finder_search_far(struct finder *finder, uint64_t from, uint64_t until, struct match *match,
                       bool *found, struct error *error)
{
    struct regex_text text = make_text(finder);
    struct regex_match regex_match;
    finder->error = error;
    finder->bound = UINT64_MAX;
    finder->bound_met = false;
    *found = false;
    if (from >= until)
        return true;
    enum regex_result result = regex_find(finder->matcher, &text, from, until - 1, &regex_match);
    *found = result == REGEX_FOUND;
    if (*found)
        *match = match_of(&regex_match);
    return !failed(finder, result);
}

/* ---- both ------------------------------------------------------------------------------------ */

bool finder_init(struct finder *finder, const struct scan *scan, struct error *error)
{
    *finder =
        (struct finder){.scan = scan, .reader = {.mapping = scan->mapping}, .kept = LEAST_KEPT};
    if (!scan->pattern->regex)
        return true;
    finder->matcher = regex_matcher_new(scan->pattern->regex, 0, error);
    if (!finder->matcher)
        return false;
    struct regex_choice choice = {scan->align, scan->pattern->shortest};
    regex_matcher_choose(finder->matcher, &choice);
    return true;
}

void finder_release(struct finder *finder)
{
    reader_release(&finder->reader);
    regex_matcher_free(finder->matcher);
    finder->matcher = NULL;
}

uint64_t finder_no_limit(const struct scan *scan, const struct chunk *chunk)
{
    return scan->backward ? scan->range.end : chunk->starts.start;
}

struct range finder_reach(const struct finder *finder, const struct chunk *chunk)
{
    const struct scan *scan = finder->scan;
    struct range reach = chunk->starts;
    uint64_t before = 0, behind = LOOK_AHEAD;
    if (scan->pattern->regex)
        before = STEP;
    else
        behind = overhang(scan);
    reach.start -= minimum_u64(reach.start, before);
    reach.end = minimum_u64(reach.end, scan->range.end);
    reach.end += minimum_u64(behind, scan->range.end - reach.end);
    return reach;
}

bool finder_search_plain(struct finder *finder, struct task *task, uint64_t at)
{
    task_begin(task, finder->scan);
    if (finder->scan->pattern->regex)
        return search_expression(finder, task, at);
    return finder->scan->backward ? search_strings_backward(finder, task, at)
                                  : search_strings_forward(finder, task, at);
}
