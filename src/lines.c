/* lines.c - where the lines of a file begin and end. */
#include "lines.h"
#include "search.h"

enum { LINE_STEP = 64 * 1024 };

bool scan_byte(const struct mapping *mapping, struct range range, unsigned char byte,
               uint64_t *offset, struct error *error)
{
    unsigned char bytes[LINE_STEP];
    while (range.start < range.end) {
        size_t length = (size_t)minimum_u64(LINE_STEP, range_length(range));
        if (!mapping_read(mapping, range.start, bytes, length, error))
            return false;
        size_t found = search_byte_forward(bytes, length, 0, byte);
        range.start += found;
        if (found < length)
            break;
    }
    *offset = range.start;
    return true;
}

bool scan_lines_forward(const struct mapping *mapping, struct range range, uint64_t count,
                        uint64_t *end, struct error *error)
{
    unsigned char bytes[LINE_STEP];
    uint64_t offset = range.start;
    while (count > 0 && offset < range.end) {
        size_t length = (size_t)minimum_u64(LINE_STEP, range.end - offset), at = 0;
        if (!mapping_read(mapping, offset, bytes, length, error))
            return false;
        while (count > 0 && at < length) {
            at = search_byte_forward(bytes, length, at, '\n');
            if (at == length)
                break;
            at++;
            count--;
        }
        offset += at;
    }
    *end = offset;
    return true;
}

bool scan_lines_backward(const struct mapping *mapping, struct range range, uint64_t count,
                         uint64_t *start, struct error *error)
{
    unsigned char bytes[LINE_STEP];
    uint64_t offset = range.end;
    /* The newline that ends the last line does not begin another one. */
    bool at_end = true;
    *start = range.end;
    while (count > 0 && offset > range.start) {
        size_t length = (size_t)minimum_u64(LINE_STEP, offset - range.start), until = length;
        offset -= length;
        if (!mapping_read(mapping, offset, bytes, length, error))
            return false;
        until -= at_end && bytes[length - 1] == '\n';
        at_end = false;
        while (count > 0) {
            size_t found = search_byte_backward(bytes, until, '\n');
            if (found == SIZE_MAX)
                break;
            until = found;
            if (--count == 0) {
                *start = offset + found + 1;
                return true;
            }
        }
    }
    if (count > 0)
        *start = range.start;
    return true;
}

bool scan_line_start(const struct mapping *mapping, uint64_t offset, uint64_t limit,
                     uint64_t *start, struct error *error)
{
    unsigned char bytes[LINE_STEP];
    while (offset > limit) {
        size_t length = (size_t)minimum_u64(LINE_STEP, offset - limit);
        if (!mapping_read(mapping, offset - length, bytes, length, error))
            return false;
        size_t found = search_byte_backward(bytes, length, '\n');
        offset -= length;
        if (found != SIZE_MAX) {
            *start = offset + found + 1;
            return true;
        }
    }
    *start = limit;
    return true;
}

bool scan_line_end(const struct mapping *mapping, uint64_t offset, uint64_t limit, uint64_t *end,
                   struct error *error)
{
    return scan_lines_forward(mapping, (struct range){offset, limit}, 1, end, error);
}
