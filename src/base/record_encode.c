/* record_encode.c - lines of columns as the bytes of records. */
#include "base/escape.h"
#include "base/hex.h"
#include "base/record.h"

#include <string.h>

/* A line, of which the columns are taken one after the other. */
struct columns {
    const char *at, *end;
    size_t taken;
    bool ended;     /* the last column is taken */
    bool has_slack; /* BYTE_TYPE_PLAIN_SLACK bytes behind the line are readable */
};

/* Takes the next column, which ends at a tab or with the line. False if there is none. */
static bool take_column(struct columns *columns, const char **text, size_t *length)
{
    if (columns->ended)
        return false;
    size_t left = (size_t)(columns->end - columns->at);
    const char *tab = left > 0 ? memchr(columns->at, '\t', left) : NULL;
    *text = columns->at;
    *length = tab ? (size_t)(tab - columns->at) : left;
    columns->at += *length + (tab != NULL);
    columns->ended = !tab;
    columns->taken++;
    return true;
}

static bool fill(struct buffer *buffer, unsigned char byte, size_t count, struct error *error)
{
    if (count == 0)
        return true;
    if (!buffer_reserve(buffer, count, error))
        return false;
    memset(buffer->data + buffer->length, byte, count);
    buffer->length += count;
    return true;
}

/* Appends the bytes that the escapes of a text stand for. */
static bool append_text(const char *text, size_t length, struct buffer *bytes, struct error *error)
{
    const unsigned char *from = (const unsigned char *)text;
    for (size_t at = 0; at < length;) {
        const unsigned char *backslash = memchr(from + at, '\\', length - at);
        size_t plain = backslash ? (size_t)(backslash - from) - at : length - at;
        unsigned char escaped[ESCAPE_MAX];
        if (!buffer_append(bytes, from + at, plain, error))
            return false;
        at += plain;
        size_t count = backslash ? escape_read(from, length, &at, escaped, error) : 0;
        if (backslash && (count == 0 || !buffer_append(bytes, escaped, count, error)))
            return false;
    }
    return true;
}

static bool encode_text(const struct record_field *field, const char *text, size_t length,
                        const struct record_bytes *out, struct error *error)
{
    size_t before = out->bytes->length;
    if (!append_text(text, length, out->bytes, error))
        return false;
    size_t added = out->bytes->length - before;
    if (added > field->size)
        return error_usage(error, "%zu bytes are too long", added);
    return fill(out->bytes, 0, field->size - added, error) &&
           (!out->mask || fill(out->mask, 0xff, field->size, error));
}

/* Encodes one number, or the bytes of a hex field: `wanted` bytes in all. */
static bool encode_value(struct record_encoder *encoder, const struct record_field *field,
                         const char *text, size_t length, const struct record_bytes *out,
                         struct error *error)
{
    size_t before = out->bytes->length;
    size_t wanted = field->kind == RECORD_HEX ? field->size : byte_type_size(field->type);
    struct buffer *column = &encoder->column;
    column->length = 0;
    if (length > 0 && memchr(text, 0, length))
        return error_usage(error, "there is a NUL byte in it");
    if (!buffer_append(column, text, length, error) || !buffer_append_byte(column, 0, error))
        return false;
    const char *operand = (const char *)column->data;
    if (!(out->mask ? bytes_encode_masked(field->type, operand, out->bytes, out->mask, error)
                    : bytes_encode(field->type, operand, out->bytes, error)))
        return false;
    size_t added = out->bytes->length - before;
    if (added == wanted)
        return true;
    return field->kind == RECORD_HEX
               ? error_usage(error, "%zu byte%s, not %zu", added, diag_plural(added), wanted)
               : error_usage(error, "one number is wanted, not %zu", added / wanted);
}

/* Takes a column whose text ends at `end`. */
static void pass_column(struct columns *columns, const char *end)
{
    columns->ended = end == columns->end;
    columns->at = end + !columns->ended;
    columns->taken++;
}

/* Encodes and takes a number that is written as it is printed. False: it is something else. */
static bool encode_plain_number(const struct record_field *field, struct columns *columns,
                                unsigned char *out)
{
    const unsigned char *text = (const unsigned char *)columns->at;
    const char *end = (const char *)byte_type_read_plain(field->type, text, out);
    if (!end || (end != columns->end && *end != '\t'))
        return false;
    pass_column(columns, end);
    return true;
}

/* The same for the bytes of a hex field. */
static bool encode_plain_hex(const struct record_field *field, struct columns *columns,
                             unsigned char *out)
{
    const unsigned char *text = (const unsigned char *)columns->at;
    size_t length = 2 * field->size, left = (size_t)(columns->end - columns->at);
    if (left < length || (left > length && text[length] != '\t'))
        return false;
    for (size_t i = 0; i < length; i++)
        if (hex_value(text[i]) == HEX_NONE)
            return false;
    hex_pack(text, out, field->size);
    pass_column(columns, columns->at + length);
    return true;
}

/* Encodes and takes a column that is written as it is printed, where that is faster. */
static bool encode_plain(const struct record_field *field, struct columns *columns,
                         const struct record_bytes *out)
{
    unsigned char *to = out->bytes->data + out->bytes->length;
    if (columns->ended || !columns->has_slack)
        return false;
    bool is_number = field->kind == RECORD_NUMBER;
    if (is_number ? !encode_plain_number(field, columns, to)
                  : field->kind != RECORD_HEX || !encode_plain_hex(field, columns, to))
        return false;
    out->bytes->length += is_number ? byte_type_size(field->type) : field->size;
    return true;
}

static bool encode_column(struct record_encoder *encoder, const struct record_field *field,
                          struct columns *columns, const struct record_bytes *out,
                          struct error *error)
{
    char name[RECORD_NAME_MAX];
    const char *text;
    size_t length;
    if (!take_column(columns, &text, &length))
        return error_usage(error, "field %zu (%s) is missing", columns->taken + 1,
                           record_field_name(field, name));
    bool done = field->kind == RECORD_TEXT ? encode_text(field, text, length, out, error)
                                           : encode_value(encoder, field, text, length, out, error);
    return done ||
           error_prefix(error, "field %zu (%s)", columns->taken, record_field_name(field, name));
}

static bool encode_field(struct record_encoder *encoder, const struct record_field *field,
                         struct columns *columns, const struct record_bytes *out,
                         struct error *error)
{
    if (field->kind == RECORD_SKIP)
        return fill(out->bytes, 0, field->size, error) &&
               (!out->mask || fill(out->mask, 0, field->size, error));
    size_t count = field->kind == RECORD_NUMBER ? field->count : 1;
    for (size_t i = 0; i < count; i++)
        if (!encode_plain(field, columns, out) &&
            !encode_column(encoder, field, columns, out, error))
            return false;
    return true;
}

static bool encode_fields(struct record_encoder *encoder, struct columns *columns,
                          const struct record_bytes *out, struct error *error)
{
    const struct record *record = encoder->record;
    for (size_t i = 0; i < record->count; i++)
        if (!encode_field(encoder, &record->fields[i], columns, out, error))
            return false;
    return columns->ended || error_usage(error, "field %zu is one too many: the record has %zu",
                                         columns->taken + 1, record->columns);
}

/* If it fails, both buffers are as they were. */
static bool encode_line(struct record_encoder *encoder, struct columns *columns,
                        const struct record_bytes *out, struct error *error)
{
    size_t bytes_before = out->bytes->length, mask_before = out->mask ? out->mask->length : 0;
    if (buffer_reserve(out->bytes, encoder->record->size, error) &&
        encode_fields(encoder, columns, out, error))
        return true;
    out->bytes->length = bytes_before;
    if (out->mask)
        out->mask->length = mask_before;
    return false;
}

bool record_encode_line(struct record_encoder *encoder, const char *line, size_t length,
                        const struct record_bytes *out, struct error *error)
{
    struct columns columns = {.at = line, .end = line + length};
    return encode_line(encoder, &columns, out, error);
}

/* ---- lines in chunks ------------------------------------------------------------------------- */

static bool encode_next(struct record_encoder *encoder, struct columns *columns,
                        const struct record_bytes *out, struct error *error)
{
    encoder->lines++;
    return encode_line(encoder, columns, out, error) ||
           error_prefix(error, "line %llu", (unsigned long long)encoder->lines);
}

/* Encodes the line that the chunk before cut, and now is whole. */
static bool encode_kept(struct record_encoder *encoder, const struct record_bytes *out,
                        struct error *error)
{
    const char *line = (const char *)encoder->line.data;
    struct columns columns = {.at = line, .end = line + encoder->line.length};
    encoder->line.length = 0;
    return encode_next(encoder, &columns, out, error);
}

bool record_encoder_feed(struct record_encoder *encoder, const char *text, size_t length,
                         const struct record_bytes *out, struct error *error)
{
    const char *end = text + length, *newline;
    while (text < end && (newline = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        struct columns columns = {.at = text, .end = newline};
        /* A mask is filled by the slower way only. */
        columns.has_slack = !out->mask && end - newline > BYTE_TYPE_PLAIN_SLACK;
        bool kept = encoder->line.length > 0;
        if (kept ? !buffer_append(&encoder->line, text, (size_t)(newline - text), error) ||
                       !encode_kept(encoder, out, error)
                 : !encode_next(encoder, &columns, out, error))
            return false;
        text = newline + 1;
    }
    return buffer_append(&encoder->line, text, (size_t)(end - text), error);
}

bool record_encoder_finish(struct record_encoder *encoder, const struct record_bytes *out,
                           struct error *error)
{
    return encoder->line.length == 0 || encode_kept(encoder, out, error);
}

void record_encoder_release(struct record_encoder *encoder)
{
    buffer_release(&encoder->column);
    buffer_release(&encoder->line);
}
