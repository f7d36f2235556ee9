/* test_utf8.c - every code point, and every sequence of three bytes. */
#include "base/utf8.h"
#include "unit.h"

enum { LAST = 0x10ffff };

static bool is_surrogate(uint32_t code)
{
    return code >= 0xd800 && code < 0xe000;
}

/* By the table of the standard. */
static size_t slow_encode(uint32_t code, unsigned char *out)
{
    const unsigned char low = (unsigned char)(0x80 + code % 64);
    if (code < 0x80) {
        out[0] = (unsigned char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (unsigned char)(0xc0 + code / 64);
        out[1] = low;
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (unsigned char)(0xe0 + code / 4096);
        out[1] = (unsigned char)(0x80 + code / 64 % 64);
        out[2] = low;
        return 3;
    }
    out[0] = (unsigned char)(0xf0 + code / 262144);
    out[1] = (unsigned char)(0x80 + code / 4096 % 64);
    out[2] = (unsigned char)(0x80 + code / 64 % 64);
    out[3] = low;
    return 4;
}

static void every_code_point_comes_back(void)
{
    for (uint32_t code = 0; code <= LAST; code++) {
        unsigned char bytes[UTF8_MAX + 1], want[UTF8_MAX];
        uint32_t back = 5;
        size_t length = slow_encode(code, want);
        if (is_surrogate(code)) {
            CHECK(utf8_decode(want, length, &back) == 0 && back == 5);
            continue;
        }
        CHECK(utf8_encode(code, bytes) == length && !memcmp(bytes, want, length));
        bytes[length] = 0x80;
        CHECK(utf8_decode(bytes, length + 1, &back) == length && back == code);
        CHECK(utf8_decode(bytes, length - 1, &back) == 0);
    }
}

/* Whatever is read is what is written for that character: so nothing has two forms. */
static void what_is_read_is_the_one_form(void)
{
    unsigned long read = 0;
    for (uint32_t all = 0; all < 1 << 24; all++) {
        unsigned char bytes[3] = {(unsigned char)(all >> 16), (unsigned char)(all >> 8),
                                  (unsigned char)all};
        unsigned char want[UTF8_MAX];
        uint32_t code;
        size_t length = utf8_decode(bytes, 3, &code);
        if (length == 0)
            continue;
        CHECK(!is_surrogate(code) && slow_encode(code, want) == length &&
              !memcmp(bytes, want, length));
        read++;
    }
    CHECK(read == 128 * 65536ul + 1920 * 256ul + 0x10000 - 0x800 - 0x800);
}

static void four_bytes_have_one_form(void)
{
    for (unsigned long round = 0; round < unit_rounds(300000); round++) {
        unsigned char bytes[4] = {(unsigned char)(0xef + unit_below(17))}, want[UTF8_MAX];
        uint32_t code;
        for (size_t i = 1; i < 4; i++)
            bytes[i] = (unsigned char)(unit_below(20) ? 0x80 + unit_below(64) : unit_random());
        size_t length = utf8_decode(bytes, 4, &code);
        bool is_four = bytes[0] >= 0xf0 && bytes[0] <= 0xf4 && (bytes[1] & 0xc0) == 0x80 &&
                       (bytes[2] & 0xc0) == 0x80 && (bytes[3] & 0xc0) == 0x80 &&
                       (bytes[0] > 0xf0 || bytes[1] >= 0x90) &&
                       (bytes[0] < 0xf4 || bytes[1] < 0x90);
        CHECK((length == 4) == is_four);
        CHECK(length == 0 || (slow_encode(code, want) == length && !memcmp(bytes, want, length)));
    }
}

static void a_character_in_a_message_is_safe(void)
{
    char out[UTF8_QUOTED_MAX];
    CHECK(!strcmp(utf8_quote(out, "ab", 2), "a") && !strcmp(utf8_quote(out, "\n", 1), "\\n"));
    CHECK(!strcmp(utf8_quote(out, "\xf0\x9f\x98\x80z", 5), "\xf0\x9f\x98\x80"));
    CHECK(!strcmp(utf8_quote(out, "\xf0\x9f\x98\x80z", 3), "\\xf0"));
    CHECK(!strcmp(utf8_quote(out, "\xff", 1), "\\xff") &&
          !strcmp(utf8_quote(out, "\1", 1), "\\x01"));
}

static const struct unit_case cases[] = {
    {"every code point comes back", every_code_point_comes_back},
    {"of three bytes, what is read is the one form of its character", what_is_read_is_the_one_form},
    {"four bytes have one form", four_bytes_have_one_form},
    {"a character in a message is safe", a_character_in_a_message_is_safe},
};

UNIT_MAIN(cases)
