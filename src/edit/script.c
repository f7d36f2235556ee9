/* script.c - edit scripts: a list of edits as text. */
#include "edit/script.h"

#include "base/decimal_read.h"
#include "base/escape.h"
#include "base/hex.h"
#include "base/range.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <string.h>

/* One line without its end, and how far it has been read. */
struct cursor {
    const unsigned char *text;
    size_t length;
    size_t at;
};

static bool is_blank(unsigned char character)
{
    return character == ' ' || character == '\t';
}

/* At the end of the line, or at the comment that ends it. */
static bool at_end(const struct cursor *cursor)
{
    return cursor->at == cursor->length || cursor->text[cursor->at] == '#';
}

/* Where a field may end. */
static bool at_border(const struct cursor *cursor)
{
    return at_end(cursor) || is_blank(cursor->text[cursor->at]);
}

static void skip_blanks(struct cursor *cursor)
{
    while (cursor->at < cursor->length && is_blank(cursor->text[cursor->at]))
        cursor->at++;
}

/* Returns the length of the word at the cursor, and moves the cursor behind it. */
static size_t skip_word(struct cursor *cursor)
{
    size_t start = cursor->at;
    while (!at_border(cursor))
        cursor->at++;
    return cursor->at - start;
}

/* The next line, without LF or CRLF; moves `*position` behind it. */
static struct cursor next_line(const unsigned char *text, size_t length, size_t *position)
{
    const unsigned char *start = text + *position;
    const unsigned char *newline = memchr(start, '\n', length - *position);
    size_t line_length = newline ? (size_t)(newline - start) : length - *position;
    *position += line_length + (newline != NULL);
    if (line_length > 0 && start[line_length - 1] == '\r')
        line_length--;
    return (struct cursor){.text = start, .length = line_length};
}

static bool stray(const struct cursor *cursor, const char *name, const char *what,
                  struct error *error)
{
    char quoted[UTF8_QUOTED_MAX];
    return error_set(error, "%s: \"%s\" at column %zu %s", name,
                     utf8_quote(quoted, cursor->text + cursor->at, cursor->length - cursor->at),
                     cursor->at + 1, what);
}

/* Hex digits, with or without 0x. */
static bool parse_hex(struct cursor *cursor, const char *name, struct edit_field *field,
                      struct error *error)
{
    const unsigned char *text = cursor->text;
    size_t at = cursor->at, length = cursor->length;
    if (length - at >= 2 && text[at] == '0' && (text[at + 1] | 0x20) == 'x')
        at += 2;
    size_t start = at;
    while (at < length && hex_value(text[at]) != HEX_NONE)
        at++;
    cursor->at = at;
    if (!at_border(cursor))
        return stray(cursor, name, "is not a hex digit (hex digits, \"text\", - or +N)", error);
    if (at == start)
        return error_set(error, "%s: no hex digits after 0x", name);
    if ((at - start) % 2 != 0)
        return error_set(error, "%s: an odd number of hex digits (%zu)", name, at - start);
    *field = (struct edit_field){EDIT_FIELD_HEX, text + start, at - start, (at - start) / 2};
    return true;
}

/* "text", the cursor at the first quote. */
static bool parse_quoted(struct cursor *cursor, const char *name, struct edit_field *field,
                         struct error *error)
{
    size_t start = ++cursor->at;
    uint64_t count = 0;
    while (cursor->at < cursor->length && cursor->text[cursor->at] != '"') {
        unsigned char bytes[ESCAPE_MAX];
        size_t more = 1;
        if (cursor->text[cursor->at] == '\\')
            more = escape_read(cursor->text, cursor->length, &cursor->at, bytes, error);
        else
            cursor->at++;
        if (more == 0)
            return false;
        count += more;
    }
    if (cursor->at == cursor->length)
        return error_set(error, "%s: the quote at column %zu is not closed", name, start);
    *field =
        (struct edit_field){EDIT_FIELD_QUOTED, cursor->text + start, cursor->at - start, count};
    cursor->at++;
    return at_border(cursor) || stray(cursor, name, "follows the closing quote", error);
}

/* +N, the cursor at the sign. */
static bool parse_count(struct cursor *cursor, const char *name, struct edit_field *field,
                        struct error *error)
{
    const char *number = (const char *)cursor->text + cursor->at + 1;
    size_t length = skip_word(cursor) - 1;
    *field = (struct edit_field){.kind = EDIT_FIELD_COUNT};
    return number_parse_span(number, length, name, &field->length, error);
}

/* -, the cursor at it. */
static bool parse_nothing(struct cursor *cursor, const char *name, struct edit_field *field,
                          struct error *error)
{
    cursor->at++;
    *field = (struct edit_field){.kind = EDIT_FIELD_HEX};
    return at_border(cursor) || stray(cursor, name, "follows the - for nothing", error);
}

static bool parse_field(struct cursor *cursor, const char *name, struct edit_field *field,
                        struct error *error)
{
    skip_blanks(cursor);
    if (at_end(cursor))
        return error_set(error, "%s is missing (an edit is OFFSET OLD NEW)", name);
    switch (cursor->text[cursor->at]) {
    case '"':
        return parse_quoted(cursor, name, field, error);
    case '+':
        return parse_count(cursor, name, field, error);
    case '-':
        return parse_nothing(cursor, name, field, error);
    default:
        return parse_hex(cursor, name, field, error);
    }
}

/* A line that is not blank, the cursor at its first field. */
static bool parse_line(struct cursor *cursor, struct edit_line *line, struct error *error)
{
    const char *number = (const char *)cursor->text + cursor->at;
    size_t length = skip_word(cursor);
    uint64_t end;
    if (!number_parse_span(number, length, "offset", &line->offset, error) ||
        !parse_field(cursor, "OLD", &line->old_bytes, error) ||
        !parse_field(cursor, "NEW", &line->new_bytes, error))
        return false;
    skip_blanks(cursor);
    if (!at_end(cursor))
        return stray(cursor, "NEW", "follows it, where only a # comment may", error);
    if (!checked_add(line->offset, line->old_bytes.length, &end))
        return error_set(error,
                         "OLD reaches past the end of any file (length %" PRIu64 " at %" PRIu64 ")",
                         line->old_bytes.length, line->offset);
    return true;
}

/* ---- plain lines ----------------------------------------------------------------------------- */

/* Pairs of hex digits, or - for nothing, and `border` behind them; moves *at behind it. */
static inline bool take_plain_field(const struct cursor *text, size_t *at, unsigned char border,
                                    struct edit_field *field)
{
    size_t start = *at, end = start;
    while (end < text->length && hex_value(text->text[end]) != HEX_NONE)
        end++;
    size_t digits = end - start;
    if (digits == 0 && end < text->length && text->text[end] == '-')
        end++;
    else if (digits == 0 || digits % 2 != 0)
        return false;
    if (end >= text->length || text->text[end] != border)
        return false;
    *field = (struct edit_field){EDIT_FIELD_HEX, text->text + start, digits, digits / 2};
    *at = end + 1;
    return true;
}

/*
 * Takes a line as mmtool prints it: decimal digits and two fields in hex, each with one character
 * behind it. There may be millions of them. False if the line at the cursor is another one, good or
 * bad, or among the last bytes of the text.
 */
static bool take_plain_line(struct cursor *text, struct edit_line *line)
{
    enum { PLAIN_LEAST = 3 * DECIMAL_READ_GROUP }; /* readable from the start of the line */
    size_t at = text->at;
    uint64_t more;
    if (text->length - at < PLAIN_LEAST)
        return false;
    unsigned digits = decimal_read_group(text->text + at, &line->offset);
    at += digits;
    if (digits == DECIMAL_READ_GROUP) {
        digits = decimal_read_group(text->text + at, &more);
        if (digits == DECIMAL_READ_GROUP)
            return false;
        line->offset = line->offset * decimal_powers[digits] + more;
        at += digits;
    }
    if (at == text->at || text->text[at++] != EDIT_SCRIPT_BLANK ||
        !take_plain_field(text, &at, EDIT_SCRIPT_BLANK, &line->old_bytes) ||
        !take_plain_field(text, &at, EDIT_SCRIPT_NEWLINE, &line->new_bytes) ||
        line->old_bytes.length > OFFSET_MAX - line->offset)
        return false;
    line->position = text->at;
    text->at = at;
    return true;
}

/* ---- all lines ------------------------------------------------------------------------------- */

enum edit_script_result edit_script_next(const unsigned char *text, size_t length, size_t *position,
                                         struct edit_line *line, struct error *error)
{
    struct cursor rest = {text, length, *position};
    if (take_plain_line(&rest, line)) {
        *position = rest.at;
        return EDIT_SCRIPT_LINE;
    }
    while (*position < length) {
        size_t next = *position;
        struct cursor cursor = next_line(text, length, &next);
        skip_blanks(&cursor);
        if (!at_end(&cursor)) {
            line->position = *position;
            if (!parse_line(&cursor, line, error))
                return EDIT_SCRIPT_BAD;
            *position = next;
            return EDIT_SCRIPT_LINE;
        }
        *position = next;
    }
    return EDIT_SCRIPT_END;
}

size_t edit_script_line_number(const unsigned char *text, size_t position)
{
    const unsigned char *end = text + position, *newline;
    size_t number = 1;
    for (; (newline = memchr(text, '\n', (size_t)(end - text))) != NULL; text = newline + 1)
        number++;
    return number;
}

/* Removes `characters` of the text, which stand for `count` bytes, from the field. */
static void drop(struct edit_field *field, size_t characters, size_t count)
{
    field->text += characters;
    field->text_length -= characters;
    field->length -= count;
}

static size_t take_quoted(struct edit_field *field, unsigned char *out, size_t capacity)
{
    size_t used = 0;
    while (field->text_length > 0 && capacity - used >= ESCAPE_MAX) {
        size_t most = field->text_length < capacity - used ? field->text_length : capacity - used;
        const unsigned char *backslash = memchr(field->text, '\\', most);
        size_t characters = backslash ? (size_t)(backslash - field->text) : most;
        size_t count = characters;
        if (count > 0)
            memcpy(out + used, field->text, count);
        else
            count = escape_read(field->text, field->text_length, &characters, out + used, NULL);
        drop(field, characters, count);
        used += count;
    }
    return used;
}

size_t edit_field_take(struct edit_field *field, unsigned char *out, size_t capacity)
{
    size_t count = (size_t)minimum_u64(field->length, capacity);
    if (count == 0)
        return 0;
    switch (field->kind) {
    case EDIT_FIELD_QUOTED:
        return take_quoted(field, out, capacity);
    case EDIT_FIELD_COUNT:
        memset(out, 0, count);
        field->length -= count;
        break;
    case EDIT_FIELD_HEX:
        hex_pack(field->text, out, count);
        drop(field, 2 * count, count);
        break;
    }
    return count;
}

bool edit_field_decode(const struct edit_field *field, struct buffer *out, struct error *error)
{
    struct edit_field rest = *field;
    size_t length;
    if (!checked_size(field->length, &length) || length > SIZE_MAX - ESCAPE_MAX)
        return error_memory(error, SIZE_MAX);
    if (!buffer_reserve(out, length + ESCAPE_MAX, error))
        return false;
    out->length += edit_field_take(&rest, out->data + out->length, length + ESCAPE_MAX);
    return true;
}

bool edit_script_print_offset(struct buffer *out, uint64_t offset, struct error *error)
{
    char text[NUMBER_TEXT_MAX + 1];
    size_t length = number_format(offset, 10, text);
    text[length] = EDIT_SCRIPT_BLANK;
    return buffer_append(out, text, length + 1, error);
}

bool edit_script_print_bytes(struct buffer *out, const unsigned char *bytes, size_t length,
                             struct error *error)
{
    return hex_append(out, bytes, length, error);
}

bool edit_script_print_count(struct buffer *out, uint64_t count, struct error *error)
{
    char text[1 + NUMBER_TEXT_MAX] = "+";
    size_t length = number_format(count, 10, text + 1);
    return buffer_append(out, text, 1 + length, error);
}

/* Few bytes: a call of hex_write() takes longer. */
static inline unsigned char *print_field(unsigned char *out, const unsigned char *bytes,
                                         size_t length)
{
    enum { FEW = 4 };
    if (length == 0) {
        *out = EDIT_SCRIPT_NOTHING;
        return out + 1;
    }
    if (length > FEW)
        hex_write(bytes, length, out);
    else
        for (size_t i = 0; i < length; i++)
            hex_write_byte(bytes[i], out + 2 * i);
    return out + 2 * length;
}

bool edit_script_print_near(struct buffer *out, const struct edit_short *edit,
                            struct decimal_near *front, struct error *error)
{
    enum { FIELD_MOST = 2 * EDIT_SHORT_MOST, LINE_MOST = DECIMAL_MAX + 2 * (FIELD_MOST + 1) + 1 };
    if (out->capacity - out->length < LINE_MOST && !buffer_reserve(out, LINE_MOST, error))
        return false;
    unsigned char *end = out->data + out->length;
    end += decimal_write_near(front, edit->offset, (char *)end);
    *end++ = EDIT_SCRIPT_BLANK;
    end = print_field(end, edit->old_bytes, edit->old_length);
    *end++ = EDIT_SCRIPT_BLANK;
    end = print_field(end, edit->new_bytes, edit->new_length);
    *end++ = EDIT_SCRIPT_NEWLINE;
    out->length = (size_t)(end - out->data);
    return true;
}

bool edit_script_print_short(struct buffer *out, const struct edit_short *edit, struct error *error)
{
    struct decimal_near front = {0};
    return edit_script_print_near(out, edit, &front, error);
}
