/* newlines.c - finds and counts the newlines in a span of memory. */
#include "mapping/newlines.h"
#include "base/checked.h"
#include "base/count.h"
#include "search/search.h"

enum {
    FEW = 8,     /* newlines that are looked for one by one, because counting looks twice */
    PART = 8192, /* bytes that are counted at once: they fit in the first-level cache */
};

static size_t size_of(const struct code_unit *unit)
{
    return unit->more + 1;
}

/* Whether the byte '\n' at `at` belongs to a newline of two bytes. */
static bool is_newline(const struct code_unit *unit, const unsigned char *bytes, size_t at)
{
    return at % 2 == unit->newline && bytes[at ^ 1] == 0;
}

/* The first newline, or `length`. */
static size_t find_forward(const struct code_unit *unit, const unsigned char *bytes, size_t length)
{
    size_t found = search_byte_forward(bytes, length, 0, '\n');
    if (unit->more == 0)
        return found;
    while (found < length && !is_newline(unit, bytes, found))
        found = search_byte_forward(bytes, length, found + 1, '\n');
    return found < length ? found - found % 2 : length;
}

/* The last newline, or SIZE_MAX. */
static size_t find_backward(const struct code_unit *unit, const unsigned char *bytes, size_t length)
{
    size_t found = search_byte_backward(bytes, length, '\n');
    if (unit->more == 0)
        return found;
    while (found != SIZE_MAX && !is_newline(unit, bytes, found))
        found = search_byte_backward(bytes, found, '\n');
    return found != SIZE_MAX ? found - found % 2 : SIZE_MAX;
}

size_t newlines_count(const struct code_unit *unit, const unsigned char *bytes, size_t length)
{
    bool is_first = unit->newline == 0;
    if (unit->more == 0)
        return count_byte(bytes, length, '\n');
    return count_pair(bytes, length, is_first ? '\n' : 0, is_first ? 0 : '\n');
}

/* ---- one by one ------------------------------------------------------------------------------ */

static size_t pass_each(const struct code_unit *unit, const unsigned char *bytes, size_t length,
                        uint64_t *count)
{
    size_t at = 0;
    while (*count > 0) {
        size_t found = at + find_forward(unit, bytes + at, length - at);
        if (found == length)
            return length;
        at = found + size_of(unit);
        --*count;
    }
    return at;
}

static size_t pass_each_back(const struct code_unit *unit, const unsigned char *bytes,
                             size_t length, uint64_t *count)
{
    size_t end = length, at = length;
    while (*count > 0) {
        size_t found = find_backward(unit, bytes, end);
        if (found == SIZE_MAX)
            return 0;
        at = found + size_of(unit);
        end = found;
        --*count;
    }
    return at;
}

/* ---- many ------------------------------------------------------------------------------------ */

size_t newlines_pass(const struct code_unit *unit, const unsigned char *bytes, size_t length,
                     uint64_t *count)
{
    size_t at = 0;
    while (*count > FEW && at < length) {
        size_t part = minimum_size(PART, length - at);
        uint64_t there = newlines_count(unit, bytes + at, part);
        if (there >= *count)
            break;
        *count -= there;
        at += part;
    }
    return at < length ? at + pass_each(unit, bytes + at, length - at, count) : at;
}

size_t newlines_pass_back(const struct code_unit *unit, const unsigned char *bytes, size_t length,
                          uint64_t *count)
{
    while (*count > FEW && length > 0) {
        size_t part = minimum_size(PART, length);
        uint64_t there = newlines_count(unit, bytes + length - part, part);
        if (there >= *count)
            break;
        *count -= there;
        length -= part;
    }
    return pass_each_back(unit, bytes, length, count);
}

/* ---- piece by piece -------------------------------------------------------------------------- */

static void skip_to_start(struct line_target *target, const unsigned char **bytes, size_t *length)
{
    if (target->at >= target->from)
        return;
    size_t skipped = (size_t)minimum_u64(target->from - target->at, *length);
    target->at += skipped;
    *bytes += skipped;
    *length -= skipped;
}

static void join_halves(struct line_target *target, const unsigned char **bytes, size_t *length)
{
    const unsigned char whole[2] = {target->half, **bytes};
    (void)newlines_pass(&target->unit, whole, sizeof whole, &target->newlines);
    target->is_split = false;
    target->at++;
    ++*bytes;
    --*length;
}

void line_target_take(struct line_target *target, const unsigned char *bytes, size_t length)
{
    if (target->offset != UINT64_MAX)
        return;
    skip_to_start(target, &bytes, &length);
    if (target->is_split && length > 0)
        join_halves(target, &bytes, &length);
    size_t half = (size_t)rest_of_units(length, size_of(&target->unit));
    target->at += newlines_pass(&target->unit, bytes, length - half, &target->newlines);
    if (target->newlines > 0 && half > 0) {
        target->half = bytes[length - 1];
        target->is_split = true;
        target->at++;
    }
    if (target->newlines == 0 && target->at >= target->from &&
        !checked_add(target->at, target->bytes, &target->offset))
        target->offset = UINT64_MAX;
}
