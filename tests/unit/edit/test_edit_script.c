/* test_edit_script.c - edit scripts, read and printed. */
#include "edit/script.h"
#include "base/escape.h"
#include "base/range.h"
#include "unit.h"

#include <inttypes.h>

/* A copy that ends where the script ends, so that a read behind it is seen. */
static unsigned char *exact_copy(const void *text, size_t length)
{
    unsigned char *copy = malloc(length > 0 ? length : 1);
    if (!copy)
        exit(1);
    return length > 0 ? memcpy(copy, text, length) : copy;
}

/* Whether the field stands for these bytes, taken as a whole and in parts. */
static bool field_is(const struct edit_field *field, const void *bytes, size_t length)
{
    struct error error = {0};
    struct buffer whole = {0}, parts = {0};
    struct edit_field rest = *field;
    unsigned char part[16];
    size_t taken;
    buffer_append(&whole, "kept", 4, &error);
    bool same = edit_field_decode(field, &whole, &error) && field->length == length &&
                whole.length == 4 + length && !memcmp(whole.data + 4, bytes, length);
    while ((taken = edit_field_take(&rest, part, ESCAPE_MAX + unit_below(12))) > 0)
        buffer_append(&parts, part, taken, &error);
    same = same && parts.length == length && rest.length == 0 &&
           (length == 0 || !memcmp(parts.data, bytes, length));
    buffer_release(&whole);
    buffer_release(&parts);
    return same;
}

/* Whether a script of one edit has this OLD. */
static void check_old(const char *old, enum edit_field_kind kind, const char *bytes, size_t length)
{
    struct error error = {0};
    struct edit_line line;
    size_t position = 0;
    char script[200];
    int script_length = snprintf(script, sizeof script, "16 %s -", old);
    unsigned char *text = exact_copy(script, (size_t)script_length);
    enum edit_script_result result =
        edit_script_next(text, (size_t)script_length, &position, &line, &error);
    CHECK_SAY(result == EDIT_SCRIPT_LINE, "%s: %s", script, error.message);
    if (result == EDIT_SCRIPT_LINE) {
        CHECK(line.offset == 16 && line.position == 0 && position == (size_t)script_length);
        CHECK(line.old_bytes.kind == kind && line.new_bytes.length == 0);
        CHECK_SAY(field_is(&line.old_bytes, bytes, length), "%s", script);
    }
    free(text);
}
#define OLD_IS(old, kind, bytes) check_old(old, kind, bytes, sizeof(bytes) - 1)

static void all_forms_of_a_field(void)
{
    OLD_IS("4865", EDIT_FIELD_HEX, "He");
    OLD_IS("0x4865", EDIT_FIELD_HEX, "He");
    OLD_IS("fFeE", EDIT_FIELD_HEX, "\xff\xee");
    OLD_IS("0X00", EDIT_FIELD_HEX, "\0");
    OLD_IS("-", EDIT_FIELD_HEX, "");
    OLD_IS("+3", EDIT_FIELD_COUNT, "\0\0\0");
    OLD_IS("+0", EDIT_FIELD_COUNT, "");
    OLD_IS("+0x10", EDIT_FIELD_COUNT, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    OLD_IS("\"\"", EDIT_FIELD_QUOTED, "");
    OLD_IS("\"a # b\"", EDIT_FIELD_QUOTED, "a # b");
    OLD_IS("\"say \\\"hi\\\" \\\\\"", EDIT_FIELD_QUOTED, "say \"hi\" \\");
    OLD_IS("\"\\n\\0\\x41B\\u20ac\\377\"", EDIT_FIELD_QUOTED,
           "\n\0"
           "AB\xe2\x82\xac\xff");
    OLD_IS("\"\\u20ac\\u20ac\\u20ac\\u20ac\"", EDIT_FIELD_QUOTED,
           "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac");
    OLD_IS("\"\xc3\xa9\xff\"", EDIT_FIELD_QUOTED, "\xc3\xa9\xff");
}

/* Fields of all kinds, longer than what is taken at once: no byte is lost, and none written behind
 * the room. */
static void long_fields_are_taken_in_parts(void)
{
    static const char *const quotes[] = {"\"", ""};
    for (unsigned kind = 0; kind < 2; kind++)
        for (size_t room = ESCAPE_MAX; room < 40; room++) {
            char digits[201], script[300];
            unsigned char out[50], got[220];
            struct error error = {0};
            struct edit_line line;
            size_t position = 0, done = 0, taken;
            for (size_t i = 0; i < 200; i++)
                digits[i] = "0123456789abcdef"[i * 7 % 16];
            digits[200] = 0;
            snprintf(script, sizeof script, "0 - %s%s%s", quotes[kind], digits, quotes[kind]);
            CHECK(edit_script_next((const unsigned char *)script, strlen(script), &position, &line,
                                   &error) == EDIT_SCRIPT_LINE);
            do {
                memset(out, 0x55, sizeof out);
                taken = edit_field_take(&line.new_bytes, out, room);
                CHECK(taken <= room && out[room] == 0x55);
                memcpy(got + done, out, taken);
                done += taken;
            } while (taken > 0 && done <= 200);
            CHECK(done == (kind == 0 ? 200 : 100) && line.new_bytes.length == 0);
            CHECK(kind != 0 || !memcmp(got, digits, 200));
            CHECK(kind != 1 || (got[0] == 0x07 && got[1] == 0xe5));
        }
}

static void check_bad(const char *script, size_t length, const char *message)
{
    struct error error = {0};
    struct edit_line line;
    size_t position = 0;
    unsigned char *text = exact_copy(script, length);
    CHECK_SAY(edit_script_next(text, length, &position, &line, &error) == EDIT_SCRIPT_BAD, "%s",
              script);
    CHECK_SAY(!strcmp(error.message, message), "%s", error.message);
    CHECK(position == 0);
    free(text);
}
#define BAD(script, message) check_bad(script, sizeof(script) - 1, message)

static void faults_are_named(void)
{
    BAD("x 00 01", "offset \"x\" is not a number "
                   "(decimal, 0x, 0o or 0b; K M G ... after a decimal)");
    BAD("-8 00 01", "offset \"-8\" is not a number "
                    "(decimal, 0x, 0o or 0b; K M G ... after a decimal)");
    BAD("8E 00 01", "offset \"8E\" is too large (at most 9223372036854775807)");
    BAD("5", "OLD is missing (an edit is OFFSET OLD NEW)");
    BAD("5 # 00 01", "OLD is missing (an edit is OFFSET OLD NEW)");
    BAD("5 00 ", "NEW is missing (an edit is OFFSET OLD NEW)");
    BAD("5 00 \n01", "NEW is missing (an edit is OFFSET OLD NEW)");
    BAD("5 00 01 02", "NEW: \"0\" at column 9 follows it, where only a # comment may");
    BAD("5 0g 01", "OLD: \"g\" at column 4 is not a hex digit (hex digits, \"text\", - or +N)");
    BAD("5 00 0", "NEW: an odd number of hex digits (1)");
    BAD("5 000 01", "OLD: an odd number of hex digits (3)");
    BAD("5 0x 01", "OLD: no hex digits after 0x");
    BAD("5 00\r01", "OLD: \"\\r\" at column 5 is not a hex digit (hex digits, \"text\", - or +N)");
    BAD("5 00\0 01",
        "OLD: \"\\x00\" at column 5 is not a hex digit (hex digits, \"text\", - or +N)");
    BAD("5 00 \"abc", "NEW: the quote at column 6 is not closed");
    BAD("5 00 \"abc\n\"", "NEW: the quote at column 6 is not closed");
    BAD("5 00 \"abc\\\"", "NEW: the quote at column 6 is not closed");
    BAD("5 00 \"abc\\", "column 10: the backslash ends the text (\\\\ is a backslash)");
    BAD("5 00 \"\\x4\"", "column 7: \\x needs two hex digits");
    BAD("5 00 \"a\"b", "NEW: \"b\" at column 9 follows the closing quote");
    BAD("5 00 -1", "NEW: \"1\" at column 7 follows the - for nothing");
    BAD("5 +x 00", "OLD \"x\" is not a number (decimal, 0x, 0o or 0b; K M G ... after a decimal)");
    BAD("5 + 00", "OLD \"\" is not a number (decimal, 0x, 0o or 0b; K M G ... after a decimal)");
    BAD("5 +9E 00", "OLD \"9E\" is too large (at most 9223372036854775807)");
    BAD("9223372036854775807 +1 -",
        "OLD reaches past the end of any file (length 1 at 9223372036854775807)");
}

static void comments_blanks_and_crlf(void)
{
    static const char script[] =
        "# head\r\n\n  \t \r\n1 00 01# tight\r\n\t0x10\t\t-  \"#\" # loose\n"
        "\n3 +1 +2\r";
    struct error error = {0};
    struct edit_line line;
    size_t position = 0, length = sizeof script - 1;
    unsigned char *text = exact_copy(script, length);
    CHECK(edit_script_next(text, length, &position, &line, &error) == EDIT_SCRIPT_LINE);
    CHECK(line.offset == 1 && field_is(&line.old_bytes, "\0", 1) &&
          field_is(&line.new_bytes, "\1", 1));
    CHECK(edit_script_line_number(text, line.position) == 4);
    CHECK(edit_script_next(text, length, &position, &line, &error) == EDIT_SCRIPT_LINE);
    CHECK(line.offset == 16 && field_is(&line.old_bytes, "", 0) &&
          field_is(&line.new_bytes, "#", 1));
    CHECK(edit_script_line_number(text, line.position) == 5);
    CHECK(edit_script_next(text, length, &position, &line, &error) == EDIT_SCRIPT_LINE);
    CHECK(line.offset == 3 && line.old_bytes.kind == EDIT_FIELD_COUNT &&
          line.old_bytes.length == 1);
    CHECK(field_is(&line.new_bytes, "\0\0", 2));
    CHECK(edit_script_line_number(text, line.position) == 7);
    CHECK(edit_script_next(text, length, &position, &line, &error) == EDIT_SCRIPT_END);
    CHECK(position == length);
    free(text);
    position = 0;
    CHECK(edit_script_next((const unsigned char *)"", 0, &position, &line, &error) ==
          EDIT_SCRIPT_END);
}

static void the_bad_line_can_be_counted(void)
{
    static const char script[] = "1 00 01\n# fine\n\n2 00\n3 00 01\n";
    const unsigned char *text = (const unsigned char *)script;
    struct error error = {0};
    struct edit_line line;
    size_t position = 0;
    CHECK(edit_script_next(text, sizeof script - 1, &position, &line, &error) == EDIT_SCRIPT_LINE);
    CHECK(edit_script_next(text, sizeof script - 1, &position, &line, &error) == EDIT_SCRIPT_BAD);
    CHECK(edit_script_line_number(text, position) == 4);
}

enum { EDITS = 8, FIELD_BYTES_MAX = 40 };

struct slow_field {
    unsigned char bytes[FIELD_BYTES_MAX];
    size_t length;
};

struct slow_edit {
    uint64_t offset;
    struct slow_field fields[2];
};

/* Writes a field in one of the forms that can hold it. */
static void write_field(struct buffer *script, struct slow_field *field)
{
    struct error error = {0};
    uint64_t form = unit_below(4);
    field->length = unit_below(FIELD_BYTES_MAX + 1);
    for (size_t i = 0; i < field->length; i++)
        field->bytes[i] = form == 0 ? 0 : (unsigned char)unit_random();
    if (form == 0) {
        edit_script_print_count(script, field->length, &error);
    } else if (form == 1) {
        buffer_append_byte(script, '"', &error);
        for (size_t i = 0; i < field->length; i++) {
            char octal[8];
            unsigned char byte = field->bytes[i];
            if (unit_below(2))
                snprintf(octal, sizeof octal, "\\%03o", byte);
            else
                snprintf(octal, sizeof octal, "\\x%02X", byte);
            if (byte == '"' || unit_below(3) == 0)
                buffer_append(script, octal, strlen(octal), &error);
            else
                escape_append(script, &byte, 1, &error);
        }
        buffer_append_byte(script, '"', &error);
    } else if (field->length == 0) {
        buffer_append_byte(script, EDIT_SCRIPT_NOTHING, &error);
    } else {
        size_t first = unit_below(field->length + 1);
        edit_script_print_bytes(script, field->bytes, first, &error);
        edit_script_print_bytes(script, field->bytes + first, field->length - first, &error);
    }
}

static struct buffer random_script(struct slow_edit *edits, size_t count)
{
    static const char *const ends[] = {"\n", "\r\n", " # 00 \"\n", "\n\n", "\n#\n"};
    struct error error = {0};
    struct buffer script = {0};
    for (size_t i = 0; i < count; i++) {
        const char *end = ends[unit_below(5)];
        edits[i].offset = unit_random() >> (1 + unit_below(60));
        edits[i].offset = edits[i].offset > 100 ? edits[i].offset - 100 : 0;
        edit_script_print_offset(&script, edits[i].offset, &error);
        write_field(&script, &edits[i].fields[0]);
        buffer_append_byte(&script, EDIT_SCRIPT_BLANK, &error);
        write_field(&script, &edits[i].fields[1]);
        buffer_append(&script, end, i + 1 < count || unit_below(2) ? strlen(end) : 0, &error);
    }
    return script;
}

static void what_is_printed_is_read_back(void)
{
    for (unsigned long round = unit_rounds(5000); round > 0; round--) {
        struct slow_edit edits[EDITS];
        size_t count = unit_below(EDITS + 1), position = 0;
        struct buffer script = random_script(edits, count);
        unsigned char *text = exact_copy(script.data, script.length);
        struct error error = {0};
        struct edit_line line;
        for (size_t i = 0; i < count; i++) {
            enum edit_script_result result =
                edit_script_next(text, script.length, &position, &line, &error);
            CHECK_SAY(result == EDIT_SCRIPT_LINE, "%s", error.message);
            if (result != EDIT_SCRIPT_LINE)
                break;
            CHECK(line.offset == edits[i].offset);
            CHECK(field_is(&line.old_bytes, edits[i].fields[0].bytes, edits[i].fields[0].length));
            CHECK(field_is(&line.new_bytes, edits[i].fields[1].bytes, edits[i].fields[1].length));
        }
        CHECK(edit_script_next(text, script.length, &position, &line, &error) == EDIT_SCRIPT_END);
        buffer_release(&script);
        free(text);
    }
}

static void print_side(struct buffer *text, const unsigned char *bytes, size_t length)
{
    struct error error;
    if (length > 0)
        edit_script_print_bytes(text, bytes, length, &error);
    else
        buffer_append_byte(text, EDIT_SCRIPT_NOTHING, &error);
}

static void short_edits_are_printed_as_in_parts(void)
{
    struct decimal_near front = {0};
    uint64_t before = 0;
    for (unsigned long round = unit_rounds(20000); round > 0; round--) {
        unsigned char bytes[2][EDIT_SHORT_MOST];
        struct buffer whole = {0}, parts = {0};
        struct error error = {0};
        uint64_t offset =
            unit_below(8) ? before + unit_below(12000) : unit_random() >> unit_below(64);
        struct edit_short edit = {offset, bytes[0], unit_below(EDIT_SHORT_MOST + 1), bytes[1],
                                  unit_below(EDIT_SHORT_MOST + 1)};
        before = offset - unit_below(100);
        for (size_t i = 0; i < EDIT_SHORT_MOST; i++)
            bytes[0][i] = bytes[1][i] = (unsigned char)unit_random();
        edit_script_print_offset(&parts, edit.offset, &error);
        print_side(&parts, edit.old_bytes, edit.old_length);
        buffer_append_byte(&parts, EDIT_SCRIPT_BLANK, &error);
        print_side(&parts, edit.new_bytes, edit.new_length);
        buffer_append_byte(&parts, EDIT_SCRIPT_NEWLINE, &error);
        CHECK(edit_script_print_short(&whole, &edit, &error));
        CHECK(edit_script_print_near(&whole, &edit, &front, &error));
        CHECK(whole.length == 2 * parts.length && !memcmp(whole.data, parts.data, parts.length) &&
              !memcmp(whole.data + parts.length, parts.data, parts.length));
        buffer_release(&whole);
        buffer_release(&parts);
    }
}

/* Reads a script to its end or its fault and decodes what is small. */
static void read_anything(const unsigned char *text, size_t length)
{
    struct error error = {0};
    struct edit_line line;
    struct buffer bytes = {0};
    size_t position = 0, before = 0;
    enum edit_script_result result;
    while ((result = edit_script_next(text, length, &position, &line, &error)) ==
           EDIT_SCRIPT_LINE) {
        CHECK(before <= line.position && line.position < position && position <= length);
        CHECK(line.offset + line.old_bytes.length <= OFFSET_MAX);
        before = position;
        bytes.length = 0;
        if (line.new_bytes.length < 1000)
            CHECK(edit_field_decode(&line.new_bytes, &bytes, &error) &&
                  bytes.length == line.new_bytes.length);
    }
    CHECK(result == EDIT_SCRIPT_END ? position == length : *error.message != 0);
    buffer_release(&bytes);
}

static void a_damaged_script_is_read_safely(void)
{
    static const char spice[] = "\"\\#+-0x \t\n\r9uEgf";
    for (unsigned long round = unit_rounds(20000); round > 0; round--) {
        struct slow_edit edits[EDITS];
        struct buffer script = random_script(edits, 1 + unit_below(EDITS));
        size_t length = unit_below(4) ? script.length : unit_below(script.length + 1);
        for (uint64_t damage = 1 + unit_below(4); damage > 0; damage--)
            script.data[unit_below(script.length)] =
                unit_below(4) ? (unsigned char)spice[unit_below(sizeof spice)]
                              : (unsigned char)unit_random();
        unsigned char *text = exact_copy(script.data, length);
        read_anything(text, length);
        buffer_release(&script);
        free(text);
    }
}

static bool same_field(const struct edit_field *a, const struct edit_field *b)
{
    return a->kind == b->kind && a->length == b->length && a->text_length == b->text_length &&
           (a->text_length == 0 || !memcmp(a->text, b->text, a->text_length));
}

/* A line that looks like a printed one is read faster: the blank in front of its copy prevents it.
 */
static void a_plain_line_is_read_as_any_other(void)
{
    static const char wrong[] = "- \t#x\"+9aG\r\n0";
    for (unsigned long round = unit_rounds(50000); round > 0; round--) {
        char script[200] = " ";
        struct error error = {0}, copy_error = {0};
        struct edit_line line = {0}, copy = {0};
        size_t position = 0, copy_position = 0, at;
        uint64_t offset = unit_random() >> unit_below(64);
        at = (size_t)snprintf(script, sizeof script, " %" PRIu64, offset);
        for (int side = 0; side < 2; side++) {
            script[at++] = ' ';
            for (uint64_t left = 2 * unit_below(20); left > 0; left--)
                script[at++] = "0123456789abcdefABCDEF"[unit_below(22)];
            if (script[at - 1] == ' ')
                script[at++] = '-';
        }
        script[at++] = '\n';
        if (unit_below(2))
            script[1 + unit_below(at - 1)] = wrong[unit_below(sizeof wrong - 1)];
        if (unit_below(2))
            at += (size_t)snprintf(script + at, sizeof script - at, "# 0123456789 0123456789\n");
        unsigned char *text = exact_copy(script + 1, at - 1);
        enum edit_script_result result = edit_script_next(text, at - 1, &position, &line, &error);
        CHECK(edit_script_next((unsigned char *)script, at, &copy_position, &copy, &copy_error) ==
              result);
        if (result == EDIT_SCRIPT_LINE)
            CHECK_SAY(line.offset == copy.offset && position + 1 == copy_position &&
                          (line.position + 1 == copy.position || copy.position == 0) &&
                          same_field(&line.old_bytes, &copy.old_bytes) &&
                          same_field(&line.new_bytes, &copy.new_bytes),
                      "%s", script);
        free(text);
    }
}

static void a_field_too_large_for_memory_is_an_error(void)
{
    static const char script[] = "0 - +9223372036854775807";
    struct error error = {0};
    struct edit_line line;
    struct buffer out = {0};
    size_t position = 0;
    unsigned char part[64];
    CHECK(edit_script_next((const unsigned char *)script, sizeof script - 1, &position, &line,
                           &error) == EDIT_SCRIPT_LINE);
    CHECK(line.new_bytes.length == OFFSET_MAX);
    CHECK(!edit_field_decode(&line.new_bytes, &out, &error) && out.length == 0);
    CHECK(edit_field_take(&line.new_bytes, part, sizeof part) == sizeof part);
    CHECK(line.new_bytes.length == OFFSET_MAX - sizeof part);
    buffer_release(&out);
}

static const struct unit_case cases[] = {
    {"all forms of a field", all_forms_of_a_field},
    {"long fields are taken in parts", long_fields_are_taken_in_parts},
    {"faults are named with field and column", faults_are_named},
    {"comments, blank lines, tabs and CRLF are accepted", comments_blanks_and_crlf},
    {"the bad line can be counted", the_bad_line_can_be_counted},
    {"what is printed is read back", what_is_printed_is_read_back},
    {"short edits are printed as in parts", short_edits_are_printed_as_in_parts},
    {"a damaged script is read safely", a_damaged_script_is_read_safely},
    {"a plain line is read as any other", a_plain_line_is_read_as_any_other},
    {"a field too large for memory is an error, not for parts",
     a_field_too_large_for_memory_is_an_error},
};
UNIT_MAIN(cases)
