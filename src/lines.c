/* lines.c - where the lines of a file begin and end. */
#include "lines.h"
#include "data_runs.h"
#include "search.h"

enum {
    FIRST_STEP = 16 * 1024, /* read at once; lines are mostly short */
    LARGEST_STEP = 256 * 1024,
};

static size_t next_step(size_t step)
{
    return step < LARGEST_STEP ? step * 2 : step;
}

/* The first `byte` in the range, or range.end. A hole is skipped, `byte` not being 0. */
static bool find_byte(struct window *window, struct range range, unsigned char byte,
                      uint64_t *offset, struct error *error)
{
    size_t length, step = FIRST_STEP;
    while (range.start < range.end) {
        struct range data = range;
        const unsigned char *bytes =
            window_from(window, range.start, range.end, step, &length, error);
        if (!bytes)
            return false;
        size_t found = search_byte_forward(bytes, length, 0, byte);
        range.start += found;
        if (found < length)
            break;
        data.start = range.start;
        if (byte != 0 && !mapping_next_data(window->mapping, data, &data, error))
            return false;
        range.start = data.start;
        step = next_step(step);
    }
    *offset = range.start;
    return true;
}

/* What is behind the last newline in the range, or range.start. */
static bool find_newline_before(struct window *window, struct range range, uint64_t *behind,
                                struct error *error)
{
    size_t length, step = FIRST_STEP;
    while (range.start < range.end) {
        struct range span = range;
        const unsigned char *bytes =
            window_before(window, range.end, range.start, step, &length, error);
        if (!bytes)
            return false;
        size_t found = search_byte_backward(bytes, length, '\n');
        range.end -= length;
        if (found != SIZE_MAX) {
            range.end += found + 1;
            break;
        }
        span.end = range.end;
        if (length >= LARGEST_STEP / 2) {
            if (!data_last_span(window->mapping, span, &span, error))
                return false;
            range.end = span.end;
        }
        step = next_step(step);
    }
    *behind = range.end;
    return true;
}

bool line_start(struct window *window, uint64_t offset, uint64_t limit, uint64_t *start,
                struct error *error)
{
    *start = offset;
    return offset <= limit ||
           find_newline_before(window, (struct range){limit, offset}, start, error);
}

bool line_end(struct window *window, uint64_t offset, uint64_t limit, uint64_t *end,
              struct error *error)
{
    return lines_forward(window, (struct range){offset, limit}, 1, end, error);
}

bool lines_forward(struct window *window, struct range range, uint64_t count, uint64_t *end,
                   struct error *error)
{
    *end = range.start;
    while (count-- > 0 && range.start < range.end) {
        uint64_t newline;
        if (!find_byte(window, range, '\n', &newline, error))
            return false;
        *end = range.start = newline < range.end ? newline + 1 : range.end;
    }
    return true;
}

bool lines_backward(struct window *window, struct range range, uint64_t count, uint64_t *start,
                    struct error *error)
{
    *start = range.end;
    while (count-- > 0 && *start > range.start) {
        /* The newline right before ends the line that is looked for. */
        if (!line_start(window, *start - 1, range.start, start, error))
            return false;
    }
    return true;
}

bool scan_byte(const struct mapping *mapping, struct range range, unsigned char byte,
               uint64_t *offset, struct error *error)
{
    struct window window = {.mapping = mapping};
    bool done = find_byte(&window, range, byte, offset, error);
    window_release(&window);
    return done;
}
