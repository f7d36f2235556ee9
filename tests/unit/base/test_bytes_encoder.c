/* test_bytes_encoder.c - values in a text that comes in parts, beside bytes_encode() of all of it.
 */
#include "base/bytes_encoder.h"
#include "base/utf8.h"
#include "unit.h"

static const char *const names[] = {"text",  "escape", "hex",   "u8",    "i8",      "u16le",
                                    "i16be", "u32be",  "i32le", "u64le", "i64be",   "f32le",
                                    "f32be", "f64le",  "f64be", "u64",   "utf16le", "utf16be"};
enum { NAMES = sizeof names / sizeof *names };

static const struct byte_type *type_of(const char *name)
{
    return byte_type_find(name, NULL);
}

/* Feeds a text in parts of at most `most` bytes. The caller releases `out`. */
static bool encode(const char *name, const void *text, size_t length, size_t most,
                   struct buffer *out, struct error *error)
{
    struct byte_encoder encoder;
    size_t room;
    bool good = byte_encoder_init(&encoder, type_of(name), error);
    const struct byte_vectors *vectors[BYTE_VECTORS_MOST];
    encoder.vectors = vectors[unit_below(byte_vectors_list(vectors))];
    for (size_t at = 0, part; good && at < length; at += part) {
        unsigned char *to = byte_encoder_room(&encoder, &room, error);
        part = 1 + unit_below(most);
        part = part < length - at ? part : length - at;
        part = part < room ? part : room;
        memcpy(to, (const char *)text + at, part);
        good = byte_encoder_take(&encoder, part, out, error);
    }
    good = good && byte_encoder_finish(&encoder, out, error);
    byte_encoder_release(&encoder);
    return good;
}

static const size_t parts[] = {1, 2, 3, 7, 20, 100, 1000, 1 << 20};
enum { PARTS = sizeof parts / sizeof *parts };

static void check_bytes(const char *name, const struct buffer *text, const void *bytes,
                        size_t length)
{
    for (size_t i = 0; i < PARTS; i++) {
        struct buffer out = {0};
        struct error error = {0};
        bool good = encode(name, text->data, text->length, parts[i], &out, &error);
        CHECK_SAY(good, "%s by %zu: %s", name, parts[i], error.message);
        CHECK_SAY(out.length == length && (length == 0 || !memcmp(out.data, bytes, length)),
                  "%s by %zu: %zu bytes of %zu", name, parts[i], out.length, length);
        buffer_release(&out);
    }
}

/* ---- what was printed ------------------------------------------------------------------------ */

/* Bytes with many values of few digits, as well as random ones; UTF-16 without lone surrogates. */
static size_t make_bytes(const char *name, unsigned char *bytes, size_t length)
{
    bool few = unit_below(2);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)(few && unit_below(4) ? 0 : unit_below(256));
    if (byte_type_is_utf16(type_of(name)))
        for (size_t i = 0; i + 1 < length; i += 2)
            if ((bytes[i] & 0xf8) == 0xd8 || (bytes[i + 1] & 0xf8) == 0xd8)
                bytes[i] = bytes[i + 1] = 'x';
    return length;
}

static void what_is_printed_is_taken_back(void)
{
    unsigned char bytes[4096];
    for (size_t n = 0; n < NAMES; n++) {
        for (int round = 0; round < 20; round++) {
            struct buffer text = {0};
            struct byte_decoder decoder;
            size_t length = make_bytes(names[n], bytes, unit_below(sizeof bytes / 8) * 8);
            byte_decoder_init(&decoder, type_of(names[n]), round % 4 == 3 ? 16 : 10, 0);
            CHECK(byte_decoder_feed(&decoder, bytes, length, &text, NULL));
            buffer_append_byte(&text, '\n', NULL); /* of one value it is dropped */
            check_bytes(names[n], &text, bytes, length);
            buffer_release(&text);
        }
    }
}

static void escapes_of_plain_text_are_the_text(void)
{
    for (unsigned long round = 0; round < unit_rounds(50); round++) {
        struct buffer text = {0};
        for (size_t length = unit_below(1000); text.length < length;)
            buffer_append_byte(&text, (unsigned char)('a' + unit_below(26)), NULL);
        check_bytes("escape", &text, text.data, text.length);
        buffer_release(&text);
    }
}

/* One in a row of good ones, wherever it is in the steps of the vectors. */
static void a_number_out_of_range_is_found(void)
{
    static const char *const bad[][4] = {{"256", "300", "999", "-1"},
                                         {"128", "999", "-129", "-999"}};
    for (unsigned long round = 0; round < unit_rounds(300); round++) {
        size_t is_signed = unit_below(2), count = 1 + unit_below(100), at = unit_below(count);
        struct buffer text = {0}, out = {0};
        struct error error = {0};
        for (size_t i = 0; i < count; i++) {
            char number[16];
            int value = (int)unit_below(256) - (is_signed ? 128 : 0);
            snprintf(number, sizeof number, "%d\n", value);
            if (i == at)
                snprintf(number, sizeof number, "%s\n", bad[is_signed][unit_below(4)]);
            buffer_append(&text, number, strlen(number), NULL);
        }
        CHECK(!encode(is_signed ? "i8" : "u8", text.data, text.length, 1 << 20, &out, &error));
        CHECK(error.status != STATUS_DONE);
        buffer_release(&text);
        buffer_release(&out);
    }
}

/* ---- what an operand may hold ---------------------------------------------------------------- */

static const char *const words[] = {
    "0",
    "1",
    "-1",
    "255",
    "-128",
    "0x7f",
    "0b101",
    "007",
    "1K",
    "65535",
    "1e3",
    "1.5",
    "-0",
    "+1",
    "inf",
    "-nan",
    "1e400",
    "0.1",
    "99999999",
    ".5",
    "5.",
    "-",
    ".",
    "1e",
    "1e-5",
    "0x1p3",
    "nan(3)",
    "123456789",
    "4e-46",
    "1e-320",
    "12x",
    "0x",
    "300",
    "00000001",
    "1_0",
    "\xff",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "9007199254740993",
    "1e22",
    "123456789012345678901234567890",
    "0.000000000000000000000000000001",
    "-9223372036854775808",
    "9223372036854775807",
    "1844674407370955161",
    "0.30000000000000004",
    "8.5e37",
    "3.4028236e38",
    "1e99999",
    "0e-12345",
};
static const char *const blanks[] = {" ", "\n", "\t", "\r\n", "  \n\n ", "\v\f"};

/* A word that may be no number; of four texts three have one that is. */
static void add_words(const char *name, struct buffer *text)
{
    bool any = unit_below(4) == 0;
    for (size_t count = unit_below(30); count > 0; count--) {
        struct buffer ignored = {0};
        const char *word = words[unit_below(sizeof words / sizeof *words)];
        const char *blank = blanks[unit_below(sizeof blanks / sizeof *blanks)];
        if (any || bytes_encode(type_of(name), word, &ignored, NULL)) {
            buffer_append(text, word, strlen(word), NULL);
            buffer_append(text, blank, strlen(blank), NULL);
        }
        buffer_release(&ignored);
    }
}

/* Beside bytes_encode(): the same bytes or an error, whose message ends in the same words. */
static void check_beside_operand(const char *name, struct buffer *text)
{
    struct error expected = {0}, error = {0};
    struct buffer bytes = {0};
    buffer_append_byte(text, 0, NULL);
    text->length--;
    if (bytes_encode(type_of(name), (const char *)text->data, &bytes, &expected)) {
        check_bytes(name, text, bytes.data, bytes.length);
    } else {
        for (size_t i = 0; i < PARTS; i++) {
            struct buffer out = {0};
            error_clear(&error);
            CHECK_SAY(!encode(name, text->data, text->length, parts[i], &out, &error), "%s", name);
            const char *cause = strrchr(error.message, ':');
            CHECK_SAY(cause && strstr(expected.message, cause + 2), "%s: %s", error.message,
                      expected.message);
            CHECK(!error.usage && error.status == STATUS_FAILED);
            buffer_release(&out);
        }
    }
    buffer_release(&bytes);
}

static void numbers_are_read_as_operands_are(void)
{
    for (size_t n = 0; n < NAMES; n++) {
        for (int round = 0; byte_type_is_number(type_of(names[n])) && round < 200; round++) {
            struct buffer text = {0};
            do
                add_words(names[n], &text);
            while (text.length == 0);
            check_beside_operand(names[n], &text);
            buffer_release(&text);
        }
    }
}

/* Numbers of any length, many of them a power of two or close to one. */
static void add_integer(const char *name, bool any, struct buffer *text)
{
    char word[64];
    struct buffer ignored = {0};
    uint64_t power = UINT64_C(1) << unit_below(64), value = unit_random() >> unit_below(64);
    if (unit_below(2))
        value = power - unit_below(3);
    size_t length = (size_t)snprintf(word, sizeof word, "%s%0*" PRIu64, unit_below(3) ? "" : "-",
                                     unit_below(8) ? 1 : (int)unit_below(35), value);
    if (unit_below(100) == 0)
        word[unit_below(length)] = "-+x. /:@"[unit_below(8)];
    if (any || bytes_encode(type_of(name), word, &ignored, NULL)) {
        const char *blank = blanks[unit_below(4) ? 1 : unit_below(sizeof blanks / sizeof *blanks)];
        buffer_append(text, word, strlen(word), NULL);
        buffer_append(text, blank, strlen(blank), NULL);
    }
    buffer_release(&ignored);
}

static void integers_near_their_limits_are_read_as_operands_are(void)
{
    for (size_t n = 0; n < NAMES; n++) {
        for (int round = 0; byte_type_is_integer(type_of(names[n])) && round < 200; round++) {
            struct buffer text = {0};
            size_t length = 1 + unit_below(1000), any = unit_below(length * 4);
            while (text.length < length)
                add_integer(names[n], text.length > any, &text);
            check_beside_operand(names[n], &text);
            buffer_release(&text);
        }
    }
}

#if !defined(__MINGW32__) /* whose strtod() rounds twice */
static void decimals_are_rounded_as_by_strtod(void)
{
    for (int round = 0; round < 3000; round++) {
        struct buffer text = {0};
        for (int count = 0; count < 10; count++) {
            char word[64];
            uint64_t digits = unit_random() >> unit_below(64);
            int exponent = (int)unit_below(round % 2 ? 60 : 700) - (round % 2 ? 40 : 370);
            size_t point = unit_below(6);
            size_t length = (size_t)snprintf(word, sizeof word, "%0*" PRIu64, (int)point, digits);
            if (point > 0 && point < length) {
                memmove(word + point + 1, word + point, length - point + 1);
                word[point] = '.';
            }
            buffer_append(&text, word, strlen(word), NULL);
            if (unit_below(4))
                buffer_append(&text, word, (size_t)snprintf(word, sizeof word, "e%d", exponent),
                              NULL);
            buffer_append_byte(&text, '\n', NULL);
        }
        check_beside_operand(round % 3 ? "f64le" : "f32le", &text);
        buffer_release(&text);
    }
}

/* Decimals with an exact half behind the bits that are kept, and their neighbours. */
static void halves_are_rounded_as_by_strtod(void)
{
    for (int round = 0; round < 2000; round++) {
        struct buffer text = {0};
        char word[64];
        bool wide = round % 2;
        uint64_t odd = (unit_random() >> (wide ? 10 : 39)) | 1;
        if (odd > UINT64_C(9007199254740992) * 2)
            odd = UINT64_C(9007199254740993);
        for (int add = -1; add <= 1; add++) {
            size_t length =
                (size_t)snprintf(word, sizeof word, "%" PRIu64 "\n", odd + (uint64_t)add);
            buffer_append(&text, word, length, NULL);
            length =
                (size_t)snprintf(word, sizeof word, "%" PRIu64 ".5\n", (odd >> 1) + (uint64_t)add);
            buffer_append(&text, word, length, NULL);
        }
        check_beside_operand(wide ? "f64le" : "f32le", &text);
        buffer_release(&text);
    }
}
#endif

static void random_hex(struct buffer *text, struct buffer *bytes)
{
    static const char *const between[] = {"",   "",     "",   " ",   ":",  ", ",
                                          "\n", "\r\n", "0x", "\\x", " 0X"};
    static const char *const inside[] = {"", "", "", "", "", "\n", "\r\n"};
    for (size_t count = unit_below(200); count > 0; count--) {
        char digits[3];
        unsigned byte = (unsigned)unit_below(256);
        const char *before = between[unit_below(unit_below(2) ? 1 : 11)];
        const char *inner = inside[unit_below(unit_below(2) ? 1 : 7)];
        snprintf(digits, sizeof digits, unit_below(2) ? "%02x" : "%02X", byte);
        buffer_append(text, before, strlen(before), NULL);
        buffer_append(text, digits, 1, NULL);
        buffer_append(text, inner, strlen(inner), NULL);
        buffer_append(text, digits + 1, 1, NULL);
        buffer_append_byte(bytes, (unsigned char)byte, NULL);
    }
}

static void hex_in_any_layout(void)
{
    for (int round = 0; round < 1000; round++) {
        struct buffer text = {0}, bytes = {0};
        random_hex(&text, &bytes);
        check_bytes("hex", &text, bytes.data, bytes.length);
        buffer_release(&text);
        buffer_release(&bytes);
    }
}

static void random_escapes(struct buffer *text)
{
    static const char *const items[] = {"a",       "bcdefgh",  "ijklmnopqrstuvwxyz",
                                        "\\n",     "\\\\",     "\\x41",
                                        "\\101",   "\\0",      "\\7",
                                        "\\u00e9", "\\u20ac",  "\\\"",
                                        "\n",      "\xc3\xa9", "\\x0a",
                                        "\\377"};
    for (size_t count = 1 + unit_below(60); count > 0; count--) {
        const char *item = items[unit_below(16)];
        buffer_append(text, item, strlen(item), NULL);
    }
    buffer_append_byte(text, '.', NULL);
}

static void escapes_and_utf16_are_read_as_operands_are(void)
{
    static const char *const bad[] = {"\\q",     "\\x4", "\\u12",  "\\400",
                                      "\\ud800", "\\",   "\\xg1+", "\\x1g+"};
    enum { BAD = sizeof bad / sizeof *bad };
    for (int round = 0; round < 500; round++) {
        struct buffer text = {0};
        random_escapes(&text);
        if (round % 4 == 0)
            buffer_append(&text, bad[round / 4 % BAD], strlen(bad[round / 4 % BAD]), NULL);
        check_beside_operand("escape", &text);
        check_beside_operand("text", &text);
        check_beside_operand("utf16le", &text);
        check_beside_operand("utf16be", &text);
        buffer_release(&text);
    }
}

/* ---- errors ---------------------------------------------------------------------------------- */

static void check_refused(const char *name, const char *text, const char *message)
{
    for (size_t i = 0; i < PARTS; i++) {
        struct buffer out = {0};
        struct error error = {0};
        CHECK_SAY(!encode(name, text, strlen(text), parts[i], &out, &error), "%s", text);
        CHECK_SAY(!strcmp(error.message, message), "%s", error.message);
        buffer_release(&out);
    }
}

/* Characters of each length, those at the limits more often; some rounds have one kind only. */
static void random_utf8(struct buffer *text)
{
    static const uint32_t limits[] = {0x7f,   0x80,   0x7ff,   0x800,   0xd7ff,
                                      0xe000, 0xffff, 0x10000, 0x10ffff};
    static const uint32_t most[] = {0x80, 0x800, 0xd800, 0x110000};
    uint64_t kind = unit_below(6);
    for (size_t count = unit_below(300); count > 0; count--) {
        unsigned char bytes[UTF8_MAX];
        uint32_t most_of_kind = most[kind < 4 ? kind : unit_below(4)];
        uint32_t code = (uint32_t)unit_below(most_of_kind);
        if (unit_below(5) == 0)
            code = limits[unit_below(9)];
        if (code == 0 || (code >= 0xd800 && code < 0xe000))
            code = unit_below(4) ? 'x' : '\n';
        buffer_append(text, bytes, utf8_encode(code, bytes), NULL);
    }
}

/* Changes, takes out or inserts a byte. */
static void damage(struct buffer *text)
{
    static const unsigned char bytes[] = {0x80, 0xbf, 0x9f, 0xa0, 0x8f, 0x90, 0xc0, 0xc1, 0xc2,
                                          0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xf8, 0xff, 'x'};
    size_t at = (size_t)unit_below(text->length + 1);
    unsigned char byte = bytes[unit_below(sizeof bytes)];
    buffer_append_byte(text, byte, NULL);
    if (unit_below(2))
        memmove(text->data + at + 1, text->data + at, text->length - 1 - at);
    text->data[at] = byte;
    if (unit_below(2))
        text->length--;
}

/* The length of what is UTF-8 at the start of a text, and the message for what is behind it. */
static size_t find_malformed(const struct buffer *text, const char *name, char message[100])
{
    size_t at = 0, used, line = 1, column = 1;
    uint32_t code;
    for (; at < text->length; at += used) {
        used = utf8_decode(text->data + at, text->length - at, &code);
        if (used == 0)
            break;
        line += code == '\n';
        column = code == '\n' ? 1 : column + used;
    }
    if (at < text->length)
        snprintf(message, 100, "line %zu, column %zu: \\x%02x is not UTF-8, as %s needs it", line,
                 column, text->data[at], name);
    return at;
}

static void check_utf16(const char *name, struct buffer *text)
{
    char message[100];
    struct buffer bytes = {0};
    size_t good = find_malformed(text, name, message);
    buffer_append_byte(text, 0, NULL);
    text->length--;
    if (good == text->length) {
        CHECK(bytes_encode(type_of(name), (const char *)text->data, &bytes, NULL));
        check_bytes(name, text, bytes.data, bytes.length);
    } else {
        check_refused(name, (const char *)text->data, message);
    }
    buffer_release(&bytes);
}

static void utf8_of_all_lengths(void)
{
    for (unsigned long round = unit_rounds(1000); round > 0; round--) {
        struct buffer text = {0};
        random_utf8(&text);
        if (round % 2)
            damage(&text);
        buffer_append_byte(&text, '.', NULL);
        check_utf16("utf16le", &text);
        check_utf16("utf16be", &text);
        buffer_release(&text);
    }
}

static void errors_name_line_and_column(void)
{
    check_refused("u8", "1 2\n3  300 4\n", "line 2, column 4: 300 does not fit u8 (0 to 255)");
    check_refused("u16", "1 2\r\n\r\n  -1", "line 3, column 3: -1 does not fit u16 (0 to 65535)");
    check_refused("f32", "1.5\n\n1e39",
                  "line 3, column 1: 1e39 does not fit f32 "
                  "(-3.40282347e+38 to 3.40282347e+38)");
    check_refused("hex", "41\n4 2",
                  "line 2, column 1: half a byte (\"4\"); hex digits come in pairs");
    check_refused("hex", "41 4\n",
                  "line 1, column 4: half a byte (\"4\"); hex digits come in pairs");
    check_refused("hex", "41\n 0x", "line 2, column 2: no hex digits after 0x");
    check_refused("hex", "41\n \\x 41", "line 2, column 2: no hex digits after \\x");
    check_refused("hex", "41\n4g", "line 2, column 2: \"g\" is not a hex digit");
    check_refused("hex", "41 \\", "line 1, column 4: \"\\\" is not a hex digit");
    check_refused("hex", "41 ?0", "line 1, column 4: a ? may stand in operands only");
    check_refused("escape", "a\nb\\x4", "line 2, column 2: \\x needs two hex digits");
    check_refused("escape", "a\nb\\\n",
                  "line 2, column 2: the backslash ends the text "
                  "(\\\\ is a backslash)");
    check_refused("utf16le",
                  "a\nb\xff"
                  "cdef\n",
                  "line 2, column 2: \\xff is not UTF-8, as utf16le needs it");
    check_refused("utf16be", "a\xc3", "line 1, column 2: \\xc3 is not UTF-8, as utf16be needs it");
}

/* Many short numbers with one that is none among them: they are read many at once. */
static void a_bad_number_among_many_is_refused(void)
{
    static const char *const bad[] = {"1-2", "-", "--1", "1-", "300", "-300", "x", "123456789"};
    static const char *const types[] = {"i8", "u8"};
    for (size_t n = 0; n < 2; n++) {
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            for (int round = 0; round < 8; round++) {
                struct buffer text = {0};
                for (size_t j = 0; j < 100; j++)
                    buffer_append(&text, "1 23 \n", 6, NULL);
                buffer_append(&text, bad[i], strlen(bad[i]), NULL);
                for (size_t j = 0; j < 100; j++)
                    buffer_append(&text, " 4\n", 3, NULL);
                check_beside_operand(types[n], &text);
                buffer_release(&text);
            }
        }
    }
}

/* As where a stream has nothing yet. */
static void an_empty_part_changes_nothing(void)
{
    struct byte_encoder encoder;
    struct buffer out = {0};
    size_t room;
    CHECK(byte_encoder_init(&encoder, type_of("escape"), NULL));
    unsigned char *to = byte_encoder_room(&encoder, &room, NULL);
    CHECK(byte_encoder_take(&encoder, 0, &out, NULL) && out.length == 0);
    memcpy(to, "a\\", 2);
    CHECK(byte_encoder_take(&encoder, 2, &out, NULL));
    CHECK(byte_encoder_take(&encoder, 0, &out, NULL));
    to[0] = 'n';
    CHECK(byte_encoder_take(&encoder, 1, &out, NULL) && byte_encoder_finish(&encoder, &out, NULL));
    CHECK(out.length == 2 && !memcmp(out.data, "a\n", 2));
    byte_encoder_release(&encoder);
    buffer_release(&out);
}

static void a_value_without_end_is_refused(void)
{
    struct buffer text = {0}, out = {0};
    struct error error = {0};
    buffer_append(&text, "1\n", 2, NULL);
    for (size_t i = 0; i < 300000; i++)
        buffer_append_byte(&text, '0', NULL);
    CHECK(!encode("u8", text.data, text.length, 1000, &out, &error));
    CHECK_SAY(!strcmp(error.message, "line 2, column 1: a value of more than 65536 characters"),
              "%s", error.message);
    buffer_release(&text);
    buffer_release(&out);
}

static void an_empty_text_is_no_bytes(void)
{
    for (size_t n = 0; n < NAMES; n++) {
        struct buffer text = {0};
        check_bytes(names[n], &text, "", 0);
        buffer_append_byte(&text, '\n', NULL);
        check_bytes(names[n], &text, "", 0);
        buffer_release(&text);
    }
}

static const struct unit_case cases[] = {
    {"what is printed is taken back, wherever parts end", what_is_printed_is_taken_back},
    {"escapes of plain text are the text", escapes_of_plain_text_are_the_text},
    {"a number out of range is found", a_number_out_of_range_is_found},
    {"numbers are read as operands are", numbers_are_read_as_operands_are},
    {"integers near their limits are read as operands are",
     integers_near_their_limits_are_read_as_operands_are},
#if !defined(__MINGW32__)
    {"decimals are rounded as by strtod", decimals_are_rounded_as_by_strtod},
    {"halves are rounded as by strtod", halves_are_rounded_as_by_strtod},
#endif
    {"hex in any layout", hex_in_any_layout},
    {"escapes and UTF-16 are read as operands are", escapes_and_utf16_are_read_as_operands_are},
    {"UTF-8 of all lengths, and what is none, become UTF-16 or an error", utf8_of_all_lengths},
    {"errors name line and column", errors_name_line_and_column},
    {"a bad number among many is refused", a_bad_number_among_many_is_refused},
    {"an empty part changes nothing", an_empty_part_changes_nothing},
    {"a value without an end is refused", a_value_without_end_is_refused},
    {"an empty text is no bytes", an_empty_text_is_no_bytes},
};
UNIT_MAIN(cases)
