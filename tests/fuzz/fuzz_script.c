/*
 * fuzz_script.c - edit scripts as text, beside a slow reader of them; what was read is printed and
 * read again.
 */
#include "base/range.h"
#include "edit/script.h"
#include "fuzz.h"

enum { COUNT_MOST = 100, TEXT_MOST = 1000 };

/* OLD or NEW as the slow reader has it. */
struct slow_field {
    bool is_count;
    uint64_t length;
    unsigned char bytes[4 * TEXT_MOST];
};

struct slow_edit {
    uint64_t offset;
    struct slow_field fields[2];
};

/* The rest of a line. */
struct rest {
    const char *at, *end;
};

static bool is_border(struct rest rest)
{
    return rest.at == rest.end || *rest.at == ' ' || *rest.at == '\t' || *rest.at == '#';
}

static void skip_blanks(struct rest *rest)
{
    while (rest->at < rest->end && (*rest->at == ' ' || *rest->at == '\t'))
        rest->at++;
}

/* The value of that many digits at the front; -1: they are not there. */
static long take_digits(struct rest *rest, unsigned radix, int most, int least)
{
    char digits[8] = {0};
    int count = 0;
    while (count < most && rest->at + count < rest->end) {
        char character = rest->at[count];
        const char *found = character ? strchr("0123456789abcdefABCDEF", character) : NULL;
        if (!found || (radix == 8 && (character < '0' || character > '7')))
            break;
        digits[count++] = character;
    }
    rest->at += count;
    return count < least ? -1 : strtol(digits, NULL, (int)radix);
}

static void put(struct slow_field *field, long byte)
{
    DEMAND(field->length < sizeof field->bytes);
    field->bytes[field->length++] = (unsigned char)byte;
}

/* A character of the Basic Multilingual Plane as UTF-8. */
static bool put_character(struct slow_field *field, long code)
{
    if (code < 0 || (code >= 0xd800 && code < 0xe000))
        return false;
    if (code >= 0x800)
        put(field, 0xe0 | code >> 12);
    if (code >= 0x80)
        put(field, code >= 0x800 ? 0x80 | (code >> 6 & 63) : 0xc0 | code >> 6);
    put(field, code >= 0x80 ? 0x80 | (code & 63) : code);
    return true;
}

/* Behind a backslash. */
static bool slow_escape(struct rest *rest, struct slow_field *field)
{
    static const char letters[] = "ntrabfv\\\"", bytes[] = "\n\t\r\a\b\f\v\\\"";
    if (rest->at == rest->end)
        return false;
    if (*rest->at >= '0' && *rest->at <= '7') {
        long byte = take_digits(rest, 8, 3, 1);
        put(field, byte);
        return byte <= 255;
    }
    char letter = *rest->at++;
    if (letter == 'u')
        return put_character(field, take_digits(rest, 16, 4, 4));
    const char *found = letter ? strchr(letters, letter) : NULL;
    long byte = letter == 'x' ? take_digits(rest, 16, 2, 2) : found ? bytes[found - letters] : -1;
    put(field, byte);
    return byte >= 0;
}

static bool slow_quoted(struct rest *rest, struct slow_field *field)
{
    while (rest->at < rest->end && *rest->at != '"') {
        char character = *rest->at++;
        if (character != '\\')
            put(field, (unsigned char)character);
        else if (!slow_escape(rest, field))
            return false;
    }
    return rest->at++ < rest->end && is_border(*rest);
}

static bool slow_hex(const char *word, size_t length, struct slow_field *field)
{
    struct rest digits = {word, word + length};
    if (length > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
        digits.at += 2;
    while (digits.at < digits.end) {
        long byte = take_digits(&digits, 16, 2, 2);
        if (byte < 0)
            return false;
        put(field, byte);
    }
    return true;
}

static bool slow_field(struct rest *rest, struct slow_field *field)
{
    field->is_count = false;
    field->length = 0;
    skip_blanks(rest);
    if (rest->at == rest->end || *rest->at == '#')
        return false;
    if (*rest->at == '"') {
        rest->at++;
        return slow_quoted(rest, field);
    }
    const char *word = rest->at;
    while (!is_border(*rest))
        rest->at++;
    size_t length = (size_t)(rest->at - word);
    field->is_count = *word == '+';
    if (*word == '+')
        return number_scan_offset(word + 1, length - 1, &field->length) == NUMBER_GOOD;
    return (length == 1 && *word == '-') || slow_hex(word, length, field);
}

static enum edit_script_result slow_line(struct rest line, struct slow_edit *edit)
{
    skip_blanks(&line);
    if (line.at == line.end || *line.at == '#')
        return EDIT_SCRIPT_END;
    const char *word = line.at;
    while (!is_border(line))
        line.at++;
    if (number_scan_offset(word, (size_t)(line.at - word), &edit->offset) != NUMBER_GOOD)
        return EDIT_SCRIPT_BAD;
    for (int i = 0; i < 2; i++)
        if (!slow_field(&line, &edit->fields[i]))
            return EDIT_SCRIPT_BAD;
    skip_blanks(&line);
    bool ends = line.at == line.end || *line.at == '#';
    return ends && edit->fields[0].length <= OFFSET_MAX - edit->offset ? EDIT_SCRIPT_LINE
                                                                       : EDIT_SCRIPT_BAD;
}

/* The next line that is not empty. */
static enum edit_script_result slow_next(const char *text, size_t length, size_t *position,
                                         struct slow_edit *edit)
{
    while (*position < length) {
        const char *start = text + *position;
        const char *newline = memchr(start, '\n', length - *position);
        const char *end = newline ? newline : text + length;
        size_t next = (size_t)(end - text) + (newline != NULL);
        if (end > start && end[-1] == '\r')
            end--;
        enum edit_script_result result = slow_line((struct rest){start, end}, edit);
        if (result != EDIT_SCRIPT_BAD)
            *position = next;
        if (result != EDIT_SCRIPT_END)
            return result;
    }
    return EDIT_SCRIPT_END;
}

static void check_field(const struct edit_field *field, const struct slow_field *slow)
{
    struct edit_field rest = *field;
    struct buffer bytes = {0};
    unsigned char part[8];
    size_t at = 0, taken;
    DEMAND(field->length == slow->length && (field->kind == EDIT_FIELD_COUNT) == slow->is_count);
    if (slow->is_count && slow->length > COUNT_MOST)
        return;
    DEMAND(edit_field_decode(field, &bytes, NULL));
    for (size_t i = 0; i < bytes.length; i++)
        DEMAND(bytes.data[i] == (slow->is_count ? 0 : slow->bytes[i]));
    while ((taken = edit_field_take(&rest, part, 4 + bytes.length % 5)) > 0) {
        DEMAND(memcmp(bytes.data + at, part, taken) == 0);
        at += taken;
    }
    DEMAND(at == bytes.length && at == slow->length);
    buffer_release(&bytes);
}

static void print_field(struct buffer *out, const struct slow_field *field)
{
    if (field->is_count)
        DEMAND(edit_script_print_count(out, field->length, NULL));
    else if (field->length == 0)
        DEMAND(buffer_append_byte(out, EDIT_SCRIPT_NOTHING, NULL));
    for (size_t at = 0, part; !field->is_count && at < field->length; at += part) {
        part = field->length - at < 50 ? (size_t)field->length - at : 50;
        DEMAND(edit_script_print_bytes(out, field->bytes + at, part, NULL));
    }
}

static struct buffer print(const struct slow_edit *edit)
{
    struct buffer out = {0};
    DEMAND(edit_script_print_offset(&out, edit->offset, NULL));
    print_field(&out, &edit->fields[0]);
    DEMAND(buffer_append_byte(&out, EDIT_SCRIPT_BLANK, NULL));
    print_field(&out, &edit->fields[1]);
    DEMAND(buffer_append_byte(&out, EDIT_SCRIPT_NEWLINE, NULL));
    return out;
}

/* The line printed again is the same edit; in parts as at once. */
static void check_printed(const struct slow_edit *edit)
{
    const struct slow_field *old = &edit->fields[0], *added = &edit->fields[1];
    struct buffer out = print(edit), at_once = {0};
    struct edit_line line;
    size_t position = 0;
    DEMAND(edit_script_next(out.data, out.length, &position, &line, NULL) == EDIT_SCRIPT_LINE);
    DEMAND(position == out.length && line.offset == edit->offset);
    check_field(&line.old_bytes, old);
    check_field(&line.new_bytes, added);
    if (!old->is_count && !added->is_count && old->length <= EDIT_SHORT_MOST &&
        added->length <= EDIT_SHORT_MOST) {
        struct edit_short few = {edit->offset, old->bytes, (size_t)old->length, added->bytes,
                                 (size_t)added->length};
        DEMAND(edit_script_print_short(&at_once, &few, NULL));
        DEMAND(fuzz_same(out.data, out.length, at_once.data, at_once.length));
    }
    buffer_release(&at_once);
    buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct slow_edit edit;
    if (size > TEXT_MOST)
        return 0;
    unsigned char *text = fuzz_copy(data, size);
    enum edit_script_result result;
    size_t position = 0, slow_position = 0;
    do {
        struct edit_line line;
        struct error error = {0};
        result = edit_script_next(text, size, &position, &line, &error);
        DEMAND(result == slow_next((const char *)text, size, &slow_position, &edit));
        DEMAND(position == slow_position);
        if (result == EDIT_SCRIPT_BAD)
            DEMAND_ERROR(error);
        if (result != EDIT_SCRIPT_LINE)
            break;
        DEMAND(line.offset == edit.offset);
        check_field(&line.old_bytes, &edit.fields[0]);
        check_field(&line.new_bytes, &edit.fields[1]);
        check_printed(&edit);
    } while (result == EDIT_SCRIPT_LINE);
    free(text);
    return 0;
}
