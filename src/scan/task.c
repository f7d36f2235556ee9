/* task.c - holds the matches of one chunk, and the text of their lines. */
#include "scan/internal.h"

#include "search/search.h"

#include <string.h>

enum {
    FIRST_CAPACITY = 256,
    TEXT_MOST = 2 * 1024 * 1024, /* text for the lines of one chunk */
    TEXT_ROOM = 256,             /* bytes of text for a line besides the line's own */
};

void task_begin(struct task *task, const struct scan *scan)
{
    task->ends_only = scan->count_lines;
    task->between = 0;
    task->text.length = task->text_ends.length = 0;
    task->count = 0;
    task->own_faults = 0;
    task->text_full = task->overrun = false;
}

void task_release(struct task *task)
{
    buffer_release(&task->memory);
    buffer_release(&task->text);
    buffer_release(&task->text_ends);
    *task = (struct task){0};
}

/* In a view, writes to new memory at once, so that its page faults do not count as the view's. */
static bool reserve(struct task *task, struct buffer *buffer, size_t more, struct error *error)
{
    if (more <= buffer->capacity - buffer->length)
        return true;
    if (!task->chunk.in_view)
        return buffer_reserve(buffer, more, error);
    uint64_t faults = platform_page_faults();
    if (!buffer_reserve(buffer, more, error))
        return false;
    memset(buffer->data + buffer->length, 0, buffer->capacity - buffer->length);
    task->own_faults += platform_page_faults() - faults;
    return true;
}

bool task_grow(struct task *task, struct error *error)
{
    size_t more = task->capacity > 0 ? task->capacity : FIRST_CAPACITY;
    task->memory.length = task->count * sizeof *task->matches;
    if (!reserve(task, &task->memory, more * sizeof *task->matches, error))
        return false;
    task->matches = (void *)task->memory.data;
    task->capacity = task->memory.capacity / sizeof *task->matches;
    return true;
}

/* Finds the line of a match, without its newline. False if the reader does not hold all of it. */
static bool held_line(const struct reader *reader, const struct match *match, size_t *start,
                      size_t *end)
{
    if (match->offset < reader->first || match->offset - reader->first >= reader->length ||
        match->length >= reader->length - (match->offset - reader->first))
        return false;
    size_t at = (size_t)(match->offset - reader->first);
    size_t newline = search_byte_backward(reader->bytes, at, '\n');
    *start = newline == SIZE_MAX ? 0 : newline + 1;
    *end = at + (size_t)match->length;
    if (reader->bytes[*end] != '\n')
        *end = search_byte_forward(reader->bytes, reader->length, *end, '\n');
    return (newline != SIZE_MAX || reader->first == 0) && *end < reader->length;
}

bool task_add_text(struct task *task, const struct scan *scan, const struct reader *reader,
                   uint64_t *next_line, struct error *error)
{
    size_t start, end;
    task->text_full = task->text_full || task->text.length > scan_scaled(scan, TEXT_MOST);
    if (!task->text_full && held_line(reader, &task->matches[task->count - 1], &start, &end)) {
        *next_line = reader->first + end + 1;
        if (!reserve(task, &task->text, end - start + TEXT_ROOM, error) ||
            !scan->line_text(scan->text_context, reader->first + start, reader->bytes + start,
                             end - start, &task->text, error))
            return false;
    }
    if (!reserve(task, &task->text_ends, sizeof(size_t), error))
        return false;
    return buffer_append(&task->text_ends, &task->text.length, sizeof(size_t), error);
}
