/* line_runs.c - a compact set of lines. */
#include "commands/line_runs.h"

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

bool line_runs_add(struct line_runs *runs, struct range line, struct error *error)
{
    struct range *lowest = &runs->lowest;
    if (line_runs_is_empty(runs)) {
        *lowest = line;
        return true;
    }
    if (line.end < lowest->start) {
        if (!push(&runs->above, range_length(*lowest), error) ||
            !push(&runs->above, lowest->start - line.end, error))
            return false;
        lowest->end = line.end;
    }
    lowest->start = line.start;
    return true;
}

bool line_runs_take(struct line_runs *runs, struct range *run)
{
    struct range *lowest = &runs->lowest;
    *run = *lowest;
    if (line_runs_is_empty(runs))
        return false;
    lowest->start = lowest->end;
    if (runs->above.length > 0) {
        lowest->start = lowest->end + pop(&runs->above);
        lowest->end = lowest->start + pop(&runs->above);
    }
    return true;
}

void line_runs_release(struct line_runs *runs)
{
    buffer_release(&runs->above);
    *runs = (struct line_runs){0};
}
