/* number.c - numbers as a user writes them. */
#include "base/decimal.h"
#include "base/hex.h"
#include "base/range.h"

#include <inttypes.h>
#include <string.h>

/* How much of the user's text a message shows, in bytes. */
enum { QUOTED_MAX = 48 };

struct suffix {
    const char *name;
    uint64_t factor;
};

static const struct suffix suffixes[] = {
    {"K", UINT64_C(1) << 10}, {"KiB", UINT64_C(1) << 10}, {"kB", UINT64_C(1000)},
    {"M", UINT64_C(1) << 20}, {"MiB", UINT64_C(1) << 20}, {"MB", UINT64_C(1000000)},
    {"G", UINT64_C(1) << 30}, {"GiB", UINT64_C(1) << 30}, {"GB", UINT64_C(1000000000)},
    {"T", UINT64_C(1) << 40}, {"TiB", UINT64_C(1) << 40}, {"TB", UINT64_C(1000000000000)},
    {"P", UINT64_C(1) << 50}, {"PiB", UINT64_C(1) << 50}, {"PB", UINT64_C(1000000000000000)},
    {"E", UINT64_C(1) << 60}, {"EiB", UINT64_C(1) << 60}, {"EB", UINT64_C(1000000000000000000)},
};

/* The factor of the suffix; 0 if there is no such suffix. A letter alone may be lower case. */
static uint64_t suffix_factor(const char *text, size_t length)
{
    char letter = *text;
    if (length == 1 && letter >= 'a' && letter <= 'z') {
        letter = (char)(letter - 'a' + 'A');
        text = &letter;
    }
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (strlen(suffixes[i].name) == length && !memcmp(suffixes[i].name, text, length))
            return suffixes[i].factor;
    return 0;
}

static unsigned prefix_radix(const char *text, size_t length)
{
    if (length < 2 || text[0] != '0')
        return 10;
    switch (text[1]) {
    case 'x':
    case 'X':
        return 16;
    case 'o':
    case 'O':
        return 8;
    case 'b':
    case 'B':
        return 2;
    default:
        return 10;
    }
}

enum number_result number_scan(const char *text, size_t length, uint64_t *number)
{
    unsigned radix = prefix_radix(text, length);
    size_t first = radix == 10 ? 0 : 2, at = first;
    uint64_t value = 0, factor = 1, limit = UINT64_MAX / radix;
    bool fits = true;
    for (; at < length && hex_value((unsigned char)text[at]) < radix; at++) {
        unsigned digit = hex_value((unsigned char)text[at]);
        fits = fits && value <= limit && value * radix <= UINT64_MAX - digit;
        value = value * radix + digit;
    }
    if (at == first)
        return NUMBER_MALFORMED;
    if (at < length)
        factor = radix == 10 ? suffix_factor(text + at, length - at) : 0;
    if (factor == 0)
        return NUMBER_MALFORMED;
    if (!fits || value > UINT64_MAX / factor)
        return NUMBER_TOO_LARGE;
    *number = value * factor;
    return NUMBER_GOOD;
}

bool number_malformed(const char *text, size_t length, const char *what, struct error *error)
{
    char quoted[QUOTED_MAX];
    return error_usage(error,
                       "%s \"%s\" is not a number (decimal, 0x, 0o or 0b; "
                       "K M G ... after a decimal)",
                       what, diag_escape_span(quoted, sizeof quoted, text, length));
}

enum number_result number_scan_offset(const char *text, size_t length, uint64_t *number)
{
    uint64_t value = 0;
    enum number_result result = number_scan(text, length, &value);
    if (result == NUMBER_GOOD && value > OFFSET_MAX)
        return NUMBER_TOO_LARGE;
    if (result == NUMBER_GOOD)
        *number = value;
    return result;
}

bool number_too_large(const char *text, size_t length, const char *what, struct error *error)
{
    char quoted[QUOTED_MAX];
    return error_usage(error, "%s \"%s\" is too large (at most %" PRIu64 ")", what,
                       diag_escape_span(quoted, sizeof quoted, text, length), OFFSET_MAX);
}

bool number_parse_span(const char *text, size_t length, const char *what, uint64_t *number,
                       struct error *error)
{
    switch (number_scan_offset(text, length, number)) {
    case NUMBER_GOOD:
        return true;
    case NUMBER_TOO_LARGE:
        return number_too_large(text, length, what, error);
    default:
        return number_malformed(text, length, what, error);
    }
}

bool number_parse(const char *text, const char *what, uint64_t *number, struct error *error)
{
    return number_parse_span(text, strlen(text), what, number, error);
}

size_t number_format(uint64_t number, unsigned radix, char out[NUMBER_TEXT_MAX])
{
    char digits[64];
    size_t start = sizeof digits, length = 0;
    if (radix == 10) {
        length = decimal_write(number, out);
        out[length] = 0;
        return length;
    }
    unsigned bits = radix == 16 ? 4 : radix == 8 ? 3 : 1;
    do
        digits[--start] = "0123456789abcdef"[number & (radix - 1)];
    while ((number >>= bits) > 0);
    out[length++] = '0';
    out[length++] = radix == 16 ? 'x' : radix == 8 ? 'o' : 'b';
    memcpy(out + length, digits + start, sizeof digits - start);
    length += sizeof digits - start;
    out[length] = 0;
    return length;
}
