/* change_side.c - the bytes of a file before or after a change, for showing parts of it. */
#include "commands/change_side.h"
#include "base/checked.h"

#include <stdlib.h>
#include <string.h>

enum {
    BEFORE = 8 * 1024, /* read before what is asked for: the start of its line, and context */
    CAPACITY = BEFORE + CHANGE_SIDE_MOST,
};

void change_side_release(struct change_side *side)
{
    free(side->memory);
    *side = (struct change_side){0};
}

static bool load(struct change_side *side, struct range range, struct error *error)
{
    if (!side->memory && !(side->memory = malloc(CAPACITY)))
        return error_memory(error, CAPACITY);
    uint64_t start = range.start - minimum_u64(range.start, BEFORE);
    side->held = (struct range){0, 0};
    struct range held = {start, minimum_u64(side->size, start + CAPACITY)};
    size_t length = (size_t)range_length(held);
    if (length > 0 && !side->read(side->context, start, side->memory, length, error))
        return false;
    side->held = held;
    return true;
}

const unsigned char *change_side_bytes(struct change_side *side, struct range range,
                                       struct error *error)
{
    bool is_held = side->memory && range.start >= side->held.start && range.end <= side->held.end;
    if (!is_held && !load(side, range, error))
        return NULL;
    return side->memory + (range.start - side->held.start);
}

bool change_side_line_end(struct change_side *side, uint64_t offset, uint64_t limit, uint64_t *end,
                          struct error *error)
{
    size_t length = (size_t)minimum_u64(limit - offset, CHANGE_LINE_MOST);
    *end = offset;
    if (length == 0)
        return true;
    const unsigned char *bytes =
        change_side_bytes(side, (struct range){offset, offset + length}, error);
    if (!bytes)
        return false;
    const unsigned char *newline = memchr(bytes, '\n', length);
    if (newline)
        *end = offset + (size_t)(newline - bytes) + 1;
    else
        *end = offset + length == limit ? limit : CHANGE_NO_LINE;
    return true;
}

bool change_side_line_start(struct change_side *side, uint64_t offset, uint64_t limit,
                            uint64_t *start, struct error *error)
{
    size_t length = (size_t)minimum_u64(offset - limit, CHANGE_LINE_MOST);
    uint64_t first = offset - length;
    *start = offset;
    if (length == 0)
        return true;
    const unsigned char *bytes = change_side_bytes(side, (struct range){first, offset}, error);
    if (!bytes)
        return false;
    while (length > 0 && bytes[length - 1] != '\n')
        length--;
    *start = length > 0 || first == limit ? first + length : CHANGE_NO_LINE;
    return true;
}

bool change_side_begins_line(struct change_side *side, uint64_t offset, bool *begins,
                             struct error *error)
{
    *begins = true;
    if (offset == 0)
        return true;
    const unsigned char *before =
        change_side_bytes(side, (struct range){offset - 1, offset}, error);
    *begins = before && *before == '\n';
    return before != NULL;
}
