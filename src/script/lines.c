/* lines.c - reads the commands of a script one after the other. */
#include "script/lines.h"

#include <string.h>

enum { STEP = 64 * 1024 };

bool script_lines_open(struct script_lines *lines, const struct request *request,
                       const struct spool_place *place, struct error *error)
{
    const char *path = request->script;
    char quoted[200];
    *lines = (struct script_lines){.line = 1, .ahead.place = *place};
    if (request->commands.count > 0) {
        lines->commands = &request->commands;
        return true;
    }
    lines->from_input = !path || !strcmp(path, "-");
    if (lines->from_input)
        return file_open_standard_input(&lines->file, error);
    if (file_open(path, 0, &lines->file, error) == FILE_OPENED)
        return true;
    return error_prefix(error, "the script %s", diag_escape(quoted, sizeof quoted, path));
}

/* ---- ahead ----------------------------------------------------------------------------------- */

bool script_lines_take_all(struct script_lines *lines, struct error *error)
{
    struct spool_part all = {.most = UINT64_MAX};
    uint64_t skipped;
    if (lines->commands)
        return true;
    lines->all_ahead = true;
    return spool_take(&lines->ahead, lines->file, all, &skipped, error);
}

void script_lines_rewind(struct script_lines *lines)
{
    lines->taken = 0;
    lines->buffer.length = lines->start = 0;
    lines->scan = (struct shell_scan){0};
    lines->line = 1;
    lines->at_end = false;
}

bool script_lines_take_ahead(struct script_lines *lines)
{
    struct error error = {0};
    uint64_t before = lines->ahead.size;
    if (lines->commands || lines->all_ahead || !file_has_input(lines->file, 0))
        return false;
    if (lines->taken == before) { /* all bytes read ahead have been used */
        spool_release(&lines->ahead);
        lines->taken = before = 0;
    }
    /* script_lines_next() will meet the same error and report it. */
    lines->all_ahead =
        spool_take_once(&lines->ahead, lines->file, STEP, &error) && lines->ahead.size == before;
    return lines->ahead.size > before;
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

/* Reads up to STEP bytes: those read ahead first, then from the file. *got is 0 at the end. */
static bool read_next(struct script_lines *lines, unsigned char *bytes, size_t *got,
                      struct error *error)
{
    struct spool *ahead = &lines->ahead;
    *got = (size_t)minimum_u64(STEP, ahead->size - lines->taken);
    if (*got == 0 && !lines->all_ahead)
        return file_read_stream(lines->file, bytes, STEP, got, error);
    lines->taken += *got;
    return spool_read(ahead, lines->taken - *got, bytes, *got, error);
}

/* Moves the unused bytes to the front of the buffer, and reads more after them. */
static bool read_more(struct script_lines *lines, struct error *error)
{
    struct buffer *buffer = &lines->buffer;
    size_t got;
    buffer->length -= lines->start;
    if (lines->start > 0)
        memmove(buffer->data, buffer->data + lines->start, buffer->length);
    lines->start = 0;
    if (!buffer_reserve(buffer, STEP, error) ||
        !read_next(lines, buffer->data + buffer->length, &got, error))
        return false;
    buffer->length += got;
    lines->at_end = got == 0;
    return true;
}

/* Continues the search for the newline that ends the command. */
static bool find_end(struct script_lines *lines)
{
    size_t length = lines->buffer.length - lines->start;
    return length > 0 &&
           shell_scan_end(&lines->scan, (const char *)lines->buffer.data + lines->start, length);
}

/* Returns the bytes that the scan has passed as a command; drops `behind` newlines after it. */
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

bool script_lines_are_near(const struct script_lines *lines, double patience)
{
    const struct buffer *buffer = &lines->buffer;
    size_t left = buffer->length - lines->start;
    return lines->commands || lines->at_end || lines->all_ahead ||
           lines->ahead.size > lines->taken ||
           (left > 0 && memchr(buffer->data + lines->start, '\n', left)) ||
           file_has_input(lines->file, patience);
}

void script_lines_close(struct script_lines *lines)
{
    (void)file_close(lines->file, NULL);
    buffer_release(&lines->buffer);
    spool_release(&lines->ahead);
    lines->file = NULL;
}
