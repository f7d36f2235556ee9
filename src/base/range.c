/* range.c - positions and ranges as a user writes them. */
#include "base/range.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* How much of the user's text a message shows, in bytes. */
enum { QUOTED_MAX = 48 };

/* What may stand where a position or a range is expected, for messages. */
static const char position_forms[] = "position (a number such as 4096, 4K or 0x1000, -N from the "
                                     "end, end, LN for line N, or L-N from the last line)";
static const char range_forms[] = "position or range (A:B, A+N or A, where A and B are 4096, 4K or "
                                  "0x1000, -N from the end, end, LN for line N, or L-N)";

/* Names the mend where the text is a line written in another way. */
static bool position_malformed(const char *text, size_t length, const char *forms,
                               struct error *error)
{
    char quoted[QUOTED_MAX];
    size_t sign = length > 0 && text[0] == '-';
    uint64_t value;
    diag_escape_span(quoted, sizeof quoted, text, length);
    if (length > 1 && text[0] == 'l' &&
        number_scan_offset(text + 1, length - 1, &value) == NUMBER_GOOD)
        return error_usage(error,
                           "\"%s\" is not a position; line %s is written L%s, with a capital "
                           "letter",
                           quoted, quoted + 1, quoted + 1);
    if (sign && length > 2 && text[1] == 'L' &&
        number_scan_offset(text + 2, length - 2, &value) == NUMBER_GOOD)
        return error_usage(error,
                           "\"%s\" is not a position; a line counted from the end is "
                           "written L-%s",
                           quoted, quoted + 2);
    return error_usage(error, "\"%s\" is not a %s", quoted, forms);
}

static bool position_parse_span(const char *text, size_t length, const char *forms,
                                struct position *position, struct error *error)
{
    if (length == 3 && !memcmp(text, "end", 3)) {
        *position = (struct position){0, true, false};
        return true;
    }
    size_t line = length > 0 && text[0] == 'L';
    size_t sign = length > line && text[line] == '-', front = line + sign;
    uint64_t value = 0;
    switch (number_scan_offset(text + front, length - front, &value)) {
    case NUMBER_GOOD:
        *position = (struct position){value, sign != 0, line != 0};
        return !line || value > 0 ||
               error_usage(error, "there is no line %s0: L1 is the first line and L-1 the last",
                           sign ? "-" : "");
    case NUMBER_TOO_LARGE:
        return number_too_large(text, length, "position", error);
    default:
        return position_malformed(text, length, forms, error);
    }
}

/* Parses A:B, with the colon at `colon`. A missing side is the start or the end of the file. */
static bool parse_to_position(const char *text, const char *colon, struct range_spec *spec,
                              struct error *error)
{
    size_t before = (size_t)(colon - text), after = strlen(colon + 1);
    *spec = RANGE_ALL;
    spec->end_given = true;
    if (before > 0 && !position_parse_span(text, before, position_forms, &spec->start, error))
        return false;
    return after == 0 || position_parse_span(colon + 1, after, position_forms, &spec->end, error);
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
    return position_parse_span(text, (size_t)(plus - text), position_forms, &spec->start, error) &&
           number_parse(plus + 1, "length", &spec->length, error);
}

static bool parse_range(const char *text, struct range_spec *spec, struct error *error)
{
    const char *colon = strchr(text, ':'), *plus = strchr(text, '+');
    *spec = RANGE_ALL;
    if (*text == 0)
        return error_usage(error, "the range is empty (A:B, A+N or A; : is the whole file)");
    if (colon)
        return parse_to_position(text, colon, spec, error);
    if (plus)
        return parse_of_length(text, plus, spec, error);
    spec->is_position = true;
    return position_parse_span(text, strlen(text), range_forms, &spec->start, error);
}

/* ---- notations of other programs ------------------------------------------------------------- */

/* A range such as 10-15: two bounds, the left one perhaps missing, and what stands between. */
struct notation {
    const char *left;
    size_t left_length;
    const char *between;
    const char *right; /* to the end of the text */
};

/* A number, or L and a number, of at least one byte. */
static bool is_bound(const char *text, size_t length)
{
    size_t line = text[0] == 'L';
    uint64_t value;
    return number_scan_offset(text + line, length - line, &value) == NUMBER_GOOD;
}

static bool is_end(const char *text)
{
    return !*text || !strcmp(text, "end") || !strcmp(text, "$");
}

static bool find_notation(const char *text, struct notation *found)
{
    static const char *const betweens[] = {"..=", "...", "..", "-", ",", NULL};
    for (const char *const *between = betweens; *between; between++) {
        const char *at = strstr(text, *between);
        if (!at)
            continue;
        const char *right = at + strlen(*between);
        *found = (struct notation){text, (size_t)(at - text), *between, right};
        bool has_left = at == text ? **between == '.' : is_bound(text, found->left_length);
        return has_left && (is_end(right) || is_bound(right, strlen(right)));
    }
    return false;
}

/* The bound behind that one, in the same radix if that is 10 or 16: L5 becomes L6. */
static void write_next_bound(const char *bound, char out[NUMBER_TEXT_MAX + 1])
{
    size_t line = bound[0] == 'L';
    uint64_t value = 0;
    const char *number = bound + line;
    bool is_hex = number[0] == '0' && (number[1] == 'x' || number[1] == 'X');
    (void)number_scan_offset(number, strlen(number), &value);
    out[0] = 'L';
    number_format(value + 1, is_hex ? 16 : 10, out + line);
}

/* `text` and its parts consist of letters, digits and what stands between. */
static bool notation_error(const char *text, const struct notation *notation, struct error *error)
{
    const char *left = notation->left, *right = notation->right;
    int length = (int)notation->left_length;
    char next[NUMBER_TEXT_MAX + 1];
    if (is_end(right))
        return error_usage(error, "\"%s\" is not a range: write %.*s:", text, length, left);
    write_next_bound(right, next);
    if (!strcmp(notation->between, "..="))
        return error_usage(error, "\"%s\" is not a range: write %.*s:%s", text, length, left, next);
    if (notation->between[0] == ',' && right[0] != 'L')
        return error_usage(error,
                           "\"%s\" is not a range: write %.*s:%s, which ends before byte %s, or "
                           "%.*s+%s for %s bytes",
                           text, length, left, right, right, length, left, right, right);
    return error_usage(error,
                       "\"%s\" is not a range: write %.*s:%s, which ends before %s %s, or %.*s:%s "
                       "to include it",
                       text, length, left, right, right[0] == 'L' ? "line" : "byte",
                       right + (right[0] == 'L'), length, left, next);
}

static bool is_alphanumeric(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/* Hex digits that lack their 0x: those that begin with a letter could be a word. */
static bool is_bare_hex(const char *word, size_t length)
{
    uint64_t value;
    return word[0] >= '0' && word[0] <= '9' && strspn(word, "0123456789abcdefABCDEF") == length &&
           number_scan(word, length, &value) == NUMBER_MALFORMED;
}

enum { REWRITTEN = 4 * QUOTED_MAX };

/* Copies `text` with end-N as -N, $ as end, A:+N as A+N, and 0x before hex digits. */
static void rewrite(const char *text, char out[REWRITTEN])
{
    size_t used = 0;
    out[0] = 0;
    while (*text) {
        size_t word = 0;
        while (is_alphanumeric(text[word]))
            word++;
        size_t length = word > 0 ? word : 1;
        const char *before = word > 0 && is_bare_hex(text, word) ? "0x" : *text == '$' ? "end" : "";
        bool skipped = !strncmp(text, "end-", 4) || !strncmp(text, ":+", 2) || *text == '$';
        used += (size_t)snprintf(out + used, REWRITTEN - used, "%s%.*s", before,
                                 skipped ? 0 : (int)length, text);
        text += length;
    }
}

/* Says how `text` is written here, if it is in another notation; else keeps the error. */
static bool mend(const char *text, bool may_be_range, struct error *error)
{
    struct notation notation;
    struct range_spec spec;
    char rewritten[REWRITTEN];
    if (!error || strlen(text) >= QUOTED_MAX)
        return false;
    if (may_be_range && find_notation(text, &notation))
        return notation_error(text, &notation, error);
    rewrite(text, rewritten);
    if (!strcmp(text, rewritten) || !parse_range(rewritten, &spec, NULL) ||
        !(may_be_range || spec.is_position))
        return false;
    return error_usage(error, "\"%s\" is not a %s: write %s", text,
                       spec.is_position ? "position" : "range", rewritten);
}

bool position_parse(const char *text, struct position *position, struct error *error)
{
    return position_parse_span(text, strlen(text), position_forms, position, error) ||
           mend(text, false, error);
}

bool range_parse(const char *text, struct range_spec *spec, struct error *error)
{
    struct range_spec parsed;
    if (!parse_range(text, &parsed, error))
        return mend(text, true, error);
    *spec = parsed;
    return true;
}

/* ---- in a file of known size ----------------------------------------------------------------- */

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
        return error_set(error, "range %" PRIu64 ":%" PRIu64 " passes the end (size %" PRIu64 ")",
                         start, end, size);
    if (start > size)
        return error_set(error, "the range starts at %" PRIu64 ", past the end (size %" PRIu64 ")",
                         start, size);
    if (start > end)
        return error_set(error, "range %" PRIu64 ":%" PRIu64 " ends before it starts", start, end);
    *range = (struct range){start, end};
    return true;
}

bool range_passes_end(uint64_t length, uint64_t offset, uint64_t size, const char *hint,
                      struct error *error)
{
    return error_set(error, "%" PRIu64 " byte%s at %" PRIu64 " pass%s the end (size %" PRIu64 ")%s",
                     length, diag_plural(length), offset, length == 1 ? "es" : "", size, hint);
}
