/* lines.c - where the lines and strings of a file begin and end. */
#include "mapping/lines.h"
#include "mapping/last_data.h"
#include "search/search.h"

enum {
    FIRST_STEP = 16 * 1024, /* bytes of a read; most lines are short */
    LARGEST_STEP = 256 * 1024,
};

struct code_unit line_unit(const struct byte_type *type)
{
    if (!type || !byte_type_is_utf16(type))
        return (struct code_unit){0, 0};
    return (struct code_unit){byte_type_size(type) - 1, byte_type_is_big_endian(type)};
}

/* A stream can be read back to its first held byte. In front of that a newline is assumed. */
static uint64_t lowest(const struct reader *reader, uint64_t limit)
{
    return maximum_u64(limit, mapping_first(reader->mapping));
}

static size_t next_step(size_t step)
{
    return step < LARGEST_STEP ? step * 2 : step;
}

/* ---- newlines -------------------------------------------------------------------------------- */

/*
 * The bytes from range.start on. The first read is around there, because the line before is often
 * wanted next; later ones are ahead.
 */
static const unsigned char *next_bytes(struct reader *reader, struct range range, size_t step,
                                       size_t *length, struct error *error)
{
    return step == FIRST_STEP ? reader_from(reader, range.start, range.end, step, length, error)
                              : reader_ahead(reader, range.start, range.end, step, length, error);
}

bool lines_pass(struct reader *reader, struct range range, uint64_t *count, uint64_t *end,
                struct error *error)
{
    size_t length, unit = reader_unit(reader), step = FIRST_STEP;
    while (*count > 0 && range_length(range) >= unit) {
        struct range data;
        const unsigned char *bytes = next_bytes(reader, range, step, &length, error);
        if (!bytes)
            return false;
        length -= (size_t)rest_of_units(length, unit);
        range.start += newlines_pass(&reader->unit, bytes, length, count);
        if (*count == 0)
            break;
        if (!mapping_next_data(reader->mapping, range, &data, error))
            return false;
        range.start = data.start - rest_of_units(data.start - range.start, unit);
        step = next_step(step);
    }
    *end = *count > 0 ? range.end : range.start;
    return true;
}

/* Moves the end of a range, with units counted back from there, to behind its last data. */
static bool skip_hole_before(const struct reader *reader, struct range *range, struct error *error)
{
    struct range span;
    if (!last_data_span(reader->mapping, *range, &span, error))
        return false;
    range->end = span.end + rest_of_units(range->end - span.end, reader_unit(reader));
    return true;
}

bool lines_pass_back(struct reader *reader, struct range range, uint64_t *count, uint64_t *behind,
                     struct error *error)
{
    size_t length, unit = reader_unit(reader), step = FIRST_STEP;
    range.start += rest_of_units(range_length(range), unit);
    while (*count > 0 && range.start < range.end) {
        const unsigned char *bytes =
            reader_before(reader, range.end, range.start, step, &length, error);
        if (!bytes)
            return false;
        size_t half = (size_t)rest_of_units(length, unit);
        length -= half;
        size_t found = newlines_pass_back(&reader->unit, bytes + half, length, count);
        range.end -= length - found;
        if (*count > 0 && length >= LARGEST_STEP / 2 && !skip_hole_before(reader, &range, error))
            return false;
        step = next_step(step);
    }
    *behind = range.end;
    return true;
}

/* ---- lines ----------------------------------------------------------------------------------- */

bool line_start(struct reader *reader, uint64_t offset, uint64_t limit, uint64_t *start,
                struct error *error)
{
    uint64_t count = 1;
    limit = lowest(reader, limit);
    *start = offset;
    return offset <= limit ||
           lines_pass_back(reader, (struct range){limit, offset}, &count, start, error);
}

bool line_end(struct reader *reader, uint64_t offset, uint64_t limit, uint64_t *end,
              struct error *error)
{
    return lines_forward(reader, (struct range){offset, limit}, 1, end, error);
}

bool lines_forward(struct reader *reader, struct range range, uint64_t count, uint64_t *end,
                   struct error *error)
{
    return lines_pass(reader, range, &count, end, error);
}

bool lines_backward(struct reader *reader, struct range range, uint64_t count, uint64_t *start,
                    struct error *error)
{
    size_t unit = reader_unit(reader);
    range.start = lowest(reader, range.start);
    *start = range.end;
    if (count == 0 || range.end <= range.start || range_length(range) < unit)
        return true;
    range.end -= unit; /* steps over the newline that ends the last line */
    return lines_pass_back(reader, range, &count, start, error);
}

bool line_strip(struct reader *reader, struct range *line, struct error *error)
{
    size_t length, unit = reader_unit(reader);
    if (line->start == line->end || rest_of_units(range_length(*line), unit) != 0)
        return true;
    const unsigned char *bytes =
        reader_before(reader, line->end, line->start, FIRST_STEP, &length, error);
    if (!bytes)
        return false;
    uint64_t count = 1;
    (void)newlines_pass(&reader->unit, bytes + length - unit, unit, &count);
    line->end -= count == 0 ? unit : 0;
    return true;
}

/* ---- strings --------------------------------------------------------------------------------- */

/* The first unit of zeros in a span of whole units, or `length`. */
static size_t zero_forward(const unsigned char *bytes, size_t length, size_t unit)
{
    for (size_t at = 0; at < length; at += unit) {
        at = search_byte_forward(bytes, length, at, 0);
        at -= (size_t)rest_of_units(at, unit);
        size_t zeros = 0;
        while (zeros < unit && at < length && bytes[at + zeros] == 0)
            zeros++;
        if (zeros == unit)
            return at;
    }
    return length;
}

bool string_end(struct reader *reader, struct range range, uint64_t *end, struct error *error)
{
    size_t length, unit = reader_unit(reader);
    *end = range.end;
    while (range_length(range) >= unit) {
        const unsigned char *bytes =
            reader_rising_from(reader, range.start, range.end, &length, error);
        if (!bytes)
            return false;
        length -= (size_t)rest_of_units(length, unit);
        size_t found = zero_forward(bytes, length, unit);
        range.start += found;
        if (found < length) {
            *end = range.start;
            break;
        }
    }
    return true;
}
