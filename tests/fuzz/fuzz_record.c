/*
 * fuzz_record.c - lists of fields, records printed as lines and lines taken as records: in one
 * piece and in parts of any length, each field beside the same bytes printed alone.
 */
#include "base/escape.h"
#include "base/hex.h"
#include "base/record.h"
#include "fuzz.h"

enum { RECORD_SHORT = 4096, PARTS_MOST = 4096 };

static size_t part_most; /* bytes of a part */

static size_t part_of(size_t left)
{
    return left < part_most ? left : part_most;
}

static struct buffer print(const struct record *record, const unsigned char *bytes, size_t length,
                           bool *good)
{
    struct record_printer printer = {.record = record, .radix = 10};
    struct buffer text = {0};
    for (size_t at = 0, part; at < length; at += part) {
        part = part_of(length - at);
        unsigned char *copy = fuzz_copy(bytes + at, part);
        DEMAND(record_printer_feed(&printer, copy, part, &text, NULL));
        free(copy);
    }
    *good = record_printer_finish(&printer, NULL);
    record_printer_release(&printer);
    return text;
}

/* Appends one column with the tab behind it. */
static void slow_column(const struct record_field *field, const unsigned char *bytes,
                        struct buffer *text)
{
    struct byte_decoder decoder;
    if (field->kind == RECORD_NUMBER) {
        byte_decoder_init(&decoder, field->type, 10, 0);
        DEMAND(byte_decoder_feed(&decoder, bytes, byte_type_size(field->type), text, NULL));
        text->data[text->length - 1] = '\t';
        return;
    }
    DEMAND(field->kind == RECORD_HEX ? hex_append(text, bytes, field->size, NULL)
                                     : escape_append(text, bytes, field->size, NULL));
    DEMAND(buffer_append_byte(text, '\t', NULL));
}

static void slow_line(const struct record *record, const unsigned char *bytes, struct buffer *text)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct record_field *field = &record->fields[i];
        size_t columns = field->kind == RECORD_NUMBER ? field->count : field->kind != RECORD_SKIP;
        for (size_t k = 0; k < columns; k++)
            slow_column(field, bytes + k * (field->size / field->count), text);
        bytes += field->size;
    }
    text->data[text->length - 1] = '\n';
}

static bool encode(const struct record *record, const char *text, size_t length,
                   const struct record_bytes *out, struct error *error)
{
    struct record_encoder encoder = {.record = record};
    bool good = true;
    for (size_t at = 0, part; good && at < length; at += part) {
        part = part_of(length - at);
        unsigned char *copy = fuzz_copy(text + at, part);
        good = record_encoder_feed(&encoder, (const char *)copy, part, out, error);
        free(copy);
    }
    good = good && record_encoder_finish(&encoder, out, error);
    record_encoder_release(&encoder);
    return good;
}

/* Encodes the text line by line. Appends those in front of a bad line. */
static bool slow_encode(const struct record *record, const char *text, size_t length,
                        const struct record_bytes *out, struct error *error)
{
    struct record_encoder encoder = {.record = record};
    bool good = true;
    for (size_t at = 0; good && at < length;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t line = end ? (size_t)(end - text) - at : length - at;
        unsigned char *copy = fuzz_copy(text + at, line);
        good = record_encode_line(&encoder, (const char *)copy, line, out, error);
        free(copy);
        at += line + 1;
    }
    record_encoder_release(&encoder);
    return good;
}

/* Bytes as lines and back. */
static void check_bytes(const struct record *record, const unsigned char *bytes, size_t length)
{
    bool good;
    struct buffer slow = {0}, back = {0}, mask = {0};
    struct buffer text = print(record, bytes, length, &good);
    size_t whole = length - length % record->size;
    DEMAND(good == (whole == length));
    for (size_t at = 0; at < whole; at += record->size)
        slow_line(record, bytes + at, &slow);
    DEMAND(fuzz_same(text.data, text.length, slow.data, slow.length));
    struct record_bytes out = {&back, &mask};
    DEMAND(encode(record, (const char *)text.data, text.length, &out, NULL));
    DEMAND(back.length == whole && mask.length == whole);
    for (size_t i = 0; i < whole; i++)
        DEMAND(back.data[i] == (bytes[i] & mask.data[i]));
    DEMAND(record->skips || !whole || !memchr(mask.data, 0, whole));
    buffer_release(&text);
    buffer_release(&slow);
    buffer_release(&back);
    buffer_release(&mask);
}

/* Any text as lines: the same bytes, or an error in the same line. */
static void check_text(const struct record *record, const char *text, size_t length, bool masked)
{
    struct buffer fast = {0}, slow = {0}, fast_mask = {0}, slow_mask = {0};
    struct record_bytes fast_out = {&fast, masked ? &fast_mask : NULL};
    struct record_bytes slow_out = {&slow, masked ? &slow_mask : NULL};
    struct error error = {0}, slow_error = {0};
    bool good = encode(record, text, length, &fast_out, &error);
    DEMAND(good == slow_encode(record, text, length, &slow_out, &slow_error));
    if (!good) {
        DEMAND_ERROR(error);
        DEMAND(strstr(error.message, slow_error.message));
    }
    DEMAND(fuzz_same(fast.data, fast.length, slow.data, slow.length));
    DEMAND(fuzz_same(fast_mask.data, fast_mask.length, slow_mask.data, slow_mask.length));
    DEMAND(fast.length % record->size == 0);
    buffer_release(&fast);
    buffer_release(&slow);
    buffer_release(&fast_mask);
    buffer_release(&slow_mask);
}

/* A list out of words that make one, or the input itself. */
static char *make_list(void)
{
    static const char *const words[] = {"u8",     "i8",    "u16le",  "u16be",  "i16le",
                                        "u32le",  "i32be", "u64le",  "i64be",  "f32le",
                                        "f64",    "f64be", "u8*3",   "i16*2",  "text*1",
                                        "text*5", "hex*1", "hex*32", "skip*1", "skip*3"};
    size_t count = fuzz_below(7), length;
    if (count == 0)
        return fuzz_text(40, &length);
    char *list = fuzz_memory(8 * count + 1);
    list[0] = 0;
    for (size_t i = 0; i < count; i++) {
        const char *word = words[fuzz_below(sizeof words / sizeof *words)];
        snprintf(list + strlen(list), 9, "%s%s", i ? "," : "", word);
    }
    return list;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t length;
    struct error error = {0};
    fuzz_begin(data, size);
    part_most = 1 + fuzz_below(100);
    bool masked = fuzz_byte() % 2;
    char *list = make_list();
    struct record *record = record_new(list, &error);
    char *content = fuzz_text(PARTS_MOST, &length);
    if (!record)
        DEMAND_ERROR(error);
    if (record && record->size <= RECORD_SHORT) {
        check_bytes(record, (const unsigned char *)content, length);
        check_text(record, content, length, masked);
    }
    record_free(record);
    free(content);
    free(list);
    return 0;
}
