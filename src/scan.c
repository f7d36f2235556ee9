/* scan.c - walks a mapping for a pattern: windows, holes, the order of results. */
#include "scan.h"

#include <stdlib.h>
#include <string.h>

enum {
    WINDOW = 256 * 1024, /* match starts looked at a step; fits a second-level cache */
    BATCH = 512,
};

/* The state of one walk. */
struct walk {
    const struct scan *scan;
    scan_report *report;
    void *context;
    struct error *error;
    unsigned char *bytes; /* a window and the longest match's rest behind it; owned */
    size_t overhang;      /* bytes read behind a window so that a match may pass its end */
    uint64_t next;        /* forward: where the next match may start */
    uint64_t limit;       /* backward: where the next match must end */
    bool stopped;
};

/* Reports matches found in the bytes that start at file offset `base`. */
static bool deliver(struct walk *walk, uint64_t base, const struct search_match *found,
                    size_t count)
{
    struct match matches[BATCH];
    if (count == 0)
        return true;
    for (size_t i = 0; i < count; i++)
        matches[i] = (struct match){base + found[i].offset, found[i].length};
    enum scan_answer answer = walk->report(walk->context, matches, count, walk->error);
    walk->stopped = answer == SCAN_STOP;
    return answer != SCAN_ERROR;
}

/* Matches that start in `starts`, lowest first. */
static bool window_forward(struct walk *walk, struct range starts)
{
    const struct scan *scan = walk->scan;
    struct search_match found[BATCH];
    if (walk->next >= starts.end)
        return true;
    starts.start = maximum_u64(starts.start, walk->next);
    size_t length =
        (size_t)minimum_u64(range_length(starts) + walk->overhang, scan->range.end - starts.start);
    size_t until = (size_t)range_length(starts), from = 0;
    if (!mapping_read(scan->mapping, starts.start, walk->bytes, length, walk->error))
        return false;
    while (from < until && !walk->stopped) {
        size_t count = search_forward(scan->pattern->searcher, walk->bytes, length, from, until,
                                      scan->overlapping, found, BATCH, &from);
        if (!deliver(walk, starts.start, found, count))
            return false;
    }
    walk->next = starts.start + from;
    return true;
}

/* Matches that start in `starts`, highest first. */
static bool window_backward(struct walk *walk, struct range starts)
{
    const struct scan *scan = walk->scan;
    struct search_match found[BATCH];
    uint64_t end = minimum_u64(starts.end + walk->overhang, walk->limit);
    if (end <= starts.start)
        return true;
    size_t length = (size_t)(end - starts.start);
    size_t until = (size_t)minimum_u64(range_length(starts), length), limit = length;
    if (!mapping_read(scan->mapping, starts.start, walk->bytes, length, walk->error))
        return false;
    while (until > 0 && !walk->stopped) {
        size_t count = search_backward(scan->pattern->searcher, walk->bytes, limit, 0, until,
                                       scan->overlapping, found, BATCH, &until, &limit);
        if (!deliver(walk, starts.start, found, count))
            return false;
    }
    if (limit < length)
        walk->limit = starts.start + limit;
    return true;
}

/* Where a match may start: a match that reaches into `data` starts at most this much before it. */
static struct range starts_for(const struct walk *walk, struct range data)
{
    struct range starts = data;
    uint64_t before = minimum_u64(walk->overhang, data.start - walk->scan->range.start);
    starts.start = data.start - before;
    return starts;
}

/* One run of data, forwards, a window at a time. */
static bool run_forward(struct walk *walk, struct range starts)
{
    while (starts.start < starts.end && !walk->stopped) {
        struct range window = {starts.start, minimum_u64(starts.end, starts.start + WINDOW)};
        if (!window_forward(walk, window))
            return false;
        starts.start = window.end;
    }
    return true;
}

static bool run_backward(struct walk *walk, struct range starts)
{
    while (starts.start < starts.end && !walk->stopped) {
        uint64_t step = minimum_u64(WINDOW, range_length(starts));
        struct range window = {starts.end - step, starts.end};
        if (!window_backward(walk, window))
            return false;
        starts.end = window.start;
    }
    return true;
}

/* The data of the file from `offset` on; all of it when holes may match. */
static bool next_run(const struct walk *walk, uint64_t offset, struct range *data)
{
    const struct scan *scan = walk->scan;
    *data = (struct range){offset, scan->range.end};
    if (scan->pattern->matches_zeros)
        return true;
    return mapping_next_data(scan->mapping, *data, data, walk->error);
}

static bool walk_forward(struct walk *walk)
{
    uint64_t offset = walk->scan->range.start;
    walk->next = offset;
    while (offset < walk->scan->range.end && !walk->stopped) {
        struct range data;
        if (!next_run(walk, offset, &data))
            return false;
        offset = data.end;
        if (data.start < data.end && !run_forward(walk, starts_for(walk, data)))
            return false;
    }
    return true;
}

/* The runs of data, for going through them from the last one. */
struct runs {
    struct range *items;
    size_t count, capacity;
};

static bool add_run(struct runs *runs, struct range run, struct error *error)
{
    if (runs->count == runs->capacity) {
        size_t capacity = runs->capacity ? runs->capacity * 2 : 16;
        struct range *items = realloc(runs->items, capacity * sizeof *items);
        if (!items)
            return error_memory(error, capacity * sizeof *items);
        runs->items = items;
        runs->capacity = capacity;
    }
    runs->items[runs->count++] = run;
    return true;
}

static bool collect_runs(struct walk *walk, struct runs *runs)
{
    uint64_t offset = walk->scan->range.start;
    while (offset < walk->scan->range.end) {
        struct range data;
        if (!next_run(walk, offset, &data))
            return false;
        offset = data.end;
        if (data.start < data.end && !add_run(runs, data, walk->error))
            return false;
    }
    return true;
}

static bool walk_backward(struct walk *walk)
{
    struct runs runs = {0};
    bool done = collect_runs(walk, &runs);
    uint64_t below = walk->scan->range.end;
    walk->limit = walk->scan->range.end;
    while (done && runs.count > 0 && !walk->stopped) {
        struct range starts = starts_for(walk, runs.items[--runs.count]);
        starts.end = minimum_u64(starts.end, below);
        below = minimum_u64(below, starts.start);
        done = starts.start >= starts.end || run_backward(walk, starts);
    }
    free(runs.items);
    return done;
}

/* The empty pattern is found at every offset of the range, its end included. */
static bool scan_empty(const struct scan *scan, scan_report *report, void *context,
                       struct error *error)
{
    uint64_t count = range_length(scan->range) + 1;
    for (uint64_t i = 0; i < count; i++) {
        struct match match = {scan->backward ? scan->range.end - i : scan->range.start + i, 0};
        enum scan_answer answer = report(context, &match, 1, error);
        if (answer != SCAN_CONTINUE)
            return answer == SCAN_STOP;
    }
    return true;
}

bool scan_run(const struct scan *scan, scan_report *report, void *context, struct error *error)
{
    if (!scan->pattern->searcher)
        return scan_empty(scan, report, context, error);
    struct walk walk = {.scan = scan, .report = report, .context = context, .error = error};
    walk.overhang = scan->pattern->longest - 1;
    walk.bytes = malloc(WINDOW + walk.overhang);
    if (!walk.bytes)
        return error_memory(error, WINDOW + walk.overhang);
    bool done = scan->backward ? walk_backward(&walk) : walk_forward(&walk);
    free(walk.bytes);
    return done;
}

/* ---- lines ---------------------------------------------------------------------------------- */

enum { LINE_STEP = 64 * 1024 };

bool scan_byte(const struct mapping *mapping, struct range range, unsigned char byte,
               uint64_t *offset, struct error *error)
{
    unsigned char bytes[LINE_STEP];
    while (range.start < range.end) {
        size_t length = (size_t)minimum_u64(LINE_STEP, range_length(range));
        if (!mapping_read(mapping, range.start, bytes, length, error))
            return false;
        size_t found = search_byte_forward(bytes, length, 0, byte);
        range.start += found;
        if (found < length)
            break;
    }
    *offset = range.start;
    return true;
}

bool scan_lines_forward(const struct mapping *mapping, struct range range, uint64_t count,
                        uint64_t *end, struct error *error)
{
    unsigned char bytes[LINE_STEP];
    uint64_t offset = range.start;
    while (count > 0 && offset < range.end) {
        size_t length = (size_t)minimum_u64(LINE_STEP, range.end - offset), at = 0;
        if (!mapping_read(mapping, offset, bytes, length, error))
            return false;
        while (count > 0 && at < length) {
            at = search_byte_forward(bytes, length, at, '\n');
            if (at == length)
                break;
            at++;
            count--;
        }
        offset += at;
    }
    *end = offset;
    return true;
}

bool scan_lines_backward(const struct mapping *mapping, struct range range, uint64_t count,
                         uint64_t *start, struct error *error)
{
    unsigned char bytes[LINE_STEP];
    uint64_t offset = range.end;
    /* The newline that ends the last line does not begin another one. */
    bool at_end = true;
    *start = range.end;
    while (count > 0 && offset > range.start) {
        size_t length = (size_t)minimum_u64(LINE_STEP, offset - range.start), until = length;
        offset -= length;
        if (!mapping_read(mapping, offset, bytes, length, error))
            return false;
        until -= at_end && bytes[length - 1] == '\n';
        at_end = false;
        while (count > 0) {
            size_t found = search_byte_backward(bytes, until, '\n');
            if (found == SIZE_MAX)
                break;
            until = found;
            if (--count == 0) {
                *start = offset + found + 1;
                return true;
            }
        }
    }
    if (count > 0)
        *start = range.start;
    return true;
}

bool scan_line_start(const struct mapping *mapping, uint64_t offset, uint64_t limit,
                     uint64_t *start, struct error *error)
{
    unsigned char bytes[LINE_STEP];
    while (offset > limit) {
        size_t length = (size_t)minimum_u64(LINE_STEP, offset - limit);
        if (!mapping_read(mapping, offset - length, bytes, length, error))
            return false;
        size_t found = search_byte_backward(bytes, length, '\n');
        offset -= length;
        if (found != SIZE_MAX) {
            *start = offset + found + 1;
            return true;
        }
    }
    *start = limit;
    return true;
}

bool scan_line_end(const struct mapping *mapping, uint64_t offset, uint64_t limit, uint64_t *end,
                   struct error *error)
{
    return scan_lines_forward(mapping, (struct range){offset, limit}, 1, end, error);
}
