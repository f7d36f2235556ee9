/* test_shortest.c - the text of floating-point numbers, beside what libc finds by trial. */
#include "base/bytes.h"
#include "base/wide.h"
#include "unit.h"

#include <float.h>

struct format {
    const char *name;
    size_t size;
    uint64_t infinity;              /* all bits of the exponent */
    int safe_digits, enough_digits; /* the precisions to try */
};

static const struct format f32 = {"f32", 4, (uint64_t)0xff << 23, FLT_DIG, 9};
static const struct format f64 = {"f64", 8, (uint64_t)0x7ff << 52, DBL_DIG, 17};

static double value_of(const struct format *format, uint64_t bits)
{
    double value;
    float narrow;
    uint32_t half = (uint32_t)bits;
    memcpy(&value, &bits, sizeof value);
    memcpy(&narrow, &half, sizeof narrow);
    return format->size == 8 ? value : (double)narrow;
}

static uint64_t bits_of(const struct format *format, const char *text)
{
    double value = strtod(text, NULL);
    float narrow = strtof(text, NULL);
    uint64_t bits;
    uint32_t half;
    memcpy(&bits, &value, sizeof bits);
    memcpy(&half, &narrow, sizeof half);
    return format->size == 8 ? bits : half;
}

/* %g of the least precision that reads back; of a normal number at least safe_digits. */
static void print_by_trial(const struct format *format, uint64_t bits, char text[64])
{
    int digits = bits & format->infinity ? format->safe_digits : 1;
    do
        snprintf(text, 64, "%.*g", digits, value_of(format, bits));
    while (bits_of(format, text) != bits && digits++ < format->enough_digits);
}

static void check(const struct format *format, uint64_t bits)
{
    char expected[64];
    struct error error = {0};
    struct buffer text = {0};
    struct byte_decoder decoder;
    unsigned char bytes[8];
    uint32_t half = (uint32_t)bits;
    memcpy(bytes, &bits, 8);
    if (format->size == 4)
        memcpy(bytes, &half, 4);
    if ((bits & format->infinity) == format->infinity)
        return;
    print_by_trial(format, bits, expected);
    byte_decoder_init(&decoder, byte_type_find(format->name, &error), 10, 0);
    CHECK(byte_decoder_feed(&decoder, bytes, format->size, &text, &error));
    CHECK_SAY(text.length == strlen(expected) + 1 && text.data[text.length - 1] == '\n' &&
                  !memcmp(text.data, expected, text.length - 1),
              "%s 0x%" PRIx64 ": %.*s, not %s", format->name, bits, (int)text.length,
              (char *)text.data, expected);
    buffer_release(&text);
}

static void check_both_signs(const struct format *format, uint64_t bits)
{
    check(format, bits);
    check(format, bits | (uint64_t)1 << (format->size * 8 - 1));
}

static void random_bits(void)
{
    for (unsigned long i = 0; i < unit_rounds(100000); i++) {
        check(&f32, unit_random() >> 32);
        check(&f64, unit_random());
    }
}

/* Its neighbours, too: the interval around a power of two is lopsided. */
static void powers_of_two(void)
{
    for (uint64_t exponent = 0; exponent < 0x7ff; exponent++)
        for (uint64_t near = 0; near < 5; near++)
            check_both_signs(&f64, (exponent << 52) + near - (exponent > 0 ? 2 : 0));
    for (uint64_t exponent = 0; exponent < 0xff; exponent++)
        for (uint64_t near = 0; near < 5; near++)
            check_both_signs(&f32, (exponent << 23) + near - (exponent > 0 ? 2 : 0));
}

static void subnormal_numbers(void)
{
    for (unsigned long i = 0; i < unit_rounds(2000); i++) {
        check_both_signs(&f32, unit_random() >> (41 + unit_below(23)));
        check_both_signs(&f64, unit_random() >> (12 + unit_below(52)));
    }
}

/* Decimals of few digits, and the numbers next to them. */
static void short_decimals(void)
{
    for (unsigned long i = 0; i < unit_rounds(20000); i++) {
        char text[64];
        uint64_t digits = unit_random() >> unit_below(64);
        snprintf(text, sizeof text, "%" PRIu64 "e%d", digits, (int)unit_below(640) - 330);
        check(&f64, bits_of(&f64, text) + unit_below(3));
        snprintf(text, sizeof text, "%" PRIu64 "e%d", digits >> 32, (int)unit_below(90) - 50);
        check(&f32, bits_of(&f32, text) + unit_below(3));
        snprintf(text, sizeof text, "%" PRIu64 "e%d", digits % 100000, (int)unit_below(9) - 6);
        check(&f64, bits_of(&f64, text));
        check(&f32, bits_of(&f32, text));
    }
}

static void integers(void)
{
    for (unsigned long i = 0; i < unit_rounds(20000); i++) {
        char text[64];
        snprintf(text, sizeof text, "%" PRIu64, unit_random() >> unit_below(64));
        check(&f64, bits_of(&f64, text));
        check(&f32, bits_of(&f32, text));
        snprintf(text, sizeof text, "%lu", i);
        check_both_signs(&f64, bits_of(&f64, text));
        check_both_signs(&f32, bits_of(&f32, text));
    }
}

static void the_product_in_halves_is_the_product(void)
{
    for (unsigned long i = 0; i < unit_rounds(20000); i++) {
        uint64_t a = unit_random() >> unit_below(64), b = unit_random() >> unit_below(64);
        a = unit_below(4) ? a : UINT64_MAX - (a & 3);
        b = unit_below(4) ? b : UINT64_MAX - (b & 3);
        struct wide fast = wide_multiply(a, b), slow = wide_multiply_halves(a, b);
        CHECK(fast.high == slow.high && fast.low == slow.low && fast.low == a * b);
    }
}

static const struct unit_case cases[] = {
    {"random bits", random_bits},
    {"powers of two and their neighbours", powers_of_two},
    {"subnormal numbers", subnormal_numbers},
    {"decimals of few digits", short_decimals},
    {"integers", integers},
    {"128-bit products without 128-bit integers", the_product_in_halves_is_the_product},
};
UNIT_MAIN(cases)
