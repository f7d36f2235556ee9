/* task.c - holds the matches of one chunk, and their texts. */
#include "scan/internal.h"

#include "base/eight_bytes.h"
#include "search/search.h"

#include <string.h>

enum {
    FIRST_CAPACITY = 256,
    TEXT_MOST = 2 * 1024 * 1024, /* text for the matches of one chunk */
    TEXT_ROOM = 256,             /* bytes of a text besides those of its match or line */
};

void task_begin(struct task *task, const struct scan *scan)
{
    task->ends_only = scan->count_lines;
    task->between = task->next_line = 0;
    task->zeros.length = task->text.length = task->text_ends.length = 0;
    task->count = 0;
    task->own_faults = 0;
    task->text_full = task->overrun = false;
}

void task_release(struct task *task)
{
    buffer_release(&task->memory);
    buffer_release(&task->zeros);
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

static unsigned char zero_behind(const struct reader *reader, const struct match *match)
{
    enum { NEAR = 64 };
    uint64_t end = match->offset + match->length;
    if (match->offset < reader->first || end - reader->first >= reader->length)
        return SCAN_ZERO_UNKNOWN;
    size_t at = (size_t)(end - reader->first), most = minimum_size(reader->length - at, NEAR);
    size_t distance = eight_bytes_zero(reader->bytes + at, most);
    return distance < most ? (unsigned char)distance : SCAN_ZERO_UNKNOWN;
}

bool task_add_zeros(struct task *task, struct finder *finder, size_t from)
{
    if (!reserve(task, &task->zeros, task->count - from, finder->error))
        return false;
    for (size_t i = from; i < task->count; i++)
        task->zeros.data[i] = zero_behind(&finder->reader, &task->matches[i]);
    task->zeros.length = task->count;
    return true;
}

/* Whether the reader holds the match, and a byte behind it. */
static bool holds_match(const struct reader *reader, const struct match *match)
{
    return match->offset >= reader->first && match->offset - reader->first < reader->length &&
           match->length < reader->length - (size_t)(match->offset - reader->first);
}

/* Finds the line of a match, without its newline. False if the reader does not hold all of it. */
static bool held_line(const struct reader *reader, const struct match *match, size_t *start,
                      size_t *end)
{
    if (!holds_match(reader, match))
        return false;
    size_t at = (size_t)(match->offset - reader->first);
    size_t newline = search_byte_backward(reader->bytes, at, '\n');
    *start = newline == SIZE_MAX ? 0 : newline + 1;
    *end = at + (size_t)match->length;
    if (reader->bytes[*end] != '\n')
        *end = search_byte_forward(reader->bytes, reader->length, *end, '\n');
    return (newline != SIZE_MAX || reader->first == 0) && *end < reader->length;
}

/* What a text is made of. False if the reader does not hold all of it. */
static bool held_piece(const struct finder *finder, const struct match *match, size_t *start,
                       size_t *end)
{
    const struct reader *reader = &finder->reader;
    if (finder->scan->by_line)
        return held_line(reader, match, start, end);
    if (!holds_match(reader, match))
        return false;
    *start = (size_t)(match->offset - reader->first);
    *end = *start + (size_t)match->length;
    return true;
}

static bool make_text(struct finder *finder, struct task *task, size_t start, size_t end)
{
    const struct scan *scan = finder->scan;
    const struct reader *reader = &finder->reader;
    struct scan_found found = {
        .offset = reader->first + start,
        .bytes = reader->bytes + start,
        .length = end - start,
    };
    task->next_line = scan->by_line ? found.offset + found.length + 1 : 0;
    return reserve(task, &task->text, end - start + TEXT_ROOM, finder->error) &&
           scan->text(scan->text_context, &found, &task->text, finder->error);
}

bool task_add_text(struct task *task, struct finder *finder)
{
    size_t start, end;
    task->next_line = 0;
    task->text_full = task->text_full || task->text.length > scan_scaled(finder->scan, TEXT_MOST);
    if (!task->text_full && held_piece(finder, &task->matches[task->count - 1], &start, &end) &&
        !make_text(finder, task, start, end))
        return false;
    return reserve(task, &task->text_ends, sizeof(size_t), finder->error) &&
           buffer_append(&task->text_ends, &task->text.length, sizeof(size_t), finder->error);
}
