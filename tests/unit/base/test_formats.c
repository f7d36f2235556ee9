/* test_formats.c - the text of many bytes at once, beside that of each value alone. */
#include "base/bytes.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "unit.h"

enum { MOST = 6000 };

struct sample {
    unsigned char bytes[MOST + 64];
    size_t length;
};

/* Noise, plain text with some other bytes, or only plain text; often long runs of one kind. */
static void fill(unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint64_t kind = unit_below(3), end = i + 1 + unit_below(100);
        for (; i < end && i < length; i++)
            bytes[i] = (unsigned char)(kind == 0 || (kind == 1 && unit_below(20) == 0)
                                           ? unit_random()
                                           : 0x20 + unit_below(0x5f));
    }
}

/* Decodes `bytes` in pieces of at most `most`, behind text that must stay. */
static struct buffer decode(const char *name, unsigned radix, const struct sample *sample,
                            size_t most)
{
    struct error error = {0};
    struct buffer text = {0};
    struct byte_decoder decoder;
    byte_decoder_init(&decoder, byte_type_find(name, &error), radix, 0);
    for (size_t at = 0, part; at < sample->length; at += part) {
        part = 1 + unit_below(most);
        part = part < sample->length - at ? part : sample->length - at;
        CHECK(byte_decoder_feed(&decoder, sample->bytes + at, part, &text, &error));
    }
    CHECK_SAY(byte_decoder_finish(&decoder, &error), "%s", error.message);
    return text;
}

static void compare(const char *name, unsigned radix, const struct sample *sample,
                    const struct buffer *expected)
{
    static const size_t pieces[] = {10, 700, 5000, MOST};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buffer text = decode(name, radix, sample, pieces[i]);
        CHECK_SAY(text.length == expected->length &&
                      (text.length == 0 || !memcmp(text.data, expected->data, text.length)),
                  "%s, radix %u, %zu bytes in pieces of %zu", name, radix, sample->length,
                  pieces[i]);
        buffer_release(&text);
    }
}

/* Text of one byte. */
typedef void print_byte(char out[64], unsigned char byte, unsigned radix);

static void print_hex(char out[64], unsigned char byte, unsigned radix)
{
    (void)radix;
    snprintf(out, 64, "%02x", byte);
}

static void print_escape(char out[64], unsigned char byte, unsigned radix)
{
    static const char letters[] = "a\ab\bf\fn\nr\rt\tv\v\\\\\"\"";
    (void)radix;
    snprintf(out, 64, byte >= 0x20 && byte < 0x7f ? "%c" : "\\x%02x", byte);
    for (size_t i = 0; i < sizeof letters - 1; i += 2)
        if (byte == (unsigned char)letters[i + 1] && byte != '"')
            snprintf(out, 64, "\\%c", letters[i]);
}

static void print_integer(char out[64], unsigned radix, bool negative, unsigned magnitude)
{
    size_t length = 0;
    if (negative)
        out[length++] = '-';
    if (radix == 2) {
        memcpy(out + length, "0b", 2);
        length += 2;
        unsigned bit = 1;
        while (bit <= magnitude / 2)
            bit *= 2;
        for (; bit > 0; bit /= 2)
            out[length++] = magnitude & bit ? '1' : '0';
        out[length] = 0;
    } else {
        snprintf(out + length, 60, radix == 8 ? "0o%o" : radix == 16 ? "0x%x" : "%u", magnitude);
    }
    memcpy(out + strlen(out), "\n", 2);
}

static void print_unsigned(char out[64], unsigned char byte, unsigned radix)
{
    print_integer(out, radix, false, byte);
}

static void print_signed(char out[64], unsigned char byte, unsigned radix)
{
    print_integer(out, radix, byte > 127, byte > 127 ? 256u - byte : byte);
}

static void check_bytes(const char *name, unsigned radix, print_byte *print)
{
    struct error error = {0};
    for (unsigned long round = 0; round < unit_rounds(30); round++) {
        struct sample sample = {.length = unit_below(unit_below(2) ? 40 : MOST)};
        struct buffer expected = {0};
        fill(sample.bytes, sample.length);
        for (size_t i = 0; i < sample.length; i++) {
            char text[64];
            print(text, sample.bytes[i], radix);
            CHECK(buffer_append(&expected, text, strlen(text), &error));
        }
        compare(name, radix, &sample, &expected);
        buffer_release(&expected);
    }
}

static void hex(void)
{
    check_bytes("hex", 10, print_hex);
}

static void escapes(void)
{
    check_bytes("escape", 10, print_escape);
}

static void bytes_as_integers(void)
{
    static const unsigned radixes[] = {10, 16, 8, 2};
    for (size_t i = 0; i < 4; i++) {
        check_bytes("u8", radixes[i], print_unsigned);
        check_bytes("i8", radixes[i], print_signed);
    }
}

/* A character of a kind that follows others of that kind. */
static uint32_t random_character(uint64_t kind)
{
    uint32_t character = kind == 0   ? (uint32_t)unit_below(0x80)
                         : kind == 1 ? (uint32_t)unit_below(0x900)
                         : kind == 2 ? (uint32_t)unit_below(0x10000)
                                     : 0x10000 + (uint32_t)unit_below(0x100000);
    return character >= 0xd800 && character <= 0xdfff ? character - 0x1000 : character;
}

static void put_unit(struct sample *sample, uint32_t unit, bool big)
{
    sample->bytes[sample->length + !big] = (unsigned char)(unit >> 8);
    sample->bytes[sample->length + big] = (unsigned char)unit;
    sample->length += 2;
}

static void put_character(struct sample *sample, uint32_t character, bool big)
{
    if (character >= 0x10000) {
        put_unit(sample, 0xd800 + ((character - 0x10000) >> 10), big);
        character = 0xdc00 + ((character - 0x10000) & 0x3ff);
    }
    put_unit(sample, character, big);
}

static void utf16(void)
{
    struct error error = {0};
    for (unsigned long round = 0; round < unit_rounds(100); round++) {
        bool big = round & 1;
        size_t length = unit_below(unit_below(2) ? 100 : MOST);
        struct sample sample = {.length = 0};
        struct buffer expected = {0};
        while (sample.length < length) {
            uint64_t kind = unit_below(4);
            for (size_t end = sample.length + unit_below(200); sample.length < end;) {
                unsigned char text[UTF8_MAX];
                uint32_t character = random_character(kind);
                if (sample.length > MOST)
                    break;
                put_character(&sample, character, big);
                CHECK(buffer_append(&expected, text, utf8_encode(character, text), &error));
            }
        }
        compare(big ? "utf16be" : "utf16le", 10, &sample, &expected);
        buffer_release(&expected);
    }
}

/* At any place, also at the end of a run of ASCII; the offset is that of the surrogate. */
static void a_lone_surrogate_in_much_text(void)
{
    for (size_t place = 0; place < 300; place++) {
        struct error error = {0};
        struct buffer text = {0};
        struct byte_decoder decoder;
        struct sample sample = {.length = 0};
        char message[80];
        uint32_t surrogate = 0xd800 + (uint32_t)unit_below(0x800);
        for (size_t i = 0; i < 300; i++)
            put_unit(&sample, i == place ? surrogate : 'a', false);
        byte_decoder_init(&decoder, byte_type_find("utf16le", &error), 10, 1000);
        CHECK(!byte_decoder_feed(&decoder, sample.bytes, sample.length, &text, &error) ||
              (place == 299 && surrogate < 0xdc00 && !byte_decoder_finish(&decoder, &error)));
        snprintf(message, sizeof message, "the surrogate 0x%04x at %zu has no pair: not UTF-16",
                 (unsigned)surrogate, 1000 + 2 * place);
        CHECK_SAY(!strcmp(error.message, message) || (place == 299 && surrogate < 0xdc00), "%s",
                  error.message);
        CHECK(text.length == 0 || place == 299);
        buffer_release(&text);
    }
}

static void decimals(void)
{
    for (unsigned long i = 0; i < unit_rounds(20000); i++) {
        char text[DECIMAL_MAX], expected[32];
        uint64_t number = unit_random() >> unit_below(64), power = 1;
        for (uint64_t zeros = unit_below(20); zeros > 0; zeros--)
            power *= 10;
        number = unit_below(2) ? number : power - unit_below(2);
        snprintf(expected, sizeof expected, "%" PRIu64, number);
        size_t length = decimal_write(number, text);
        CHECK_SAY(length == strlen(expected) && !memcmp(text, expected, length), "%s", expected);
    }
}

static const struct unit_case cases[] = {
    {"hex", hex},
    {"escapes", escapes},
    {"bytes as integers, in every radix", bytes_as_integers},
    {"UTF-16", utf16},
    {"a lone surrogate in much text", a_lone_surrogate_in_much_text},
    {"decimal integers of every length", decimals},
};
UNIT_MAIN(cases)
