/* rescan.c - searches short parts of a mapping again, one after the other. */
#include "scan/rescan.h"
#include "scan/internal.h"

#include <stdlib.h>

enum { STEP = 64 * 1024 }; /* bytes read at once, for the parts nearby */

struct rescan {
    struct scan scan;
    struct merge merge;
    uint64_t range_end; /* as asked for; a stream may end before it */
};

struct rescan *rescan_new(const struct scan *scan, struct error *error)
{
    struct rescan *rescan = calloc(1, sizeof *rescan);
    if (!rescan) {
        error_memory(error, sizeof *rescan);
        return NULL;
    }
    rescan->scan = *scan;
    rescan->scan.backward = rescan->scan.by_line = rescan->scan.count_lines = false;
    rescan->scan.text = NULL;
    rescan->range_end = scan->range.end;
    if (merge_begin(&rescan->merge, &rescan->scan, NULL, NULL, error))
        return rescan;
    free(rescan);
    return NULL;
}

void rescan_free(struct rescan *rescan)
{
    if (!rescan)
        return;
    merge_end(&rescan->merge);
    free(rescan);
}

/* The empty string matches at every offset. */
static bool report_empty(struct merge *merge, struct range starts)
{
    for (; starts.start < starts.end && !merge->stopped; starts.start++) {
        struct match match = {starts.start, 0};
        if (!merge_deliver(merge, &(struct scan_batch){.matches = &match, .count = 1}))
            return false;
    }
    return true;
}

/* Reads bytes around the part, too: the next parts are often among them. */
static bool read_around(struct rescan *rescan, struct range starts, struct error *error)
{
    uint64_t end = minimum_u64(starts.end, rescan->scan.mapping->size);
    size_t length;
    return starts.start >= end || reader_from(&rescan->merge.finder.reader, starts.start, end, STEP,
                                              &length, error) != NULL;
}

static bool is_growing(const struct rescan *rescan)
{
    const struct mapping *stream = rescan->scan.stream;
    return stream && stream->incoming.goes_on && stream->size < rescan->range_end;
}

/* Takes the size of a stream for the end of its text once it is known. */
static void learn_range(struct rescan *rescan)
{
    struct scan *scan = &rescan->scan;
    bool growing = is_growing(rescan);
    uint64_t end = rescan->range_end;
    if (!growing || !scan->pattern->regex)
        end = minimum_u64(end, scan->mapping->size);
    if (end != scan->range.end && scan->pattern->regex)
        regex_matcher_forget(rescan->merge.finder.matcher);
    scan->range.end = end;
    rescan->merge.finder.horizon = growing ? scan->stream->size : UINT64_MAX;
}

static bool read_more(struct rescan *rescan)
{
    struct merge *merge = &rescan->merge;
    return merge_pause(merge) && mapping_more(rescan->scan.stream, merge->error);
}

/* Waits until a string that starts in the part is there, wherever in it. */
static bool wait_for_strings(struct rescan *rescan, struct range starts)
{
    const struct pattern *pattern = rescan->scan.pattern;
    if (!pattern->searcher || !pattern->matches_newline)
        return true;
    while (is_growing(rescan) && rescan->scan.stream->size - starts.end < pattern->longest - 1)
        if (!read_more(rescan))
            return false;
    return true;
}

static bool search_stream(struct rescan *rescan, struct range starts)
{
    struct merge *merge = &rescan->merge;
    struct chunk chunk = {starts, starts.end, false};
    if (!wait_for_strings(rescan, starts))
        return false;
    for (;;) {
        learn_range(rescan);
        bool growing = is_growing(rescan);
        if (!(growing ? merge_near(merge, &chunk) : merge_chunk(merge, chunk)))
            return false;
        if (!growing || merge->stopped || chunk.starts.start >= chunk.starts.end)
            return true;
        if (!read_more(rescan))
            return false;
    }
}

bool rescan_run(struct rescan *rescan, struct range starts, scan_report *report, void *context,
                struct error *error)
{
    struct merge *merge = &rescan->merge;
    const struct pattern *pattern = rescan->scan.pattern;
    merge->report = report;
    merge->context = context;
    merge->error = error;
    merge->stopped = false;
    merge->at = merge->done = starts.start;
    if (!pattern->searcher && !pattern->regex)
        return report_empty(merge, starts);
    if (rescan->scan.stream)
        return search_stream(rescan, starts);
    return read_around(rescan, starts, error) &&
           merge_chunk(merge, (struct chunk){starts, starts.end, false});
}
