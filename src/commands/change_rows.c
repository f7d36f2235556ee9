/* change_rows.c - changes as rows of a dump. */
#include "base/checked.h"
#include "commands/change_hunks.h"

#include <string.h>

enum { CONTEXT = 1 }; /* rows around a group */

/* ---- which rows ------------------------------------------------------------------------------ */

/* Bytes from the start of a row to an offset of the old file. */
static uint64_t within_row(const struct change_hunks *hunks, uint64_t offset)
{
    return (hunks->base + offset) % hunks->screen.layout.columns;
}

struct range change_rows_around(const struct change_hunks *hunks, struct range range)
{
    uint64_t columns = hunks->screen.layout.columns;
    uint64_t start = minimum_u64(within_row(hunks, range.start), range.start);
    uint64_t rest = within_row(hunks, range.end);
    struct range rows = {range.start - start, range.end + (rest > 0 ? columns - rest : 0)};
    rows.end = minimum_u64(rows.end, hunks->old_side.size);
    return rows;
}

static bool rows_are_near(struct change_hunks *hunks, struct range between, bool *near,
                          struct error *error)
{
    (void)error;
    *near = range_length(between) <= 2 * CONTEXT * hunks->screen.layout.columns;
    return true;
}

static bool lead_with_rows(struct change_hunks *hunks, struct range before, uint64_t *start,
                           struct error *error)
{
    (void)error;
    uint64_t length = CONTEXT * hunks->screen.layout.columns;
    /* A group that begins inside a row follows lines that end there. */
    if (within_row(hunks, before.end) > 0)
        length = 0;
    *start = before.end - minimum_u64(length, range_length(before));
    return true;
}

static bool trail_with_rows(struct change_hunks *hunks, struct range behind, uint64_t *end,
                            struct error *error)
{
    (void)error;
    uint64_t length = CONTEXT * hunks->screen.layout.columns - within_row(hunks, behind.start);
    *end = behind.start + minimum_u64(length, range_length(behind));
    return true;
}

/* ---- printing -------------------------------------------------------------------------------- */

/* Rows of a part that are printed from left to right. */
struct row_printing {
    struct change_hunks *hunks;
    const struct change_part *part;
    size_t gap; /* all before it end before the next row */
};

static unsigned char changed_style(char sign)
{
    return sign == '-' ? DUMP_REMOVED : DUMP_ADDED;
}

static void set_styles(struct row_printing *printing, struct range row,
                       unsigned char styles[DUMP_COLUMNS])
{
    const struct change_part *part = printing->part;
    memset(styles, DUMP_UNCOLORED, DUMP_COLUMNS);
    for (size_t i = printing->gap; i < part->count; i++) {
        struct range gap = change_gap_part(&part->gaps[i], part->sign);
        if (gap.start >= row.end)
            break;
        if (gap.end <= row.start) {
            printing->gap = i + 1;
            continue;
        }
        uint64_t start = maximum_u64(gap.start, row.start), end = minimum_u64(gap.end, row.end);
        memset(styles + (start - row.start), changed_style(part->sign), (size_t)(end - start));
    }
}

static size_t width_of_row(const struct dump_layout *layout, uint64_t offset, size_t length)
{
    size_t digits = 8;
    while (digits < 16 && offset >> 4 * digits)
        digits++;
    return 1 + digits + 2 + 2 * layout->columns + layout->columns / layout->group + 1 + length;
}

static bool print_row(struct row_printing *printing, struct range range, struct error *error)
{
    struct change_hunks *hunks = printing->hunks;
    struct change_screen *screen = &hunks->screen;
    unsigned char styles[DUMP_COLUMNS];
    struct dump_row row = {.offset = hunks->base + range.start,
                           .styles = styles,
                           .length = (size_t)range_length(range),
                           .prefix = printing->part->sign};
    if (!change_screen_take(screen, width_of_row(&screen->layout, row.offset, row.length)))
        return true;
    row.bytes = change_side_bytes(printing->part->side, range, error);
    set_styles(printing, range, styles);
    return row.bytes && dump_row_print(screen->output, &screen->layout, &row, error);
}

/* Prints whole rows up to `end`; the first one may be short. Moves *at there. */
static bool print_rows(struct row_printing *printing, uint64_t *at, uint64_t first, uint64_t end,
                       struct error *error)
{
    uint64_t length = first;
    while (*at < end && !printing->hunks->screen.full) {
        struct range row = {*at, minimum_u64(end, *at + length)};
        if (!print_row(printing, row, error))
            return false;
        *at = row.end;
        length = printing->hunks->screen.layout.columns;
    }
    return true;
}

static bool print_rows_of(struct change_hunks *hunks, const struct change_part *part,
                          struct error *error)
{
    struct row_printing printing = {hunks, part, 0};
    struct change_screen *screen = &hunks->screen;
    uint64_t columns = screen->layout.columns, at = part->range.start, end = part->range.end;
    uint64_t first = columns - within_row(hunks, part->beside), length = range_length(part->range);
    uint64_t rows = length <= first ? 1 : 1 + (length - first + columns - 1) / columns;
    if (rows <= 2 * screen->ends + 1)
        return print_rows(&printing, &at, first, end, error);
    uint64_t fold = at + first + (screen->ends - 1) * columns;
    uint64_t tail = at + first + (rows - screen->ends - 1) * columns;
    return print_rows(&printing, &at, first, fold, error) &&
           change_screen_fold(screen, part->sign, tail - fold, error) &&
           print_rows(&printing, &tail, columns, end, error);
}

const struct change_form change_rows_form = {
    .is_near = rows_are_near,
    .lead = lead_with_rows,
    .trail = trail_with_rows,
    .print = print_rows_of,
    .context = CONTEXT,
    .tells_shift = true,
};
