/* chunks.c - cuts the range of a scan into chunks and skips holes. */
#include "mapping/last_data.h"
#include "scan/internal.h"

enum {
    FIRST_CHUNK = 64 * 1024, /* small: the search may end with an early match */
    GROWTH = 8,              /* a chunk is 1/GROWTH of all chunks before it */
    ALIGNMENT = 4096,
    FEW = 4, /* after so many extents of one length in a row, more are expected */
    SHORT_EXTENT = 64 * 1024,
};

/* An expression is searched backward from match to match: a chunk is a whole extent. */
static bool is_searched_by_match(const struct scan *scan)
{
    return scan->pattern->regex && scan->backward && !scan->overlapping;
}

void chunks_init(struct chunks *chunks, const struct scan *scan)
{
    const struct pattern *pattern = scan->pattern;
    *chunks = (struct chunks){.scan = scan, .all = scan->range};
    /* An empty match can start at the end of the range. */
    if (pattern->regex && pattern->matches_empty)
        chunks->all.end++;
    if (!pattern->regex)
        chunks->overhang = pattern->longest - 1;
    chunks->rest = scan->backward ? chunks->all.end : chunks->all.start;
    view_choice_init(&chunks->choice, scan);
}

/* ---- extents of data ------------------------------------------------------------------------- */

/* Counts the extents of one short length in a row. */
static void count_extent(struct chunks *chunks, uint64_t length)
{
    bool is_like = length == chunks->extent_length && length <= SHORT_EXTENT;
    chunks->like_extents = is_like ? chunks->like_extents + 1 : 0;
    chunks->extent_length = length;
}

/* Finds where the next data in `rest` starts, unless look_behind() has found it already. */
static bool find_start(struct chunks *chunks, struct range rest, uint64_t *start,
                       struct error *error)
{
    *start = chunks->next_start;
    return (chunks->next_known && chunks->next_from == rest.start) ||
           mapping_find_data(chunks->scan->mapping, rest, start, error);
}

/* Looks behind an extent whose end was guessed: if data follows directly, the extent is longer. */
static bool look_behind(struct chunks *chunks, struct range rest, struct range *data,
                        struct error *error)
{
    struct range more = {data->end, rest.end};
    if (!mapping_find_data(chunks->scan->mapping, more, &chunks->next_start, error))
        return false;
    chunks->next_known = chunks->next_start > more.start;
    chunks->next_from = more.start;
    if (chunks->next_known || more.start == more.end)
        return true;
    chunks->like_extents = 0;
    if (!mapping_next_data(chunks->scan->mapping, more, &more, error))
        return false;
    data->end = more.end;
    return true;
}

/*
 * The next extent of data in `rest`. After FEW extents of one length it guesses that the next one
 * is as long, which saves a system call. So the end of `*data` may lie in the hole behind the
 * extent.
 */
static bool next_data(struct chunks *chunks, struct range rest, struct range *data,
                      struct error *error)
{
    if (chunks->like_extents < FEW) {
        chunks->next_known = false;
        if (!mapping_next_data(chunks->scan->mapping, rest, data, error))
            return false;
        count_extent(chunks, range_length(*data));
        return true;
    }
    if (!find_start(chunks, rest, &data->start, error))
        return false;
    data->end = data->start + minimum_u64(chunks->extent_length, rest.end - data->start);
    return look_behind(chunks, rest, data, error);
}

static bool next_extent(struct chunks *chunks, struct range *data, struct error *error)
{
    struct range rest = {chunks->rest, chunks->all.end};
    *data = rest;
    if (!chunks->scan->pattern->matches_zeros && !next_data(chunks, rest, data, error))
        return false;
    chunks->rest = data->end;
    return true;
}

/* Lists the extents in a span. If there are too many, the last item spans the rest of them. */
static bool list_extents(struct chunks *chunks, struct range span, struct error *error)
{
    struct extent_list *list = &chunks->list;
    enum { MOST = sizeof list->items / sizeof *list->items };
    list->count = 0;
    while (span.start < span.end) {
        struct range data;
        if (!next_data(chunks, span, &data, error))
            return false;
        span.start = data.end;
        if (data.start >= data.end)
            break;
        if (list->count < MOST)
            list->items[list->count++] = data;
        else
            list->items[MOST - 1].end = data.end;
    }
    return true;
}

/* Fills the list with the extents before `rest`. The span may have cut the first one. */
static bool fill_list(struct chunks *chunks, struct error *error)
{
    const struct mapping *mapping = chunks->scan->mapping;
    while (chunks->list.count == 0 && chunks->rest > chunks->all.start) {
        struct range span, rest = {chunks->all.start, chunks->rest};
        if (!last_data_span(mapping, rest, &span, error) || !list_extents(chunks, span, error))
            return false;
        chunks->rest = span.start;
    }
    return true;
}

/* Moves `rest` down while the bytes before it are all data, in steps that double. */
static bool skip_data(struct chunks *chunks, struct error *error)
{
    struct range data = {0, 0}, span = {chunks->rest, chunks->rest};
    for (uint64_t step = LAST_DATA_SPAN; span.start > chunks->all.start; step *= 2) {
        span.end = chunks->rest;
        span.start = span.end - minimum_u64(step, span.end - chunks->all.start);
        if (!mapping_next_data(chunks->scan->mapping, span, &data, error))
            return false;
        if (data.start != span.start || data.end != span.end)
            break;
        chunks->rest = span.start;
    }
    return true;
}

/*
 * The first extent of a list may begin before the list does: joins it with the rest of it. Chunks
 * can then be large, and no match of an expression, which must end within an extent, is missed.
 */
static bool complete_extent(struct chunks *chunks, struct range *extent, struct error *error)
{
    while (chunks->list.count == 0 && extent->start == chunks->rest &&
           extent->start < extent->end && extent->start > chunks->all.start) {
        if (!skip_data(chunks, error))
            return false;
        extent->start = chunks->rest;
        if (!fill_list(chunks, error))
            return false;
        if (chunks->list.count > 0 &&
            chunks->list.items[chunks->list.count - 1].end == extent->start)
            extent->start = chunks->list.items[--chunks->list.count].start;
    }
    return true;
}

static bool previous_extent(struct chunks *chunks, struct range *data, struct error *error)
{
    *data = (struct range){chunks->all.start, chunks->rest};
    if (chunks->scan->pattern->matches_zeros) {
        chunks->rest = data->start;
        return true;
    }
    if (!fill_list(chunks, error))
        return false;
    *data = (struct range){0, 0};
    if (chunks->list.count > 0)
        *data = chunks->list.items[--chunks->list.count];
    return complete_extent(chunks, data, error);
}

/* Takes the next extent, and before it the offsets where a match that reaches into it may start. */
static bool find_extent(struct chunks *chunks, struct error *error)
{
    struct range data, last = chunks->extent;
    bool backward = chunks->scan->backward;
    if (!(backward ? previous_extent(chunks, &data, error) : next_extent(chunks, &data, error)))
        return false;
    chunks->extent_end = data.end;
    if (data.start < data.end)
        data.start -= minimum_u64(chunks->overhang, data.start - chunks->all.start);
    /* Leave out what the extent before it covered. */
    if (chunks->handed_out > 0 && backward)
        data.end = minimum_u64(data.end, last.start);
    if (chunks->handed_out > 0 && !backward)
        data.start = maximum_u64(data.start, last.end);
    chunks->extent = data;
    return true;
}

/* ---- chunks ---------------------------------------------------------------------------------- */

static bool is_at_end(const struct chunks *chunks)
{
    return chunks->scan->backward ? chunks->rest <= chunks->all.start && chunks->list.count == 0
                                  : chunks->rest >= chunks->all.end;
}

static uint64_t read_length(const struct chunks *chunks)
{
    if (is_searched_by_match(chunks->scan))
        return UINT64_MAX;
    if (chunks->scan->chunk_length > 0)
        return chunks->scan->chunk_length;
    return minimum_u64(maximum_u64(chunks->handed_out / GROWTH, FIRST_CHUNK), SCAN_CHUNK);
}

/* The next part of the extent, about `length` long. It ends at a multiple of `alignment`. */
static struct range part_of_extent(const struct chunks *chunks, uint64_t length, uint64_t alignment)
{
    struct range part = chunks->extent;
    uint64_t mask = chunks->scan->chunk_length > 0 ? 0 : alignment - 1;
    if (range_length(part) <= length)
        return part;
    if (chunks->scan->backward)
        part.start = (part.end - length + mask) & ~mask;
    else
        part.end = (part.start + length) & ~mask;
    return part;
}

/* An empty extent still says where it ended: find_extent() compares the next one with it. */
static void take_from_extent(struct chunks *chunks, struct range part)
{
    if (chunks->scan->backward)
        chunks->extent.end = part.start;
    else
        chunks->extent.start = part.end;
    chunks->handed_out += range_length(part);
}

static void cut(struct chunks *chunks, struct chunk *chunk)
{
    bool may_be_viewed = !is_searched_by_match(chunks->scan);
    uint64_t length = may_be_viewed ? view_choice_length(chunks) : 0;
    if (length > 0) {
        chunk->starts = part_of_extent(chunks, length, SCAN_VIEW_ALIGNMENT);
        chunk->in_view = view_choice_takes(chunks, chunk->starts);
    }
    /* Full-size chunks end at multiples of SCAN_CHUNK, so that a view can begin aligned. */
    length = read_length(chunks);
    if (!chunk->in_view)
        chunk->starts =
            part_of_extent(chunks, length, length < SCAN_CHUNK ? ALIGNMENT : SCAN_CHUNK);
    if (chunks->scan->view_all)
        chunk->in_view = may_be_viewed;
    take_from_extent(chunks, chunk->starts);
}

bool chunks_next(struct chunks *chunks, struct chunk *chunk, struct error *error)
{
    while (chunks->extent.start >= chunks->extent.end && !is_at_end(chunks)) {
        struct range before = chunks->extent;
        if (!find_extent(chunks, error))
            return false;
        if (chunks->extent.start >= chunks->extent.end)
            chunks->extent = before;
    }
    *chunk = (struct chunk){{0, 0}, chunks->extent_end, false};
    if (chunks->extent.start < chunks->extent.end)
        cut(chunks, chunk);
    return true;
}
