/*
 * test_positions.c - lines as positions against a table of all line starts, made unit by unit.
 */
#define _GNU_SOURCE
#include "scratch_files.h"

#include "mapping/positions.h"

enum { PAGE = 4096, MOST_LENGTH = 40 * PAGE };

struct text {
    unsigned char bytes[MOST_LENGTH];
    size_t length;
    uint64_t starts[MOST_LENGTH + 1]; /* of lines */
    uint64_t lines;
};

/* ---- the reference --------------------------------------------------------------------------- */

static size_t unit_of(const struct byte_type *type)
{
    return type && byte_type_is_utf16(type) ? 2 : 1;
}

static bool is_newline(const struct byte_type *type, const unsigned char *at)
{
    if (unit_of(type) == 1)
        return *at == '\n';
    bool big = byte_type_is_big_endian(type);
    return at[big] == '\n' && at[!big] == 0;
}

static void list_lines(struct text *text, const struct byte_type *type)
{
    size_t unit = unit_of(type);
    bool starts = true;
    text->lines = 0;
    for (size_t at = 0; at < text->length; at += unit) {
        if (starts)
            text->starts[text->lines++] = at;
        starts = at + unit <= text->length && is_newline(type, text->bytes + at);
    }
}

/* The offset of line `number`, negative from the end; false if it is not there. */
static bool offset_of(const struct text *text, int64_t number, uint64_t *offset)
{
    uint64_t index = (uint64_t)(number < 0 ? -number : number - 1);
    if (number < 0) {
        *offset = 0;
        if (index > text->lines)
            return false;
        index = text->lines - index;
    }
    *offset = index < text->lines ? text->starts[index] : text->length;
    return index <= text->lines;
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void random_text(struct text *text)
{
    static const unsigned char bytes[] = {0, '\n', '\r', 'a'};
    size_t near_page = PAGE * (1 + unit_below(3)) - 2 + unit_below(5);
    text->length = unit_below(3) ? unit_below(40) : unit_below(4) ? near_page : MOST_LENGTH - 3;
    uint64_t kinds = 1 + unit_below(4), rare = unit_below(2) ? 1 : 3000;
    for (size_t i = 0; i < text->length; i++)
        text->bytes[i] = unit_below(rare) ? 'b' : bytes[unit_below(kinds)];
    if (unit_below(4) == 0)
        memset(text->bytes, '\n', text->length);
    if (text->length > 0 && unit_below(3) == 0)
        text->bytes[text->length - 1] = '\n';
}

/* A line of the text, or one that is a little beyond it. */
static int64_t random_line(const struct text *text)
{
    int64_t number = (int64_t)(unit_below(2) ? unit_below(4) : unit_below(text->lines + 4)) + 1;
    if (unit_below(4) == 0)
        number = (int64_t)text->lines + (int64_t)unit_below(4);
    number = number > 0 ? number : 1;
    return unit_below(2) ? number : -number;
}

/* ---- the comparison -------------------------------------------------------------------------- */

static void check_line(const struct text *text, const struct mapping *mapping,
                       const struct byte_type *type)
{
    struct error error = {0};
    int64_t number = random_line(text);
    uint64_t expected, found = 0;
    char name[32];
    snprintf(name, sizeof name, "L%" PRId64, number);
    bool there = offset_of(text, number, &expected);
    bool done = positions_offset(mapping, type, name, &found, &error);
    CHECK_SAY(done == there && (!there || found == expected),
              "(%s of %" PRIu64 " lines, %zu bytes: %" PRIu64 ", not %" PRIu64 " %s)", name,
              text->lines, text->length, found, expected, error.message);
    char lines[64];
    snprintf(lines, sizeof lines, "(the file has %" PRIu64 " line%s)", text->lines,
             text->lines == 1 ? "" : "s");
    CHECK_SAY(there || strstr(error.message, lines), "%s: %s", error.message, lines);
}

static void check_range(const struct text *text, const struct mapping *mapping,
                        const struct byte_type *type)
{
    struct error error = {0};
    int64_t first = random_line(text), second = random_line(text);
    struct range range = {77, 77};
    uint64_t start, end;
    char name[64];
    snprintf(name, sizeof name, "L%" PRId64 ":L%" PRId64, first, second);
    bool there = offset_of(text, first, &start);
    there = offset_of(text, second, &end) && there;
    struct range_spec spec;
    CHECK(range_parse(name, &spec, &error) &&
          positions_settle(mapping, type, POSITIONS_CLAMP, &spec, &error));
    range = range_resolve_clamped(&spec, mapping->size);
    CHECK_SAY(range.start == start && range.end == maximum_u64(start, end), "%s", name);
    bool done = positions_range(mapping, type, name, &range, &error);
    CHECK_SAY(done == (there && start <= end), "%s: %s", name, error.message);
    CHECK(!done || (range.start == start && range.end == end));
}

static void random_positions(void)
{
    static const char *const types[] = {"text", "utf16le", "utf16be", "u32le"};
    static struct text text;
    for (unsigned long i = 0; i < unit_rounds(200); i++) {
        struct mapping mapping;
        struct error error = {0};
        random_text(&text);
        scratch_sparse("f", text.bytes, text.length);
        CHECK_SAY(mapping_open(&mapping, "f", 0, &error), "%s", error.message);
        for (size_t j = 0; j < sizeof types / sizeof *types; j++) {
            const struct byte_type *type = byte_type_find(types[j], &error);
            list_lines(&text, type);
            for (int round = 0; round < 8; round++) {
                check_line(&text, &mapping, type);
                check_range(&text, &mapping, type);
            }
        }
        CHECK(mapping_close(&mapping, &error));
    }
}

/* ---- piece by piece -------------------------------------------------------------------------- */

static void check_target(const struct text *text, const struct byte_type *type)
{
    uint64_t number = 1 + unit_below(text->lines + 3), expected, bytes = unit_below(3);
    struct line_target target = {line_unit(type), .newlines = number - 1, .bytes = bytes};
    target.offset = UINT64_MAX;
    size_t most = 1 + unit_below(unit_below(2) ? 3 : MOST_LENGTH);
    for (size_t at = 0; at < text->length;) {
        size_t length = minimum_size(1 + unit_below(most), text->length - at);
        line_target_take(&target, text->bytes + at, length);
        at += length;
    }
    line_target_take(&target, NULL, 0);
    (void)offset_of(text, (int64_t)number, &expected);
    /* Behind a last line without a newline no line is known to start: more bytes may come. */
    bool newline = text->length > 0 && text->length % unit_of(type) == 0 &&
                   is_newline(type, text->bytes + text->length - unit_of(type));
    bool known = number <= text->lines || number == 1 || (number == text->lines + 1 && newline);
    CHECK_SAY(target.offset == (known ? expected + bytes : UINT64_MAX),
              "(L%" PRIu64 " of %" PRIu64 " lines, %zu bytes: %" PRIu64 ")", number, text->lines,
              text->length, target.offset);
}

static void random_pieces(void)
{
    static const char *const types[] = {"text", "utf16le", "utf16be"};
    static struct text text;
    for (unsigned long i = 0; i < unit_rounds(200); i++) {
        struct error error = {0};
        const struct byte_type *type = byte_type_find(types[unit_below(3)], &error);
        random_text(&text);
        list_lines(&text, type);
        check_target(&text, type);
    }
}

static const struct unit_case cases[] = {
    {"lines are where a walk from unit to unit finds them", random_positions},
    {"a line is found in pieces of any length", random_pieces},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
