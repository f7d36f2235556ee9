/* script_lines.c - the commands of a script, one after the other. */
#include "script_lines.h"

#include <string.h>

enum { STEP = 64 * 1024 };

bool script_lines_open(struct script_lines *lines, const struct string_list *commands,
                       const char *path, struct error *error)
{
    struct error cause = {0};
    *lines = (struct script_lines){.line = 1};
    if (commands->count > 0) {
        lines->commands = commands;
        return true;
    }
    lines->from_input = !path || !strcmp(path, "-");
    if (lines->from_input)
        return file_open_standard_input(&lines->file, error);
    if (file_open(path, 0, &lines->file, &cause) == FILE_OPENED)
        return true;
    return error_set(error, "the script %s: %s", path, cause.message);
}

static enum script_result next_argument(struct script_lines *lines, const char **text,
                                        size_t *length)
{
    if (lines->line > lines->commands->count)
        return SCRIPT_END;
    *text = lines->commands->items[lines->line++ - 1];
    *length = strlen(*text);
    return SCRIPT_LINE;
}

/* Makes room by moving what is left to the front, and reads what there is. */
static bool read_more(struct script_lines *lines, struct error *error)
{
    struct buffer *buffer = &lines->buffer;
    size_t got;
    buffer->length -= lines->start;
    if (lines->start > 0)
        memmove(buffer->data, buffer->data + lines->start, buffer->length);
    lines->start = 0;
    if (!buffer_reserve(buffer, STEP, error) ||
        !file_read_stream(lines->file, buffer->data + buffer->length, STEP, &got, error))
        return false;
    buffer->length += got;
    lines->at_end = got == 0;
    return true;
}

/* Goes on looking for the newline that ends the command. */
static bool find_end(struct script_lines *lines)
{
    size_t length = lines->buffer.length - lines->start;
    return length > 0 &&
           shell_scan_end(&lines->scan, (const char *)lines->buffer.data + lines->start, length);
}

/* What the scan has passed is the command; `behind` bytes behind it, newlines, are dropped. */
static enum script_result hand_out(struct script_lines *lines, size_t behind, const char **text,
                                   size_t *length)
{
    *text = (const char *)lines->buffer.data + lines->start;
    *length = lines->scan.at;
    lines->line += behind + shell_count_newlines(*text, *length);
    lines->start += *length + behind;
    lines->scan = (struct shell_scan){0};
    return SCRIPT_LINE;
}

enum script_result script_lines_next(struct script_lines *lines, const char **text, size_t *length,
                                     uint64_t *number, struct error *error)
{
    *number = lines->line;
    if (lines->commands)
        return next_argument(lines, text, length);
    while (!find_end(lines)) {
        if (!lines->at_end && !read_more(lines, error))
            return SCRIPT_FAILED;
        if (lines->at_end)
            return lines->scan.at > 0 ? hand_out(lines, 0, text, length) : SCRIPT_END;
    }
    return hand_out(lines, 1, text, length);
}

void script_lines_close(struct script_lines *lines)
{
    struct error ignored = {0};
    (void)file_close(lines->file, &ignored);
    buffer_release(&lines->buffer);
    lines->file = NULL;
}
