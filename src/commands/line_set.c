/* line_set.c - a compact set of lines. */
#include "commands/line_set.h"

enum {
    FIRST = 0x80, /* marks the first byte of a number: the last one that pop() reads */
    DIGIT_BITS = 7,
    DIGIT = 0x7f,
};

/* Appends a number, lowest bits first, so that pop() can read it backwards. */
static bool push(struct buffer *buffer, uint64_t number, struct error *error)
{
    unsigned char first = (unsigned char)((number & DIGIT) | FIRST);
    bool done = buffer_append_byte(buffer, first, error);
    while (done && (number >>= DIGIT_BITS) > 0)
        done = buffer_append_byte(buffer, number & DIGIT, error);
    return done;
}

static uint64_t pop(struct buffer *buffer)
{
    uint64_t number = 0;
    unsigned char byte;
    do {
        byte = buffer->data[--buffer->length];
        number = number << DIGIT_BITS | (byte & DIGIT);
    } while (!(byte & FIRST));
    return number;
}

bool line_set_add(struct line_set *set, struct range line, struct error *error)
{
    struct range *lowest = &set->lowest;
    if (line_set_is_empty(set)) {
        *lowest = line;
        return true;
    }
    if (line.end < lowest->start) {
        if (!push(&set->above, range_length(*lowest), error) ||
            !push(&set->above, lowest->start - line.end, error))
            return false;
        lowest->end = line.end;
    }
    lowest->start = line.start;
    return true;
}

bool line_set_take(struct line_set *set, struct range *lines)
{
    struct range *lowest = &set->lowest;
    *lines = *lowest;
    if (line_set_is_empty(set))
        return false;
    lowest->start = lowest->end;
    if (set->above.length > 0) {
        lowest->start = lowest->end + pop(&set->above);
        lowest->end = lowest->start + pop(&set->above);
    }
    return true;
}

void line_set_release(struct line_set *set)
{
    buffer_release(&set->above);
    *set = (struct line_set){0};
}
