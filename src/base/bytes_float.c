/*
 * bytes_float.c - the floating-point types f32 and f64.
 *
 * Values are passed as their IEEE 754 bits, because loading a NaN into a register may change it.
 * libc reads decimals and rounds correctly; shortest.c finds the decimals to print. f32 uses
 * strtof(), because strtod() and a cast would round twice. NaNs are read and written here, because
 * libraries spell them differently: nan is the quiet NaN, nan(P) a quiet one with payload P as
 * glibc reads it, snan(P) a signalling one, each with an optional sign.
 */
#include "base/bytes_codec.h"
#include "base/checked.h"
#include "base/decimal.h"
#include "base/range.h"
#include "base/shortest.h"

#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * strtod() of mingw-w64 rounds twice, so it may not read the shortest decimal back. Decimals are
 * tried there, one precision after the other.
 */
#if defined(__MINGW32__)
enum { READS_ROUND_TWICE = true };
#else
enum { READS_ROUND_TWICE = false };
#endif

_Static_assert(sizeof(float) == 4 && FLT_MANT_DIG == 24, "float is IEEE 754 binary32");
_Static_assert(sizeof(double) == 8 && DBL_MANT_DIG == 53, "double is IEEE 754 binary64");

/* The longest text of a value has a sign, 17 digits, a point and an exponent, or is snan(0x...). */
enum { FLOAT_TEXT_MAX = 40 };

struct float_format {
    uint64_t sign;     /* sign bit */
    uint64_t infinity; /* all bits of the exponent */
    uint64_t quiet;    /* highest bit of the mantissa: set in NaNs that do not trap */
    int lowest;        /* exponent of the lowest bit of the least numbers: that of a power of two */
    int safe_digits;   /* decimals of this many digits survive conversion to bits and back */
    int enough_digits; /* bits survive conversion to decimals of this many digits and back */
    const char *greatest;
};

static const struct float_format formats[] = {
    {UINT64_C(1) << 31, UINT64_C(0xff) << 23, UINT64_C(1) << 22, -149, FLT_DIG, 9,
     "3.40282347e+38"},
    {UINT64_C(1) << 63, UINT64_C(0x7ff) << 52, UINT64_C(1) << 51, -1074, DBL_DIG, 17,
     "1.7976931348623157e+308"},
};

static const struct float_format *format_of(const struct byte_type *type)
{
    return &formats[type->size == 8];
}

/* ---- operands -------------------------------------------------------------------------------- */

/* strtod() or strtof(), as bits. */
static uint64_t parse_bits(const struct byte_type *type, const char *text, char **end)
{
    uint64_t bits = 0;
    if (type->size == 8) {
        double value = strtod(text, end);
        memcpy(&bits, &value, sizeof value);
    } else {
        float value = strtof(text, end);
        uint32_t half;
        memcpy(&half, &value, sizeof value);
        bits = half;
    }
    return bits;
}

static double value_of(const struct byte_type *type, uint64_t bits)
{
    if (type->size == 8) {
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    uint32_t half = (uint32_t)bits;
    float value;
    memcpy(&value, &half, sizeof value);
    return value;
}

/* Whether the word begins with `name`, in either case; `name` is lower case. */
static bool begins_with(const char *word, size_t length, const char *name)
{
    size_t name_length = strlen(name);
    for (size_t i = 0; i < name_length; i++)
        if (i >= length || (word[i] | 0x20) != name[i])
            return false;
    return true;
}

/* Whether the word, after the sign, is meant as a NaN. strtod() reads nan(P) with any P. */
static bool is_nan_word(const char *word, size_t length)
{
    return begins_with(word, length, "nan") || begins_with(word, length, "snan");
}

/* Parses nan, nan(P) and snan(P), after the sign; false if it is none of these. */
static bool parse_nan(const struct float_format *format, const char *word, size_t length,
                      uint64_t *bits)
{
    bool signalling = begins_with(word, length, "snan(");
    size_t name_length = signalling ? 4 : 3;
    uint64_t payload = 0;
    if (!signalling && !begins_with(word, length, "nan"))
        return false;
    if (length > name_length) {
        const char *digits = word + name_length + 1;
        if (word[name_length] != '(' || word[length - 1] != ')' ||
            number_scan(digits, length - name_length - 2, &payload) != NUMBER_GOOD)
            return false;
    }
    if (payload >= format->quiet || (signalling && payload == 0))
        return false;
    *bits = format->infinity | payload | (signalling ? 0 : format->quiet);
    return true;
}

static bool refuse_nan(const struct byte_type *type, const char *word, size_t length,
                       struct error *error)
{
    char quoted[48];
    return error_usage(error,
                       "%s \"%s\" is no NaN: nan, nan(P) with P from 0 to 0x%" PRIx64
                       ", or snan(P) with P from 1",
                       type->name, diag_escape_span(quoted, sizeof quoted, word, length),
                       format_of(type)->quiet - 1);
}

bool float_encode_word(const struct byte_type *type, const char *word, size_t length,
                       uint64_t *bits, struct error *error)
{
    char quoted[48], *end;
    const struct float_format *format = format_of(type);
    bool negative = word[0] == '-';
    size_t sign = negative || word[0] == '+';
    if (parse_nan(format, word + sign, length - sign, bits)) {
        *bits |= negative ? format->sign : 0;
        return true;
    }
    if (is_nan_word(word + sign, length - sign))
        return refuse_nan(type, word, length, error);
    *bits = parse_bits(type, word, &end);
    if (end != word + length)
        return error_usage(error, "%s \"%s\" is not a number (such as 1.5, -2e9, 0x1p-3, inf, nan)",
                           type->name, diag_escape_span(quoted, sizeof quoted, word, length));
    bool overflow = (*bits & ~format->sign) == format->infinity;
    if (overflow && !begins_with(word + sign, length - sign, "inf"))
        return error_usage(error, "%s does not fit %s (-%s to %s)",
                           diag_escape_span(quoted, sizeof quoted, word, length), type->name,
                           format->greatest, format->greatest);
    return true;
}

bool float_encode(const struct byte_encoding *encoding, struct error *error)
{
    const struct byte_type *type = encoding->type;
    const char *operand = encoding->operand, *word;
    size_t length;
    while ((word = operand_next_word(&operand, &length)) != NULL) {
        uint64_t bits;
        if (!float_encode_word(type, word, length, &bits, error) ||
            !byte_type_append(type, bits, encoding->out, error))
            return false;
    }
    return true;
}

/* ---- text ------------------------------------------------------------------------------------ */

/*
 * The format of the text is %g with the least precision, but at least safe_digits, that reads back.
 * A subnormal number has fewer bits and may need less than safe_digits. %g strips trailing zeros.
 */
static int least_precision(const struct float_format *format, uint64_t bits)
{
    return bits & format->infinity ? format->safe_digits : 1;
}

/* Tries one precision after the other: the rare numbers that shortest_find() refuses. */
static size_t print_slowly(const struct byte_type *type, uint64_t bits, char out[FLOAT_TEXT_MAX])
{
    const struct float_format *format = format_of(type);
    int precision = least_precision(format, bits);
    char *end;
    do
        snprintf(out, FLOAT_TEXT_MAX, "%.*g", precision, value_of(type, bits));
    while (parse_bits(type, out, &end) != bits && precision++ < format->enough_digits);
    return strlen(out);
}

/* The number of bits without their sign, which is finite and not 0. */
static struct shortest_binary take_apart(const struct float_format *format, uint64_t bits)
{
    uint64_t hidden = format->quiet << 1; /* the mantissa's highest bit, which is not stored */
    uint64_t mantissa = bits & (hidden - 1), exponent = bits / hidden;
    if (exponent == 0) /* subnormal */
        return (struct shortest_binary){mantissa, format->lowest, false};
    return (struct shortest_binary){mantissa | hidden, format->lowest + (int)exponent - 1,
                                    mantissa == 0 && exponent > 1};
}

/* d.ddde+XX; the last of the `count` digits is not 0. */
static size_t print_scientific(const char *digits, size_t count, int exponent, char *out)
{
    char *at = out;
    unsigned size = (unsigned)(exponent < 0 ? -exponent : exponent);
    *at++ = digits[0];
    if (count > 1) {
        *at++ = '.';
        memcpy(at, digits + 1, count - 1);
        at += count - 1;
    }
    *at++ = 'e';
    *at++ = exponent < 0 ? '-' : '+';
    if (size < 10)
        *at++ = '0';
    at += decimal_write(size, at);
    return (size_t)(at - out);
}

/* ddd.ddd or 0.000ddd: the point stands `point` digits after the first one. */
static size_t print_fixed(const char *digits, size_t count, int point, char *out)
{
    size_t before = point > 0 ? (size_t)point : 0, zeros = point < 0 ? (size_t)-point : 0;
    if (before >= count) {
        memcpy(out, digits, count);
        memset(out + count, '0', before - count);
        return before;
    }
    char *at = out;
    memcpy(at, digits, before);
    at += before;
    if (before == 0)
        *at++ = '0';
    *at++ = '.';
    memset(at, '0', zeros);
    memcpy(at + zeros, digits + before, count - before);
    return (size_t)(at - out) + zeros + count - before;
}

static size_t print_decimal(const struct shortest_decimal *decimal, int least, char *out)
{
    char digits[DECIMAL_MAX];
    size_t count = decimal_write(decimal->digits, digits);
    int exponent = (int)count - 1 + decimal->exponent; /* of the first digit */
    int precision = (int)count > least ? (int)count : least;
    return exponent < -4 || exponent >= precision ? print_scientific(digits, count, exponent, out)
                                                  : print_fixed(digits, count, exponent + 1, out);
}

static size_t print_finite(const struct byte_type *type, uint64_t bits, char out[FLOAT_TEXT_MAX])
{
    const struct float_format *format = format_of(type);
    uint64_t magnitude = bits & ~format->sign;
    size_t sign = magnitude != bits;
    struct shortest_decimal decimal;
    out[0] = '-';
    if (magnitude == 0) {
        out[sign] = '0';
        return sign + 1;
    }
    struct shortest_binary binary = take_apart(format, magnitude);
    if (READS_ROUND_TWICE || !shortest_find(&binary, &decimal))
        return print_slowly(type, bits, out);
    return sign + print_decimal(&decimal, least_precision(format, bits), out + sign);
}

static size_t print_special(const struct float_format *format, uint64_t bits,
                            char out[FLOAT_TEXT_MAX])
{
    const char *sign = bits & format->sign ? "-" : "";
    bool quiet = bits & format->quiet;
    uint64_t payload = bits & (format->quiet - 1);
    int length;
    if (payload == 0)
        length = snprintf(out, FLOAT_TEXT_MAX, "%s%s", sign, quiet ? "nan" : "inf");
    else
        length = snprintf(out, FLOAT_TEXT_MAX, "%s%s(0x%" PRIx64 ")", sign, quiet ? "nan" : "snan",
                          payload);
    return (size_t)length;
}

/* Values whose text is reserved at once. */
enum { RESERVED_VALUES = 1024 };

bool float_decode(const struct byte_decoder *decoder, const unsigned char *bytes, size_t length,
                  size_t *consumed, struct buffer *text, struct error *error)
{
    const struct byte_type *type = decoder->type;
    const struct float_format *format = format_of(type);
    size_t count = length / type->size;
    for (size_t i = 0; i < count; i++) {
        if (i % RESERVED_VALUES == 0 &&
            !buffer_reserve(text, minimum_size(count - i, RESERVED_VALUES) * FLOAT_TEXT_MAX, error))
            return false;
        char *out = (char *)text->data + text->length;
        uint64_t bits = byte_type_load(type, bytes + i * type->size);
        size_t used = (bits & format->infinity) == format->infinity
                          ? print_special(format, bits, out)
                          : print_finite(type, bits, out);
        out[used] = '\n';
        text->length += used + 1;
    }
    *consumed = count * type->size;
    return true;
}
