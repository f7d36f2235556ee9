/* test_encoded.c - UTF-8 read as UTF-16, beside bytes_encode() of all of it. */
#define _GNU_SOURCE
#include "scratch_files.h"

#include "base/utf8.h"
#include "mapping/encoded.h"

enum { TEXT_LENGTH = 300 * 1024 };

/* A text of up to TEXT_LENGTH bytes: of each `rare` characters one is not ASCII. */
static size_t make_text(unsigned char *text, uint64_t rare)
{
    static const uint32_t others[] = {0xe9, 0x7ff, 0x800, 0x65e5, 0xffff, 0x10000, 0x1f600};
    size_t length = 0, most = 1 + (size_t)unit_below(TEXT_LENGTH - UTF8_MAX);
    while (length < most) {
        uint32_t character = 1 + (uint32_t)unit_below(0x7f);
        if (unit_below(rare) == 0)
            character = others[unit_below(sizeof others / sizeof *others)];
        length += utf8_encode(character, text + length);
    }
    text[length] = 0;
    return length;
}

/* Less a newline at the end. */
static void encode_all(const struct byte_type *type, unsigned char *text, size_t length,
                       struct buffer *units)
{
    bool ends_line = text[length - 1] == '\n';
    text[length - ends_line] = 0;
    CHECK(bytes_encode(type, (const char *)text, units, NULL));
    text[length - 1] = ends_line ? '\n' : text[length - 1];
}

static void put_text(struct file *file, const unsigned char *text, size_t length)
{
    CHECK(file_write(file, 0, text, length, NULL));
    scratch_close(file);
}

/* Opens "f" with this text. */
static void open_text(struct mapping *mapping, const unsigned char *text, size_t length)
{
    struct error error = {0};
    put_text(scratch_file("f"), text, length);
    CHECK_SAY(mapping_open(mapping, "f", 0, &error), "%s", error.message);
}

/* Reads anywhere. Returns whether all reads succeeded; those that did gave the right bytes. */
static bool read_anywhere(const struct mapping *mapping, const struct buffer *units)
{
    static unsigned char bytes[2 * TEXT_LENGTH];
    bool all = true;
    for (int i = 0; i < 30; i++) {
        struct error error = {0};
        size_t at = (size_t)unit_below(units->length), most = units->length - at;
        size_t length = (size_t)unit_below(unit_below(2) ? minimum_size(most, 100) + 1 : most + 1);
        memset(bytes, 0xa5, sizeof bytes);
        bool good = mapping_read(mapping, at, bytes, length, &error);
        all = all && good;
        if (good) {
            CHECK(memcmp(bytes, units->data + at, length) == 0);
            CHECK(length == sizeof bytes || bytes[length] == 0xa5);
        } else {
            CHECK(strstr(error.message, "changed"));
        }
    }
    return all;
}

static void reads_give_the_units(void)
{
    static unsigned char text[TEXT_LENGTH + 1];
    static const uint64_t rare[] = {1, 2, 30, 20000, UINT64_MAX};
    for (unsigned long round = 0; round < unit_rounds(60); round++) {
        const struct byte_type *type = byte_type_find(round % 2 ? "utf16le" : "utf16be", NULL);
        size_t length = make_text(text, rare[unit_below(sizeof rare / sizeof *rare)]);
        struct buffer units = {0};
        struct mapping mapping, copy;
        if (unit_below(2))
            text[length - 1] = text[length - 1] < 0x80 ? '\n' : text[length - 1];
        encode_all(type, text, length, &units);
        open_text(&mapping, text, length);
        bool shown = encoded_show(&mapping, type);
        CHECK(shown == (units.length > 0));
        if (shown) {
            CHECK(mapping.size == units.length);
            CHECK(read_anywhere(&mapping, &units));
            mapping_lend(&mapping, &copy);
            CHECK(read_anywhere(&copy, &units));
            CHECK(mapping_close(&copy, NULL));
            encoded_hide(&mapping);
        }
        CHECK(mapping.size == length);
        CHECK(mapping_close(&mapping, NULL));
        buffer_release(&units);
    }
}

static void wrong_text_is_refused(void)
{
    static unsigned char text[TEXT_LENGTH + 1];
    const struct byte_type *type = byte_type_find("utf16le", NULL);
    for (unsigned long round = 0; round < unit_rounds(40); round++) {
        struct mapping mapping;
        size_t length = make_text(text, 1 + unit_below(3000));
        text[(size_t)unit_below(length)] = 0xff;
        open_text(&mapping, text, length);
        CHECK(!encoded_show(&mapping, type));
        CHECK(mapping.size == length && !mapping.overlay);
        CHECK(mapping_close(&mapping, NULL));
    }
    struct mapping mapping;
    open_text(&mapping, (const unsigned char *)"\n", 1);
    CHECK(!encoded_show(&mapping, type));
    CHECK(mapping_close(&mapping, NULL));
    open_text(&mapping, (const unsigned char *)"a\xe6\x97", 3);
    CHECK(!encoded_show(&mapping, type));
    CHECK(mapping_close(&mapping, NULL));
}

static void a_long_text_far_from_ascii_is_refused(void)
{
    static unsigned char text[1024 * 1024];
    const struct byte_type *type = byte_type_find("utf16le", NULL);
    struct mapping mapping;
    for (size_t i = 0; i < sizeof text; i += 2) {
        text[i] = 0xc3;
        text[i + 1] = 0xa9;
    }
    open_text(&mapping, text, sizeof text);
    CHECK(!encoded_show(&mapping, type));
    CHECK(mapping.size == sizeof text && !mapping.overlay);
    CHECK(mapping_close(&mapping, NULL));
    memset(text, 'a', sizeof text / 2);
    open_text(&mapping, text, sizeof text);
    CHECK(encoded_show(&mapping, type));
    CHECK(mapping.size == 3 * sizeof text / 2);
    CHECK(mapping_close(&mapping, NULL));
}

static void a_changed_text_fails_or_is_read(void)
{
    static unsigned char text[TEXT_LENGTH + 2];
    const struct byte_type *type = byte_type_find("utf16be", NULL);
    unsigned failures = 0;
    for (unsigned long round = 0; round < unit_rounds(60); round++) {
        struct mapping mapping;
        struct buffer units = {0};
        size_t length = make_text(text, round % 3 ? UINT64_MAX : 20);
        size_t at = (size_t)unit_below(length);
        text[length++] = 'e';
        while (text[at] >= 0x80)
            at++;
        open_text(&mapping, text, length);
        CHECK(encoded_show(&mapping, type));
        text[at] = round % 2 ? 'y' : 0xc3;
        put_text(scratch_open("f", FILE_OPEN_WRITE), text, length);
        if (round % 2) { /* as many units */
            encode_all(type, text, length, &units);
            CHECK(read_anywhere(&mapping, &units));
        } else {
            unsigned char *bytes = malloc((size_t)mapping.size);
            struct error error = {0};
            CHECK(!mapping_read(&mapping, 0, bytes, (size_t)mapping.size, &error));
            CHECK(strstr(error.message, "changed"));
            free(bytes);
            failures++;
        }
        CHECK(mapping_close(&mapping, NULL));
        buffer_release(&units);
    }
    CHECK(failures > 0);
}

static const struct unit_case cases[] = {
    {"reads give the units", reads_give_the_units},
    {"a text that is not UTF-8, or empty, is refused", wrong_text_is_refused},
    {"a long text that is far from ASCII is refused", a_long_text_far_from_ascii_is_refused},
    {"a changed text fails, or is read", a_changed_text_fails_or_is_read},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
