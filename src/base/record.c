/* record.c - reads the list of a record's fields. */
#include "base/record.h"
#include "base/checked.h"
#include "base/range.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A field as it is written in the list. */
struct written_field {
    size_t number; /* in the list, from 1 on */
    const char *text;
    size_t length;
};

static bool wrong_field(const struct written_field *written, const char *cause, struct error *error)
{
    char quoted[48];
    return error_usage(error, "field %zu of the list, \"%s\", %s", written->number,
                       diag_escape_span(quoted, sizeof quoted, written->text, written->length),
                       cause);
}

/* The number type of this name, or NULL. */
static const struct byte_type *find_number(const char *name, size_t length)
{
    for (const char *const *known = byte_type_names(); *known; known++) {
        if (strlen(*known) != length || memcmp(*known, name, length) != 0)
            continue;
        const struct byte_type *type = byte_type_find(*known, NULL);
        return type && byte_type_is_number(type) ? type : NULL;
    }
    return NULL;
}

/* Sets the kind and the type by the field's name; false if there is no such name. */
static bool find_kind(struct record_field *field, const char *name, size_t length)
{
    static const char *const names[] = {
        [RECORD_TEXT] = "text", [RECORD_HEX] = "hex", [RECORD_SKIP] = "skip"};
    field->type = find_number(name, length);
    field->kind = RECORD_NUMBER;
    if (field->type)
        return true;
    for (int kind = RECORD_TEXT; kind <= RECORD_SKIP; kind++) {
        if (strlen(names[kind]) != length || memcmp(names[kind], name, length) != 0)
            continue;
        field->kind = (enum record_kind)kind;
        field->type = kind == RECORD_HEX ? byte_type_find("hex", NULL) : NULL;
        return true;
    }
    return false;
}

/* Reads the N behind the star. */
static bool read_count(const struct written_field *written, const char *star, uint64_t *count,
                       struct error *error)
{
    size_t length = (size_t)(written->text + written->length - star) - 1;
    if (number_scan(star + 1, length, count) != NUMBER_GOOD || *count == 0)
        return wrong_field(written, "has no number of at least 1 behind its *", error);
    return true;
}

static bool read_field(const struct written_field *written, struct record_field *field,
                       struct error *error)
{
    const char *star = memchr(written->text, '*', written->length);
    size_t name_length = star ? (size_t)(star - written->text) : written->length;
    uint64_t count = 1, size = 0;
    if (!find_kind(field, written->text, name_length))
        return wrong_field(
            written, "is no field: fields are number types such as u32le, text*N, hex*N and skip*N",
            error);
    if (!star && field->kind != RECORD_NUMBER)
        return wrong_field(written, "lacks its length in bytes: *N", error);
    if (star && !read_count(written, star, &count, error))
        return false;
    size_t unit = field->kind == RECORD_NUMBER ? byte_type_size(field->type) : 1;
    if (!checked_multiply(count, unit, &size) || size > RECORD_MOST)
        return wrong_field(written, "makes the record longer than 16 MiB", error);
    field->count = (size_t)count;
    field->size = (size_t)size;
    return true;
}

static bool add_field(struct record *record, const struct written_field *written,
                      struct error *error)
{
    struct record_field *field = &record->fields[record->count];
    if (!read_field(written, field, error))
        return false;
    if (field->size > RECORD_MOST - record->size)
        return wrong_field(written, "makes the record longer than 16 MiB", error);
    bool is_number = field->kind == RECORD_NUMBER, skips = field->kind == RECORD_SKIP;
    bool is_integer = is_number && byte_type_is_integer(field->type);
    if (record->columns == 0)
        record->begins_with_float = is_number && !is_integer;
    record->size += field->size;
    record->columns += is_number ? field->count : !skips;
    record->skips |= skips;
    record->has_integers |= is_integer;
    record->count++;
    return true;
}

static size_t count_fields(const char *list)
{
    size_t count = 1;
    for (; *list; list++)
        count += *list == ',';
    return count;
}

static bool read_list(struct record *record, const char *list, struct error *error)
{
    for (struct written_field written = {.number = 1, .text = list};; written.number++) {
        written.length = strcspn(written.text, ",");
        if (!add_field(record, &written, error))
            return false;
        written.text += written.length;
        if (*written.text == 0)
            break;
        written.text++;
    }
    return record->columns > 0 ||
           error_usage(error, "the list has only skip fields: there is nothing to print or write");
}

bool record_is_meant(const char *list)
{
    return strpbrk(list, ",*") != NULL;
}

struct record *record_new(const char *list, struct error *error)
{
    struct record *record = calloc(1, sizeof *record);
    size_t size = count_fields(list) * sizeof *record->fields;
    if (record)
        record->fields = malloc(size);
    if (record && record->fields && read_list(record, list, error))
        return record;
    if (!record || !record->fields)
        error_memory(error, size);
    record_free(record);
    return NULL;
}

void record_free(struct record *record)
{
    if (record)
        free(record->fields);
    free(record);
}

bool record_append_header(const struct record *record, struct buffer *text, struct error *error)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct record_field *field = &record->fields[i];
        size_t columns = field->kind == RECORD_NUMBER ? field->count : field->kind != RECORD_SKIP;
        char name[RECORD_NAME_MAX];
        record_field_name(field, name);
        for (size_t j = 0; j < columns; j++)
            if (!buffer_append(text, name, strlen(name), error) ||
                !buffer_append_byte(text, '\t', error))
                return false;
    }
    text->data[text->length - 1] = '\n';
    return true;
}

const char *record_field_name(const struct record_field *field, char name[RECORD_NAME_MAX])
{
    if (field->kind == RECORD_NUMBER)
        snprintf(name, RECORD_NAME_MAX, "%s", byte_type_name(field->type));
    else
        snprintf(name, RECORD_NAME_MAX, "%s*%zu", field->kind == RECORD_TEXT ? "text" : "hex",
                 field->count);
    return name;
}
