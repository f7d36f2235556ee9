/* find_sorted.c - find --sorted: the first line not less than a pattern, by bisection. */
#include "find.h"

#include <string.h>

enum { PAGE = 4096 };

struct bisection {
    struct window window;
    struct range range;
    const unsigned char *pattern;
    size_t length; /* of it */
};

/* Compares the line at `start` with the pattern as memcmp() does, without its newline. */
static bool is_line_less(struct bisection *bisection, uint64_t start, bool *less,
                         struct error *error)
{
    size_t matched = 0;
    while (start < bisection->range.end) {
        size_t length;
        const unsigned char *bytes =
            window_from(&bisection->window, start, bisection->range.end, PAGE, &length, error);
        if (!bytes)
            return false;
        for (size_t i = 0; i < length; i++, matched++) {
            bool ended = bytes[i] == '\n';
            if (ended || matched == bisection->length || bytes[i] != bisection->pattern[matched]) {
                *less = matched < bisection->length &&
                        (ended || bytes[i] < bisection->pattern[matched]);
                return true;
            }
        }
        start += length;
    }
    *less = matched < bisection->length;
    return true;
}

static bool bisect(struct bisection *bisection, struct range *line, struct error *error)
{
    struct range rest = bisection->range;
    struct window *window = &bisection->window;
    line->end = rest.end;
    while (rest.start < rest.end) {
        uint64_t start, middle = rest.start + range_length(rest) / 2;
        bool less;
        if (!line_start(window, middle, rest.start, &start, error) ||
            !is_line_less(bisection, start, &less, error))
            return false;
        if (!less)
            rest.end = start;
        else if (!line_end(window, middle, rest.end, &rest.start, error))
            return false;
    }
    line->start = rest.start;
    return line->start == bisection->range.end ||
           line_end(window, line->start, bisection->range.end, &line->end, error);
}

static bool print_place(const struct results *results, struct window *window, struct range line,
                        struct error *error)
{
    const struct request *request = results->request;
    struct match match = {line.start, range_length(line)};
    if (request->quiet)
        return true;
    if (request->line)
        return print_line(results, window, line, LINE_OF_MATCH, error);
    return print_match(results, &match, error);
}

bool find_sorted(const struct results *results, const char *pattern, const struct byte_type *type,
                 struct error *error)
{
    struct buffer bytes = {0};
    struct bisection bisection = {.window = {.mapping = results->mapping}, .range = results->range};
    struct range line;
    bool done = bytes_encode(type, pattern, &bytes, error);
    bisection.pattern = bytes.data;
    bisection.length = bytes.length;
    done = done && bisect(&bisection, &line, error) &&
           print_place(results, &bisection.window, line, error);
    window_release(&bisection.window);
    buffer_release(&bytes);
    return done;
}
