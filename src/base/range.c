/* range.c - numbers, positions and ranges as a user writes them. */
#include "base/range.h"
#include "base/decimal.h"

#include "base/hex.h"

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

/* As number_scan(), but a number above OFFSET_MAX is too large. */
static enum number_result scan_offset(const char *text, size_t length, uint64_t *number)
{
    uint64_t value = 0;
    enum number_result result = number_scan(text, length, &value);
    if (result == NUMBER_GOOD && value > OFFSET_MAX)
        return NUMBER_TOO_LARGE;
    if (result == NUMBER_GOOD)
        *number = value;
    return result;
}

static bool too_large(const char *text, size_t length, const char *what, struct error *error)
{
    char quoted[QUOTED_MAX];
    return error_usage(error, "%s \"%s\" is too large (at most %" PRIu64 ")", what,
                       diag_escape_span(quoted, sizeof quoted, text, length), OFFSET_MAX);
}

bool number_parse_span(const char *text, size_t length, const char *what, uint64_t *number,
                       struct error *error)
{
    switch (scan_offset(text, length, number)) {
    case NUMBER_GOOD:
        return true;
    case NUMBER_TOO_LARGE:
        return too_large(text, length, what, error);
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

/* Names the mend where the text is a line written in another way. */
static bool position_malformed(const char *text, size_t length, struct error *error)
{
    char quoted[QUOTED_MAX];
    size_t sign = length > 0 && text[0] == '-';
    uint64_t value;
    diag_escape_span(quoted, sizeof quoted, text, length);
    if (length > 1 && text[0] == 'l' && scan_offset(text + 1, length - 1, &value) == NUMBER_GOOD)
        return error_usage(error,
                           "\"%s\" is not a position; line %s is written L%s, with a capital "
                           "letter",
                           quoted, quoted + 1, quoted + 1);
    if (sign && length > 2 && text[1] == 'L' &&
        scan_offset(text + 2, length - 2, &value) == NUMBER_GOOD)
        return error_usage(error,
                           "\"%s\" is not a position; a line counted from the end is "
                           "written L-%s",
                           quoted, quoted + 2);
    return error_usage(error,
                       "\"%s\" is not a position (a number such as 4096, 4K or 0x1000, "
                       "-N from the end, end, LN for line N, or L-N from the last line)",
                       quoted);
}

static bool position_parse_span(const char *text, size_t length, struct position *position,
                                struct error *error)
{
    if (length == 3 && !memcmp(text, "end", 3)) {
        *position = (struct position){0, true, false};
        return true;
    }
    size_t line = length > 0 && text[0] == 'L';
    size_t sign = length > line && text[line] == '-', front = line + sign;
    uint64_t value = 0;
    switch (scan_offset(text + front, length - front, &value)) {
    case NUMBER_GOOD:
        *position = (struct position){value, sign != 0, line != 0};
        return !line || value > 0 ||
               error_usage(error, "there is no line %s0: L1 is the first line and L-1 the last",
                           sign ? "-" : "");
    case NUMBER_TOO_LARGE:
        return too_large(text, length, "position", error);
    default:
        return position_malformed(text, length, error);
    }
}

bool position_parse(const char *text, struct position *position, struct error *error)
{
    return position_parse_span(text, strlen(text), position, error);
}

/* Parses A:B, with the colon at `colon`. A missing side is the start or the end of the file. */
static bool parse_to_position(const char *text, const char *colon, struct range_spec *spec,
                              struct error *error)
{
    size_t before = (size_t)(colon - text), after = strlen(colon + 1);
    *spec = RANGE_ALL;
    spec->end_given = true;
    if (before > 0 && !position_parse_span(text, before, &spec->start, error))
        return false;
    return after == 0 || position_parse_span(colon + 1, after, &spec->end, error);
}

/* Parses A+N, with the plus sign at `plus`. */
static bool parse_of_length(const char *text, const char *plus, struct range_spec *spec,
                            struct error *error)
{
    char quoted[QUOTED_MAX];
    if (plus == text)
        return error_usage(error, "range \"%s\" has no start (0%s is from the first byte)",
                           diag_escape(quoted, sizeof quoted, text), quoted);
    *spec = (struct range_spec){.kind = RANGE_OF_LENGTH, .end_given = true};
    return position_parse_span(text, (size_t)(plus - text), &spec->start, error) &&
           number_parse(plus + 1, "length", &spec->length, error);
}

bool range_parse(const char *text, struct range_spec *spec, struct error *error)
{
    struct range_spec parsed = RANGE_ALL;
    const char *colon = strchr(text, ':'), *plus = strchr(text, '+');
    bool good;
    if (*text == 0) {
        good = error_usage(error, "the range is empty (A:B, A+N or A; : is the whole file)");
    } else if (colon) {
        good = parse_to_position(text, colon, &parsed, error);
    } else if (plus) {
        good = parse_of_length(text, plus, &parsed, error);
    } else {
        parsed.is_position = true;
        good = position_parse(text, &parsed.start, error);
    }
    if (good)
        *spec = parsed;
    return good;
}

bool position_resolve(struct position position, uint64_t size, uint64_t *offset,
                      struct error *error)
{
    if (position.from_end && position.value > size)
        return error_set(error, "-%" PRIu64 " lies before the start (size %" PRIu64 ")",
                         position.value, size);
    *offset = position.from_end ? size - position.value : position.value;
    return true;
}

static uint64_t position_clamp(struct position position, uint64_t size)
{
    uint64_t value = minimum_u64(position.value, size);
    return position.from_end ? size - value : value;
}

struct range range_resolve_clamped(const struct range_spec *spec, uint64_t size)
{
    uint64_t start = position_clamp(spec->start, size), end;
    if (spec->kind == RANGE_OF_LENGTH) {
        /*
         * The bytes of the range before the start of the file are cut off; the rest does not move.
         */
        uint64_t value = spec->start.value;
        uint64_t lost = spec->start.from_end && value > size ? value - size : 0;
        uint64_t length = spec->length > lost ? spec->length - lost : 0;
        end = start + minimum_u64(length, size - start);
    } else {
        end = maximum_u64(start, position_clamp(spec->end, size));
    }
    return (struct range){start, end};
}

/* Whether the end is written as one before the start, in a file of any size. */
static bool is_written_inverted(struct position start, struct position end)
{
    if (start.is_line || end.is_line || start.from_end != end.from_end)
        return false;
    return start.from_end ? start.value < end.value : start.value > end.value;
}

bool range_is_inverted(const struct range_spec *spec, uint64_t size)
{
    return spec->kind == RANGE_TO_POSITION &&
           (is_written_inverted(spec->start, spec->end) ||
            position_clamp(spec->end, size) < position_clamp(spec->start, size));
}

bool range_has_lines(const struct range_spec *spec)
{
    return spec->start.is_line || (spec->kind == RANGE_TO_POSITION && spec->end.is_line);
}

uint64_t range_reach(const struct range_spec *spec)
{
    bool length = spec->kind == RANGE_OF_LENGTH;
    if (spec->start.from_end || (!length && (spec->end.from_end || spec->end.is_line)))
        return UINT64_MAX;
    if (spec->start.is_line) /* a byte at the end shows that the range ends before it starts */
        return length ? UINT64_MAX : spec->end.value + 1;
    if (length)
        return spec->start.value + spec->length; /* the sum of two offsets fits in 64 bits */
    return maximum_u64(spec->start.value, spec->end.value);
}

bool range_resolve_strict(const struct range_spec *spec, uint64_t size, struct range *range,
                          struct error *error)
{
    uint64_t start = 0, end = 0;
    if (!position_resolve(spec->start, size, &start, error))
        return false;
    if (spec->kind == RANGE_OF_LENGTH)
        end = start + spec->length; /* the sum of two offsets fits in 64 bits */
    else if (!position_resolve(spec->end, size, &end, error))
        return false;
    if (end > size)
        return error_set(error,
                         "range %" PRIu64 " to %" PRIu64 " passes the end (size %" PRIu64 ")",
                         start, end, size);
    if (start > size)
        return error_set(error, "the range starts at %" PRIu64 ", past the end (size %" PRIu64 ")",
                         start, size);
    if (start > end)
        return error_set(error, "the range ends at %" PRIu64 ", before it starts at %" PRIu64, end,
                         start);
    *range = (struct range){start, end};
    return true;
}

bool range_passes_end(uint64_t length, uint64_t offset, uint64_t size, const char *hint,
                      struct error *error)
{
    return error_set(error, "%" PRIu64 " byte%s at %" PRIu64 " pass%s the end (size %" PRIu64 ")%s",
                     length, diag_plural(length), offset, length == 1 ? "es" : "", size, hint);
}
