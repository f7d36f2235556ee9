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
