/* pieces.c - cuts the range of a scan into pieces and skips holes. */
#include "mapping/last_data.h"
#include "scan/internal.h"

enum {
    FIRST_PIECE = 64 * 1024, /* small, in case a search ends with an early match */
    GROWTH = 8,              /* a piece is 1/GROWTH of all pieces before it */
    ALIGNMENT = 4096,
    FEW = 4, /* runs of data of one length in a row, after which more are expected */
    SHORT_RUN = 64 * 1024,
};

/* An expression is searched backward from match to match: a piece is a whole run. */
static bool is_walked_by_match(const struct scan *scan)
{
    return scan->pattern->regex && scan->backward && !scan->overlapping;
}

void pieces_init(struct pieces *pieces, const struct scan *scan)
{
    const struct pattern *pattern = scan->pattern;
    *pieces = (struct pieces){.scan = scan, .all = scan->range};
    /* An empty match can start at the end of the range. */
    if (pattern->regex && pattern->matches_empty)
        pieces->all.end++;
    if (!pattern->regex)
        pieces->overhang = pattern->longest - 1;
    pieces->rest = scan->backward ? pieces->all.end : pieces->all.start;
    view_choice_init(&pieces->choice, scan);
}

/* ---- runs of data ---------------------------------------------------------------------------- */

/* Counts the runs of one short length in a row. */
static void count_run(struct pieces *pieces, uint64_t length)
{
    bool is_like = length == pieces->run_length && length <= SHORT_RUN;
    pieces->like_runs = is_like ? pieces->like_runs + 1 : 0;
    pieces->run_length = length;
}

/* Where the next data in `rest` starts; it may have been asked for already. */
static bool find_start(struct pieces *pieces, struct range rest, uint64_t *start,
                       struct error *error)
{
    *start = pieces->next_start;
    return (pieces->next_known && pieces->next_from == rest.start) ||
           mapping_find_data(pieces->scan->mapping, rest, start, error);
}

/* Looks behind a run whose end was guessed: if data follows directly, the run is longer. */
static bool look_behind(struct pieces *pieces, struct range rest, struct range *data,
                        struct error *error)
{
    struct range more = {data->end, rest.end};
    if (!mapping_find_data(pieces->scan->mapping, more, &pieces->next_start, error))
        return false;
    pieces->next_known = pieces->next_start > more.start;
    pieces->next_from = more.start;
    if (pieces->next_known || more.start == more.end)
        return true;
    pieces->like_runs = 0;
    if (!mapping_next_data(pieces->scan->mapping, more, &more, error))
        return false;
    data->end = more.end;
    return true;
}

/*
 * The next run of data in `rest`. After a few of one length it does not ask where the next one
 * ends, which is a call each, but guesses that it is as long. It may so have bytes of the hole
 * behind it.
 */
static bool next_data(struct pieces *pieces, struct range rest, struct range *data,
                      struct error *error)
{
    if (pieces->like_runs < FEW) {
        pieces->next_known = false;
        if (!mapping_next_data(pieces->scan->mapping, rest, data, error))
            return false;
        count_run(pieces, range_length(*data));
        return true;
    }
    if (!find_start(pieces, rest, &data->start, error))
        return false;
    data->end = data->start + minimum_u64(pieces->run_length, rest.end - data->start);
    return look_behind(pieces, rest, data, error);
}

static bool next_run(struct pieces *pieces, struct range *data, struct error *error)
{
    struct range rest = {pieces->rest, pieces->all.end};
    *data = rest;
    if (!pieces->scan->pattern->matches_zeros && !next_data(pieces, rest, data, error))
        return false;
    pieces->rest = data->end;
    return true;
}

/* Lists the runs of data in a span. If there are too many, the last item spans the rest of them. */
static bool list_runs(struct pieces *pieces, struct range span, struct error *error)
{
    struct run_list *list = &pieces->list;
    enum { MOST = sizeof list->items / sizeof *list->items };
    list->count = 0;
    while (span.start < span.end) {
        struct range data;
        if (!next_data(pieces, span, &data, error))
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

/* Fills the list with the runs before `rest`. The first may have been cut at the span's start. */
static bool fill_list(struct pieces *pieces, struct error *error)
{
    const struct mapping *mapping = pieces->scan->mapping;
    while (pieces->list.count == 0 && pieces->rest > pieces->all.start) {
        struct range span, rest = {pieces->all.start, pieces->rest};
        if (!last_data_span(mapping, rest, &span, error) || !list_runs(pieces, span, error))
            return false;
        pieces->rest = span.start;
    }
    return true;
}

/* Moves `rest` down while the bytes before it are all data, in steps that double. */
static bool skip_data(struct pieces *pieces, struct error *error)
{
    struct range data = {0, 0}, span = {pieces->rest, pieces->rest};
    for (uint64_t step = LAST_DATA_SPAN; span.start > pieces->all.start; step *= 2) {
        span.end = pieces->rest;
        span.start = span.end - minimum_u64(step, span.end - pieces->all.start);
        if (!mapping_next_data(pieces->scan->mapping, span, &data, error))
            return false;
        if (data.start != span.start || data.end != span.end)
            break;
        pieces->rest = span.start;
    }
    return true;
}

/*
 * The first run of a list may begin before the list does: joins it with the rest of it. Pieces
 * can then be large, and no match of an expression, which must end within a run, is missed.
 */
static bool complete_run(struct pieces *pieces, struct range *run, struct error *error)
{
    while (pieces->list.count == 0 && run->start == pieces->rest && run->start < run->end &&
           run->start > pieces->all.start) {
        if (!skip_data(pieces, error))
            return false;
        run->start = pieces->rest;
        if (!fill_list(pieces, error))
            return false;
        if (pieces->list.count > 0 && pieces->list.items[pieces->list.count - 1].end == run->start)
            run->start = pieces->list.items[--pieces->list.count].start;
    }
    return true;
}

static bool previous_run(struct pieces *pieces, struct range *data, struct error *error)
{
    *data = (struct range){pieces->all.start, pieces->rest};
    if (pieces->scan->pattern->matches_zeros) {
        pieces->rest = data->start;
        return true;
    }
    if (!fill_list(pieces, error))
        return false;
    *data = (struct range){0, 0};
    if (pieces->list.count > 0)
        *data = pieces->list.items[--pieces->list.count];
    return complete_run(pieces, data, error);
}

/* Takes the next run, and before it the offsets where a match that reaches into it may start. */
static bool find_run(struct pieces *pieces, struct error *error)
{
    struct range data, last = pieces->run;
    bool backward = pieces->scan->backward;
    if (!(backward ? previous_run(pieces, &data, error) : next_run(pieces, &data, error)))
        return false;
    pieces->run_end = data.end;
    if (data.start < data.end)
        data.start -= minimum_u64(pieces->overhang, data.start - pieces->all.start);
    /* Leave out what the run before it covered. */
    if (pieces->walked > 0 && backward)
        data.end = minimum_u64(data.end, last.start);
    if (pieces->walked > 0 && !backward)
        data.start = maximum_u64(data.start, last.end);
    pieces->run = data;
    return true;
}

/* ---- pieces ---------------------------------------------------------------------------------- */

static bool is_at_end(const struct pieces *pieces)
{
    return pieces->scan->backward ? pieces->rest <= pieces->all.start && pieces->list.count == 0
                                  : pieces->rest >= pieces->all.end;
}

static uint64_t read_length(const struct pieces *pieces)
{
    if (is_walked_by_match(pieces->scan))
        return UINT64_MAX;
    if (pieces->scan->piece_length > 0)
        return pieces->scan->piece_length;
    return minimum_u64(maximum_u64(pieces->walked / GROWTH, FIRST_PIECE), SCAN_PIECE);
}

/* The next part of the run, about `length` long. It ends at a multiple of `alignment`. */
static struct range part_of_run(const struct pieces *pieces, uint64_t length, uint64_t alignment)
{
    struct range part = pieces->run;
    uint64_t mask = pieces->scan->piece_length > 0 ? 0 : alignment - 1;
    if (range_length(part) <= length)
        return part;
    if (pieces->scan->backward)
        part.start = (part.end - length + mask) & ~mask;
    else
        part.end = (part.start + length) & ~mask;
    return part;
}

/* An empty run still says where it ended, because find_run() compares the next run with it. */
static void take_from_run(struct pieces *pieces, struct range part)
{
    if (pieces->scan->backward)
        pieces->run.end = part.start;
    else
        pieces->run.start = part.end;
    pieces->walked += range_length(part);
}

static void cut(struct pieces *pieces, struct piece *piece)
{
    bool may_be_viewed = !is_walked_by_match(pieces->scan);
    uint64_t length = may_be_viewed ? view_choice_length(pieces) : 0;
    if (length > 0) {
        piece->starts = part_of_run(pieces, length, SCAN_VIEW_ALIGNMENT);
        piece->in_view = view_choice_takes(pieces, piece->starts);
    }
    /* Full-size pieces end at multiples of SCAN_PIECE, so that a view can begin aligned. */
    length = read_length(pieces);
    if (!piece->in_view)
        piece->starts = part_of_run(pieces, length, length < SCAN_PIECE ? ALIGNMENT : SCAN_PIECE);
    if (pieces->scan->view_all)
        piece->in_view = may_be_viewed;
    take_from_run(pieces, piece->starts);
}

bool pieces_next(struct pieces *pieces, struct piece *piece, struct error *error)
{
    while (pieces->run.start >= pieces->run.end && !is_at_end(pieces)) {
        struct range before = pieces->run;
        if (!find_run(pieces, error))
            return false;
        if (pieces->run.start >= pieces->run.end)
            pieces->run = before;
    }
    *piece = (struct piece){{0, 0}, pieces->run_end, false};
    if (pieces->run.start < pieces->run.end)
        cut(pieces, piece);
    return true;
}
