/* test_screen_text.c - bytes as text for a terminal, beside slow code that sees all of them. */
#include "base/escape.h"
#include "base/screen_text.h"
#include "unit.h"

#include <stdlib.h>

static void feed_all(const void *bytes, size_t length, bool in_pieces, struct buffer *out)
{
    struct screen_text text = {0};
    struct error error = {0};
    const unsigned char *at = bytes;
    while (length > 0) {
        size_t piece = in_pieces ? 1 + unit_random() % length : length;
        piece = in_pieces && piece > 5 ? 1 + unit_random() % 5 : piece;
        CHECK(screen_text_feed(&text, at, piece, out, &error));
        at += piece;
        length -= piece;
    }
    CHECK(screen_text_finish(&text, out, &error));
}

static void check_text(const char *bytes, const char *want)
{
    struct buffer out = {0};
    feed_all(bytes, strlen(bytes), false, &out);
    CHECK_SAY(out.length == strlen(want) && !memcmp(out.data, want, out.length), "%.*s",
              (int)out.length, (const char *)out.data);
    buffer_release(&out);
}

static void what_is_shown(void)
{
    check_text("hello\tworld\n", "hello\tworld\n");
    check_text("dos\r\nfile\r\n", "dos\r\nfile\r\n");
    check_text("back\rover", "back\\rover");
    check_text("na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80",
               "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80");
    check_text("\x1b[2J\x07\x7f", "\\x1b[2J\\a\\x7f");
    check_text("\xc2\x9b"
               "2J",
               "\\xc2\\x9b2J"); /* a control character of two bytes */
    check_text("\xff\xc3(", "\\xff\\xc3(");
    check_text("cut \xe2\x82", "cut \\xe2\\x82");
    check_text("a\\b", "a\\b");
}

static void what_is_plain(void)
{
    const unsigned char text[] = "x\xe2\x82\xac\r\n";
    CHECK(screen_text_is_plain(text, 6, true));
    CHECK(screen_text_is_plain(text, 3, false) && !screen_text_is_plain(text, 3, true));
    CHECK(screen_text_is_plain(text, 5, false) && !screen_text_is_plain(text, 5, true));
    CHECK(!screen_text_is_plain((const unsigned char *)"\xe2(", 2, false));
    CHECK(!screen_text_is_plain((const unsigned char *)"a\0", 2, false));
    CHECK(screen_text_is_plain(text, 0, true));
}

/* One character after another, with all that follows in sight. */
static void show_slowly(const unsigned char *bytes, size_t length, struct buffer *out)
{
    struct error error = {0};
    uint32_t code_point;
    for (size_t at = 0, shown; at < length; at += shown) {
        const unsigned char *text = bytes + at;
        size_t left = length - at, got = utf8_decode(text, left, &code_point);
        bool newline = text[0] == '\n' || (text[0] == '\r' && left > 1 && text[1] == '\n');
        bool control = code_point < 32 || (code_point > 126 && code_point < 160);
        shown = text[0] == '\r' && newline ? 2 : got > 0 ? got : 1;
        if (newline || text[0] == '\t' || (got > 0 && !control))
            CHECK(buffer_append(out, text, shown, &error));
        else
            CHECK(escape_append(out, text, shown, &error));
    }
}

static void random_bytes(unsigned char *bytes, size_t length)
{
    static const unsigned char likely[] = {'a',  '\n', '\r', '\t', 0xc2, 0x9b, 0xc3, 0xa9, 0xe2,
                                           0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0x1b};
    for (size_t i = 0; i < length; i++)
        bytes[i] = unit_random() % 8 ? likely[unit_random() % sizeof likely]
                                     : (unsigned char)unit_random();
}

static void any_bytes_in_any_pieces(void)
{
    for (unsigned long round = 0; round < unit_rounds(20000); round++) {
        unsigned char bytes[40];
        struct buffer fast = {0}, slow = {0};
        size_t length = (size_t)(unit_random() % sizeof bytes);
        random_bytes(bytes, length);
        feed_all(bytes, length, true, &fast);
        show_slowly(bytes, length, &slow);
        bool same = fast.length == slow.length &&
                    (fast.length == 0 || !memcmp(fast.data, slow.data, fast.length));
        CHECK(same);
        CHECK(fast.length == 0 || screen_text_is_plain(fast.data, fast.length, true));
        bool unchanged =
            fast.length == length && (length == 0 || !memcmp(fast.data, bytes, length));
        CHECK(unchanged == screen_text_is_plain(bytes, length, true));
        buffer_release(&fast);
        buffer_release(&slow);
    }
}

static const struct unit_case cases[] = {
    {"text is shown as it is, all else escaped", what_is_shown},
    {"what is plain, and what may become so", what_is_plain},
    {"any bytes in any pieces, beside slow code", any_bytes_in_any_pieces},
};
UNIT_MAIN(cases)
