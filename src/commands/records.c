/* records.c - operands that are lines of records, where --type lists fields. */
#include "commands/records.h"

#include <string.h>

static bool encode_operand(struct record_encoder *encoder, const char *operand,
                           const struct record_bytes *out, struct error *error)
{
    size_t length = strlen(operand);
    if (!strchr(operand, '\n'))
        return record_encode_line(encoder, operand, length, out, error);
    encoder->lines = 0;
    return record_encoder_feed(encoder, operand, length, out, error) &&
           record_encoder_finish(encoder, out, error);
}

bool records_encode(const struct record *record, const char *const *operands, size_t count,
                    const struct record_bytes *out, struct error *error)
{
    struct record_encoder encoder = {.record = record};
    bool done = true;
    for (size_t i = 0; done && i < count; i++) {
        done = encode_operand(&encoder, operands[i], out, error);
        if (!done && count > 1)
            error_prefix(error, "operand %zu of DATA", i + 1);
    }
    record_encoder_release(&encoder);
    return done;
}

/* Appends the edits of the record at `source` in the pool, which is written at `offset`. */
static bool add_record(const struct record *record, uint64_t offset, uint64_t source,
                       struct edit_list *edits, struct error *error)
{
    uint64_t start = 0, end = 0; /* of the fields since the last skip */
    for (size_t i = 0; i < record->count; i++) {
        const struct record_field *field = &record->fields[i];
        bool skips = field->kind == RECORD_SKIP, is_last = i + 1 == record->count;
        end += skips ? 0 : field->size;
        if ((skips || is_last) && end > start &&
            !edit_list_append_pool(edits, (struct range){offset + start, offset + end},
                                   source + start, end - start, error))
            return false;
        if (skips)
            start = end = end + field->size;
    }
    return true;
}

bool records_add_edits(const struct record *record, struct range old, struct edit_list *edits,
                       struct error *error)
{
    for (uint64_t at = 0; at < range_length(old); at += record->size)
        if (!add_record(record, old.start + at, at, edits, error))
            return false;
    return true;
}
