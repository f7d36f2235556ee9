/*
 * test_no_memory.c - whichever request for memory fails: an error, and the next try does it all.
 *
 * The linker's --wrap sends requests through this file, which counts them and lets one fail. That
 * nothing leaks is seen by a build with sanitizers.
 */
#include "base/bytes_encoder.h"
#include "base/escape.h"
#include "base/hex.h"
#include "base/record.h"
#include "base/screen_text.h"
#include "edit/overlay.h"
#include "edit/script.h"
#include "unit.h"

/* ---- what fails ------------------------------------------------------------------------------ */

static unsigned long calls, failing; /* the call to fail; 0: none */

static bool fails(void)
{
    return ++calls == failing;
}

#define WRAP_MEMORY(name, parameters, arguments)                                                   \
    void *__real_##name parameters;                                                                \
    void *__wrap_##name parameters;                                                                \
    void *__wrap_##name parameters                                                                 \
    {                                                                                              \
        return fails() ? NULL : __real_##name arguments;                                           \
    }
WRAP_MEMORY(malloc, (size_t size), (size))
WRAP_MEMORY(calloc, (size_t count, size_t size), (count, size))
WRAP_MEMORY(realloc, (void *memory, size_t size), (memory, size))

/* Buffers grow by steps: fail also where one has room, as it might not have had. */
#define WRAP_BUFFER(name, parameters, arguments)                                                   \
    bool __real_##name parameters;                                                                 \
    bool __wrap_##name parameters;                                                                 \
    bool __wrap_##name parameters                                                                  \
    {                                                                                              \
        return fails() ? error_memory(error, 1) : __real_##name arguments;                         \
    }
WRAP_BUFFER(buffer_reserve, (struct buffer * buffer, size_t more, struct error *error),
            (buffer, more, error))
WRAP_BUFFER(buffer_append,
            (struct buffer * buffer, const void *bytes, size_t length, struct error *error),
            (buffer, bytes, length, error))
WRAP_BUFFER(buffer_append_byte, (struct buffer * buffer, unsigned char byte, struct error *error),
            (buffer, byte, error))

/* ---- what is done ---------------------------------------------------------------------------- */

enum { RANDOM_BYTES = 3000 };
static unsigned char random_bytes[RANDOM_BYTES];

static const char *const list = "u16le,text*5,hex*3,f64be,skip*2,i8*3";
static const char lines[] = "1\tab\\x00\tff00ee\t1.5\t-1\t0\t1\n"
                            "65535\tabcde\t010203\tnan\t-128\t0x7f\t1\n"
                            "7\t\t0a0b0c\t-inf\t5\t6\t7";
static const char masked[] = "1\tab\t?f0?ee\t1.5\t-1\t0\t1";

static bool encodes(const char *type, const char *operand, struct buffer *out, struct error *error)
{
    return bytes_encode(byte_type_find(type, NULL), operand, out, error);
}

static bool operands(struct buffer *out, struct error *error)
{
    struct buffer mask = {0};
    bool good = encodes("text", "abc", out, error) &&
                encodes("escape", "a\\x41\\n\\u20ac", out, error) &&
                encodes("hex", "00 ff0a", out, error) && encodes("u32le", "1 2 0xff", out, error) &&
                encodes("f64be", "1.5 -inf nan 1e300", out, error) &&
                encodes("utf16le", "a\xc3\xa4\xf0\x9f\x98\x80", out, error) &&
                bytes_encode_masked(byte_type_find("hex", NULL), "?f0?", out, &mask, error);
    buffer_release(&mask);
    return good;
}

static bool decoded(struct buffer *out, struct error *error)
{
    bool good = true;
    for (const char *const *name = byte_type_names(); good && *name; name++)
        for (unsigned radix = 2; good && radix <= 16; radix += radix == 2   ? 6
                                                               : radix == 8 ? 2
                                                                            : 6) {
            struct byte_decoder decoder;
            const struct byte_type *type = byte_type_find(*name, NULL);
            const void *bytes = byte_type_is_utf16(type) ? (const void *)lines : random_bytes;
            byte_decoder_init(&decoder, type, radix, 0);
            good = byte_decoder_feed(&decoder, bytes, 33, out, error) &&
                   byte_decoder_feed(&decoder, (const unsigned char *)bytes + 33, 33, out, error);
        }
    return good;
}

static bool encode_parts(const char *name, const void *text, size_t length, struct buffer *out,
                         struct error *error)
{
    struct byte_encoder encoder;
    const struct byte_type *type = name ? byte_type_find(name, NULL) : NULL;
    size_t room, half = length / 2;
    unsigned char *to;
    bool good = byte_encoder_init(&encoder, type, error);
    for (size_t part = 0; good && part < 2; part++) {
        size_t at = part ? half : 0, count = part ? length - half : half;
        good = (to = byte_encoder_room(&encoder, &room, error)) != NULL;
        if (good)
            memcpy(to, (const char *)text + at, count);
        good = good && byte_encoder_take(&encoder, count, out, error);
    }
    good = good && byte_encoder_finish(&encoder, out, error);
    byte_encoder_release(&encoder);
    return good;
}

static bool encoded_parts(struct buffer *out, struct error *error)
{
    static const char *const texts[][2] = {
        {NULL, "some text"},        {"escape", "a\\x41\\n\\u20ac and more"},
        {"hex", "00ff0a0b0c 0d"},   {"u32le", "1\n2\n0xff\n4294967295\n"},
        {"i8", "-1\n-128\n 5\n"},   {"f64be", "1.5\n-inf\nnan\n1e300\n"},
        {"f32le", "0.1\n 7e-40 3"}, {"utf16be", "a\xc3\xa4\xf0\x9f\x98\x80"},
    };
    bool good = true;
    for (size_t i = 0; good && i < sizeof texts / sizeof *texts; i++)
        good = encode_parts(texts[i][0], texts[i][1], strlen(texts[i][1]), out, error);
    return good;
}

static bool print_records(const struct record *record, struct buffer *out, struct error *error)
{
    struct record_printer printer = {.record = record, .radix = 10};
    bool good = record_append_header(record, out, error) &&
                record_printer_feed(&printer, random_bytes, record->size + 3, out, error) &&
                record_printer_feed(&printer, random_bytes, record->size - 3, out, error) &&
                record_printer_finish(&printer, error);
    record_printer_release(&printer);
    return good;
}

static bool encode_records(const struct record *record, struct buffer *out, struct error *error)
{
    enum { CUT = 40 };
    struct record_encoder encoder = {.record = record};
    struct buffer mask = {0};
    struct record_bytes both = {out, &mask}, bytes = {out, NULL};
    bool good = record_encode_line(&encoder, masked, strlen(masked), &both, error) &&
                record_encoder_feed(&encoder, lines, CUT, &bytes, error) &&
                record_encoder_feed(&encoder, lines + CUT, sizeof lines - 1 - CUT, &bytes, error) &&
                record_encoder_finish(&encoder, &bytes, error);
    record_encoder_release(&encoder);
    buffer_release(&mask);
    return good;
}

static bool records(struct buffer *out, struct error *error)
{
    struct record *record = record_new(list, error);
    bool good = record && print_records(record, out, error) && encode_records(record, out, error);
    record_free(record);
    return good;
}

static bool printed(struct buffer *out, struct error *error)
{
    struct screen_text text = {.held_length = 0};
    return escape_append(out, random_bytes, 5, error) &&
           escape_append(out, random_bytes, RANDOM_BYTES, error) &&
           hex_append(out, random_bytes, RANDOM_BYTES, error) &&
           screen_text_feed(&text, random_bytes, 100, out, error) &&
           screen_text_feed(&text, (const unsigned char *)"a\xe2\x82", 3, out, error) &&
           screen_text_feed(&text, (const unsigned char *)"\xac\x1b\xff\xe2", 4, out, error) &&
           screen_text_finish(&text, out, error);
}

static bool edit_script(struct buffer *out, struct error *error)
{
    static const unsigned char text[] = "10 6162 \"a\\x00b\"\n20 - +7\n30 ff -\n";
    struct edit_line line;
    const struct edit_short edit = {7, text, 3, text, 30};
    size_t at = 0;
    bool good = true;
    while (good && edit_script_next(text, sizeof text - 1, &at, &line, error) == EDIT_SCRIPT_LINE)
        good = (line.new_bytes.kind == EDIT_FIELD_COUNT ||
                edit_field_decode(&line.new_bytes, out, error)) &&
               edit_field_decode(&line.old_bytes, out, error);
    return good && at >= sizeof text - 1 && edit_script_print_short(out, &edit, error) &&
           edit_script_print_offset(out, 12345, error) &&
           edit_script_print_bytes(out, random_bytes, 900, error) &&
           edit_script_print_count(out, 999, error);
}

enum { EDITS = 3 * EDIT_BLOCK, FILE_SIZE = 10 * EDITS };

static bool fill(struct edit_list *edits, struct pool *pool, struct error *error)
{
    bool good = buffer_append(&pool->bytes, random_bytes, RANDOM_BYTES, error);
    for (uint64_t i = 0; good && i < EDITS; i++) {
        struct edit edit = {.offset = 10 * i, .old_length = 2, .kind = (enum edit_source)(i % 3)};
        edit.new_length = edit.kind == EDIT_COPY ? 2 : i % 4;
        edit.source = edit.kind == EDIT_ZEROS ? 0 : i;
        edit.period = edit.kind == EDIT_POOL ? edit.new_length : 0;
        good = edit_list_append(edits, &edit, error);
    }
    return good;
}

static bool load_again(const struct edit_list *edits, struct error *error)
{
    struct edit_list loaded;
    struct encoded_edits encoded = {edits->encoded.data, edits->encoded.length, edits->count};
    if (!edit_list_load(&loaded, &encoded, FILE_SIZE, RANDOM_BYTES, error))
        return false;
    edit_list_release(&loaded);
    return true;
}

static bool add_to_overlay(struct overlay *overlay, struct buffer *out, struct error *error)
{
    struct edit_list edits, all;
    struct pool pool, all_pool;
    edit_list_init(&edits);
    edit_list_init(&all);
    pool_init(&pool);
    pool_init(&all_pool);
    bool good = fill(&edits, &pool, error) && load_again(&edits, error) &&
                overlay_add(overlay, &edits, &pool, error) &&
                overlay_finish(overlay, &all, &all_pool, error) &&
                buffer_append(out, all.encoded.data, all.encoded.length, error);
    edit_list_release(&edits);
    edit_list_release(&all);
    (void)pool_release(&pool, NULL);
    (void)pool_release(&all_pool, NULL);
    return good;
}

static bool edits_of_a_script(struct buffer *out, struct error *error)
{
    struct mapping mapping = {0};
    if (!mapping_open_anonymous(&mapping, FILE_SIZE, NULL, error))
        return false;
    struct overlay *overlay = overlay_new(&mapping, error);
    bool good = overlay && add_to_overlay(overlay, out, error);
    if (overlay)
        overlay_free(overlay);
    (void)mapping_close(&mapping, NULL);
    return good;
}

static bool begin_script(struct buffer *out, struct error *error)
{
    struct mapping mapping = {0};
    if (!mapping_open_anonymous(&mapping, FILE_SIZE, NULL, error))
        return false;
    struct overlay *overlay = overlay_new(&mapping, error);
    overlay_free(overlay);
    CHECK(mapping.size == FILE_SIZE && !mapping.overlay);
    (void)mapping_close(&mapping, NULL);
    return overlay && buffer_append_byte(out, '.', error);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void try(bool (*work)(struct buffer *out, struct error *error))
{
    struct buffer expected = {0};
    struct error error = {0};
    failing = calls = 0;
    CHECK_SAY(work(&expected, &error), "%s", error.message);
    unsigned long count = calls, stride = 1 + count / (400 * unit_rounds(1));
    for (unsigned long call = 1 + unit_below(stride); call <= count; call += stride) {
        struct buffer out = {0};
        error = (struct error){0};
        calls = 0;
        failing = call;
        /* What has another way without memory is done. */
        bool done = work(&out, &error);
        CHECK_SAY(done || error.message[0], "call %lu: no message", call);
        CHECK_SAY(!done || (out.length == expected.length &&
                            !memcmp(out.data, expected.data, out.length)),
                  "call %lu: other bytes", call);
        failing = 0;
        buffer_release(&out);
        CHECK_SAY(work(&out, &error) && out.length == expected.length &&
                      !memcmp(out.data, expected.data, out.length),
                  "after call %lu", call);
        buffer_release(&out);
    }
    buffer_release(&expected);
}

static void test_operands(void)
{
    try(operands);
}

static void test_decoded(void)
{
    try(decoded);
}

static void test_parts(void)
{
    try(encoded_parts);
}

static void test_records(void)
{
    try(records);
}

static void test_printed(void)
{
    try(printed);
}

static void test_edit_script(void)
{
    try(edit_script);
}

static void test_edits_of_a_script(void)
{
    try(edits_of_a_script);
}

static void test_begin_script(void)
{
    try(begin_script);
}

static const struct unit_case cases[] = {
    {"without memory for the bytes of an operand", test_operands},
    {"without memory for bytes as text", test_decoded},
    {"without memory for a text that comes in parts", test_parts},
    {"without memory for records", test_records},
    {"without memory for escapes, hex and text on a screen", test_printed},
    {"without memory for an edit script", test_edit_script},
    {"without memory for an atomic script to begin", test_begin_script},
    {"without memory for the edits of an atomic script", test_edits_of_a_script},
};

int main(void)
{
    for (size_t i = 0; i < RANDOM_BYTES; i++)
        random_bytes[i] = (unsigned char)unit_random();
    return unit_main(cases, sizeof cases / sizeof *cases);
}
