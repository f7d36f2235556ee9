/*
 * fuzz_range.c - numbers, positions and ranges as text, against parsers that add one digit at a
 * time with sums alone; and the ranges in files of any size, against Python's rules for slices.
 */
#include "base/range.h"
#include "fuzz.h"

/* A number that may have grown too large. */
struct sum {
    uint64_t value;
    bool too_large;
};

static void add(struct sum *sum, uint64_t more)
{
    sum->too_large = sum->too_large || sum->value + more < more;
    sum->value += more;
}

/* Multiplies by adding up. */
static void multiply(struct sum *sum, unsigned factor)
{
    uint64_t once = sum->value;
    for (unsigned i = 1; i < factor; i++)
        add(sum, once);
}

static unsigned digit_of(char character)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *found = character ? strchr(digits, character) : NULL;
    return found ? (unsigned)(found - digits) % 16 : 99;
}

/* How often the suffix multiplies by 1024 or 1000; 0: there is no such suffix. */
static unsigned suffix_power(const char *text, size_t length, unsigned *factor)
{
    const char *letters = "KMGTPE", *letter = strchr(letters, text[0]);
    if (length == 1 && text[0] >= 'a')
        letter = strchr(letters, text[0] - 'a' + 'A');
    else if (length == 2)
        letter = text[0] == 'k' ? letters : text[0] == 'K' ? NULL : letter;
    *factor = length == 2 ? 1000 : 1024;
    bool well_formed = length == 1 || (length == 2 && text[1] == 'B') ||
                       (length == 3 && text[1] == 'i' && text[2] == 'B');
    return well_formed && letter && *letter ? (unsigned)(letter - letters) + 1 : 0;
}

static enum number_result slow_number(const char *text, size_t length, uint64_t limit,
                                      uint64_t *number)
{
    struct sum sum = {0, false};
    unsigned radix = 10, factor = 1;
    size_t at = 0;
    if (length >= 2 && text[0] == '0' && text[1] && strchr("xXoObB", text[1]))
        radix = strchr("xX", text[1]) ? 16 : strchr("oO", text[1]) ? 8 : 2;
    size_t first = radix == 10 ? 0 : 2;
    for (at = first; at < length && digit_of(text[at]) < radix; at++) {
        multiply(&sum, radix);
        add(&sum, digit_of(text[at]));
    }
    if (at == first || (at < length && radix != 10))
        return NUMBER_MALFORMED;
    if (at < length) {
        unsigned power = suffix_power(text + at, length - at, &factor);
        if (power == 0)
            return NUMBER_MALFORMED;
        for (; power > 0; power--)
            multiply(&sum, factor);
    }
    if (sum.too_large || sum.value > limit)
        return NUMBER_TOO_LARGE;
    *number = sum.value;
    return NUMBER_GOOD;
}

static bool slow_position(const char *text, size_t length, struct position *position)
{
    *position = (struct position){0, true, false};
    if (length == 3 && memcmp(text, "end", 3) == 0)
        return true;
    position->is_line = length > 0 && *text == 'L';
    text += position->is_line;
    length -= position->is_line;
    position->from_end = length > 0 && *text == '-';
    text += position->from_end;
    length -= position->from_end;
    return slow_number(text, length, OFFSET_MAX, &position->value) == NUMBER_GOOD &&
           (!position->is_line || position->value > 0);
}

static bool slow_range(const char *text, struct range_spec *spec)
{
    const char *colon = strchr(text, ':'), *plus = strchr(text, '+');
    *spec = RANGE_ALL;
    spec->end_given = colon || plus;
    if (colon)
        return (colon == text || slow_position(text, (size_t)(colon - text), &spec->start)) &&
               (colon[1] == 0 || slow_position(colon + 1, strlen(colon + 1), &spec->end));
    if (plus) {
        spec->kind = RANGE_OF_LENGTH;
        return slow_position(text, (size_t)(plus - text), &spec->start) &&
               slow_number(plus + 1, strlen(plus + 1), OFFSET_MAX, &spec->length) == NUMBER_GOOD;
    }
    spec->is_position = true;
    return slow_position(text, strlen(text), &spec->start);
}

static bool same_position(struct position a, struct position b)
{
    return a.value == b.value && a.from_end == b.from_end && a.is_line == b.is_line;
}

static bool same_spec(const struct range_spec *a, const struct range_spec *b)
{
    if (a->kind != b->kind || !same_position(a->start, b->start) || a->end_given != b->end_given ||
        a->is_position != b->is_position)
        return false;
    return a->kind == RANGE_OF_LENGTH ? a->length == b->length : same_position(a->end, b->end);
}

static void check_number(const char *text, size_t length)
{
    uint64_t number = 7, slow = 7;
    DEMAND(number_scan(text, length, &number) == slow_number(text, length, UINT64_MAX, &slow));
    DEMAND(number == slow);
    char again[NUMBER_TEXT_MAX];
    static const unsigned radixes[] = {10, 16, 8, 2};
    for (size_t i = 0; i < 4; i++) {
        uint64_t back = ~number;
        size_t used = number_format(number, radixes[i], again);
        DEMAND(number_scan(again, used, &back) == NUMBER_GOOD && back == number);
    }
}

static void check_position(const char *text)
{
    struct position position, slow;
    struct error error = {0};
    bool good = position_parse(text, &position, &error);
    DEMAND(good == slow_position(text, strlen(text), &slow));
    if (good)
        DEMAND(same_position(position, slow));
    else
        DEMAND_ERROR(error);
}

/* ---- in a file ------------------------------------------------------------------------------- */

/* Where a position lies, perhaps in front of the file or behind it. */
static int64_t place(struct position position, uint64_t size)
{
    return position.from_end ? (int64_t)(size - position.value) : (int64_t)position.value;
}

/* The end of A+N; behind any file if it is too large. */
static int64_t slow_end(const struct range_spec *spec, uint64_t size)
{
    int64_t start = place(spec->start, size);
    if (spec->kind == RANGE_TO_POSITION)
        return place(spec->end, size);
    if (start > 0 && spec->length > (uint64_t)(INT64_MAX - start))
        return INT64_MAX;
    return start + (int64_t)spec->length;
}

/* Whether the range lies in the file as it is written. */
static bool slow_fits(const struct range_spec *spec, uint64_t size)
{
    int64_t start = place(spec->start, size);
    if (start < 0 || start > (int64_t)size)
        return false;
    if (spec->kind == RANGE_TO_POSITION)
        return place(spec->end, size) >= start && place(spec->end, size) <= (int64_t)size;
    return spec->length <= size - (uint64_t)start;
}

static uint64_t clamp(int64_t at, uint64_t size)
{
    return at < 0 ? 0 : (uint64_t)at > size ? size : (uint64_t)at;
}

static void check_in_file(const struct range_spec *spec, uint64_t size)
{
    int64_t start = place(spec->start, size), end = slow_end(spec, size);
    uint64_t first = clamp(start, size), last = clamp(end, size);
    struct range range = range_resolve_clamped(spec, size);
    DEMAND(range.start == first && range.end == (last > first ? last : first));
    if (spec->kind == RANGE_TO_POSITION)
        DEMAND(range_is_inverted(spec, size) ==
               (last < first || (end < start && spec->start.from_end == spec->end.from_end)));
    else
        DEMAND(!range_is_inverted(spec, size));
    struct error error = {0};
    bool good = range_resolve_strict(spec, size, &range, &error);
    DEMAND(good == slow_fits(spec, size));
    if (good)
        DEMAND(range.start == (uint64_t)start && range.end == (uint64_t)end);
    else
        DEMAND_ERROR(error);
}

/* A file of at least range_reach() bytes has the range where one of that size has it. */
static void check_reach(const struct range_spec *spec, uint64_t size)
{
    uint64_t reach = range_reach(spec);
    if (reach > size)
        return;
    struct range small = range_resolve_clamped(spec, reach);
    struct range large = range_resolve_clamped(spec, size);
    DEMAND(small.start == large.start && small.end == large.end);
    DEMAND(range_is_inverted(spec, reach) == range_is_inverted(spec, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct range_spec spec, slow;
    struct error error = {0};
    size_t length;
    fuzz_begin(data, size);
    uint64_t file_size = fuzz_any_number() & OFFSET_MAX;
    char *text = fuzz_text(100, &length);
    check_number(text, length);
    check_position(text);
    bool good = range_parse(text, &spec, &error);
    DEMAND(good == slow_range(text, &slow));
    if (good)
        DEMAND(same_spec(&spec, &slow));
    else
        DEMAND_ERROR(error);
    if (good && !range_has_lines(&spec)) {
        check_in_file(&spec, file_size);
        check_reach(&spec, file_size);
    }
    free(text);
    return 0;
}
