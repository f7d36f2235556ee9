/* record_print.c - bytes as records: a line each, tabs between the columns. */
#include "base/checked.h"
#include "base/escape.h"
#include "base/hex.h"
#include "base/record.h"

#include <string.h>

/* Numbers come with a newline behind each. */
static void newlines_to_tabs(unsigned char *text, unsigned char *end)
{
    while (text < end && (text = memchr(text, '\n', (size_t)(end - text))) != NULL)
        *text++ = '\t';
}

static bool print_numbers(const struct record_printer *printer, const struct record_field *field,
                          const unsigned char *bytes, struct buffer *text, struct error *error)
{
    struct byte_decoder decoder;
    size_t before = text->length;
    byte_decoder_init(&decoder, field->type, printer->radix, printer->offset);
    if (!byte_decoder_feed(&decoder, bytes, field->size, text, error))
        return false;
    if (field->count == 1)
        text->data[text->length - 1] = '\t';
    else
        newlines_to_tabs(text->data + before, text->data + text->length);
    return true;
}

/* Appends the columns of a field, and a tab behind each. */
static bool print_field(const struct record_printer *printer, const struct record_field *field,
                        const unsigned char *bytes, struct buffer *text, struct error *error)
{
    switch (field->kind) {
    case RECORD_NUMBER:
        return print_numbers(printer, field, bytes, text, error);
    case RECORD_TEXT:
        return escape_append(text, bytes, field->size, error) &&
               buffer_append_byte(text, '\t', error);
    case RECORD_HEX:
        return hex_append(text, bytes, field->size, error) && buffer_append_byte(text, '\t', error);
    case RECORD_SKIP:
        break;
    }
    return true;
}

static bool print_record(struct record_printer *printer, const unsigned char *bytes,
                         struct buffer *text, struct error *error)
{
    const struct record *record = printer->record;
    for (size_t i = 0; i < record->count; i++) {
        const struct record_field *field = &record->fields[i];
        if (!print_field(printer, field, bytes, text, error))
            return false;
        bytes += field->size;
    }
    text->data[text->length - 1] = '\n'; /* a record has a column */
    printer->offset += record->size;
    return true;
}

/* Completes the record that the last chunk cut, and prints it. Returns the bytes taken for that. */
static bool feed_rest(struct record_printer *printer, const unsigned char *bytes, size_t length,
                      size_t *used, struct buffer *text, struct error *error)
{
    *used = 0;
    if (printer->rest.length == 0)
        return true;
    *used = minimum_size(printer->record->size - printer->rest.length, length);
    if (!buffer_append(&printer->rest, bytes, *used, error))
        return false;
    if (printer->rest.length < printer->record->size)
        return true;
    printer->rest.length = 0;
    return print_record(printer, printer->rest.data, text, error);
}

bool record_printer_feed(struct record_printer *printer, const unsigned char *bytes, size_t length,
                         struct buffer *text, struct error *error)
{
    size_t size = printer->record->size, at;
    if (!feed_rest(printer, bytes, length, &at, text, error))
        return false;
    for (; length - at >= size; at += size)
        if (!print_record(printer, bytes + at, text, error))
            return false;
    return at == length || buffer_append(&printer->rest, bytes + at, length - at, error);
}

bool record_printer_finish(const struct record_printer *printer, struct error *error)
{
    size_t rest = printer->rest.length;
    return rest == 0 ||
           error_set(error, "the last %zu byte%s, at %llu, are not a whole record of %zu", rest,
                     diag_plural(rest), (unsigned long long)printer->offset, printer->record->size);
}

void record_printer_release(struct record_printer *printer)
{
    buffer_release(&printer->rest);
}
