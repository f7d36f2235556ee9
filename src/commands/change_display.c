/* change_display.c - shows a change to people: what goes and what comes, with context. */
#include "commands/change_display.h"
#include "base/checked.h"
#include "base/screen_text.h"
#include "commands/command.h"
#include "platform/platform.h"

#include <stdlib.h>
#include <string.h>

/* Of a longer part, as much of its start and of its end decides if it is text. */
enum { SAMPLE = 16 * 1024 };

bool change_display_is_wanted(const struct request *request)
{
    return request->change_format == CHANGE_FORMAT_AUTO
               ? stream_is_terminal(STREAM_OUTPUT)
               : request->change_format != CHANGE_FORMAT_SCRIPT;
}

bool change_display_check(const struct request *request, struct error *error)
{
    enum change_format format = request->change_format;
    bool changes = request->command->access != COMMAND_READS_STREAM;
    bool lists = !changes || request->dry_run || command_copies(request);
    if (!command_has_option(request->command, "script"))
        return true;
    if (request->color == WHEN_ALWAYS && format == CHANGE_FORMAT_SCRIPT)
        return error_usage(error, "--color does not apply to an edit script");
    if (!lists && format != CHANGE_FORMAT_AUTO)
        return error_usage(error, "--%s says how --dry-run prints: it needs --dry-run",
                           format == CHANGE_FORMAT_SCRIPT ? "script" : "diff");
    return lists || request->color != WHEN_ALWAYS ||
           error_usage(error, "--color applies to what --dry-run prints: it needs --dry-run");
}

bool change_display_init(struct change_display *display, struct output *output,
                         const struct request *request, struct error *error)
{
    *display = (struct change_display){.count = 0};
    display->gaps = malloc(CHANGE_GROUP_MOST * sizeof *display->gaps);
    if (!display->gaps)
        return error_memory(error, CHANGE_GROUP_MOST * sizeof *display->gaps);
    return change_hunks_init(&display->hunks, output, request, error);
}

void change_display_release(struct change_display *display)
{
    change_hunks_release(&display->hunks);
    free(display->gaps);
    display->gaps = NULL;
}

/* ---- text? ----------------------------------------------------------------------------------- */

/* Whether the bytes are plain lines that are not too long. `whole`: they end at a line's end. */
static bool are_lines(const unsigned char *bytes, size_t length, bool whole)
{
    const unsigned char *end = bytes + length;
    if (!screen_text_is_plain(bytes, length, whole))
        return false;
    while (bytes < end) {
        size_t left = (size_t)(end - bytes);
        const unsigned char *newline = memchr(bytes, '\n', left);
        size_t line = newline ? (size_t)(newline - bytes) + 1 : left;
        if (line > CHANGE_LINE_MOST)
            return false;
        bytes += line;
    }
    return true;
}

static bool is_text(struct change_side *side, struct range lines, bool *text, struct error *error)
{
    struct range head = {lines.start, minimum_u64(lines.end, lines.start + SAMPLE)};
    struct range tail = {maximum_u64(head.end, lines.end - minimum_u64(lines.end, SAMPLE)),
                         lines.end};
    const unsigned char *bytes = change_side_bytes(side, head, error);
    *text = bytes && are_lines(bytes, (size_t)range_length(head), head.end == lines.end);
    if (!*text || range_length(tail) == 0)
        return bytes != NULL;
    bytes = change_side_bytes(side, tail, error);
    if (!bytes)
        return false;
    /* The first character may have begun before the sample. */
    size_t skipped = 0;
    while (skipped < UTF8_MAX - 1 && skipped < range_length(tail) &&
           (bytes[skipped] & 0xc0) == 0x80)
        skipped++;
    *text = are_lines(bytes + skipped, (size_t)range_length(tail) - skipped, true);
    return true;
}

/* Whether a line begins at these offsets, on either side. */
static bool begins_lines(struct change_display *display, uint64_t old_offset, uint64_t new_offset,
                         bool *begins, struct error *error)
{
    return change_side_begins_line(&display->hunks.old_side, old_offset, begins, error) &&
           (!*begins ||
            change_side_begins_line(&display->hunks.new_side, new_offset, begins, error));
}

static bool find_start(struct change_display *display, uint64_t *start, struct error *error)
{
    const struct change_gap *first = &display->gaps[0];
    bool begins;
    *start = first->old_part.start;
    if (!begins_lines(display, *start, first->new_part.start, &begins, error))
        return false;
    if (begins)
        return true;
    if (!change_side_line_start(&display->hunks.old_side, *start, display->ended, start, error))
        return false;
    if (*start == CHANGE_NO_LINE)
        return true;
    uint64_t new_start = first->new_part.start - (first->old_part.start - *start);
    if (!begins_lines(display, *start, new_start, &begins, error))
        return false;
    *start = begins ? *start : CHANGE_NO_LINE;
    return true;
}

static bool find_end(struct change_display *display, uint64_t *end, struct error *error)
{
    const struct change_gap *last = &display->gaps[display->count - 1];
    struct change_side *side = &display->hunks.old_side;
    bool begins;
    *end = last->old_part.end;
    return begins_lines(display, *end, last->new_part.end, &begins, error) &&
           (begins || change_side_line_end(side, *end, side->size, end, error));
}

/* Whether the lines with the gaps are text, before and after. */
static bool find_lines(struct change_display *display, struct range *lines, bool *text,
                       struct error *error)
{
    const struct change_gap *first = &display->gaps[0], *last = &display->gaps[display->count - 1];
    if (!find_start(display, &lines->start, error) || !find_end(display, &lines->end, error))
        return false;
    *text = lines->start != CHANGE_NO_LINE && lines->end != CHANGE_NO_LINE;
    struct range new_lines = {first->new_part.start - (first->old_part.start - lines->start),
                              last->new_part.end + (lines->end - last->old_part.end)};
    return !*text || (is_text(&display->hunks.old_side, *lines, text, error) &&
                      (!*text || is_text(&display->hunks.new_side, new_lines, text, error)));
}

/* ---- gaps ------------------------------------------------------------------------------------ */

static bool add_rows(struct change_display *display, struct error *error)
{
    for (size_t i = 0; i < display->count; i++) {
        const struct change_gap *gap = &display->gaps[i];
        struct range rows = change_rows_around(&display->hunks, gap->old_part);
        if (!change_hunks_add(&display->hunks, &change_rows_form, rows, gap, 1, error))
            return false;
    }
    return true;
}

/* Passes on the gaps of the lines under way. `whole`: the next gap is in another line. */
static bool pass_on(struct change_display *display, bool whole, struct error *error)
{
    struct range lines;
    bool text = false;
    if (display->count == 0 || change_display_is_full(display))
        return true;
    bool done = (!whole || find_lines(display, &lines, &text, error)) &&
                (text ? change_hunks_add(&display->hunks, &change_lines_form, lines, display->gaps,
                                         display->count, error)
                      : add_rows(display, error));
    display->ended = display->gaps[display->count - 1].old_part.end;
    display->count = 0;
    return done;
}

/* Whether a gap at `offset` is in the line in which the last one ends. */
static bool shares_line(struct change_display *display, uint64_t offset, bool *shares,
                        struct error *error)
{
    const struct change_gap *last = &display->gaps[display->count - 1];
    struct range between = {last->old_part.end, offset};
    bool begins;
    *shares = false;
    if (range_length(between) > CHANGE_LINE_MOST)
        return true;
    const unsigned char *bytes = change_side_bytes(&display->hunks.old_side, between, error);
    if (!bytes || !begins_lines(display, between.start, last->new_part.end, &begins, error))
        return false;
    bytes = change_side_bytes(&display->hunks.old_side, between, error);
    *shares = bytes && !begins && !memchr(bytes, '\n', (size_t)range_length(between));
    return bytes != NULL;
}

/* ---- whole lines ----------------------------------------------------------------------------- */

/* Bytes that only one side has, in memory with unchanged ones around them. */
struct lone_part {
    const unsigned char *start, *end;
    ptrdiff_t before, behind; /* unchanged bytes that it may change places with */
};

/* Whether the part is whole lines if it is moved by `slide` bytes. */
static bool is_whole(const struct lone_part *part, ptrdiff_t slide)
{
    return part->start[slide - 1] == '\n' && part->end[slide - 1] == '\n';
}

/* By how many bytes to move the part so that it is whole lines and the result is the same; or 0. */
static ptrdiff_t find_slide(const struct lone_part *part)
{
    for (ptrdiff_t back = 0; back < part->before; back++) {
        if (is_whole(part, -back))
            return -back;
        if (part->start[-back - 1] != part->end[-back - 1])
            break;
    }
    for (ptrdiff_t on = 0; on < part->behind && part->start[on] == part->end[on]; on++)
        if (is_whole(part, on + 1))
            return on + 1;
    return 0;
}

/* The same for bytes in a side; `whole` has these and those that they may change places with. */
static bool slide_to_line(struct change_side *side, struct range part, struct range whole,
                          uint64_t *slide, struct error *error)
{
    uint64_t length = range_length(part);
    whole.start = maximum_u64(whole.start, part.start - minimum_u64(part.start, CHANGE_LINE_MOST));
    whole.end = minimum_u64(whole.end, part.end + CHANGE_LINE_MOST);
    *slide = 0;
    if (whole.start == part.start || length == 0 ||
        length > CHANGE_SIDE_MOST - 2 * CHANGE_LINE_MOST)
        return true;
    const unsigned char *bytes = change_side_bytes(side, whole, error);
    if (!bytes)
        return false;
    struct lone_part lone = {.before = (ptrdiff_t)(part.start - whole.start),
                             .behind = (ptrdiff_t)(whole.end - part.end)};
    lone.start = bytes + lone.before;
    lone.end = lone.start + length;
    if (memchr(lone.start, '\n', (size_t)length))
        *slide = (uint64_t)find_slide(&lone);
    return true;
}

/*
 * An insertion or a deletion may have several places with the same result. If it can be one of
 * whole lines, moves the last gap there. The next one begins at `next`.
 */
static bool align_to_lines(struct change_display *display, uint64_t next, struct error *error)
{
    struct change_gap *gap = &display->gaps[display->count - 1];
    bool inserts = range_length(gap->old_part) == 0;
    uint64_t slide, ended = display->count > 1 ? gap[-1].old_part.end : display->ended;
    if (!inserts && range_length(gap->new_part) > 0)
        return true;
    struct range part = inserts ? gap->new_part : gap->old_part;
    struct change_side *side = inserts ? &display->hunks.new_side : &display->hunks.old_side;
    /* The bytes between two gaps are as many on either side. One of them stays between. */
    struct range whole = {part.start - (gap->old_part.start - ended),
                          part.end + (next - gap->old_part.end)};
    whole.start += whole.start < part.start && ended > 0;
    whole.end -= whole.end > part.end && next < display->hunks.old_side.size;
    if (!slide_to_line(side, part, whole, &slide, error))
        return false;
    gap->old_part.start += slide;
    gap->old_part.end += slide;
    gap->new_part.start += slide;
    gap->new_part.end += slide;
    return true;
}

/* ---- the next change ------------------------------------------------------------------------- */

/* Passes on the gaps so far, unless one at `offset` belongs to their lines. */
static bool make_room(struct change_display *display, uint64_t offset, struct error *error)
{
    bool shares = false;
    if (display->count == 0)
        return true;
    if (!align_to_lines(display, offset, error) || !shares_line(display, offset, &shares, error))
        return false;
    return (shares && display->count < CHANGE_GROUP_MOST) || pass_on(display, !shares, error);
}

bool change_display_take(struct change_display *display, struct range old_part,
                         struct range new_part, struct error *error)
{
    struct change_gap gap = {old_part, new_part, ++display->taken};
    if (change_display_is_full(display))
        return true;
    struct change_gap *last = display->count > 0 ? &display->gaps[display->count - 1] : NULL;
    if (last && last->old_part.end == gap.old_part.start) {
        last->old_part.end = gap.old_part.end;
        last->new_part.end = gap.new_part.end;
        last->number = gap.number;
        return true;
    }
    if (!make_room(display, gap.old_part.start, error))
        return false;
    display->gaps[display->count++] = gap;
    return true;
}

bool change_display_end(struct change_display *display, uint64_t more, struct error *error)
{
    struct change_hunks *hunks = &display->hunks;
    bool aligned = display->count == 0 || change_display_is_full(display) ||
                   align_to_lines(display, hunks->old_side.size, error);
    if (!aligned || !pass_on(display, true, error) ||
        !change_hunks_end(hunks, hunks->old_side.size, error))
        return false;
    return change_screen_more(&hunks->screen, display->taken - hunks->shown + more, error);
}
