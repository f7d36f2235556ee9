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

/* The changed bytes of gap number *gap on, in whole characters; false if none is left. */
static bool next_changed(const struct change_part *part, const struct shown_line *line, size_t *gap,
                         struct range *changed)
{
    for (; *gap < part->count; ++*gap) {
        struct range range = change_gap_part(&part->gaps[*gap], part->sign);
        if (range.start >= line->text.end)
            return false;
        if (range.end <= line->text.start || range_length(range) == 0)
            continue;
        changed->start = maximum_u64(range.start, line->text.start);
        changed->end = minimum_u64(range.end, line->text.end);
        while (is_inside_character(line, changed->start))
            changed->start--;
        while (is_inside_character(line, changed->end))
            changed->end++;
        return true;
    }
    return false;
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

static bool append_bytes(struct change_screen *screen, const unsigned char *bytes, size_t length,
                         struct error *error)
{
    struct screen_text text = {.held_length = 0};
    if (!screen->escapes)
        return buffer_append(&screen->line, bytes, length, error);
    return screen_text_feed(&text, bytes, length, &screen->line, error) &&
           screen_text_finish(&text, &screen->line, error);
}

static bool append_text(struct change_screen *screen, const char *text, struct error *error)
{
    return buffer_append(&screen->line, text, strlen(text), error);
}

/* Appends the bytes of a line, the changed ones in reverse. */
static bool append_line(struct change_screen *screen, const struct change_part *part,
                        const struct shown_line *line, struct error *error)
{
    uint64_t at = line->text.start;
    struct range changed;
    bool marks = screen->color && !line->all_changed;
    for (size_t gap = 0; marks && next_changed(part, line, &gap, &changed); gap++) {
        changed.start = maximum_u64(changed.start, at);
        if (!append_bytes(screen, line->bytes + (at - line->text.start),
                          (size_t)(changed.start - at), error) ||
            !append_text(screen, "\x1b[7m", error) ||
            !append_bytes(screen, line->bytes + (changed.start - line->text.start),
                          (size_t)range_length(changed), error) ||
            !append_text(screen, "\x1b[27m", error))
            return false;
        at = changed.end;
    }
    return append_bytes(screen, line->bytes + (at - line->text.start),
                        (size_t)(line->text.end - at), error);
}

/* Cuts a line to the longest that is shown, around the first changed byte. */
static void cut_line(const struct change_screen *screen, const struct change_part *part,
                     struct shown_line *line)
{
    uint64_t most = minimum_u64(screen->longest_line, CHANGE_LINE_MOST);
    struct range whole = line->text, changed = {whole.start, whole.start};
    size_t gap = 0;
    if (range_length(whole) <= most)
        return;
    (void)next_changed(part, line, &gap, &changed);
    uint64_t before = minimum_u64(changed.start - whole.start, most / 3);
    struct range text = {changed.start - before, changed.start - before + most};
    text.end = minimum_u64(text.end, whole.end);
    while (is_inside_character(line, text.start))
        text.start++;
    while (is_inside_character(line, text.end))
        text.end--;
    line->bytes += text.start - whole.start;
    line->text = text;
    line->is_cut[0] = text.start > whole.start;
    line->is_cut[1] = line->is_cut[1] || text.end < whole.end;
}

static void see_what_changed(const struct change_part *part, struct shown_line *line)
{
    struct range changed;
    uint64_t bytes = 0;
    for (size_t gap = 0; next_changed(part, line, &gap, &changed); gap++)
        bytes += range_length(changed);
    line->all_changed = bytes >= range_length(line->text);
}

static bool print_line(struct change_hunks *hunks, const struct change_part *part,
                       struct shown_line *line, struct error *error)
{
    struct change_screen *screen = &hunks->screen;
    char sign = part->sign;
    see_what_changed(part, line);
    cut_line(screen, part, line);
    return !change_screen_take(screen, width_of(line)) ||
           (change_screen_begin(screen, sign, error) &&
            buffer_append_byte(&screen->line, (unsigned char)sign, error) &&
            append_text(screen, line->is_cut[0] ? "…" : "", error) &&
            append_line(screen, part, line, error) &&
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
static bool print_next(struct change_hunks *hunks, const struct change_part *part, uint64_t *at,
                       struct error *error)
{
    uint64_t start = *at;
    if (!find_end(part->side, start, part->range.end, at, error))
        return false;
    struct shown_line line = {.text = {start, minimum_u64(*at, start + CHANGE_LINE_MOST)}};
    line.is_cut[1] = line.text.end < *at;
    line.bytes = change_side_bytes(part->side, line.text, error);
    if (!line.bytes)
        return false;
    bool newline = line.bytes[range_length(line.text) - 1] == '\n';
    line.text.end -= newline;
    return print_line(hunks, part, &line, error) &&
           (newline || *at < part->side->size ||
            change_screen_line(&hunks->screen, 0, without_newline, error));
}

static bool print_up_to(struct change_hunks *hunks, const struct change_part *part, uint64_t *at,
                        uint64_t end, struct error *error)
{
    while (*at < end && !hunks->screen.full)
        if (!print_next(hunks, part, at, error))
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

static bool print_lines(struct change_hunks *hunks, const struct change_part *part,
                        struct error *error)
{
    uint64_t at = part->range.start, tail, next;
    if (!find_tail(hunks, part, &tail, error))
        return false;
    for (uint64_t i = 0; i < hunks->screen.ends && at < tail && !hunks->screen.full; i++)
        if (!print_next(hunks, part, &at, error))
            return false;
    if (at < tail && !hunks->screen.full) {
        if (!find_end(part->side, at, part->range.end, &next, error))
            return false;
        if (next < tail && !change_screen_fold(&hunks->screen, part->sign, tail - at, error))
            return false;
        at = next < tail ? tail : at;
    }
    return print_up_to(hunks, part, &at, part->range.end, error);
}

const struct change_form change_lines_form = {
    .is_near = lines_are_near,
    .lead = lead_with_lines,
    .trail = trail_with_lines,
    .print = print_lines,
    .context = CONTEXT,
    .joins = true,
};
