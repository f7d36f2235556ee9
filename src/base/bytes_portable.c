/*
 * bytes_portable.c - integers in a text become bytes, in plain C.
 *
 * 64 characters of text become a set of marks, a bit for each that is no digit. So the ends of all
 * numbers in them are known before any of them is read, and reading one need not wait for another.
 */
#include "base/bytes_codec.h"
#include "base/eight_bytes.h"

enum { STEP = 64 }; /* characters that are looked at together */

/* Marks the characters that are no digits; of signed numbers minus signs are not marked either. */
static inline uint64_t mark_others(const unsigned char *text, bool is_signed)
{
    uint64_t marks = 0;
    for (unsigned i = 0; i < STEP; i += 8) {
        uint64_t word = eight_bytes_load(text + i), digits = word ^ EIGHT_BYTES('0');
        uint64_t others = ((digits & EIGHT_BYTES(0x7f)) + EIGHT_BYTES(0x7f - 9)) | digits;
        if (is_signed) {
            uint64_t minus = word ^ EIGHT_BYTES('-');
            others &= ((minus & EIGHT_BYTES(0x7f)) + EIGHT_BYTES(0x7f)) | minus;
        }
        marks |= eight_bytes_gather(others & EIGHT_BYTES(0x80)) << i;
    }
    return marks;
}

/* A number of one to eight characters at `text`; false if one of them is no digit. */
static inline bool read_digits(const unsigned char *text, size_t length, uint64_t *value)
{
    uint64_t digits = (eight_bytes_load(text) ^ EIGHT_BYTES('0')) << (64 - 8 * length);
    *value = eight_bytes_decimal(digits);
    return ((digits + EIGHT_BYTES(0x7f - 9)) & EIGHT_BYTES(0x80)) == 0;
}

/* Reads numbers of at most eight digits. Returns how much of the text was read. */
static inline size_t read_step(const struct integer_limits *limits, const unsigned char *text,
                               bool is_signed, unsigned size, unsigned char **out)
{
    size_t at = 0;
    for (uint64_t marks = mark_others(text, is_signed); marks > 0; marks &= marks - 1) {
        size_t end = lowest_bit(marks);
        bool negative = is_signed && text[at] == '-';
        size_t length = end - at - negative;
        uint64_t value;
        if (!operand_is_blank((char)text[end]))
            break;
        if (length > 0) {
            if (length > 8 || !read_digits(text + at + negative, length, &value) ||
                value > limits->most[negative])
                break;
            byte_store(*out, negative ? 0 - value : value, size, limits->big);
            *out += size;
        } else if (negative) {
            break;
        }
        at = end + 1;
    }
    return at;
}

static inline size_t read_steps(const struct integer_limits *limits, const unsigned char *text,
                                size_t length, unsigned size, unsigned char **out)
{
    bool is_signed = limits->most[1] > 0;
    size_t at = 0;
    for (size_t step = 1; step > 0 && length - at >= STEP; at += step)
        step = is_signed ? read_step(limits, text + at, true, size, out)
                         : read_step(limits, text + at, false, size, out);
    return at;
}

static size_t read_integers(const struct integer_limits *limits, const unsigned char *text,
                            size_t length, unsigned char **out)
{
    switch (limits->size) {
    case 1:
        return read_steps(limits, text, length, 1, out);
    case 2:
        return read_steps(limits, text, length, 2, out);
    default: /* most numbers are longer */
        return 0;
    }
}

const struct byte_vectors byte_vectors_portable = {.integers = read_integers};
