/* change_lines.c - changes as lines of text. */
#include "base/checked.h"
#include "base/screen_text.h"
#include "commands/change_hunks.h"

#include <string.h>

enum { CONTEXT = 3 }; /* lines around a group */

static const char without_newline[] = "\\ No newline at end of file";

/* ---- which lines ----------------------------------------------------------------------------- */

/* Whether a line can be context. */
static bool is_plain_line(struct change_hunks *hunks, uint64_t start, uint64_t end, bool *plain,
                          struct error *error)
{
    *plain = end != CHANGE_NO_LINE && start != CHANGE_NO_LINE;
    if (!*plain)
        return true;
    const unsigned char *bytes =
        change_side_bytes(&hunks->old_side, (struct range){start, end}, error);
    *plain = bytes && screen_text_is_plain(bytes, (size_t)(end - start), true);
    return bytes != NULL;
}

/* Goes from line to line up to `end`, over at most `most`; *at is the end of the last plain one. */
static bool go_forwards(struct change_hunks *hunks, uint64_t *at, uint64_t end, unsigned most,
                        struct error *error)
{
    while (*at < end && most-- > 0) {
        uint64_t next;
        bool plain;
        if (!change_side_line_end(&hunks->old_side, *at, end, &next, error) ||
            !is_plain_line(hunks, *at, next, &plain, error))
            return false;
        if (!plain)
            break;
        *at = next;
    }
    return true;
}

static bool lines_are_near(struct change_hunks *hunks, struct range between, bool *near,
                           struct error *error)
{
    bool done = go_forwards(hunks, &between.start, between.end, 2 * CONTEXT, error);
    *near = between.start == between.end;
    return done;
}

static bool trail_with_lines(struct change_hunks *hunks, struct range behind, uint64_t *end,
                             struct error *error)
{
    bool begins;
    *end = behind.start;
    if (!go_forwards(hunks, end, behind.end, CONTEXT, error) ||
        !change_side_begins_line(&hunks->old_side, *end, &begins, error))
        return false;
    /* Rows begin inside the last line: it is not shown in part. */
    return begins || *end == hunks->old_side.size || *end == behind.start ||
           change_side_line_start(&hunks->old_side, *end, behind.start, end, error);
}

static bool lead_with_lines(struct change_hunks *hunks, struct range before, uint64_t *start,
                            struct error *error)
{
    struct change_side *side = &hunks->old_side;
    *start = before.end;
    for (unsigned i = 0; i<CONTEXT && * start> before.start; i++) {
        uint64_t line;
        bool plain, begins;
        if (!change_side_line_start(side, *start - 1, before.start, &line, error) ||
            !is_plain_line(hunks, line, *start, &plain, error) ||
            (plain && !change_side_begins_line(side, line, &begins, error)))
            return false;
        if (!plain || !begins)
            break;
        *start = line;
    }
    return true;
}

/* ---- one line -------------------------------------------------------------------------------- */

/* Lines of a part that are printed from the first to the last. */
struct line_printing {
    struct change_hunks *hunks;
    const struct change_part *part;
    size_t gap; /* all before it end before the next line */
};

/* A line of a part, or as much of it as is shown. */
struct shown_line {
    struct range text; /* without the newline */
    const unsigned char *bytes;
    bool is_cut[2];   /* something before or behind it is not shown */
    bool all_changed; /* nothing of it stays: there is no part to highlight */
};

static bool is_inside_character(const struct shown_line *line, uint64_t offset)
{
    return offset > line->text.start && offset < line->text.end &&
           (line->bytes[offset - line->text.start] & 0xc0) == 0x80;
}

/* Marks of changed bytes that are as near to each other as this are one. */
enum { JOINED = 2 };

/*
 * The changed bytes of gap number *gap, or of the first one behind it that has some in the line,
 * in whole characters. Moves *gap behind them. False if there are none.
 */
static bool next_changed(const struct change_part *part, const struct shown_line *line, size_t *gap,
                         struct range *changed)
{
    *changed = (struct range){0, 0};
    for (; *gap < part->count; ++*gap) {
        struct range range = change_gap_part(&part->gaps[*gap], part->sign);
        bool found = changed->end > 0;
        if (range.start >= line->text.end || (found && range.start > changed->end + JOINED))
            break;
        if (range.end <= line->text.start || range_length(range) == 0)
            continue;
        changed->start = found ? changed->start : maximum_u64(range.start, line->text.start);
        changed->end = minimum_u64(range.end, line->text.end);
    }
    while (is_inside_character(line, changed->start))
        changed->start--;
    while (is_inside_character(line, changed->end))
        changed->end++;
    return changed->end > 0;
}

/* Goes to the first gap that does not end before the line. */
static void skip_gaps(struct line_printing *printing, const struct shown_line *line)
{
    const struct change_part *part = printing->part;
    while (printing->gap < part->count &&
           change_gap_part(&part->gaps[printing->gap], part->sign).end <= line->text.start)
        printing->gap++;
}

/* Terminals show most characters of three bytes or more in two columns. */
static size_t width_of(const struct shown_line *line)
{
    size_t width = 1 + line->is_cut[0] + line->is_cut[1];
    for (size_t i = 0; i < range_length(line->text); i++) {
        unsigned char byte = line->bytes[i];
        if (byte == '\t')
            width += 8 - (width - 1) % 8;
        else if (byte < 0x20 || byte == 0x7f)
            width += 4; /* the longest escape */
        else
            width += (byte & 0xc0) != 0x80 ? 1 + (byte >= 0xe0) : 0;
    }
    return width;
}

/*
 * Only the ends of a long part were seen to be plain text. A pipe may lead to a terminal, so that
 * other bytes are escaped there, too; a carriage return at the end of a line is not.
 */
static bool append_bytes(struct change_screen *screen, const unsigned char *bytes, size_t length,
                         struct error *error)
{
    struct screen_text text = {.held_length = 0};
    if (!screen->escapes && screen_text_is_plain(bytes, length, false))
        return buffer_append(&screen->line, bytes, length, error);
    return screen_text_feed(&text, bytes, length, &screen->line, error) &&
           screen_text_finish(&text, &screen->line, error);
}

static bool append_text(struct change_screen *screen, const char *text, struct error *error)
{
    return buffer_append(&screen->line, text, strlen(text), error);
}

/* Appends the bytes of a line, the changed ones in reverse. */
static bool append_line(const struct line_printing *printing, const struct shown_line *line,
                        struct error *error)
{
    struct change_screen *screen = &printing->hunks->screen;
    const unsigned char *bytes = line->bytes;
    uint64_t at = line->text.start;
    struct range changed;
    size_t gap = printing->gap;
    bool marks = screen->color && !line->all_changed;
    while (marks && next_changed(printing->part, line, &gap, &changed)) {
        changed.start = maximum_u64(changed.start, at);
        if (!append_bytes(screen, bytes, (size_t)(changed.start - at), error) ||
            !append_text(screen, "\x1b[7m", error))
            return false;
        bytes += changed.start - at;
        if (!append_bytes(screen, bytes, (size_t)range_length(changed), error) ||
            !append_text(screen, "\x1b[27m", error))
            return false;
        bytes += range_length(changed);
        at = changed.end;
    }
    return append_bytes(screen, bytes, (size_t)(line->text.end - at), error);
}

/* Cuts a line to the longest that is shown, around the first changed byte. */
static void cut_line(const struct line_printing *printing, struct shown_line *line)
{
    uint64_t most = minimum_u64(printing->hunks->screen.longest_line, CHANGE_LINE_MOST);
    struct range whole = line->text, changed;
    size_t gap = printing->gap;
    if (range_length(whole) <= most)
        return;
    bool any = next_changed(printing->part, line, &gap, &changed);
    uint64_t first = any ? changed.start : whole.start;
    struct range text = {first - minimum_u64(first - whole.start, most / 3), 0};
    text.end = minimum_u64(text.start + most, whole.end);
    while (is_inside_character(line, text.start))
        text.start++;
    while (is_inside_character(line, text.end))
        text.end--;
    line->bytes += text.start - whole.start;
    line->text = text;
    line->is_cut[0] = text.start > whole.start;
    line->is_cut[1] = line->is_cut[1] || text.end < whole.end;
}

/* Sets line->all_changed. */
static void see_if_all_changed(const struct line_printing *printing, struct shown_line *line)
{
    struct range changed;
    uint64_t bytes = 0;
    size_t gap = printing->gap;
    while (next_changed(printing->part, line, &gap, &changed))
        bytes += range_length(changed);
    line->all_changed = bytes >= range_length(line->text);
}

static bool print_line(struct line_printing *printing, struct shown_line *line, struct error *error)
{
    struct change_screen *screen = &printing->hunks->screen;
    char sign = printing->part->sign;
    skip_gaps(printing, line);
    see_if_all_changed(printing, line);
    cut_line(printing, line);
    return !change_screen_take(screen, width_of(line)) ||
           (change_screen_begin(screen, sign, error) &&
            buffer_append_byte(&screen->line, (unsigned char)sign, error) &&
            append_text(screen, line->is_cut[0] ? "…" : "", error) &&
            append_line(printing, line, error) &&
            append_text(screen, line->is_cut[1] ? "…" : "", error) &&
            change_screen_end(screen, sign, error));
}

/* ---- many lines ------------------------------------------------------------------------------ */

/* The end of a line of any length. */
static bool find_end(struct change_side *side, uint64_t at, uint64_t limit, uint64_t *end,
                     struct error *error)
{
    while (change_side_line_end(side, at, limit, end, error)) {
        if (*end != CHANGE_NO_LINE)
            return true;
        at += CHANGE_LINE_MOST;
    }
    return false;
}

/* Prints the line at *at, and moves *at behind it. */
static bool print_next(struct line_printing *printing, uint64_t *at, struct error *error)
{
    const struct change_part *part = printing->part;
    uint64_t start = *at;
    if (!find_end(part->side, start, part->range.end, at, error))
        return false;
    struct shown_line line = {.text = {start, minimum_u64(*at, start + CHANGE_LINE_MOST)}};
    line.is_cut[1] = line.text.end < *at;
    line.bytes = change_side_bytes(part->side, line.text, error);
    if (!line.bytes)
        return false;
    bool newline = line.bytes[range_length(line.text) - 1] == '\n';
    bool ends_file = !newline && *at == part->side->size;
    line.text.end -= newline;
    return print_line(printing, &line, error) &&
           (!ends_file || change_screen_line(&printing->hunks->screen, 0, without_newline, error));
}

/* Prints lines up to `end`, at most `most`. */
static bool print_some(struct line_printing *printing, uint64_t *at, uint64_t end, uint64_t most,
                       struct error *error)
{
    while (*at < end && most-- > 0 && !printing->hunks->screen.full)
        if (!print_next(printing, at, error))
            return false;
    return true;
}

/* Where the last lines of a part start, or the part itself if it has no more lines. */
static bool find_tail(struct change_hunks *hunks, const struct change_part *part, uint64_t *tail,
                      struct error *error)
{
    *tail = part->range.end;
    for (uint64_t i = 0; i<hunks->screen.ends && * tail> part->range.start; i++) {
        uint64_t start;
        if (!change_side_line_start(part->side, *tail - 1, part->range.start, &start, error))
            return false;
        if (start == CHANGE_NO_LINE)
            break;
        *tail = start;
    }
    return true;
}

/* Prints the line that stands for those up to `tail`, unless there is only one. */
static bool fold(struct line_printing *printing, uint64_t *at, uint64_t tail, struct error *error)
{
    const struct change_part *part = printing->part;
    uint64_t next;
    if (*at >= tail || printing->hunks->screen.full)
        return true;
    if (!find_end(part->side, *at, part->range.end, &next, error))
        return false;
    if (next >= tail)
        return true;
    uint64_t bytes = tail - *at;
    *at = tail;
    return change_screen_fold(&printing->hunks->screen, part->sign, bytes, error);
}

static bool print_lines(struct change_hunks *hunks, const struct change_part *part,
                        struct error *error)
{
    struct line_printing printing = {hunks, part, 0};
    uint64_t at = part->range.start, tail;
    return find_tail(hunks, part, &tail, error) &&
           print_some(&printing, &at, tail, hunks->screen.ends, error) &&
           fold(&printing, &at, tail, error) &&
           print_some(&printing, &at, part->range.end, UINT64_MAX, error);
}

const struct change_form change_lines_form = {
    .is_near = lines_are_near,
    .lead = lead_with_lines,
    .trail = trail_with_lines,
    .print = print_lines,
    .context = CONTEXT,
    .joins = true,
};
