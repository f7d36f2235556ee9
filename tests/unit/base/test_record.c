/* test_record.c - records in chunks of any length: printed, and encoded again. */
#include "base/record.h"
#include "unit.h"

static const char *const lists[] = {
    "u32le,u16be*3,text*8,hex*4,skip*2,f32le",
    "text*5",
    "u8*1",
    "skip*1,i64,skip*300",
    "hex*3,text*1",
    "f64be*2,skip*1,i8",
};

static void random_bytes(struct buffer *bytes, size_t length)
{
    CHECK(buffer_reserve(bytes, length + 1, NULL));
    for (size_t i = 0; i < length; i++)
        bytes->data[i] = unit_below(3) ? (unsigned char)unit_random() : "\t\n\\\0"[unit_below(4)];
    bytes->length = length;
}

static bool same(const struct buffer *a, const struct buffer *b)
{
    return a->length == b->length && (a->length == 0 || !memcmp(a->data, b->data, a->length));
}

/* A chunk of at most `left` bytes. */
static size_t chunk(size_t left)
{
    size_t most = unit_below(2) ? 3 : 400;
    size_t length = (size_t)unit_below(most) + 1;
    return length < left ? length : left;
}

static void print(const struct record *record, const struct buffer *bytes, bool in_chunks,
                  struct buffer *text)
{
    struct record_printer printer = {.record = record, .radix = 10};
    for (size_t at = 0, length; at < bytes->length; at += length) {
        length = in_chunks ? chunk(bytes->length - at) : record->size;
        CHECK(record_printer_feed(&printer, bytes->data + at, length, text, NULL));
    }
    CHECK(record_printer_finish(&printer, NULL));
    record_printer_release(&printer);
}

static void encode(const struct record *record, const struct buffer *text,
                   const struct record_bytes *out)
{
    struct record_encoder encoder = {.record = record};
    for (size_t at = 0, length; at < text->length; at += length) {
        length = chunk(text->length - at);
        CHECK(record_encoder_feed(&encoder, (const char *)text->data + at, length, out, NULL));
    }
    CHECK(record_encoder_finish(&encoder, out, NULL));
    record_encoder_release(&encoder);
}

/* Skipped bytes are 0 in both; all others are those of the record. */
static void check_encoded(const struct buffer *bytes, const struct buffer *encoded,
                          const struct buffer *mask)
{
    CHECK(encoded->length == bytes->length && mask->length == bytes->length);
    for (size_t i = 0; i < bytes->length && i < encoded->length && i < mask->length; i++)
        CHECK(encoded->data[i] == (bytes->data[i] & mask->data[i]));
}

static void records_in_chunks(void)
{
    for (unsigned long round = 0; round < unit_rounds(2000); round++) {
        struct record *record = record_new(lists[unit_below(sizeof lists / sizeof *lists)], NULL);
        struct buffer bytes = {0}, text = {0}, slow = {0}, encoded = {0}, mask = {0};
        CHECK(record != NULL);
        random_bytes(&bytes, record->size * (size_t)unit_below(6));
        print(record, &bytes, true, &text);
        print(record, &bytes, false, &slow);
        CHECK(same(&text, &slow));
        if (text.length > 0 && unit_below(2))
            text.length--; /* the last newline */
        encode(record, &text, &(struct record_bytes){&encoded, &mask});
        check_encoded(&bytes, &encoded, &mask);
        buffer_release(&bytes);
        buffer_release(&text);
        buffer_release(&slow);
        buffer_release(&encoded);
        buffer_release(&mask);
        record_free(record);
    }
}

static void wrong_lines(void)
{
    static const char *const lines[] = {"",           "1",         "1\tab",   "1\tab\t2\t3",
                                        "256\tab\t2", "1\tabc\t2", "1\tab\t", "1\t\\q\t2",
                                        "1\tab\t2 2"};
    struct record *record = record_new("u8,text*2,i8", NULL);
    struct record_encoder encoder = {.record = record};
    struct buffer bytes = {0}, mask = {0};
    const struct record_bytes out = {&bytes, &mask};
    CHECK(record_encode_line(&encoder, "1\tab\t-2", 7, &out, NULL) && bytes.length == 4);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct error error = {0};
        CHECK(!record_encode_line(&encoder, lines[i], strlen(lines[i]), &out, &error));
        CHECK_SAY(strstr(error.message, "field "), "%s", error.message);
        CHECK(bytes.length == 4 && mask.length == 4 && !memcmp(bytes.data, "\1ab\xfe", 4));
    }
    CHECK(!record_encode_line(&encoder, "1\0\tab\t2", 7, &out, NULL));
    CHECK(record_encode_line(&encoder, "1\t\0\t2", 5, &out, NULL));
    CHECK(bytes.length == 8 && !memcmp(bytes.data + 4, "\1\0\0\2", 4));
    record_encoder_release(&encoder);
    buffer_release(&bytes);
    buffer_release(&mask);
    record_free(record);
}

/* Encodes the line with others behind it, as in a long text, whose columns are read faster. */
static bool encode_among_others(const struct record *record, const char *line, bool masked,
                                struct buffer *bytes, struct error *error)
{
    struct record_encoder encoder = {.record = record};
    struct buffer mask = {0};
    char text[200];
    size_t length = (size_t)snprintf(text, sizeof text, "%s\n%s", line,
                                     "7\t0000\t7\n7\t0000\t7\n7\t0000\t7\n7\t0000\t7\n"
                                     "7\t0000\t7\n7\t0000\t7\n7\t0000\t7\n7\t0000\t7\n");
    const struct record_bytes out = {bytes, masked ? &mask : NULL};
    *error = (struct error){0};
    bool good = record_encoder_feed(&encoder, text, length, &out, error);
    record_encoder_release(&encoder);
    buffer_release(&mask);
    return good;
}

static void lines_among_others_are_read_as_alone(void)
{
    static const char *const good[] = {"1\tabcd\t-2", "1\tAB cd\t-2", "0x1\tab:CD\t-0x2"};
    static const char *const bad[] = {
        "256\tabcd\t-2",  "1\tabxd\t-2",  "1\tab\t-2",    "1\tabcde\t-2",  "1\tabc", "1\tabcd",
        "1\tabcd\t-2\t3", "1\tabcd\t129", "1x\tabcd\t-2", "1\tabcdef\t-2", "",       "1\t\t-2"};
    struct record *record = record_new("u8,hex*2,i8", NULL);
    struct error error;
    for (int masked = 0; masked < 2; masked++) {
        for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
            struct buffer bytes = {0};
            bool done = encode_among_others(record, good[i], masked, &bytes, &error);
            CHECK_SAY(done, "%s: %s", good[i], error.message);
            CHECK(bytes.length == 9 * 4 && !memcmp(bytes.data, "\1\xab\xcd\xfe", 4));
            buffer_release(&bytes);
        }
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            struct buffer bytes = {0};
            CHECK_SAY(!encode_among_others(record, bad[i], masked, &bytes, &error), "%s", bad[i]);
            CHECK_SAY(!strncmp(error.message, "line 1: field ", 14), "%s", error.message);
            CHECK(bytes.length == 0);
            buffer_release(&bytes);
        }
    }
    record_free(record);
}

static void lists_that_are_none(void)
{
    static const char *const bad[] = {"",
                                      "u8,",
                                      "utf16le*2",
                                      "text",
                                      "u8*0",
                                      "u8*x",
                                      "skip*4",
                                      "escape*2",
                                      "u32le*",
                                      "hex*99999999",
                                      "u8*9999999999999999999",
                                      "u64*3000000",
                                      "u8*16777216,u8"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error error = {0};
        struct record *record = record_new(bad[i], &error);
        CHECK_SAY(!record && error.usage, "%s", bad[i]);
        record_free(record);
    }
}

static void a_record_cut_short_is_told(void)
{
    struct record *record = record_new("u8,text*2,i8", NULL);
    struct record_printer printer = {.record = record, .radix = 10};
    struct buffer text = {0};
    struct error error = {0};
    CHECK(record_printer_feed(&printer, (const unsigned char *)"\1ab\2\3c", 6, &text, NULL));
    CHECK(!record_printer_finish(&printer, &error));
    CHECK_SAY(!strcmp(error.message, "the last 2 bytes, at 4, are not a whole record of 4"), "%s",
              error.message);
    record_printer_release(&printer);
    buffer_release(&text);
    record_free(record);
}

static const struct unit_case cases[] = {
    {"records in chunks of any length, printed and encoded again", records_in_chunks},
    {"a wrong line leaves the bytes of those before it", wrong_lines},
    {"lines among others are read as alone", lines_among_others_are_read_as_alone},
    {"a malformed list is refused", lists_that_are_none},
    {"a record cut short is told", a_record_cut_short_is_told},
};
UNIT_MAIN(cases)
