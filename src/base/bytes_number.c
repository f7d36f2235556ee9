/* bytes_number.c - the integer types, signed and unsigned. */
#include "base/bytes_codec.h"
#include "base/range.h"

#include <inttypes.h>

/* The greatest magnitude that fits after a minus sign (`negative`), or without one. */
static uint64_t limit_of(const struct byte_type *type, bool negative)
{
    uint64_t greatest = UINT64_MAX >> (64 - 8 * type->size);
    if (type->codec == &byte_codec_unsigned)
        return negative ? 0 : greatest;
    return greatest / 2 + negative;
}

static bool does_not_fit(const struct byte_type *type, const char *word, size_t length,
                         struct error *error)
{
    char quoted[48];
    uint64_t lowest = limit_of(type, true);
    return error_usage(error, "%s does not fit %s (%s%" PRIu64 " to %" PRIu64 ")",
                       diag_escape_span(quoted, sizeof quoted, word, length), type->name,
                       lowest > 0 ? "-" : "", lowest, limit_of(type, false));
}

static bool integer_encode(const struct byte_encoding *encoding, struct error *error)
{
    const struct byte_type *type = encoding->type;
    const char *operand = encoding->operand, *word;
    size_t length;
    while ((word = operand_next_word(&operand, &length)) != NULL) {
        bool negative = word[0] == '-';
        uint64_t magnitude = 0;
        enum number_result result = number_scan(word + negative, length - negative, &magnitude);
        if (result == NUMBER_MALFORMED)
            return number_malformed(word, length, type->name, error);
        if (result == NUMBER_TOO_LARGE || magnitude > limit_of(type, negative))
            return does_not_fit(type, word, length, error);
        uint64_t value = negative ? 0 - magnitude : magnitude;
        if (!byte_type_append(type, value, encoding->out, error))
            return false;
    }
    return true;
}

static bool integer_decode(const struct byte_decoder *decoder, const unsigned char *bytes,
                           size_t length, size_t *consumed, struct buffer *text,
                           struct error *error)
{
    const struct byte_type *type = decoder->type;
    const uint64_t greatest = limit_of(type, false);
    const uint64_t wrap = greatest << 1 | 1; /* all bits of the value */
    for (*consumed = 0; length - *consumed >= type->size; *consumed += type->size) {
        char line[1 + NUMBER_TEXT_MAX];
        uint64_t value = byte_type_load(type, bytes + *consumed);
        size_t sign = value > greatest;
        if (sign) {
            line[0] = '-';
            value = (0 - value) & wrap;
        }
        size_t end = sign + number_format(value, decoder->radix, line + sign);
        line[end] = '\n';
        if (!buffer_append(text, line, end + 1, error))
            return false;
    }
    return true;
}

const struct byte_codec byte_codec_unsigned = {.encode = integer_encode, .decode = integer_decode};
const struct byte_codec byte_codec_signed = {.encode = integer_encode, .decode = integer_decode};
