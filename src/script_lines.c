/* script_lines.c - the commands of a script, one after the other. */
#include "script_lines.h"
#include "shell_words.h"

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

/* The bytes up to the newline that ends the command; `taken` counts its lines. */
static bool find_end(const struct script_lines *lines, size_t *length, uint64_t *taken)
{
    const char *text = (const char *)lines->buffer.data + lines->start;
    size_t left = lines->buffer.length - lines->start, at = 0;
    *taken = 0;
    while (at < left) {
        const char *newline = memchr(text + at, '\n', left - at);
        if (!newline)
            return false;
        at = (size_t)(newline - text);
        ++*taken;
        if (!shell_words_is_open(text, at)) {
            *length = at;
            return true;
        }
        at++;
    }
    return false;
}

enum script_result script_lines_next(struct script_lines *lines, const char **text, size_t *length,
                                     uint64_t *number, struct error *error)
{
    uint64_t taken = 0;
    *number = lines->line;
    if (lines->commands)
        return next_argument(lines, text, length);
    while (lines->start == lines->buffer.length || !find_end(lines, length, &taken)) {
        if (!lines->at_end && !read_more(lines, error))
            return SCRIPT_FAILED;
        if (!lines->at_end)
            continue;
        *length = lines->buffer.length - lines->start;
        if (*length == 0)
            return SCRIPT_END;
        *text = (const char *)lines->buffer.data + lines->start;
        lines->start = lines->buffer.length;
        return SCRIPT_LINE;
    }
    *text = (const char *)lines->buffer.data + lines->start;
    lines->start += *length + 1;
    lines->line += taken;
    return SCRIPT_LINE;
}

void script_lines_close(struct script_lines *lines)
{
    struct error ignored = {0};
    (void)file_close(lines->file, &ignored);
    buffer_release(&lines->buffer);
    lines->file = NULL;
}
