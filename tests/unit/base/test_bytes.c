/* test_bytes.c - the TYPE table, both ways. */
#include "base/bytes.h"
#include "base/utf8.h"
#include "unit.h"

static const unsigned radixes[] = {10, 16, 8, 2};

static const struct byte_type *type_of(const char *name)
{
    struct error error = {0};
    const struct byte_type *type = byte_type_find(name, &error);
    CHECK_SAY(type != NULL, "%s", error.message);
    if (!type)
        exit(1);
    return type;
}

/* Whether `operand` encodes to exactly these bytes, behind what was in the buffer. */
static void check_encode(const char *name, const char *operand, const char *bytes, size_t length)
{
    struct error error = {0};
    struct buffer out = {0};
    buffer_append(&out, "kept", 4, &error);
    bool good = bytes_encode(type_of(name), operand, &out, &error);
    CHECK_SAY(good, "%s \"%s\": %s", name, operand, error.message);
    CHECK_SAY(out.length == 4 + length && !memcmp(out.data, "kept", 4) &&
                  (length == 0 || !memcmp(out.data + 4, bytes, length)),
              "%s \"%s\" (%zu bytes)", name, operand, out.length - 4);
    buffer_release(&out);
}
#define ENCODES(name, operand, bytes) check_encode(name, operand, bytes, sizeof(bytes) - 1)

static void check_refused(const char *name, const char *operand, const char *message)
{
    struct error error = {0};
    struct buffer out = {0};
    buffer_append(&out, "kept", 4, &error);
    CHECK_SAY(!bytes_encode(type_of(name), operand, &out, &error), "%s \"%s\"", name, operand);
    CHECK_SAY(!strcmp(error.message, message), "%s", error.message);
    CHECK(error.status == STATUS_FAILED && out.length == 4);
    buffer_release(&out);
}

/* Decodes in chunks of at most `chunk` bytes (random lengths); the caller releases the text. */
static struct buffer decoded(const struct byte_type *type, unsigned radix, const void *bytes,
                             size_t length, size_t chunk)
{
    struct error error = {0};
    struct buffer text = {0};
    struct byte_decoder decoder;
    byte_decoder_init(&decoder, type, radix, 1000);
    for (size_t at = 0; at < length;) {
        size_t part = chunk >= length ? length : 1 + unit_below(chunk);
        part = part < length - at ? part : length - at;
        bool good =
            byte_decoder_feed(&decoder, (const unsigned char *)bytes + at, part, &text, &error);
        CHECK_SAY(good, "%s", error.message);
        at += part;
    }
    CHECK_SAY(byte_decoder_finish(&decoder, &error), "%s", error.message);
    CHECK(decoder.offset == 1000 + length);
    buffer_append_byte(&text, 0, &error);
    text.length--;
    return text;
}

static void check_decode(const char *name, unsigned radix, const void *bytes, size_t length,
                         const char *expected)
{
    struct buffer text = decoded(type_of(name), radix, bytes, length, length);
    CHECK_SAY(!strcmp((char *)text.data, expected), "%s: \"%s\", not \"%s\"", name,
              (char *)text.data, expected);
    buffer_release(&text);
}
#define DECODES(name, radix, bytes, text) check_decode(name, radix, bytes, sizeof(bytes) - 1, text)

/* What is decoded must not depend on the chunks, and must encode to the same bytes. */
static void check_round_trip(const struct byte_type *type, unsigned radix, const void *bytes,
                             size_t length)
{
    struct error error = {0};
    struct buffer text = decoded(type, radix, bytes, length, length), back = {0};
    struct buffer in_chunks = decoded(type, radix, bytes, length, 9);
    CHECK(text.length == in_chunks.length && !memcmp(text.data, in_chunks.data, text.length));
    CHECK_SAY(bytes_encode(type, (char *)text.data, &back, &error), "%s", error.message);
    CHECK_SAY(back.length == length && (length == 0 || !memcmp(back.data, bytes, length)),
              "%s \"%s\"", byte_type_name(type), (char *)text.data);
    buffer_release(&text);
    buffer_release(&in_chunks);
    buffer_release(&back);
}

static void fill_random(unsigned char *bytes, size_t length)
{
    uint64_t kind = unit_below(3);
    for (size_t i = 0; i < length; i++)
        bytes[i] = kind == 0   ? (unsigned char)unit_random()
                   : kind == 1 ? (unsigned char)(unit_below(4) ? 0xff : unit_random())
                               : (unsigned char)(unit_below(4) ? 0 : unit_random());
}

static void all_names_are_found(void)
{
    static const char *const contract[] = {
        "text",  "raw",   "escape", "hex",   "u8",    "i8",    "u16",     "i16",
        "u32",   "i32",   "u64",    "i64",   "u16le", "i16be", "u32le",   "i32be",
        "u64le", "i64be", "f32",    "f64le", "f32be", "u8le",  "utf16le", "utf16be",
    };
    size_t count = 0;
    for (const char *const *name = byte_type_names(); *name; name++, count++)
        CHECK(!strcmp(byte_type_name(type_of(*name)), *name));
    CHECK(count == 6 + 3 * 10);
    for (size_t i = 0; i < sizeof contract / sizeof *contract; i++)
        type_of(contract[i]);
    CHECK(byte_type_size(type_of("text")) == 1 && byte_type_size(type_of("utf16be")) == 2);
    CHECK(byte_type_size(type_of("f32le")) == 4 && byte_type_size(type_of("i64")) == 8);
    CHECK(byte_type_is_number(type_of("f64")) && byte_type_is_number(type_of("u8")));
    CHECK(byte_type_is_number(type_of("i16")) && !byte_type_is_number(type_of("hex")));
    CHECK(byte_type_needs_newline(type_of("hex")) && byte_type_needs_newline(type_of("escape")));
    CHECK(!byte_type_needs_newline(type_of("u8")) && !byte_type_needs_newline(type_of("raw")));
}

static void unknown_type_lists_and_suggests(void)
{
    struct error error = {0};
    CHECK(byte_type_find("u32el", &error) == NULL && error.usage);
    CHECK(strstr(error.message, "\"u32el\" is not a type; did you mean u32le?"));
    static const char *const families[] = {"text",      "escape",   "hex", "u8 to u64",
                                           "i8 to i64", "le or be", "f32", "f64",
                                           "utf16le",   "utf16be",  "raw"};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        CHECK_SAY(strstr(error.message, families[i]), "%s: %s", families[i], error.message);
    CHECK(strlen(error.message) < 160);
    CHECK(byte_type_find("", &error) == NULL);
    CHECK(byte_type_find("U8", &error) == NULL);
    CHECK(byte_type_find("hex ", &error) == NULL);
}

static void integers_in_both_orders(void)
{
    ENCODES("u16le", "0x1234", "\x34\x12");
    ENCODES("u16be", "0x1234", "\x12\x34");
    ENCODES("i32be", "-2", "\xff\xff\xff\xfe");
    ENCODES("i64le", "-9223372036854775808", "\0\0\0\0\0\0\0\x80");
    ENCODES("u64be", "18446744073709551615", "\xff\xff\xff\xff\xff\xff\xff\xff");
    ENCODES("u32le", "4K 0b11\n\t0o17\r\n1MB ", "\0\x10\0\0\3\0\0\0\17\0\0\0\x40\x42\x0f\0");
    ENCODES("u8", "255 0 -0", "\xff\0\0");
    ENCODES("i8", "-128 127 -0x80", "\x80\x7f\x80");
    check_refused("u8", "", "an empty operand is not a u8 number");
    check_refused("i8", " \n", "an empty operand is not a i8 number");
    check_refused("f64le", "", "an empty operand is not a f64le number");
    uint16_t machine = 0x1234;
    check_encode("u16", "0x1234", (const char *)&machine, 2);
}

static void integers_out_of_range_are_refused(void)
{
    check_refused("u8", "300", "300 does not fit u8 (0 to 255)");
    check_refused("u8", "1 256", "256 does not fit u8 (0 to 255)");
    check_refused("u16le", "-1", "-1 does not fit u16le (0 to 65535)");
    check_refused("i8", "128", "128 does not fit i8 (-128 to 127)");
    check_refused("i8", "0xff", "0xff does not fit i8 (-128 to 127)");
    check_refused("i8", "-129", "-129 does not fit i8 (-128 to 127)");
    check_refused("i32be", "2G", "2G does not fit i32be (-2147483648 to 2147483647)");
    check_refused("i64", "9223372036854775808",
                  "9223372036854775808 does not fit i64 (-9223372036854775808 to "
                  "9223372036854775807)");
    check_refused("u64", "18446744073709551616",
                  "18446744073709551616 does not fit u64 (0 to 18446744073709551615)");
    check_refused("u8", "1 x2 3",
                  "u8 \"x2\" is not a number (decimal, 0x, 0o or 0b; K M G ... after a decimal)");
    check_refused("i8", "-",
                  "i8 \"-\" is not a number (decimal, 0x, 0o or 0b; K M G ... after a decimal)");
    check_refused("i8", "--1",
                  "i8 \"--1\" is not a number (decimal, 0x, 0o or 0b; K M G ... after a decimal)");
}

static void integers_decode_in_every_radix(void)
{
    DECODES("u8", 10, "\x00\xff", "0\n255\n");
    DECODES("i8", 10, "\x80\xff\x7f", "-128\n-1\n127\n");
    DECODES("i16be", 16, "\xff\xfe\x12\x34\x80\x00", "-0x2\n0x1234\n-0x8000\n");
    DECODES("u16le", 8, "\x08\x00", "0o10\n");
    DECODES("i8", 2, "\xfb\x05", "-0b101\n0b101\n");
    DECODES("i64be", 10, "\x80\0\0\0\0\0\0\0", "-9223372036854775808\n");
}

/* The reference: the value put together by hand and printed by libc. */
static void print_slowly(char *out, size_t out_size, const unsigned char *bytes, size_t size,
                         bool is_signed, bool big)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value += (uint64_t)bytes[i] << (8 * (big ? size - 1 - i : i));
    int64_t number = size == 1   ? (int8_t)value
                     : size == 2 ? (int16_t)value
                     : size == 4 ? (int32_t)value
                                 : (int64_t)value;
    if (is_signed)
        snprintf(out, out_size, "%" PRId64 "\n", number);
    else
        snprintf(out, out_size, "%" PRIu64 "\n", value);
}

static void all_integers_survive(void)
{
    for (const char *const *name = byte_type_names(); *name; name++) {
        const struct byte_type *type = type_of(*name);
        size_t size = byte_type_size(type);
        if (!byte_type_is_number(type) || **name == 'f')
            continue;
        for (unsigned long round = unit_rounds(500); round > 0; round--) {
            unsigned char bytes[64];
            size_t length = size * (1 + unit_below(sizeof bytes / size));
            fill_random(bytes, length);
            check_round_trip(type, radixes[unit_below(4)], bytes, length);
            char expected[32];
            if (!strstr(*name, "le") && !strstr(*name, "be"))
                continue;
            fill_random(bytes, size);
            print_slowly(expected, sizeof expected, bytes, size, **name == 'i',
                         strstr(*name, "be") != NULL);
            check_decode(*name, 10, bytes, size, expected);
        }
    }
}

static void floats_as_strtod_reads_them(void)
{
    ENCODES("f32be", "1 -1.5 0x1p-3", "\x3f\x80\0\0\xbf\xc0\0\0\x3e\0\0\0");
    ENCODES("f64le", "1", "\0\0\0\0\0\0\xf0\x3f");
    ENCODES("f64be", "-0", "\x80\0\0\0\0\0\0\0");
    ENCODES("f32be", "inf -INF infinity", "\x7f\x80\0\0\xff\x80\0\0\x7f\x80\0\0");
    ENCODES("f32be", "nan -nan NaN", "\x7f\xc0\0\0\xff\xc0\0\0\x7f\xc0\0\0");
    ENCODES("f32be", "nan(0x1) -snan(2)", "\x7f\xc0\0\1\xff\x80\0\2");
    /* Halfway above a float by less than a double can tell: rounded once, it goes up. */
    ENCODES("f32be", "1.00000005960464477540", "\x3f\x80\0\1");
    ENCODES("f32be", "1e-50", "\0\0\0\0");
    check_refused("f32", "1e39", "1e39 does not fit f32 (-3.40282347e+38 to 3.40282347e+38)");
    check_refused("f64", "-1e309",
                  "-1e309 does not fit f64 (-1.7976931348623157e+308 to 1.7976931348623157e+308)");
    static const char *const bad[] = {"abc", "1.5x", "1,5",  "-",  "+",
                                      "0x",  "1e",   "infx", "na", "sna"};
    static const char *const bad_nans[] = {
        "snan(0)", "snan(0x400000)", "nan(0x400000)", "snan",    "nan[5)", "nan(5",   "nan(55",
        "nan(5]",  "nan5)",          "nan(abc)",      "nan(5x)", "nan()",  "-nan(_)", "NaN(q)"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char message[128];
        snprintf(message, sizeof message,
                 "f32 \"%s\" is not a number (such as 1.5, -2e9, 0x1p-3, inf, nan)", bad[i]);
        check_refused("f32", bad[i], message);
    }
    for (size_t i = 0; i < sizeof bad_nans / sizeof *bad_nans; i++) {
        char message[128];
        snprintf(message, sizeof message,
                 "f32 \"%s\" is no NaN: nan, nan(P) with P from 0 to 0x3fffff, or snan(P) with P "
                 "from 1",
                 bad_nans[i]);
        check_refused("f32", bad_nans[i], message);
    }
}

static void floats_decode_to_the_shortest_form(void)
{
    DECODES("f32be", 10, "\x3d\xcc\xcc\xcd", "0.1\n");
    DECODES("f64be", 10, "\x3f\xb9\x99\x99\x99\x99\x99\x9a", "0.1\n");
    DECODES("f64be", 10, "\x3f\xd3\x33\x33\x33\x33\x33\x34", "0.30000000000000004\n");
    DECODES("f32be", 10, "\0\0\0\1\x7f\x7f\xff\xff", "1e-45\n3.4028235e+38\n");
    DECODES("f32be", 10, "\x80\0\0\0\x7f\x80\0\0\xff\x80\0\0", "-0\ninf\n-inf\n");
    DECODES("f32be", 10, "\xff\xc0\0\0\x7f\xc0\0\xff\x7f\x80\0\1", "-nan\nnan(0xff)\nsnan(0x1)\n");
    for (unsigned long round = unit_rounds(20000); round > 0; round--) {
        uint32_t bits = (uint32_t)unit_random() & (unit_below(4) ? UINT32_MAX : 0x807fffff);
        float value;
        memcpy(&value, &bits, sizeof value);
        if ((bits & 0x7f800000) == 0x7f800000)
            continue;
        struct buffer text = decoded(type_of("f32"), 10, &value, sizeof value, 99);
        size_t digits = 0;
        for (const char *at = (char *)text.data; *at != '\n' && *at != 'e'; at++)
            digits += *at >= '0' && *at <= '9' && (digits > 0 || *at != '0');
        for (int fewer = 1; fewer < (int)digits; fewer++) {
            char shorter[400];
            snprintf(shorter, sizeof shorter, "%.*g", fewer, value);
            float back = strtof(shorter, NULL);
            CHECK_SAY(memcmp(&back, &value, sizeof value) || strlen(shorter) >= text.length - 1,
                      "%s is shorter than %s", shorter, (char *)text.data);
        }
        buffer_release(&text);
    }
}

static void all_floats_survive(void)
{
    static const char *const names[] = {"f32", "f32le", "f32be", "f64", "f64le", "f64be"};
    for (unsigned long round = unit_rounds(20000); round > 0; round--) {
        const struct byte_type *type = type_of(names[unit_below(6)]);
        unsigned char bytes[32];
        size_t length = byte_type_size(type) * (1 + unit_below(sizeof bytes / 8));
        fill_random(bytes, length);
        check_round_trip(type, 10, bytes, length);
    }
    for (uint32_t i = 0; i < 1 << 16; i++) {
        unsigned char bytes[4] = {(unsigned char)(i >> 8), (unsigned char)i, 0,
                                  (unsigned char)(i & 1)};
        check_round_trip(type_of("f32be"), 10, bytes, 4);
    }
}

static void hex_ignores_separators(void)
{
    ENCODES("hex", "48656c", "Hel");
    ENCODES("hex", "", "");
    ENCODES("hex", " :, ", "");
    ENCODES("hex", "48 65:6C,6c\t6F\n", "Hello");
    ENCODES("hex", "0x48, 0X65, 0x6c6c", "Hell");
    ENCODES("hex", "\\x48\\x65\\x6c6c", "Hell");
    ENCODES("hex", "00 ff 0xFF 00", "\0\xff\xff\0");
    ENCODES("hex", "480x65", "He");
}

static void hex_faults_name_place_and_character(void)
{
    check_refused("hex", "48 6", "half a byte (\"6\") at column 4; hex digits come in pairs");
    check_refused("hex", "4 8", "half a byte (\"4\") at column 1; hex digits come in pairs");
    check_refused("hex", "4:8", "half a byte (\"4\") at column 1; hex digits come in pairs");
    check_refused("hex", "48 6g", "\"g\" at column 5 is not a hex digit");
    check_refused("hex", "48 \xc3\xa9", "\"\xc3\xa9\" at column 4 is not a hex digit");
    check_refused("hex", "\xff", "\"\\xff\" at column 1 is not a hex digit");
    check_refused("hex", "\x1b[m", "\"\\x1b\" at column 1 is not a hex digit");
    check_refused("hex", "0x", "no hex digits after 0x at column 1");
    check_refused("hex", "48 \\x 65", "no hex digits after \\x at column 4");
    check_refused("hex", "0x0x48", "\"x\" at column 4 is not a hex digit");
    check_refused("hex", "E8 ??",
                  "? at column 4: only --expect and a PATTERN without --regex and --sorted may "
                  "contain it");
    check_refused("hex", "E?",
                  "? at column 2: only --expect and a PATTERN without --regex and --sorted may "
                  "contain it");
}

static void hex_in_any_layout(void)
{
    static const char *const separators[] = {"", " ", ":", ", ", "0x", "\\x", " 0X", "\t,\n"};
    for (unsigned long round = unit_rounds(5000); round > 0; round--) {
        unsigned char bytes[20];
        char operand[200] = "";
        size_t length = unit_below(sizeof bytes + 1), used = 0;
        for (size_t i = 0; i < length; i++) {
            bytes[i] = (unsigned char)unit_random();
            const char *separator = separators[unit_below(8)];
            used += (size_t)(unit_below(2) ? snprintf(operand + used, sizeof operand - used,
                                                      "%s%02x", separator, bytes[i])
                                           : snprintf(operand + used, sizeof operand - used,
                                                      "%s%02X", separator, bytes[i]));
        }
        check_encode("hex", operand, (char *)bytes, length);
        check_round_trip(type_of("hex"), 10, bytes, length);
    }
}

static void check_masked(const char *name, const char *operand, const char *bytes, const char *mask,
                         size_t length)
{
    struct error error = {0};
    struct buffer out = {0}, out_mask = {0};
    buffer_append(&out, "a", 1, &error);
    buffer_append(&out_mask, "kept", 4, &error);
    CHECK_SAY(bytes_encode_masked(type_of(name), operand, &out, &out_mask, &error), "%s",
              error.message);
    CHECK(out.length == 1 + length && !memcmp(out.data + 1, bytes, length));
    CHECK(out_mask.length == 4 + length && !memcmp(out_mask.data, "kept", 4));
    CHECK(out_mask.length == 4 + length && !memcmp(out_mask.data + 4, mask, length));
    CHECK(!bytes_encode_masked(type_of("hex"), "00 ?? 0?0", &out, &out_mask, &error));
    CHECK(out.length == 1 + length && out_mask.length == 4 + length);
    buffer_release(&out);
    buffer_release(&out_mask);
}

static void question_marks_make_a_mask(void)
{
    check_masked("hex", "E8 ?? 5? ?f", "\xe8\0\x50\x0f", "\xff\0\xf0\x0f", 4);
    check_masked("hex", "", "", "", 0);
    check_masked("text", "a?", "a?", "\xff\xff", 2);
    check_masked("u16be", "258", "\1\2", "\xff\xff", 2);
}

static void escapes_of_the_contract(void)
{
    ENCODES("escape", "plain", "plain");
    ENCODES("escape", "\\n\\t\\r\\0\\\\\\a\\b\\f\\v\\\"", "\n\t\r\0\\\a\b\f\v\"");
    ENCODES("escape", "\\x41BC\\x4a4", "ABCJ4");
    ENCODES("escape", "\\101\\0018\\08\\377\\7", "A\0018\0008\xff\7");
    ENCODES("escape", "\\1011\\0000", "A1\0000");
    ENCODES("escape", "\\u0041\\u00e9\\u20AC\\u0000\\uffff", "A\xc3\xa9\xe2\x82\xac\0\xef\xbf\xbf");
    ENCODES("escape", "a\xc3\xa9\xff\n", "a\xc3\xa9\xff\n");
}

static void other_escapes_are_refused(void)
{
    check_refused("escape", "ab\\q",
                  "column 3: \\q is not an escape "
                  "(\\n \\t \\r \\a \\b \\f \\v \\\\ \\\" \\0 \\ooo \\xHH \\uHHHH)");
    check_refused("escape", "\\8",
                  "column 1: \\8 is not an escape "
                  "(\\n \\t \\r \\a \\b \\f \\v \\\\ \\\" \\0 \\ooo \\xHH \\uHHHH)");
    check_refused("escape", "a\\", "column 2: the backslash ends the text (\\\\ is a backslash)");
    check_refused("escape", "\\x4", "column 1: \\x needs two hex digits");
    check_refused("escape", "\\x4g", "column 1: \\x needs two hex digits");
    check_refused("escape", " \\u123", "column 2: \\u needs four hex digits");
    check_refused("escape", "\\ud83d\\ude00",
                  "column 1: \\ud83d is half a surrogate pair, not a character");
    check_refused("escape", "\\ud800",
                  "column 1: \\ud800 is half a surrogate pair, not a character");
    ENCODES("escape", "\\ud7ff\\ue000", "\xed\x9f\xbf\xee\x80\x80");
    check_refused("escape", "\\udfff",
                  "column 1: \\udfff is half a surrogate pair, not a character");
    check_refused("escape", "\\400", "column 1: \\400 is more than a byte (at most \\377)");
}

static void all_bytes_survive_escaping(void)
{
    DECODES("escape", 10,
            "a\\\"\n\t\0\x1b\x7f\xff"
            "0",
            "a\\\\\"\\n\\t\\x00\\x1b\\x7f\\xff0");
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        unsigned char bytes[3] = {(unsigned char)(pair >> 8), (unsigned char)pair, '0'};
        struct buffer text = decoded(type_of("escape"), 10, bytes, 3, 3);
        for (size_t i = 0; i < text.length; i++)
            CHECK(text.data[i] >= 0x20 && text.data[i] <= 0x7e);
        buffer_release(&text);
        check_round_trip(type_of("escape"), 10, bytes, 3);
    }
}

static void text_is_its_own_bytes(void)
{
    ENCODES("text", "a\\n\xff", "a\\n\xff");
    ENCODES("raw", "", "");
    DECODES("text", 10, "a\xff\n", "a\xff\n");
    DECODES("raw", 10, "a\xff\n", "a\xff\n");
}

/* Both encodings of a code point, straight from their definitions. */
static size_t put_utf8(uint32_t code, unsigned char *out)
{
    const unsigned char last = (unsigned char)(0x80 + code % 64);
    const unsigned char third = (unsigned char)(0x80 + code / 64 % 64);
    const unsigned char second = (unsigned char)(0x80 + code / 4096 % 64);
    if (code < 0x80) {
        out[0] = (unsigned char)code;
        return 1;
    }
    if (code < 0x800) {
        memcpy(out, (unsigned char[]){(unsigned char)(0xc0 + code / 64), last}, 2);
        return 2;
    }
    if (code < 0x10000) {
        memcpy(out, (unsigned char[]){(unsigned char)(0xe0 + code / 4096), third, last}, 3);
        return 3;
    }
    memcpy(out, (unsigned char[]){(unsigned char)(0xf0 + code / 262144), second, third, last}, 4);
    return 4;
}

static size_t put_utf16be(uint32_t code, unsigned char *out)
{
    uint32_t units[2] = {code, 0};
    size_t count = 1;
    if (code > 0xffff) {
        units[0] = 0xd800 + (code - 0x10000) / 1024;
        units[1] = 0xdc00 + (code - 0x10000) % 1024;
        count = 2;
    }
    for (size_t i = 0; i < count; i++) {
        out[2 * i] = (unsigned char)(units[i] / 256);
        out[2 * i + 1] = (unsigned char)(units[i] % 256);
    }
    return 2 * count;
}

static uint32_t random_code_point(void)
{
    static const uint32_t limits[] = {0x80, 0x800, 0x10000, 0x110000};
    uint32_t code;
    do
        code = 1 + (uint32_t)unit_below(limits[unit_below(4)] - 1);
    while (code >= 0xd800 && code <= 0xdfff);
    return code;
}

static void utf16_of_all_characters(void)
{
    for (unsigned long round = unit_rounds(5000); round > 0; round--) {
        unsigned char utf8[4 * 12 + 1], big[4 * 12], little[4 * 12];
        size_t length = 0, big_length = 0;
        for (uint64_t count = unit_below(12); count > 0; count--) {
            uint32_t code = random_code_point();
            length += put_utf8(code, utf8 + length);
            big_length += put_utf16be(code, big + big_length);
        }
        utf8[length] = 0;
        for (size_t i = 0; i < big_length; i++)
            little[i] = big[i ^ 1];
        check_encode("utf16be", (char *)utf8, (char *)big, big_length);
        check_encode("utf16le", (char *)utf8, (char *)little, big_length);
        check_decode("utf16be", 10, big, big_length, (char *)utf8);
        check_round_trip(type_of("utf16be"), 10, big, big_length);
        check_round_trip(type_of("utf16le"), 10, little, big_length);
    }
    ENCODES("utf16be", "\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80",
            "\xdb\xff\xdf\xff\xd7\xff\xe0\0");
}

static void what_is_not_utf8_is_refused(void)
{
    static const char *const bad[] = {
        "\x80",
        "\xc3",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xe2\x82",
        "\xe2(\xa1",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xff",
        "\xf0\x9f\x98",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char operand[16], message[80];
        snprintf(operand, sizeof operand, "ab%s", bad[i]);
        snprintf(message, sizeof message, "\\x%02x at column 3 is not UTF-8, as utf16le needs it",
                 (unsigned char)bad[i][0]);
        check_refused("utf16le", operand, message);
    }
}

static void utf8_is_not_read_past_its_end(void)
{
    uint32_t code_point = 77;
    CHECK(utf8_decode((const unsigned char *)"", 0, &code_point) == 0);
    CHECK(utf8_decode((const unsigned char *)"\xc3\xa9", 1, &code_point) == 0);
    CHECK(utf8_decode((const unsigned char *)"\xf0\x9f\x98\x80", 3, &code_point) == 0);
    CHECK(code_point == 77);
    CHECK(utf8_decode((const unsigned char *)"\xf0\x9f\x98\x80", 4, &code_point) == 4);
    CHECK(code_point == 0x1f600);
}

static void check_decode_fails(const char *name, const void *bytes, size_t length, size_t chunk,
                               const char *message)
{
    struct error error = {0};
    struct buffer text = {0};
    struct byte_decoder decoder;
    bool good = true;
    byte_decoder_init(&decoder, type_of(name), 10, 1000);
    for (size_t at = 0; good && at < length; at += chunk) {
        size_t before = text.length, part = chunk < length - at ? chunk : length - at;
        good = byte_decoder_feed(&decoder, (const unsigned char *)bytes + at, part, &text, &error);
        CHECK(good || text.length == before);
    }
    good = good && byte_decoder_finish(&decoder, &error);
    CHECK(!good);
    CHECK_SAY(!strcmp(error.message, message), "%s", error.message);
    buffer_release(&text);
}

static void what_is_not_utf16_is_refused(void)
{
    for (size_t chunk = 1; chunk < 8; chunk++) {
        check_decode_fails("utf16be", "\0a\xdc\0", 4, chunk,
                           "the surrogate 0xdc00 at 1002 has no pair: not UTF-16");
        check_decode_fails("utf16be", "\0a\xd8\1\0b", 6, chunk,
                           "the surrogate 0xd801 at 1002 has no pair: not UTF-16");
        check_decode_fails("utf16be", "\0a\xd8\1\xe0\0", 6, chunk,
                           "the surrogate 0xd801 at 1002 has no pair: not UTF-16");
        check_decode_fails("utf16le", "a\0\0\xd8\0\xd8", 6, chunk,
                           "the surrogate 0xd800 at 1002 has no pair: not UTF-16");
        check_decode_fails("utf16be", "\0a\xd8\0", 4, chunk,
                           "the last 2 bytes, at 1002, are only part of a utf16be value");
    }
}

static void values_cut_at_the_end_are_refused(void)
{
    for (size_t chunk = 1; chunk < 8; chunk++) {
        check_decode_fails("u32", "1234567", 7, chunk,
                           "the last 3 bytes, at 1004, are only part of a u32 value");
        check_decode_fails("f64", "1", 1, chunk,
                           "the last 1 byte, at 1000, are only part of a f64 value");
    }
}

static const struct unit_case cases[] = {
    {"all types of the contract are found by name", all_names_are_found},
    {"an unknown type names the families and suggests one", unknown_type_lists_and_suggests},
    {"integers are written in the order asked for", integers_in_both_orders},
    {"integers out of range are refused with the limits", integers_out_of_range_are_refused},
    {"integers are shown in every radix", integers_decode_in_every_radix},
    {"what is read as an integer is written back", all_integers_survive},
    {"floats are read as strtod does", floats_as_strtod_reads_them},
    {"floats are shown in the shortest form", floats_decode_to_the_shortest_form},
    {"what is read as a float is written back, NaNs too", all_floats_survive},
    {"hex may have separators and prefixes between bytes", hex_ignores_separators},
    {"faults in hex name place and character", hex_faults_name_place_and_character},
    {"hex is read in any layout and written back", hex_in_any_layout},
    {"question marks in hex make a mask", question_marks_make_a_mask},
    {"the escapes of the contract", escapes_of_the_contract},
    {"other escapes are refused", other_escapes_are_refused},
    {"all bytes survive escaping, on one printable line", all_bytes_survive_escaping},
    {"text is its own bytes", text_is_its_own_bytes},
    {"UTF-16 of all characters, both ways", utf16_of_all_characters},
    {"what is not UTF-8 is refused", what_is_not_utf8_is_refused},
    {"UTF-8 is not read past its end", utf8_is_not_read_past_its_end},
    {"what is not UTF-16 is refused, wherever chunks end", what_is_not_utf16_is_refused},
    {"a value cut at the end is refused", values_cut_at_the_end_are_refused},
};
UNIT_MAIN(cases)
