/*
 * fuzz_bytes.c - bytes of a file as text in each TYPE, and text as bytes: in one piece and in parts
 * of any length, beside integers, hex digits and floating-point numbers that are read and printed
 * the slow way.
 */
#include "base/bytes_encoder.h"
#include "base/range.h"
#include "fuzz.h"

#include <inttypes.h>

enum { VALUE_MOST = 4096 };

static const struct byte_type *type;
static size_t part_most; /* bytes of a part */

static struct buffer decode(const unsigned char *bytes, size_t length, unsigned radix, size_t most,
                            bool *good)
{
    struct byte_decoder decoder;
    struct buffer text = {0};
    byte_decoder_init(&decoder, type, radix, 0);
    *good = true;
    for (size_t at = 0, part; at < length && *good; at += part) {
        part = length - at < most ? length - at : most;
        unsigned char *copy = fuzz_copy(bytes + at, part);
        *good = byte_decoder_feed(&decoder, copy, part, &text, NULL);
        free(copy);
    }
    *good = *good && byte_decoder_finish(&decoder, NULL);
    return text;
}

static struct buffer encode_in_parts(const char *text, size_t length, bool *good)
{
    static const struct byte_vectors *const all[] = {NULL, &byte_vectors_portable};
    struct byte_encoder encoder;
    struct buffer out = {0};
    struct error error = {0};
    size_t room, choice = length % 3;
    *good = byte_encoder_init(&encoder, type, &error);
    if (choice < 2)
        encoder.vectors = all[choice];
    for (size_t at = 0, part; *good && at < length; at += part) {
        unsigned char *to = byte_encoder_room(&encoder, &room, &error);
        part = length - at < part_most ? length - at : part_most;
        memcpy(to, text + at, part);
        *good = byte_encoder_take(&encoder, part, &out, &error);
    }
    *good = *good && byte_encoder_finish(&encoder, &out, &error);
    if (!*good)
        DEMAND_ERROR(error);
    byte_encoder_release(&encoder);
    return out;
}

static bool is_signed(void)
{
    return byte_type_name(type)[0] == 'i';
}

/* ---- bytes as text --------------------------------------------------------------------------- */

static uint64_t slow_value(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | bytes[byte_type_is_big_endian(type) ? i : size - 1 - i];
    return value;
}

/* Appends a value as printf() prints it. */
static void slow_print(const unsigned char *bytes, size_t size, struct buffer *text)
{
    char line[64];
    uint64_t value = slow_value(bytes, size), sign = UINT64_C(1) << (8 * size - 1);
    bool negative = is_signed() && (value & sign);
    if (negative)
        value = size < 8 ? (sign << 1) - value : 0 - value;
    int length = snprintf(line, sizeof line, "%s%" PRIu64 "\n", negative ? "-" : "", value);
    DEMAND(buffer_append(text, line, (size_t)length, NULL));
}

static void check_printed(const unsigned char *bytes, size_t length, const struct buffer *text)
{
    struct buffer slow = {0};
    size_t size = byte_type_size(type);
    if (!strcmp(byte_type_name(type), "hex"))
        for (size_t i = 0; i < length; i++) {
            char digits[3];
            snprintf(digits, sizeof digits, "%02x", bytes[i]);
            DEMAND(buffer_append(&slow, digits, 2, NULL));
        }
    else if (byte_type_is_integer(type))
        for (size_t at = 0; at < length; at += size)
            slow_print(bytes + at, size, &slow);
    else
        return;
    DEMAND(fuzz_same(text->data, text->length, slow.data, slow.length));
    buffer_release(&slow);
}

/* The text of the bytes stands for the same bytes. */
static void check_taken_back(const unsigned char *bytes, size_t length, struct buffer *text)
{
    bool good;
    struct buffer back = {0};
    DEMAND(buffer_append_byte(text, 0, NULL));
    text->length--;
    if (length > 0 && !memchr(text->data, 0, text->length)) {
        DEMAND(bytes_encode(type, (const char *)text->data, &back, NULL));
        DEMAND(fuzz_same(back.data, back.length, bytes, length));
    }
    buffer_release(&back);
    if (!byte_type_is_number(type))
        text->data[text->length++] = '\n';
    back = encode_in_parts((const char *)text->data, text->length, &good);
    DEMAND(good && fuzz_same(back.data, back.length, bytes, length));
    buffer_release(&back);
}

static void check_bytes(const unsigned char *bytes, size_t length, unsigned radix)
{
    bool good, good_in_parts;
    struct buffer text = decode(bytes, length, radix, VALUE_MOST, &good);
    struct buffer in_parts = decode(bytes, length, radix, part_most, &good_in_parts);
    DEMAND(good == good_in_parts);
    DEMAND(good || length % byte_type_size(type) != 0 || byte_type_is_utf16(type));
    if (good) {
        DEMAND(fuzz_same(text.data, text.length, in_parts.data, in_parts.length));
        if (radix == 10)
            check_printed(bytes, length, &text);
        check_taken_back(bytes, length, &text);
    }
    buffer_release(&text);
    buffer_release(&in_parts);
}

/* ---- text as bytes --------------------------------------------------------------------------- */

static bool is_blank(char character)
{
    return character && strchr(" \t\n\v\f\r", character);
}

static bool slow_integer(const char *text, size_t length, struct buffer *out)
{
    uint64_t value = 0, half = UINT64_C(1) << (8 * byte_type_size(type) - 1);
    bool negative = length > 0 && *text == '-'; /* of an unsigned one: -0 */
    uint64_t most = is_signed() ? half - !negative : negative ? 0 : half - 1 + half;
    if (number_scan(text + negative, length - negative, &value) != NUMBER_GOOD || value > most)
        return false;
    return byte_type_append(type, negative ? 0 - value : value, out, NULL);
}

/* Reads what the C library reads the same way; false: something else. */
static bool slow_float(const char *text, size_t length, struct buffer *out)
{
    char word[64], *end;
    size_t size = byte_type_size(type);
    if (length >= sizeof word || strspn(text, "0123456789.eE+-") < length)
        return false;
    snprintf(word, sizeof word, "%.*s", (int)length, text);
    uint64_t bits = 0;
    uint32_t short_bits;
    double value = strtod(word, &end);
    float short_value = strtof(word, &end);
    memcpy(&bits, &value, sizeof bits);
    memcpy(&short_bits, &short_value, sizeof short_bits);
    return *end == 0 && byte_type_append(type, size == 4 ? short_bits : bits, out, NULL);
}

/* Reads the numbers of an operand one by one. `unknown`: perhaps it was one all the same. */
static bool slow_numbers(const char *text, struct buffer *out, bool *unknown)
{
    size_t count = 0;
    for (*unknown = false;; count++) {
        size_t length = 0;
        while (is_blank(*text))
            text++;
        if (!*text)
            return count > 0;
        while (text[length] && !is_blank(text[length]))
            length++;
        *unknown = !byte_type_is_integer(type);
        if (!(*unknown ? slow_float(text, length, out) : slow_integer(text, length, out)))
            return false;
        text += length;
    }
}

#if defined(__GLIBC__)
enum { LIBC_READS_FLOATS = 1 };
#else
enum { LIBC_READS_FLOATS = 0 }; /* some round twice */
#endif

static void check_numbers(const char *text, bool good, const struct buffer *bytes)
{
    struct buffer slow = {0};
    bool unknown, slow_good = slow_numbers(text, &slow, &unknown);
    if (!unknown)
        DEMAND(good == slow_good);
    if (good && slow_good && (!unknown || LIBC_READS_FLOATS))
        DEMAND(fuzz_same(bytes->data, bytes->length, slow.data, slow.length));
    buffer_release(&slow);
}

/* The text in parts stands for the same bytes; of one value a newline at its end is dropped. */
static void check_in_parts(const char *text, size_t length, bool good, const struct buffer *bytes)
{
    bool good_in_parts, is_number = byte_type_is_number(type);
    if (is_number && strspn(text, " \t\n\v\f\r") == length)
        return;
    char *line = fuzz_memory(length + 2);
    snprintf(line, length + 2, "%s\n", text);
    struct buffer in_parts = encode_in_parts(line, length + !is_number, &good_in_parts);
    if (good || strcmp(byte_type_name(type), "hex") != 0)
        DEMAND(good == good_in_parts);
    if (good)
        DEMAND(fuzz_same(in_parts.data, in_parts.length, bytes->data, bytes->length));
    buffer_release(&in_parts);
    free(line);
}

static void check_text(const char *text)
{
    struct buffer bytes = {0}, open = {0}, mask = {0};
    struct error error = {0};
    bool good = bytes_encode(type, text, &bytes, &error);
    if (!good)
        DEMAND_ERROR(error);
    DEMAND(good || bytes.length == 0);
    if (byte_type_is_number(type))
        check_numbers(text, good, &bytes);
    check_in_parts(text, strlen(text), good, &bytes);
    bool good_masked = bytes_encode_masked(type, text, &open, &mask, &error);
    DEMAND(!good || good_masked);
    DEMAND(open.length == mask.length);
    for (size_t i = 0; i < mask.length; i++)
        DEMAND((open.data[i] & ~mask.data[i]) == 0 && (mask.data[i] == 0xff || !good));
    if (good)
        DEMAND(fuzz_same(bytes.data, bytes.length, open.data, open.length));
    buffer_release(&bytes);
    buffer_release(&open);
    buffer_release(&mask);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned radixes[] = {10, 10, 16, 8, 2};
    size_t types = 0, length;
    fuzz_begin(data, size);
    while (byte_type_names()[types])
        types++;
    type = byte_type_find(byte_type_names()[fuzz_below(types)], NULL);
    part_most = 1 + fuzz_below(100);
    unsigned radix = radixes[fuzz_below(5)];
    char *content = fuzz_text(VALUE_MOST, &length);
    check_bytes((const unsigned char *)content, length, radix);
    check_text(content);
    free(content);
    return 0;
}
