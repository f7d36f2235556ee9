/*
 * find_dump_rows.c - find --dump: prints the rows around matches, in ascending order.
 *
 * A row is printed once all matches that start before its end are known, because they may be
 * highlighted in it. Of a long match only the first and the last rows are printed. So memory does
 * not grow with matches, however many or long they are.
 */
#include "commands/find_dump.h"
#include "output/name.h"

#include <string.h>

enum { LONG_MATCH = 64 }; /* rows: half of them are printed at each end of a longer match */

/* Sets the style of each byte of a row, and tells whether a match is in it. */
static bool style_row(const struct dump_results *dump, uint64_t offset, size_t length,
                      unsigned char styles[DUMP_COLUMNS_MAX])
{
    if (dump->any && offset == dump->row) {
        memcpy(styles, dump->styles, length);
        return true;
    }
    uint64_t marked = dump->any && dump->marked_end > offset ? dump->marked_end - offset : 0;
    size_t count = (size_t)minimum_u64(marked, length);
    memset(styles, DUMP_MATCH, count);
    memset(styles + count, DUMP_BY_CLASS, length - count);
    return count > 0;
}

static bool print_row(struct dump_results *dump, uint64_t offset, size_t length,
                      struct error *error)
{
    unsigned char styles[DUMP_COLUMNS_MAX];
    struct output *output = dump->results->output;
    bool matches = style_row(dump, offset, length, styles);
    struct dump_row row = {.offset = offset, .styles = styles, .length = length};
    row.bytes = reader_rising(&dump->reader, offset, length, error);
    return row.bytes && output_begin_result(output, matches ? ':' : '-', error) &&
           dump_row_print(output, &dump->layout, &row, error);
}

/* Where rows show no matches, prints the full rows at `*offset` that are held in memory. */
static bool print_plain_rows(struct dump_results *dump, uint64_t *offset, uint64_t end,
                             struct error *error)
{
    struct output *output = dump->results->output;
    size_t length;
    if (dump->layout.color || output->name)
        return true;
    const unsigned char *bytes = reader_rising_from(&dump->reader, *offset, end, &length, error);
    if (!bytes)
        return false;
    size_t rows = length / dump->layout.columns;
    uint64_t first = *offset;
    *offset += rows * dump->layout.columns;
    return dump_rows_print(output, &dump->layout, first, bytes, rows, error);
}

static bool print_rows(struct dump_results *dump, uint64_t offset, uint64_t end,
                       struct error *error)
{
    while (offset < end) {
        if (!print_plain_rows(dump, &offset, end, error))
            return false;
        size_t length = (size_t)minimum_u64(end - offset, dump->layout.columns);
        if (length > 0 && !print_row(dump, offset, length, error))
            return false;
        offset += length;
    }
    return true;
}

/* Prints the line for the rows from dump->printed up to `start`, which are left out. */
static bool print_gap(struct dump_results *dump, uint64_t start, bool inside, struct error *error)
{
    if (!dump->any_printed || (!dump->apart && start <= dump->printed))
        return true;
    return inside && !dump->apart ? output_text(dump->results->output, "...\n", error)
                                  : print_separator(dump->results, error);
}

/* Prints the rows of a range. `inside`: those between it and the last row belong to one match. */
static bool print_segment(struct dump_results *dump, struct range rows, bool inside,
                          struct error *error)
{
    uint64_t end = minimum_u64(minimum_u64(rows.end, dump->limit), dump->results->mapping->size);
    if (rows.start < end) {
        progress_make_way(&dump->results->progress);
        if (!print_gap(dump, rows.start, inside, error))
            return false;
        dump->any_printed = true;
        dump->apart = false;
    }
    dump->printed = maximum_u64(dump->printed, rows.end);
    return print_rows(dump, rows.start, end, error);
}

bool dump_rows_until(struct dump_results *dump, uint64_t limit, struct error *error)
{
    while (dump->printed < minimum_u64(dump_rows_wanted_end(dump), limit)) {
        bool in_head = dump->printed < dump->head.end;
        struct range rows = in_head ? dump->head : dump->tail;
        rows.start = maximum_u64(rows.start, dump->printed);
        rows.end = minimum_u64(rows.end, limit);
        if (rows.start >= rows.end)
            break;
        if (!print_segment(dump, rows, !in_head || dump->inside, error))
            return false;
    }
    return true;
}

/* ---- matches --------------------------------------------------------------------------------- */

uint64_t dump_rows_start(const struct dump_results *dump, const struct match *match)
{
    uint64_t row = dump_row_of(dump, match->offset);
    return row - minimum_u64(row, dump->around);
}

/* End of the last row of a match, without the rows around it. */
static uint64_t last_row_end(const struct dump_results *dump, const struct match *match)
{
    uint64_t last = match->offset + match->length - (match->length > 0);
    return dump_row_of(dump, last) + dump->layout.columns;
}

uint64_t dump_rows_end(const struct dump_results *dump, const struct match *match)
{
    return last_row_end(dump, match) + dump->around;
}

/* Makes `row` the current one. An earlier match may reach into it. */
static void move_to_row(struct dump_results *dump, uint64_t row)
{
    unsigned char styles[DUMP_COLUMNS_MAX];
    style_row(dump, row, dump->layout.columns, styles);
    memcpy(dump->styles, styles, dump->layout.columns);
    dump->row = row;
}

static void mark(struct dump_results *dump, const struct match *match)
{
    size_t first = (size_t)(match->offset - dump->row);
    uint64_t left = minimum_u64(match->length, dump->layout.columns - first);
    memset(dump->styles + first, DUMP_MATCH, (size_t)left);
}

/* Of the match's rows, and of those after it, says which are to be printed. */
static void want(struct dump_results *dump, const struct match *match)
{
    uint64_t end = match->offset + match->length, half = LONG_MATCH / 2 * dump->layout.columns;
    uint64_t last_end = last_row_end(dump, match), rows_end = dump_rows_end(dump, match);
    bool is_long = last_end - dump->row > 2 * half;
    dump->head.start = dump->row;
    dump->head.end = maximum_u64(dump->head.end, is_long ? dump->row + half : rows_end);
    if (!is_long || end <= dump->marked_end)
        return;
    if (dump->tail.start <= dump->row) /* its first rows have been printed */
        dump->head.end = maximum_u64(dump->head.end, dump->tail.end);
    dump->tail = (struct range){last_end - half, rows_end};
}

/* Prints the rows before that of a match which are not printed for a match before it. */
static bool print_before(struct dump_results *dump, const struct match *match, struct error *error)
{
    struct range rows = {dump_rows_start(dump, match), dump_row_of(dump, match->offset)};
    uint64_t held = mapping_first(dump->results->mapping);
    rows.start = maximum_u64(rows.start, dump->printed);
    while (rows.start < held)
        rows.start += dump->layout.columns;
    if (rows.end > dump->row)
        dump->inside = dump->any && rows.start <= dump->marked_end;
    return rows.start >= rows.end || print_segment(dump, rows, dump->inside, error);
}

bool dump_rows_take(struct dump_results *dump, const struct match *match, struct error *error)
{
    uint64_t row = dump_row_of(dump, match->offset);
    if (!dump_rows_until(dump, row, error) || !print_before(dump, match, error))
        return false;
    move_to_row(dump, row);
    dump->any = true;
    mark(dump, match);
    want(dump, match);
    dump->marked_end = maximum_u64(dump->marked_end, match->offset + match->length);
    return true;
}

void dump_rows_restart(struct dump_results *dump, uint64_t start)
{
    dump->apart = true;
    dump->any = false;
    dump->printed = start;
    dump->marked_end = 0;
    dump->head = dump->tail = (struct range){0, 0};
}
