/*
 * bytes_float_part.c - floating-point numbers in a text that comes in parts.
 *
 * Decimals of up to 19 digits are rounded by nearest.c. libc reads the others: it takes several
 * times as long.
 */
#include "base/bytes_codec.h"
#include "base/decimal_read.h"
#include "base/nearest.h"

static const struct nearest_format formats[] = {{24, 127}, {53, 1023}};

enum { DIGITS_MAX = 19 }; /* any number of so many digits fits 64 bits */

/* The digits of a decimal so far. */
struct digits {
    const unsigned char *at; /* behind them */
    uint64_t value;
    unsigned count; /* without zeros in front */
};

/* Reads digits up to the next other character; false if there are too many. */
static inline bool read_digits(struct digits *digits)
{
    unsigned count;
    do {
        uint64_t group;
        count = decimal_read_group(digits->at, &group);
        if (digits->count + count > DIGITS_MAX)
            return false;
        digits->at += count;
        digits->count += count;
        digits->value = digits->value * decimal_powers[count] + group;
    } while (count == DECIMAL_READ_GROUP);
    return true;
}

static void skip_zeros(struct digits *digits)
{
    while (*digits->at == '0')
        digits->at++;
}

/* Reads the exponent, if there is one, and adds it. */
static inline bool read_exponent(struct digits *digits, int *exponent)
{
    if ((*digits->at | 0x20) != 'e')
        return true;
    const unsigned char *at = digits->at + 1;
    bool negative = *at == '-';
    uint64_t value;
    at += negative || *at == '+';
    unsigned count = decimal_read_group(at, &value);
    if (count == 0 || count > 4)
        return false;
    *exponent += negative ? -(int)value : (int)value;
    digits->at = at + count;
    return true;
}

/* Reads ddd.ddde+dd. False if it is something else, which may be a number, too. */
static inline bool read_decimal(struct digits *digits, int *exponent)
{
    const unsigned char *start = digits->at, *point;
    *exponent = 0;
    skip_zeros(digits);
    if (!read_digits(digits))
        return false;
    size_t length = (size_t)(digits->at - start);
    if (*digits->at == '.') {
        point = ++digits->at;
        if (digits->count == 0)
            skip_zeros(digits);
        if (!read_digits(digits))
            return false;
        length += (size_t)(digits->at - point);
        *exponent = -(int)(digits->at - point);
    }
    return length > 0 && read_exponent(digits, exponent);
}

/* What is printed with mingw-w64 is what its strtod() reads back, which rounds twice. */
#if defined(__MINGW32__)
enum { READS_AS_STRTOD = true };
#else
enum { READS_AS_STRTOD = false };
#endif

/* Reads a decimal that nearest.c can round. Returns its end, or NULL. */
static const unsigned char *read_plain_bits(const struct byte_type *type, const unsigned char *text,
                                            uint64_t *bits)
{
    bool negative = *text == '-';
    struct digits digits = {.at = text + (negative || *text == '+')};
    int exponent;
    if (READS_AS_STRTOD || !read_decimal(&digits, &exponent) ||
        !operand_is_blank((char)*digits.at) ||
        !nearest_find(&formats[type->size == 8], digits.value, exponent, bits))
        return NULL;
    *bits |= (uint64_t)negative << (8 * type->size - 1);
    return digits.at;
}

static const unsigned char *float_read_plain(const struct byte_type *type,
                                             const unsigned char *text, unsigned char *out)
{
    uint64_t bits = 0;
    text = read_plain_bits(type, text, &bits);
    byte_type_store(type, bits, out);
    return text;
}

/* Reads one number at `*text` and moves it on. */
static bool read_float(const struct byte_type *type, const unsigned char **text, uint64_t *bits,
                       struct error *error)
{
    const unsigned char *end = read_plain_bits(type, *text, bits);
    if (end) {
        *text = end;
        return true;
    }
    size_t length = byte_part_word_length(*text);
    if (!float_encode_word(type, (const char *)*text, length, bits, error))
        return false;
    *text += length;
    return true;
}

static bool float_encode_part(struct byte_part *part, struct error *error)
{
    const struct byte_type *type = part->type;
    const unsigned char *text = part->text, *end = text + byte_part_words(part);
    bool big = byte_type_is_big_endian(type), done = true;
    /* A number takes at least two characters. */
    if (!buffer_reserve(part->out, ((size_t)(end - text) / 2 + 1) * type->size, error))
        return false;
    while (done) {
        uint64_t bits;
        while (text < end && operand_is_blank((char)*text))
            text++;
        if (text == end)
            break;
        done = read_float(type, &text, &bits, error);
        if (done) {
            byte_store(part->out->data + part->out->length, bits, (unsigned)type->size, big);
            part->out->length += type->size;
        }
    }
    part->used = (size_t)(text - part->text);
    return done;
}

const struct byte_codec byte_codec_float = {.encode = float_encode,
                                            .encode_part = float_encode_part,
                                            .read_plain = float_read_plain,
                                            .decode = float_decode};
