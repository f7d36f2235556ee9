/*
 * test_lines.c - lines and strings of bytes and of units are where a walk from unit to unit
 * finds them, in any reader, across holes and from any offset.
 */
#define _GNU_SOURCE
#include "scratch_files.h"

#include "mapping/lines.h"

enum { BLOCK = 4096, MOST_LENGTH = 96 * BLOCK };

struct text {
    unsigned char bytes[MOST_LENGTH];
    size_t length;
};

static size_t unit_size(const struct code_unit *unit)
{
    return unit->more + 1;
}

/* ---- the reference --------------------------------------------------------------------------- */

static bool is_newline(const struct text *text, uint64_t at, const struct code_unit *unit)
{
    for (size_t i = 0; i < unit_size(unit); i++)
        if (text->bytes[at + i] != (i == unit->newline ? '\n' : 0))
            return false;
    return true;
}

static uint64_t walk_forward(const struct text *text, struct range range, uint64_t count,
                             const struct code_unit *unit)
{
    uint64_t at = range.start;
    while (count > 0 && at < range.end) {
        if (range.end - at < unit_size(unit))
            return range.end;
        count -= is_newline(text, at, unit);
        at += unit_size(unit);
    }
    return at;
}

static uint64_t count_newlines(const struct text *text, struct range range,
                               const struct code_unit *unit)
{
    uint64_t count = 0;
    for (; range_length(range) >= unit_size(unit); range.start += unit_size(unit))
        count += is_newline(text, range.start, unit);
    return count;
}

/* Backwards to behind the newline before, not to the front of range.start. */
static uint64_t walk_backward(const struct text *text, struct range range,
                              const struct code_unit *unit)
{
    uint64_t at = range.end;
    while (at >= range.start + unit_size(unit) && !is_newline(text, at - unit_size(unit), unit))
        at -= unit_size(unit);
    return at;
}

static uint64_t walk_lines_backward(const struct text *text, struct range range, uint64_t count,
                                    const struct code_unit *unit)
{
    uint64_t at = range.end;
    for (; count > 0 && at >= range.start + unit_size(unit); count--)
        at = walk_backward(text, (struct range){range.start, at - unit_size(unit)}, unit);
    return at;
}

static uint64_t walk_string(const struct text *text, struct range range, size_t unit)
{
    for (uint64_t at = range.start; at + unit <= range.end; at += unit) {
        size_t zeros = 0;
        while (zeros < unit && text->bytes[at + zeros] == 0)
            zeros++;
        if (zeros == unit)
            return at;
    }
    return range.end;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Few bytes differ, so that halves of newlines stand everywhere; lines are short or long. */
static void random_text(struct text *text)
{
    static const unsigned char bytes[] = {0, '\n', 'a', 1};
    text->length = unit_below(unit_below(3) ? 64 : MOST_LENGTH);
    uint64_t kinds = 2 + unit_below(3), rare = unit_below(2) ? 1 : 5000;
    for (size_t i = 0; i < text->length; i++)
        text->bytes[i] = unit_below(rare) ? 'b' : bytes[unit_below(kinds)];
    if (text->length > 4 * BLOCK && unit_below(2)) {
        size_t start = unit_below(text->length);
        memset(text->bytes + start, 0, unit_below(text->length - start));
    }
}

/* ---- the comparison -------------------------------------------------------------------------- */

static struct range random_range(const struct text *text)
{
    struct range range = {unit_below(text->length + 1), text->length};
    range.end -= unit_below(3) ? 0 : unit_below(text->length - range.start + 1);
    return range;
}

static void check_lines(const struct text *text, struct reader *reader)
{
    const struct code_unit *unit = &reader->unit;
    struct error error = {0};
    struct range range = random_range(text), line;
    uint64_t count = unit_below(unit_below(3) ? 4 : MOST_LENGTH / 4), found = 0, left = count;
    CHECK(lines_forward(reader, range, count, &found, &error));
    CHECK(found == walk_forward(text, range, count, unit));
    CHECK(lines_pass(reader, range, &left, &line.end, &error));
    CHECK(line.end == (left > 0 ? range.end : found));
    CHECK(count - left == count_newlines(text, (struct range){range.start, found}, unit));
    CHECK(lines_backward(reader, range, count, &found, &error));
    CHECK(found == walk_lines_backward(text, range, count, unit));
    CHECK(line_start(reader, range.end, range.start, &line.start, &error));
    CHECK(line.start == walk_backward(text, range, unit));
    CHECK(line_end(reader, line.start, range.end, &line.end, &error));
    CHECK(line.end == walk_forward(text, (struct range){line.start, range.end}, 1, unit));
    bool ends = range_length(line) >= unit_size(unit) &&
                range_length(line) % unit_size(unit) == 0 &&
                is_newline(text, line.end - unit_size(unit), unit);
    found = line.end - (ends ? unit_size(unit) : 0);
    CHECK(line_strip(reader, &line, &error) && line.end == found);
}

static void random_lines(void)
{
    static const struct code_unit units[] = {{0, 0}, {1, 0}, {1, 1}};
    static struct text text;
    for (unsigned long i = 0; i < unit_rounds(300); i++) {
        struct mapping mapping;
        struct error error = {0};
        random_text(&text);
        scratch_sparse("f", text.bytes, text.length);
        CHECK_SAY(mapping_open(&mapping, "f", 0, &error), "%s", error.message);
        for (size_t kind = 0; kind < sizeof units / sizeof *units; kind++) {
            struct reader reader = {.mapping = &mapping, .unit = units[kind]};
            for (int j = 0; j < 8; j++)
                check_lines(&text, &reader);
            reader_release(&reader);
        }
        for (size_t unit = 1; unit <= 8; unit *= 2) {
            struct reader reader = {.mapping = &mapping, .unit = {unit - 1, 0}};
            struct range range = random_range(&text);
            while (range.start < range.end) {
                uint64_t end = 0;
                CHECK(string_end(&reader, range, &end, &error));
                CHECK(end == walk_string(&text, range, unit));
                range.start = end + unit_below(unit_below(2) ? 5 : 50000);
            }
            reader_release(&reader);
        }
        CHECK(mapping_close(&mapping, &error));
    }
}

static void types_have_units(void)
{
    struct error error;
    struct code_unit byte = line_unit(NULL), number = line_unit(byte_type_find("u32le", &error));
    struct code_unit little = line_unit(byte_type_find("utf16le", &error));
    struct code_unit big = line_unit(byte_type_find("utf16be", &error));
    CHECK(byte.more == 0 && number.more == 0);
    CHECK(little.more == 1 && little.newline == 0 && big.more == 1 && big.newline == 1);
}

static const struct unit_case cases[] = {
    {"random texts, with holes, of bytes and of both orders of UTF-16", random_lines},
    {"lines are of UTF-16 units or of bytes", types_have_units},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
