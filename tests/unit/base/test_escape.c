/* test_escape.c - escapes of many bytes, with vectors and without, beside those of each byte. */
#include "base/escape_print.h"
#include "unit.h"

enum { MOST = 6000 };

/* The bytes end where their allocation ends, so that ASan sees overruns. */
struct sample {
    unsigned char *allocation, *bytes;
    size_t length;
};

static unsigned char random_byte(unsigned kind)
{
    static const char escaped[] = "\a\b\t\n\v\f\r\\\"\x7f\x06\x0e ~\x1f\x80";
    if (kind == 0)
        return (unsigned char)unit_random();
    if (kind == 1)
        return (unsigned char)escaped[unit_below(sizeof escaped)];
    if (kind == 2 && unit_below(50) == 0)
        return '\n';
    return (unsigned char)(0x20 + unit_below(0x5f));
}

/* Stretches of noise, of bytes with an escape, of lines and of plain text. */
static struct sample make_sample(void)
{
    struct sample sample = {.length = unit_below(unit_below(2) ? 200 : MOST)};
    size_t alignment = unit_below(64);
    sample.allocation = malloc(alignment + sample.length + 1);
    if (!sample.allocation)
        abort();
    sample.bytes = sample.allocation + 1 + alignment;
    for (size_t i = 0; i < sample.length;) {
        unsigned kind = (unsigned)unit_below(4);
        for (size_t end = i + 1 + unit_below(300); i < end && i < sample.length; i++)
            sample.bytes[i] = random_byte(kind);
    }
    return sample;
}

static size_t slow_escape(unsigned char byte, char *out)
{
    static const char letters[] = "abtnvfr";
    if (byte >= '\a' && byte <= '\r')
        return (size_t)sprintf(out, "\\%c", letters[byte - '\a']);
    if (byte == '\\')
        return (size_t)sprintf(out, "\\\\");
    return (size_t)sprintf(out, byte < 0x20 || byte > 0x7e ? "\\x%02x" : "%c", byte);
}

static void check(const struct sample *sample, escape_run *run, const char *name)
{
    struct error error = {.status = STATUS_DONE};
    struct buffer text = {0};
    char *expected = malloc(ESCAPE_MAX * sample->length + 8), *end = expected;
    if (!expected)
        abort();
    *end++ = '!';
    for (size_t i = 0; i < sample->length; i++)
        end += slow_escape(sample->bytes[i], end);
    CHECK(buffer_append(&text, "!", 1, &error));
    CHECK(escape_append_by(run, &text, sample->bytes, sample->length, &error));
    CHECK_SAY(text.length == (size_t)(end - expected) && !memcmp(text.data, expected, text.length),
              "(%s, %zu bytes)", name, sample->length);
    free(expected);
    buffer_release(&text);
}

static void any_bytes(void)
{
    for (unsigned long round = unit_rounds(2000); round; round--) {
        struct sample sample = make_sample();
        check(&sample, NULL, "plain");
        check(&sample, escape_run_chosen(), "vectors");
        free(sample.allocation);
    }
}

/* The run writes no more than the room that it is promised. */
static void room_is_enough(void)
{
    escape_run *run = escape_run_chosen();
    if (!run)
        SKIP("this processor has no vectors for it");
    for (unsigned long round = unit_rounds(2000); round; round--) {
        struct sample sample = make_sample();
        unsigned char *room = malloc(ESCAPE_MAX * sample.length + 1), *out = room;
        if (!room)
            abort();
        room[ESCAPE_MAX * sample.length] = '!';
        size_t done = run(sample.bytes, sample.length, &out);
        CHECK(done <= sample.length && (size_t)(out - room) <= 2 * done);
        CHECK(room[ESCAPE_MAX * sample.length] == '!');
        free(room);
        free(sample.allocation);
    }
}

static const struct unit_case cases[] = {
    {"any bytes are escaped as each byte alone", any_bytes},
    {"vectors stay in their room", room_is_enough},
};
UNIT_MAIN(cases)
