/* bytes_number.c - the integer types, signed and unsigned. */
#include "base/bytes_codec.h"
#include "base/checked.h"
#include "base/decimal.h"
#include "base/decimal_read.h"
#include "base/range.h"

#include <inttypes.h>
#include <string.h>

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

static bool integer_encode_word(const struct byte_type *type, const char *word, size_t length,
                                uint64_t *value, struct error *error)
{
    bool negative = word[0] == '-';
    uint64_t magnitude = 0;
    enum number_result result = number_scan(word + negative, length - negative, &magnitude);
    if (result == NUMBER_MALFORMED)
        return number_malformed(word, length, type->name, error);
    if (result == NUMBER_TOO_LARGE || magnitude > limit_of(type, negative))
        return does_not_fit(type, word, length, error);
    *value = negative ? 0 - magnitude : magnitude;
    return true;
}

static bool integer_encode(const struct byte_encoding *encoding, struct error *error)
{
    const struct byte_type *type = encoding->type;
    const char *operand = encoding->operand, *word;
    size_t length;
    while ((word = operand_next_word(&operand, &length)) != NULL) {
        uint64_t value = 0;
        if (!integer_encode_word(type, word, length, &value, error) ||
            !byte_type_append(type, value, encoding->out, error))
            return false;
    }
    return true;
}

/* Where the numbers of a part are read, and where their bytes go. */
struct integer_reading {
    const struct byte_type *type;
    const unsigned char *at, *end; /* a blank stands before the end */
    unsigned char *out;
    struct integer_limits limits;
    integer_run *run; /* reads many at once; NULL: none */
    unsigned pause;   /* numbers to be read one by one, because `run` did nothing */
};

/* One number that decimal_read() refuses: in another radix, with a suffix, or malformed. */
static bool read_slowly(struct integer_reading *reading, uint64_t *value, struct error *error)
{
    size_t length = byte_part_word_length(reading->at);
    if (!integer_encode_word(reading->type, (const char *)reading->at, length, value, error))
        return false;
    reading->at += length;
    return true;
}

enum { PAUSE = 16 };

/* Reads many numbers at once, if they are plain decimals. */
static inline void read_many(struct integer_reading *reading)
{
    size_t length = (size_t)(reading->end - reading->at);
    size_t used =
        reading->pause > 0 ? 0 : reading->run(&reading->limits, reading->at, length, &reading->out);
    reading->at += used;
    reading->pause = reading->pause > 0 ? reading->pause - 1 : used > 0 ? 0 : PAUSE;
}

/* Reads all numbers. On error reading->at is at the number. */
static inline bool read_integers(struct integer_reading *reading, unsigned size, bool big,
                                 struct error *error)
{
    for (;;) {
        if (reading->run)
            read_many(reading);
        while (reading->at < reading->end && operand_is_blank((char)*reading->at))
            reading->at++;
        if (reading->at == reading->end)
            return true;
        bool negative = *reading->at == '-';
        uint64_t value = 0;
        const unsigned char *behind = decimal_read(reading->at + negative, 8 * size, &value);
        if (behind && operand_is_blank((char)*behind) && value <= reading->limits.most[negative]) {
            reading->at = behind;
            value = negative ? 0 - value : value;
        } else if (!read_slowly(reading, &value, error)) {
            return false;
        }
        byte_store(reading->out, value, size, big);
        reading->out += size;
    }
}

static bool read_integers_of(struct integer_reading *reading, struct error *error)
{
    bool big = byte_type_is_big_endian(reading->type);
    switch (reading->type->size) {
    case 1:
        return read_integers(reading, 1, false, error);
    case 2:
        return big ? read_integers(reading, 2, true, error)
                   : read_integers(reading, 2, false, error);
    case 4:
        return big ? read_integers(reading, 4, true, error)
                   : read_integers(reading, 4, false, error);
    default:
        return big ? read_integers(reading, 8, true, error)
                   : read_integers(reading, 8, false, error);
    }
}

static bool integer_encode_part(struct byte_part *part, struct error *error)
{
    const struct byte_type *type = part->type;
    size_t length = byte_part_words(part);
    /* A number takes at least two characters. */
    if (!buffer_reserve(part->out, (length / 2 + 1) * type->size + BYTE_VECTOR_SLACK, error))
        return false;
    struct integer_reading reading = {
        .type = type,
        .at = part->text,
        .end = part->text + length,
        .out = part->out->data + part->out->length,
        .limits = {.most = {limit_of(type, false), limit_of(type, true)},
                   .size = (unsigned)type->size,
                   .big = byte_type_is_big_endian(type)},
        .run = part->vectors ? part->vectors->integers : NULL,
    };
    bool done = read_integers_of(&reading, error);
    part->used = (size_t)(reading.at - part->text);
    part->out->length = (size_t)(reading.out - part->out->data);
    return done;
}

static const unsigned char *integer_read_plain(const struct byte_type *type,
                                               const unsigned char *text, unsigned char *out)
{
    bool negative = *text == '-';
    uint64_t value;
    text = decimal_read(text + negative, 8 * (unsigned)type->size, &value);
    if (!text || value > limit_of(type, negative))
        return NULL;
    byte_type_store(type, negative ? 0 - value : value, out);
    return text;
}

/* How the values of a type are printed. */
struct integer_format {
    uint64_t greatest; /* of the type; greater values are negative */
    uint64_t all_bits; /* of a value */
    unsigned radix;
};

/* A sign, the digits, a newline (or, while it is written, a NUL). */
enum { VALUE_TEXT_MAX = 1 + NUMBER_TEXT_MAX };

/* Writes a value and a newline. Returns the length. */
static size_t print_line(const struct integer_format *format, uint64_t value,
                         char out[VALUE_TEXT_MAX])
{
    size_t length = 0;
    if (value > format->greatest) {
        out[length++] = '-';
        value = (0 - value) & format->all_bits;
    }
    length += format->radix == 10 ? decimal_write(value, out + length)
                                  : number_format(value, format->radix, out + length);
    out[length++] = '\n';
    return length;
}

/* The line of each byte, padded so that it is copied as a whole. */
struct byte_line {
    char text[15]; /* the longest is -0b10000000 */
    unsigned char length;
};

static void list_byte_lines(const struct integer_format *format, struct byte_line lines[256])
{
    for (unsigned value = 0; value < 256; value++) {
        char text[VALUE_TEXT_MAX];
        size_t length = print_line(format, value, text);
        lines[value] = (struct byte_line){.length = (unsigned char)length};
        memcpy(lines[value].text, text, length);
    }
}

enum {
    RESERVED_VALUES = 1024, /* values whose text is reserved at once */
    MANY_BYTES = 1024,      /* list_byte_lines() takes as long as to print 256 values */
};

static bool print_bytes(const struct integer_format *format, const unsigned char *bytes,
                        size_t length, struct buffer *text, struct error *error)
{
    struct byte_line lines[256];
    list_byte_lines(format, lines);
    for (size_t i = 0; i < length; i += RESERVED_VALUES) {
        size_t end = minimum_size(length, i + RESERVED_VALUES);
        if (!buffer_reserve(text, RESERVED_VALUES * sizeof *lines, error))
            return false;
        unsigned char *out = text->data + text->length;
        for (size_t j = i; j < end; j++) {
            memcpy(out, &lines[bytes[j]], sizeof *lines);
            out += lines[bytes[j]].length;
        }
        text->length = (size_t)(out - text->data);
    }
    return true;
}

static bool print_values(const struct byte_type *type, const struct integer_format *format,
                         const unsigned char *bytes, size_t count, struct buffer *text,
                         struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (i % RESERVED_VALUES == 0 &&
            !buffer_reserve(text, minimum_size(count - i, RESERVED_VALUES) * VALUE_TEXT_MAX, error))
            return false;
        char *out = (char *)text->data + text->length;
        text->length += print_line(format, byte_type_load(type, bytes + i * type->size), out);
    }
    return true;
}

static bool integer_decode(const struct byte_decoder *decoder, const unsigned char *bytes,
                           size_t length, size_t *consumed, struct buffer *text,
                           struct error *error)
{
    const struct byte_type *type = decoder->type;
    const uint64_t greatest = limit_of(type, false);
    struct integer_format format = {greatest, UINT64_MAX >> (64 - 8 * type->size), decoder->radix};
    *consumed = length - length % type->size;
    if (type->size == 1 && length >= MANY_BYTES)
        return print_bytes(&format, bytes, length, text, error);
    return print_values(type, &format, bytes, length / type->size, text, error);
}

const struct byte_codec byte_codec_unsigned = {.encode = integer_encode,
                                               .encode_part = integer_encode_part,
                                               .read_plain = integer_read_plain,
                                               .decode = integer_decode};
const struct byte_codec byte_codec_signed = {.encode = integer_encode,
                                             .encode_part = integer_encode_part,
                                             .read_plain = integer_read_plain,
                                             .decode = integer_decode};
