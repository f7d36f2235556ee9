/* change_screen.c - where a change is shown to people: the lines that are left, and colours. */
#include "commands/change_screen.h"
#include "base/checked.h"
#include "commands/request.h"
#include "platform/platform.h"

#include <stdio.h>
#include <string.h>

enum {
    LEAST_LINES = 4,          /* that are shown, however small the screen */
    MORE_WIDTH = 48,          /* characters of the line that says what is not shown */
    OFFSET_WIDTH = 1 + 8 + 2, /* of a row: its sign, offset, colon and blank */
    ENDS = 16,                /* where a screenful is no limit */
    ALL_ENDS = 2048,          /* with --diff=all */
};

/* ---- how much is shown ----------------------------------------------------------------------- */

static size_t row_width(size_t columns)
{
    return OFFSET_WIDTH + columns * 2 + columns / DUMP_GROUP + 1 + columns;
}

/* Half as many bytes in a row, until it fits. */
static size_t columns_of_rows(unsigned width)
{
    size_t columns = DUMP_COLUMNS;
    while (columns > DUMP_GROUP && row_width(columns) > width)
        columns /= 2;
    return columns;
}

/* One line is for the prompt, and at least one for what is not shown. */
static void limit(struct change_screen *screen)
{
    uint64_t lines = stream_lines(STREAM_OUTPUT), kept = 2 + (MORE_WIDTH - 1) / screen->columns;
    screen->limited = true;
    screen->lines_left = maximum_u64(lines, LEAST_LINES + kept) - kept;
    /* A header, two rows of context, and three parts of both sides. */
    screen->ends = maximum_u64((screen->lines_left - 2) / 6, 1);
    screen->longest_line = (size_t)(screen->columns * maximum_u64(screen->lines_left / 4, 1));
}

void change_screen_init(struct change_screen *screen, struct output *output,
                        const struct request *request)
{
    *screen = (struct change_screen){.output = output, .layout = DUMP_LAYOUT};
    screen->escapes = stream_is_terminal(STREAM_OUTPUT);
    screen->columns = screen->escapes ? stream_columns(STREAM_OUTPUT) : UINT32_MAX;
    screen->layout.columns = columns_of_rows(screen->columns);
    screen->layout.color = screen->color = output_is_colored(request->color);
    screen->lines_left = UINT64_MAX;
    bool all = request->change_format == CHANGE_FORMAT_DIFF_ALL;
    screen->ends = all ? ALL_ENDS : ENDS;
    screen->longest_line = SIZE_MAX;
    if (screen->escapes && !all)
        limit(screen);
}

void change_screen_release(struct change_screen *screen)
{
    buffer_release(&screen->line);
}

bool change_screen_take(struct change_screen *screen, size_t width)
{
    uint64_t lines = width == 0 ? 1 : (width - 1) / screen->columns + 1;
    screen->full = screen->full || lines > screen->lines_left;
    if (!screen->full && screen->limited)
        screen->lines_left -= lines;
    return !screen->full;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static const char *color_of(char sign)
{
    return sign == '-' ? "\x1b[31m" : sign == '+' ? "\x1b[32m" : sign == '@' ? "\x1b[36m" : "";
}

bool change_screen_begin(struct change_screen *screen, char sign, struct error *error)
{
    const char *color = screen->color ? color_of(sign) : "";
    screen->line.length = 0;
    return buffer_append(&screen->line, color, strlen(color), error);
}

bool change_screen_end(struct change_screen *screen, char sign, struct error *error)
{
    const char *end = screen->color && *color_of(sign) ? "\x1b[m\n" : "\n";
    return buffer_append(&screen->line, end, strlen(end), error) &&
           output_bytes(screen->output, screen->line.data, screen->line.length, error);
}

bool change_screen_line(struct change_screen *screen, char sign, const char *text,
                        struct error *error)
{
    return !change_screen_take(screen, strlen(text)) ||
           (change_screen_begin(screen, sign, error) &&
            buffer_append(&screen->line, text, strlen(text), error) &&
            change_screen_end(screen, sign, error));
}

bool change_screen_fold(struct change_screen *screen, char sign, uint64_t bytes,
                        struct error *error)
{
    char text[64];
    snprintf(text, sizeof text, "%c        … %llu byte%s", sign, (unsigned long long)bytes,
             diag_plural(bytes));
    return change_screen_line(screen, sign, text, error);
}

bool change_screen_more(struct change_screen *screen, uint64_t changes, struct error *error)
{
    return changes == 0 ||
           output_format(screen->output, error, "… %llu more change%s; --diff=all shows all\n",
                         (unsigned long long)changes, diag_plural(changes));
}
