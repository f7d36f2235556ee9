/* find_number.c - find --line-number: the numbers of lines. */
#include "commands/find_number.h"
#include "mapping/last_data.h"

/* Bytes without a newline after which there may be a hole: look for its end. */
enum { STEP = 256 * 1024 };

void line_numbers_release(struct line_numbers *numbers)
{
    reader_release(&numbers->reader);
}

/* Moves `*at` over the hole, if it is in one, by whole units but not past `end`. */
static bool skip_hole(const struct reader *reader, uint64_t *at, uint64_t end, struct error *error)
{
    struct range data = {*at, end};
    if (!mapping_next_data(reader->mapping, data, &data, error))
        return false;
    *at = data.start - rest_of_units(data.start - *at, reader_unit(reader));
    return true;
}

static bool skip_hole_before(const struct reader *reader, uint64_t *at, uint64_t start,
                             struct error *error)
{
    struct range span = {start, *at};
    if (!last_data_span(reader->mapping, span, &span, error))
        return false;
    *at = span.end + rest_of_units(*at - span.end, reader_unit(reader));
    return true;
}

static bool move_forward(struct reader *reader, struct line_count *count, uint64_t offset,
                         struct error *error)
{
    while (count->at < offset) {
        size_t length;
        const unsigned char *bytes = reader_rising_from(reader, count->at, offset, &length, error);
        if (!bytes)
            return false;
        length -= (size_t)rest_of_units(length, reader_unit(reader));
        size_t newlines = newlines_count(&reader->unit, bytes, length);
        count->newlines += newlines;
        count->at += length;
        if (newlines == 0 && length >= STEP / 4 && count->at < offset &&
            !skip_hole(reader, &count->at, offset, error))
            return false;
    }
    return true;
}

static bool move_backward(struct reader *reader, struct line_count *count, uint64_t offset,
                          struct error *error)
{
    while (count->at > offset) {
        size_t length;
        const unsigned char *bytes = reader_before(reader, count->at, offset, STEP, &length, error);
        if (!bytes)
            return false;
        size_t half = (size_t)rest_of_units(length, reader_unit(reader));
        size_t newlines = newlines_count(&reader->unit, bytes + half, length - half);
        count->newlines -= newlines;
        count->at -= length - half;
        if (newlines == 0 && length >= STEP / 4 && count->at > offset &&
            !skip_hole_before(reader, &count->at, offset, error))
            return false;
    }
    return true;
}

static bool move_to(struct line_numbers *numbers, uint64_t offset, struct line_count **count,
                    struct error *error)
{
    struct reader *reader = &numbers->reader;
    uint64_t parity = rest_of_units(offset, reader_unit(reader));
    *count = &numbers->last[parity];
    if ((*count)->at == 0)
        (*count)->at = parity;
    return offset >= (*count)->at ? move_forward(reader, *count, offset, error)
                                  : move_backward(reader, *count, offset, error);
}

bool line_number(struct line_numbers *numbers, uint64_t offset, uint64_t *number,
                 struct error *error)
{
    struct line_count *count;
    if (!move_to(numbers, offset, &count, error))
        return false;
    *number = count->newlines + 1;
    return true;
}

bool line_numbers_pass(struct line_numbers *numbers, uint64_t offset, struct error *error)
{
    struct line_count *count;
    bool done = move_to(numbers, offset, &count, error);
    if (!done || reader_unit(&numbers->reader) == 1 || offset == 0)
        return done;
    return move_to(numbers, offset - 1, &count, error);
}
