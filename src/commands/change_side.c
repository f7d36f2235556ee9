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
    free(side->parts[0].memory);
    free(side->parts[1].memory);
    *side = (struct change_side){0};
}

/* How far to read: not much if what was used last is far away, as the next will be, too. */
static uint64_t end_of_load(const struct change_side *side, struct range range)
{
    const struct range *last = &side->parts[side->last].held;
    bool is_near = range.start <= last->end + BEFORE && range.end + BEFORE >= last->start;
    uint64_t start = range.start - minimum_u64(range.start, BEFORE);
    uint64_t end = is_near ? start + CAPACITY : maximum_u64(range.end, range.start + BEFORE);
    return minimum_u64(side->size, end);
}

static bool load(struct change_side *side, struct range range, struct error *error)
{
    struct change_side_part *part = &side->parts[!side->last];
    struct range held = {range.start - minimum_u64(range.start, BEFORE), end_of_load(side, range)};
    if (!part->memory && !(part->memory = malloc(CAPACITY)))
        return error_memory(error, CAPACITY);
    part->held = (struct range){0, 0};
    size_t length = (size_t)range_length(held);
    if (length > 0 && !side->read(side->context, held.start, part->memory, length, error))
        return false;
    part->held = held;
    side->last = !side->last;
    return true;
}

static bool is_held(const struct change_side_part *part, struct range range)
{
    return part->memory && range.start >= part->held.start && range.end <= part->held.end;
}

const unsigned char *change_side_bytes(struct change_side *side, struct range range,
                                       struct error *error)
{
    if (!is_held(&side->parts[side->last], range)) {
        if (is_held(&side->parts[!side->last], range))
            side->last = !side->last;
        else if (!load(side, range, error))
            return NULL;
    }
    const struct change_side_part *part = &side->parts[side->last];
    return part->memory + (range.start - part->held.start);
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
