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

/* Whether the byte '\n' at `at` belongs to a newline, in a span of whole units of two bytes. */
static bool is_newline(const struct code_unit *unit, const unsigned char *bytes, size_t at)
{
    return at % 2 == unit->newline && bytes[at ^ 1] == 0;
}

/* The first newline in a span of whole units, or `length`. */
static size_t newline_forward(const struct reader *reader, const unsigned char *bytes,
                              size_t length)
{
    size_t found = search_byte_forward(bytes, length, 0, '\n');
    if (reader_unit(reader) == 1)
        return found;
    while (found < length && !is_newline(&reader->unit, bytes, found))
        found = search_byte_forward(bytes, length, found + 1, '\n');
    return found < length ? found - found % 2 : length;
}

/* The last newline in a span of whole units, or SIZE_MAX. */
static size_t newline_backward(const struct reader *reader, const unsigned char *bytes,
                               size_t length)
{
    size_t found = search_byte_backward(bytes, length, '\n');
    if (reader_unit(reader) == 1)
        return found;
    while (found != SIZE_MAX && !is_newline(&reader->unit, bytes, found))
        found = search_byte_backward(bytes, found, '\n');
    return found != SIZE_MAX ? found - found % 2 : SIZE_MAX;
}

/* The first newline in the range, or range.end. Skips holes. */
static bool find_newline(struct reader *reader, struct range range, uint64_t *newline,
                         struct error *error)
{
    size_t length, unit = reader_unit(reader), step = FIRST_STEP;
    *newline = range.end;
    while (range.start < range.end && range_length(range) >= unit) {
        struct range data = range;
        const unsigned char *bytes =
            reader_from(reader, range.start, range.end, step, &length, error);
        if (!bytes)
            return false;
        length -= (size_t)rest_of_units(length, unit);
        size_t found = newline_forward(reader, bytes, length);
        data.start = range.start + found;
        if (found < length) {
            *newline = data.start;
            break;
        }
        range.start = data.start;
        if (!mapping_next_data(reader->mapping, data, &data, error))
            return false;
        range.start = data.start - rest_of_units(data.start - range.start, unit);
        step = next_step(step);
    }
    return true;
}

/* The end of the last newline in the range, or the start of its first unit. Units are counted back
 * from range.end. */
static bool find_newline_before(struct reader *reader, struct range range, uint64_t *behind,
                                struct error *error)
{
    size_t length, unit = reader_unit(reader), step = FIRST_STEP;
    range.start += rest_of_units(range_length(range), unit);
    while (range.start < range.end) {
        struct range span = range;
        const unsigned char *bytes =
            reader_before(reader, range.end, range.start, step, &length, error);
        if (!bytes)
            return false;
        size_t half = (size_t)rest_of_units(length, unit);
        bytes += half;
        length -= half;
        size_t found = newline_backward(reader, bytes, length);
        range.end -= length;
        if (found != SIZE_MAX) {
            range.end += found + unit;
            break;
        }
        span.end = range.end;
        if (length >= LARGEST_STEP / 2) {
            if (!last_data_span(reader->mapping, span, &span, error))
                return false;
            range.end = span.end + rest_of_units(range.end - span.end, unit);
        }
        step = next_step(step);
    }
    *behind = range.end;
    return true;
}

/* ---- lines ----------------------------------------------------------------------------------- */

bool line_start(struct reader *reader, uint64_t offset, uint64_t limit, uint64_t *start,
                struct error *error)
{
    limit = lowest(reader, limit);
    *start = offset;
    return offset <= limit ||
           find_newline_before(reader, (struct range){limit, offset}, start, error);
}

bool line_end(struct reader *reader, uint64_t offset, uint64_t limit, uint64_t *end,
              struct error *error)
{
    return lines_forward(reader, (struct range){offset, limit}, 1, end, error);
}

bool lines_pass(struct reader *reader, struct range range, uint64_t *count, uint64_t *end,
                struct error *error)
{
    size_t unit = reader_unit(reader);
    *end = range.start;
    while (*count > 0 && range.start < range.end) {
        uint64_t newline;
        if (!find_newline(reader, range, &newline, error))
            return false;
        bool whole = newline < range.end;
        *end = range.start = whole ? newline + unit : range.end;
        *count -= whole;
    }
    return true;
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
    while (count-- > 0 && *start > range.start && *start - range.start >= unit) {
        /* Step over the newline that ends the line before. */
        if (!line_start(reader, *start - unit, range.start, start, error))
            return false;
    }
    return true;
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
    bytes += length - unit;
    bool is_line = bytes[reader->unit.newline] == '\n' &&
                   (unit == 1 || is_newline(&reader->unit, bytes, reader->unit.newline));
    line->end -= is_line ? unit : 0;
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
