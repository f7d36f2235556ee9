/* find_sorted.c - find --sorted: the first line not less than a pattern, by bisection. */
#include "commands/find.h"
#include "search/search.h"

/*
 * Bisects newlines: the line after each is less than the pattern, or not. A step searches for
 * the first newline from the middle on. Where lines are short it reads one page. Bytes without a
 * newline are never searched twice, so that lines of any length cost at most one pass over the
 * file. Holes have no newlines and are skipped unread.
 */
enum {
    PAGE = 4096,
    BLOCK = 16 * 1024, /* searched line by line: cheaper than two more reads elsewhere */
    LARGEST_STEP = 256 * 1024,
};

struct bisection {
    struct reader *reader;
    struct range range;
    const struct buffer *pattern;
    struct range rest;  /* holds the newlines that are still to be decided */
    struct range first; /* data without a hole, last seen at the start of the rest */
    struct range other; /* data without a hole, last seen anywhere else */
    uint64_t line;      /* start of the first line known not to be less, or range.end */
    bool any_less;      /* a line that is less was found */
};

/*
 * Compares the line at `*at`, without its newline, with the pattern as memcmp() does. `*at`
 * moves to the byte that decided: the line does not end before it.
 */
static bool is_line_less(struct bisection *bisection, uint64_t *at, bool *less, struct error *error)
{
    const struct buffer *pattern = bisection->pattern;
    size_t matched = 0;
    while (*at < bisection->range.end) {
        size_t length;
        const unsigned char *bytes =
            reader_ahead(bisection->reader, *at, bisection->range.end, PAGE, &length, error);
        if (!bytes)
            return false;
        for (size_t i = 0; i < length; i++, matched++, ++*at) {
            bool ended = bytes[i] == '\n';
            if (ended || matched == pattern->length || bytes[i] != pattern->data[matched]) {
                *less = matched < pattern->length && (ended || bytes[i] < pattern->data[matched]);
                return true;
            }
        }
    }
    *less = matched < pattern->length;
    return true;
}

/* If a range starts in a hole, moves its start to the next data, or to its end. Caches `known`. */
static bool skip_hole(struct bisection *bisection, struct range *range, struct range *known,
                      struct error *error)
{
    if (range->start >= known->start && range->start < known->end)
        return true;
    if (!mapping_next_data(bisection->reader->mapping,
                           (struct range){range->start, bisection->range.end}, known, error))
        return false;
    range->start = minimum_u64(known->start, range->end);
    return true;
}

/* The first newline in the range, or its end. */
static bool find_newline(struct bisection *bisection, struct range range, size_t step,
                         uint64_t *newline, struct error *error)
{
    while (range.start < range.end) {
        size_t length;
        if (!skip_hole(bisection, &range, &bisection->other, error))
            return false;
        if (range.start == range.end)
            break;
        const unsigned char *bytes =
            reader_ahead(bisection->reader, range.start,
                         minimum_u64(range.end, bisection->other.end), step, &length, error);
        if (!bytes)
            return false;
        size_t found = search_byte_forward(bytes, length, 0, '\n');
        range.start += found;
        if (found < length)
            break;
        step = step < LARGEST_STEP ? step * 2 : step;
    }
    *newline = range.start;
    return true;
}

/*
 * Compares the first line after `from`. If it is less than the pattern, the rest then starts in
 * that line, else it ends at `from`.
 */
static bool probe(struct bisection *bisection, uint64_t from, size_t step, struct error *error)
{
    struct range *rest = &bisection->rest;
    uint64_t newline, at;
    bool less = false;
    if (!find_newline(bisection, (struct range){from, rest->end}, step, &newline, error))
        return false;
    at = newline + 1;
    if (newline < rest->end && !is_line_less(bisection, &at, &less, error))
        return false;
    /* A line that is cut off by the range's end may compare less than the lines before it. */
    if (less && at < bisection->range.end) {
        rest->start = at;
        bisection->any_less = true;
        return true;
    }
    if (newline < rest->end && !less)
        bisection->line = newline + 1;
    rest->end = from;
    return true;
}

/* Compares the first line of the range, which no newline precedes. */
static bool probe_first_line(struct bisection *bisection, struct error *error)
{
    uint64_t at = bisection->range.start;
    bool less = true;
    if (!bisection->any_less && !is_line_less(bisection, &at, &less, error))
        return false;
    if (!less)
        bisection->line = bisection->range.start;
    return true;
}

static bool bisect(struct bisection *bisection, struct error *error)
{
    struct range *rest = &bisection->rest;
    bisection->line = bisection->range.end;
    *rest = bisection->range;
    rest->end -= rest->end > rest->start; /* no line follows a newline in the last byte */
    while (rest->start < rest->end) {
        uint64_t from, base = bisection->reader->mapping->base;
        if (!skip_hole(bisection, rest, &bisection->first, error))
            return false;
        from = rest->start;
        if (range_length(*rest) > BLOCK) {
            from += range_length(*rest) / 2;
            from -= (base + from) % PAGE;
        }
        if (!probe(bisection, from, from > rest->start ? PAGE : LARGEST_STEP, error))
            return false;
    }
    return probe_first_line(bisection, error);
}

bool sorted_line(struct reader *reader, struct range range, const struct buffer *pattern,
                 uint64_t *line, struct error *error)
{
    struct bisection bisection = {.reader = reader, .range = range, .pattern = pattern};
    if (!bisect(&bisection, error))
        return false;
    *line = bisection.line;
    return true;
}

static bool print_place(struct results *results, struct reader *reader, struct range line,
                        struct error *error)
{
    const struct request *request = results->request;
    bool whole = request->line || request->print_range || request->json;
    if (request->quiet)
        return true;
    if (whole && !line_end(reader, line.start, line.end, &line.end, error))
        return false;
    if (request->line)
        return print_line(results, reader, &(struct result_line){line, LINE_OF_MATCH, 0}, error);
    struct match match = {line.start, range_length(line)};
    return print_matches(results, &(struct scan_batch){.matches = &match, .count = 1}, 1, error);
}

bool find_sorted(struct results *results, const struct buffer *pattern, struct error *error)
{
    struct reader reader = {.mapping = results->mapping};
    struct range line = results->range;
    bool done = sorted_line(&reader, results->range, pattern, &line.start, error) &&
                print_place(results, &reader, line, error);
    reader_release(&reader);
    return done;
}
