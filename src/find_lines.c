/*
 * find_lines.c - find --line: the lines in which matches begin, with context.
 *
 * Forwards a line is printed as soon as a match begins in it; the lines behind it
 * that are context are printed when it is known that no match begins in them.
 * Backwards, where the lines of a group still come in the order of the file, the
 * matches of a group are gathered first; without context there are no groups.
 */
#include "find.h"

#include <stdlib.h>

struct line_results {
    struct results *results;
    struct window window;
    uint64_t before, after; /* lines of context */
    struct range line;      /* the last one with a match in it, if any_line */
    bool any_line;
    bool any_printed;

    uint64_t printed;    /* forward: where the next line to print may begin */
    uint64_t after_left; /* forward: lines of context still to be printed from there on */

    struct buffer starts; /* backward: of the group's lines with matches, falling */
    uint64_t group_start; /* of the group's first line of context */
    uint64_t group_end;   /* of its last one */
};

struct line_results *line_results_new(struct results *results, struct error *error)
{
    const struct request *request = results->request;
    struct line_results *lines = calloc(1, sizeof *lines);
    if (!lines) {
        error_memory(error, sizeof *lines);
        return NULL;
    }
    lines->results = results;
    lines->window.mapping = results->mapping;
    lines->before = request->lines_before;
    lines->after = request->lines_after;
    return lines;
}

void line_results_free(struct line_results *lines)
{
    if (!lines)
        return;
    window_release(&lines->window);
    buffer_release(&lines->starts);
    free(lines);
}

static bool has_context(const struct line_results *lines)
{
    return lines->results->request->context_given;
}

static uint64_t file_end(const struct line_results *lines)
{
    return lines->results->mapping->size;
}

/* Prints a group's separator if there was a group before. */
static bool separate(struct line_results *lines, struct error *error)
{
    bool needed = lines->any_printed && has_context(lines);
    lines->any_printed = true;
    return !needed || print_separator(lines->results, error);
}

/* The lines of a range, as context. */
static bool print_context(struct line_results *lines, struct range range, struct error *error)
{
    while (range.start < range.end) {
        struct range line = range;
        if (!line_end(&lines->window, line.start, range.end, &line.end, error) ||
            !print_line(lines->results, &lines->window, line, LINE_OF_CONTEXT, error))
            return false;
        range.start = line.end;
    }
    return true;
}

/* ---- forwards ------------------------------------------------------------------------------- */

/* The lines of context behind a match that end by `limit`, in which no match begins. */
static bool print_after(struct line_results *lines, uint64_t limit, struct error *error)
{
    while (lines->after_left > 0 && lines->printed < limit) {
        struct range line = {lines->printed, 0};
        if (!line_end(&lines->window, line.start, file_end(lines), &line.end, error))
            return false;
        if (line.end > limit)
            break;
        if (!print_line(lines->results, &lines->window, line, LINE_OF_CONTEXT, error))
            return false;
        lines->printed = line.end;
        lines->after_left--;
    }
    return true;
}

static bool take_forward(struct line_results *lines, struct error *error)
{
    struct range line = lines->line, before = {lines->printed, line.start};
    uint64_t start = line.start;
    if (!print_after(lines, line.start, error))
        return false;
    before.start = lines->printed;
    if (!lines_backward(&lines->window, before, lines->before, &start, error))
        return false;
    if ((!lines->any_printed || start > lines->printed) && !separate(lines, error))
        return false;
    lines->printed = line.end;
    lines->after_left = lines->after;
    return print_context(lines, (struct range){start, line.start}, error) &&
           print_line(lines->results, &lines->window, line, LINE_OF_MATCH, error);
}

/* ---- backwards ------------------------------------------------------------------------------ */

static uint64_t group_line(const struct line_results *lines, size_t i)
{
    return ((const uint64_t *)(const void *)lines->starts.data)[i];
}

/* Prints the group that was gathered, in the order of the file. */
static bool print_group(struct line_results *lines, struct error *error)
{
    uint64_t at = lines->group_start;
    size_t count = lines->starts.length / sizeof(uint64_t);
    if (count == 0)
        return true;
    if (!separate(lines, error))
        return false;
    while (count-- > 0) {
        struct range line = {group_line(lines, count), 0};
        if (!print_context(lines, (struct range){at, line.start}, error) ||
            !line_end(&lines->window, line.start, file_end(lines), &line.end, error) ||
            !print_line(lines->results, &lines->window, line, LINE_OF_MATCH, error))
            return false;
        at = line.end;
    }
    lines->starts.length = 0;
    return print_context(lines, (struct range){at, lines->group_end}, error);
}

static bool take_backward(struct line_results *lines, struct error *error)
{
    struct range line = lines->line, behind = {line.end, file_end(lines)};
    uint64_t end;
    if (!has_context(lines))
        return print_line(lines->results, &lines->window, line, LINE_OF_MATCH, error);
    if (lines->starts.length > 0)
        behind.end = lines->group_start;
    else if (lines->any_printed)
        behind.end = maximum_u64(lines->group_start, behind.start);
    if (!lines_forward(&lines->window, behind, lines->after, &end, error))
        return false;
    if (lines->starts.length == 0 || end < lines->group_start) {
        if (!print_group(lines, error))
            return false;
        lines->group_end = end;
    }
    return buffer_append(&lines->starts, &line.start, sizeof line.start, error) &&
           lines_backward(&lines->window, (struct range){0, line.start}, lines->before,
                          &lines->group_start, error);
}

/* Prints the group if no match from `at` down can still belong to it. */
static bool settle_group(struct line_results *lines, uint64_t at, struct error *error)
{
    uint64_t lowest;
    /* A line that ends where the group begins, or `after` lines before, joins it. */
    return lines->starts.length == 0 || at > lines->group_start ||
           (lines_backward(&lines->window, (struct range){0, lines->group_start}, lines->after + 1,
                           &lowest, error) &&
            (at > lowest || print_group(lines, error)));
}

/* ---- both ----------------------------------------------------------------------------------- */

/* The line in which the match begins. Behind the last newline there is none. */
static bool find_line(struct line_results *lines, uint64_t offset, struct range *line,
                      struct error *error)
{
    const struct results *results = lines->results;
    uint64_t lowest = 0, limit = file_end(lines);
    if (lines->any_line && results->backward)
        limit = lines->line.start;
    else if (lines->any_line)
        lowest = lines->line.end;
    return line_start(&lines->window, offset, lowest, &line->start, error) &&
           line_end(&lines->window, offset, limit, &line->end, error);
}

static bool counts_only(const struct request *request)
{
    return request->quiet || request->count;
}

bool line_results_take(struct line_results *lines, const struct match *match, struct error *error)
{
    struct results *results = lines->results;
    struct range line;
    if (lines->any_line && match->offset >= lines->line.start && match->offset < lines->line.end)
        return true;
    if (!find_line(lines, match->offset, &line, error))
        return false;
    if (line.start == line.end)
        return true;
    lines->line = line;
    lines->any_line = true;
    results->count++;
    if (counts_only(results->request))
        return true;
    return results->backward ? take_backward(lines, error) : take_forward(lines, error);
}

/* ---- many at once --------------------------------------------------------------------------- */

bool line_results_are_texts(const struct request *request)
{
    return !request->json && !request->context_given && !counts_only(request);
}

static size_t text_start(const struct scan_batch *batch, size_t i)
{
    return i > 0 ? batch->text_ends[i - 1] : batch->text_start;
}

/*
 * Goes from match `*i` to the next one that has to be looked at: up to there, lines are
 * counted and their texts printed. The batch's last match is what the next one is compared
 * with, so it is always looked at.
 */
static bool skip_lines(struct line_results *lines, const struct scan_batch *batch, size_t *i,
                       struct error *error)
{
    struct results *results = lines->results;
    size_t first = *i, left = batch->count - 1 - first;
    size_t end = first + (size_t)minimum_u64(left, results->most - results->count);
    if (counts_only(results->request))
        *i = end;
    else
        while (batch->text_ends && *i < end && batch->text_ends[*i] > text_start(batch, *i))
            ++*i;
    if (*i == first)
        return true;
    results->count += *i - first;
    results->last = batch->matches[*i - 1];
    if (counts_only(results->request))
        return true;
    size_t start = text_start(batch, first);
    lines->any_printed = true;
    return output_bytes(results->output, batch->text + start, text_start(batch, *i) - start, error);
}

bool line_results_take_batch(struct line_results *lines, const struct scan_batch *batch,
                             struct error *error)
{
    struct results *results = lines->results;
    for (size_t i = 0; i < batch->count && results->count < results->most; i++) {
        /* The first may begin in the last line of the batch before. */
        if (i > 0 && !skip_lines(lines, batch, &i, error))
            return false;
        if (results->count == results->most)
            return true;
        if (!line_results_take(lines, &batch->matches[i], error))
            return false;
        results->last = batch->matches[i];
    }
    return true;
}

bool line_results_settle(struct line_results *lines, uint64_t at, struct error *error)
{
    if (!lines->any_line || !has_context(lines))
        return true;
    /* Behind an empty match at the file's end the search stands past it: no line is there. */
    return lines->results->backward ? settle_group(lines, at, error)
                                    : print_after(lines, minimum_u64(at, file_end(lines)), error);
}

bool line_results_end(struct line_results *lines, struct error *error)
{
    return print_after(lines, file_end(lines), error) && print_group(lines, error);
}
