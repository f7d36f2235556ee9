/*
 * stream.c - searches a stream while it is read.
 *
 * A result is certain if bytes that have not been read yet cannot change it. For byte strings
 * this is true of each offset where the longest one fits into the bytes read. For an expression it
 * is true if the matcher did not ask for more bytes. If a match cannot contain a newline, results
 * in complete lines are certain. Certain matches are reported at once. The rest is searched again
 * when more has been read: at most AGAIN bytes are searched again for each new one.
 */
#include "scan/internal.h"

#include "search/search.h"

enum {
    AGAIN = 4,              /* most bytes searched again for each new byte ... */
    FREE_AGAIN = 4 * 1024,  /* ... but this many are always searched again */
    MARGIN = 4 * 1024,      /* most matches are shorter */
    LOOK_BACK = 64,         /* bytes kept before a start: anchors and \b look at the one before */
    HELD_MOST = 512 * 1024, /* bytes to read before old ones are dropped */
};

struct stream_scan {
    const struct scan *asked;
    struct scan scan; /* the same, with the range as far as it is known by now */
    struct mapping *stream;
    struct merge merge;
    uint64_t searched;  /* size of the stream when it was searched last */
    uint64_t looked;    /* newlines were looked for up to here */
    uint64_t lines_end; /* end of the last complete line */
    uint64_t drop_at;   /* drop old bytes when the stream has this size */
};

/* As far as it is known. */
static uint64_t range_end(const struct stream_scan *stream)
{
    return minimum_u64(stream->asked->range.end, mapping_line_end(stream->stream));
}

/* Whether all of the range has been read. */
static bool is_complete(const struct stream_scan *stream)
{
    return !stream->stream->incoming.goes_on || stream->stream->size >= range_end(stream);
}

/* Updates the range from the size of the stream. Returns whether all of it has been read. */
static bool learn_range(struct stream_scan *stream)
{
    const struct mapping *mapping = stream->stream;
    struct range *range = &stream->scan.range;
    bool complete = is_complete(stream);
    *range = stream->asked->range;
    range->end = range_end(stream);
    if (!mapping->incoming.goes_on && range->start > mapping->size)
        range->start = stream->merge.done = stream->merge.at = mapping->size;
    if (!mapping->incoming.goes_on || !stream->asked->pattern->regex)
        range->end = maximum_u64(minimum_u64(range->end, mapping->size), range->start);
    stream->merge.finder.horizon = complete ? UINT64_MAX : mapping->size;
    return complete;
}

/* ---- certain matches ------------------------------------------------------------------------- */

/* Reports matches that start before `end`. Sets `*left` to where results stop being certain. */
static bool search_to(struct stream_scan *stream, uint64_t end, uint64_t *left)
{
    struct merge *merge = &stream->merge;
    struct chunk chunk = {{merge->done, maximum_u64(end, merge->done)}, UINT64_MAX, false};
    if (!merge_near(merge, &chunk))
        return false;
    merge->done = *left = chunk.starts.start;
    return true;
}

/* The end of the last complete line that has been read. */
static uint64_t find_lines_end(struct stream_scan *stream)
{
    const struct mapping *mapping = stream->stream;
    uint64_t first = mapping_first(mapping), from = maximum_u64(stream->looked, first);
    size_t length = (size_t)(mapping->size - from);
    stream->looked = mapping->size;
    if (length > 0) {
        size_t newline = search_byte_backward(mapping_memory(mapping, from), length, '\n');
        if (newline != SIZE_MAX)
            stream->lines_end = from + newline + 1;
    }
    return stream->lines_end;
}

/* Searches first where most matches are certain to end in the bytes read, then in the rest. */
static bool search_expression(struct stream_scan *stream, uint64_t lines_end, uint64_t size)
{
    const struct scan *scan = stream->asked;
    struct merge *merge = &stream->merge;
    uint64_t near = size - minimum_u64(size, scan_scaled(scan, MARGIN)), left;
    if (!scan->pattern->matches_newline)
        near = lines_end;
    if (!search_to(stream, near, &left))
        return false;
    if (merge->stopped || left >= near)
        return merge->stopped || search_to(stream, size, &left);
    /* A match before `near` may reach past the bytes read. Try half of what is left before it. */
    return search_to(stream, left + (near - left) / 2, &left);
}

static bool search_strings(struct stream_scan *stream, uint64_t lines_end, uint64_t size)
{
    const struct pattern *pattern = stream->asked->pattern;
    uint64_t end = size - minimum_u64(size, pattern->longest - 1), left;
    if (!pattern->matches_newline)
        end = maximum_u64(end, lines_end);
    return search_to(stream, end, &left);
}

/* The empty string matches at every offset, including the end of the range. */
static bool report_empty(struct stream_scan *stream, uint64_t end)
{
    struct merge *merge = &stream->merge;
    for (; merge->done < end && !merge->stopped; merge->done++) {
        struct match match = {merge->done, 0};
        if (!alignment_allows(&stream->asked->align, match.offset))
            continue;
        if (!merge_deliver(merge, &(struct scan_batch){.matches = &match, .count = 1}))
            return false;
    }
    return true;
}

static bool search_complete(struct stream_scan *stream)
{
    const struct pattern *pattern = stream->asked->pattern;
    uint64_t end = stream->scan.range.end, left;
    if (!pattern->searcher && !pattern->regex)
        return report_empty(stream, end + 1);
    if (pattern->regex)
        regex_matcher_forget(stream->merge.finder.matcher); /* the end of the text is known now */
    return search_to(stream, end + (pattern->regex && pattern->matches_empty), &left);
}

/* Whether enough has been read to search again. Complete lines are searched only once. */
static bool is_worth_it(const struct stream_scan *stream, uint64_t lines_end)
{
    uint64_t size = stream->stream->size, again = size - stream->merge.done;
    if (!stream->asked->pattern->matches_newline && lines_end > stream->merge.done)
        return true;
    return again <= scan_scaled(stream->asked, FREE_AGAIN) ||
           size - stream->searched >= again / AGAIN;
}

/* Searches the new bytes, and those whose result was not certain. */
static bool search_more(struct stream_scan *stream)
{
    const struct pattern *pattern = stream->asked->pattern;
    uint64_t size = stream->stream->size, done = stream->merge.done;
    uint64_t lines_end = find_lines_end(stream);
    if (size <= done || !is_worth_it(stream, lines_end))
        return true;
    stream->searched = size;
    if (!pattern->searcher && !pattern->regex)
        return report_empty(stream, size);
    return pattern->regex ? search_expression(stream, lines_end, size)
                          : search_strings(stream, lines_end, size);
}

/* ---- the stream ------------------------------------------------------------------------------ */

/* Drops bytes of the stream that nobody needs any more. */
static bool drop(struct stream_scan *stream)
{
    struct mapping *mapping = stream->stream;
    struct merge *merge = &stream->merge;
    uint64_t from = minimum_u64(merge->done, mapping->size);
    if (mapping->size < stream->drop_at)
        return true;
    if (stream->asked->keep && !stream->asked->keep(merge->context, from, &from, merge->error))
        return false;
    mapping_drop(mapping, from - minimum_u64(from, LOOK_BACK));
    uint64_t held = mapping->size - mapping_first(mapping);
    stream->drop_at = mapping->size + held + scan_scaled(stream->asked, HELD_MOST);
    return true;
}

static bool follow(struct stream_scan *stream)
{
    struct merge *merge = &stream->merge;
    for (;;) {
        bool complete = learn_range(stream);
        if (!(complete ? search_complete(stream) : search_more(stream)))
            return false;
        if (complete || merge->stopped)
            return true;
        if (!drop(stream) || !merge_pause(merge) || !mapping_more(stream->stream, merge->error))
            return false;
    }
}

bool scan_stream(const struct scan *scan, scan_report *report, void *context, struct error *error)
{
    struct stream_scan stream = {.asked = scan, .scan = *scan, .stream = scan->stream};
    if (!merge_begin(&stream.merge, &stream.scan, report, context, error))
        return false;
    bool done = follow(&stream);
    merge_end(&stream.merge);
    return done;
}
