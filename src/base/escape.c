/* escape.c - bytes as C escapes. */
#include "base/escape_print.h"
#include "base/bytes_vectors.h"
#include "base/checked.h"

#include "base/hex.h"
#include "base/utf8.h"

#include <string.h>

struct escape {
    char letter;
    char byte;
};

static const struct escape escapes[] = {
    {'n', '\n'}, {'t', '\t'}, {'r', '\r'},  {'a', '\a'}, {'b', '\b'},
    {'f', '\f'}, {'v', '\v'}, {'\\', '\\'}, {'"', '"'},
};
enum { ESCAPES = sizeof escapes / sizeof *escapes };

/*
 * Reads up to `most` digits of `radix` from text[*position] on and moves `*position` past them.
 * Returns their number.
 */
static size_t read_digits(const unsigned char *text, size_t length, size_t *position,
                          unsigned radix, size_t most, uint32_t *value)
{
    size_t count = 0;
    *value = 0;
    while (count < most && *position < length && hex_value(text[*position]) < radix) {
        *value = *value * radix + hex_value(text[*position]);
        ++*position;
        count++;
    }
    return count;
}

/* Reads \xHH; the position is after the x. */
static size_t read_hex(const unsigned char *text, size_t length, size_t *position,
                       unsigned char *out, struct error *error)
{
    uint32_t value;
    if (read_digits(text, length, position, 16, 2, &value) != 2) {
        error_usage(error, "\\x needs two hex digits");
        return 0;
    }
    out[0] = (unsigned char)value;
    return 1;
}

/* Reads \uHHHH; the position is after the u. */
static size_t read_character(const unsigned char *text, size_t length, size_t *position,
                             unsigned char *out, struct error *error)
{
    uint32_t value;
    if (read_digits(text, length, position, 16, 4, &value) != 4) {
        error_usage(error, "\\u needs four hex digits");
        return 0;
    }
    if (value >= 0xd800 && value <= 0xdfff) {
        error_usage(error, "\\u%04x is half a surrogate pair, not a character", (unsigned)value);
        return 0;
    }
    return utf8_encode(value, out);
}

/* Reads \ooo; the position is at the first digit. */
static size_t read_octal(const unsigned char *text, size_t length, size_t *position,
                         unsigned char *out, struct error *error)
{
    uint32_t value;
    read_digits(text, length, position, 8, 3, &value);
    if (value > 0xff) {
        error_usage(error, "\\%o is more than a byte (at most \\377)", (unsigned)value);
        return 0;
    }
    out[0] = (unsigned char)value;
    return 1;
}

static size_t read_letter(const unsigned char *text, size_t length, size_t *position,
                          unsigned char *out, struct error *error)
{
    char quoted[UTF8_QUOTED_MAX];
    const unsigned char *letter = text + *position;
    for (size_t i = 0; i < ESCAPES; i++) {
        if (*letter == (unsigned char)escapes[i].letter) {
            out[0] = (unsigned char)escapes[i].byte;
            ++*position;
            return 1;
        }
    }
    error_usage(error,
                "\\%s is not an escape "
                "(\\n \\t \\r \\a \\b \\f \\v \\\\ \\\" \\0 \\ooo \\xHH \\uHHHH)",
                utf8_quote(quoted, letter, length - *position));
    return 0;
}

size_t escape_read_alone(const unsigned char *text, size_t length, size_t *position,
                         unsigned char out[ESCAPE_MAX], struct error *error)
{
    size_t at = *position + 1, count;
    if (at == length) {
        error_usage(error, "the backslash ends the text (\\\\ is a backslash)");
        return 0;
    }
    if (text[at] == 'x') {
        at++;
        count = read_hex(text, length, &at, out, error);
    } else if (text[at] == 'u') {
        at++;
        count = read_character(text, length, &at, out, error);
    } else if (hex_value(text[at]) < 8) {
        count = read_octal(text, length, &at, out, error);
    } else {
        count = read_letter(text, length, &at, out, error);
    }
    if (count > 0)
        *position = at;
    return count;
}

size_t escape_read(const unsigned char *text, size_t length, size_t *position,
                   unsigned char out[ESCAPE_MAX], struct error *error)
{
    size_t count = escape_read_alone(text, length, position, out, error);
    if (count == 0)
        error_prefix(error, "column %zu", *position + 1);
    return count;
}

/* Writes the printed form of one byte. Returns its length. */
static size_t print_byte(unsigned char byte, unsigned char out[ESCAPE_MAX])
{
    static const char digits[] = "0123456789abcdef";
    if (byte >= 0x20 && byte <= 0x7e && byte != '\\') {
        out[0] = byte;
        return 1;
    }
    out[0] = '\\';
    for (size_t i = 0; i < ESCAPES; i++) {
        if (byte == (unsigned char)escapes[i].byte) {
            out[1] = (unsigned char)escapes[i].letter;
            return 2;
        }
    }
    out[1] = 'x';
    out[2] = (unsigned char)digits[byte >> 4];
    out[3] = (unsigned char)digits[byte & 15];
    return 4;
}

/* The printed form of each byte, and its length. */
struct printed_forms {
    unsigned char text[256][ESCAPE_MAX];
    unsigned char length[256];
};

static void list_forms(struct printed_forms *forms)
{
    memset(forms, 0, sizeof *forms);
    for (unsigned byte = 0; byte < 256; byte++)
        forms->length[byte] = (unsigned char)print_byte((unsigned char)byte, forms->text[byte]);
}

/* Whether all of eight bytes are printed as they are: 0x20 to 0x7e and no backslash. */
static bool are_plain(const unsigned char bytes[8])
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    uint64_t backslashes = word ^ ones * '\\';
    /* Borrows and carries start only at bytes that are not plain. */
    return ((word | (word - ones * 0x20) | (word + ones) | (backslashes - ones)) & highs) == 0;
}

static unsigned char *print_form(const struct printed_forms *forms, unsigned char byte,
                                 unsigned char *out)
{
    memcpy(out, forms->text[byte], ESCAPE_MAX);
    return out + forms->length[byte];
}

/* Writes the printed forms of `length` bytes; may write up to ESCAPE_MAX - 1 bytes more. */
static unsigned char *print_all(const struct printed_forms *forms, const unsigned char *bytes,
                                size_t length, unsigned char *restrict out)
{
    size_t i = 0;
    for (; length - i >= 8; i += 8) {
        if (are_plain(bytes + i)) {
            memcpy(out, bytes + i, 8);
            out += 8;
            continue;
        }
        for (size_t j = i; j < i + 8; j++)
            out = print_form(forms, bytes[j], out);
    }
    for (; i < length; i++)
        out = print_form(forms, bytes[i], out);
    return out;
}

escape_run *escape_run_chosen(void)
{
#if defined(BASE_VBMI2)
    return byte_vectors_are_vbmi2() ? escape_run_vbmi2 : NULL;
#else
    return NULL;
#endif
}

enum { PAUSE_LEAST = 32, PAUSE_MOST = 4096 };

/* The state of printing many bytes. */
struct printing {
    struct printed_forms forms;
    bool listed;     /* `forms` are made: only if `run` does not do it all */
    escape_run *run; /* or NULL */
    size_t pause;    /* bytes printed without `run`: twice as many each time that it does nothing */
};

/* Prints `length` bytes. Returns the end of the text. */
static unsigned char *print_part(struct printing *printing, const unsigned char *bytes,
                                 size_t length, unsigned char *out)
{
    while (length > 0) {
        size_t done = printing->run ? printing->run(bytes, length, &out) : 0;
        bytes += done;
        length -= done;
        if (length > 0 && !printing->listed)
            list_forms(&printing->forms);
        printing->listed = printing->listed || length > 0;
        printing->pause = done > 0 ? PAUSE_LEAST : minimum_size(2 * printing->pause, PAUSE_MOST);
        size_t step = printing->run ? minimum_size(printing->pause, length) : length;
        out = print_all(&printing->forms, bytes, step, out);
        bytes += step;
        length -= step;
    }
    return out;
}

static bool append_many(escape_run *run, struct buffer *text, const unsigned char *bytes,
                        size_t length, struct error *error)
{
    enum { STEP = 4096 };
    struct printing printing = {.run = run, .pause = PAUSE_LEAST};
    for (size_t part; length > 0; bytes += part, length -= part) {
        part = length < STEP ? length : STEP;
        if (!buffer_reserve(text, ESCAPE_MAX * part, error))
            return false;
        unsigned char *end = print_part(&printing, bytes, part, text->data + text->length);
        text->length = (size_t)(end - text->data);
    }
    return true;
}

static bool append_few(struct buffer *text, const unsigned char *bytes, size_t length,
                       struct error *error)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char printed[ESCAPE_MAX];
        if (!buffer_append(text, printed, print_byte(bytes[i], printed), error))
            return false;
    }
    return true;
}

bool escape_append_by(escape_run *run, struct buffer *text, const unsigned char *bytes,
                      size_t length, struct error *error)
{
    enum { MANY = 1024 }; /* list_forms() takes as long as 256 bytes */
    size_t before = text->length;
    if (length >= MANY ? append_many(run, text, bytes, length, error)
                       : append_few(text, bytes, length, error))
        return true;
    text->length = before;
    return false;
}

bool escape_append(struct buffer *text, const unsigned char *bytes, size_t length,
                   struct error *error)
{
    return escape_append_by(escape_run_chosen(), text, bytes, length, error);
}
