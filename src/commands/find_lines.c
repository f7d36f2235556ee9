/*
 * find_lines.c - find --line: the lines in which matches begin, with context.
 *
 * Forwards, a line is printed as soon as a match begins in it. Context lines after it are
 * printed once the search has passed them, because a match could begin in them. Lines of a
 * stream are searched when they are complete. Backwards: find_groups.c.
 */
#include "commands/find_lines.h"
#include "commands/find_place.h"

#include <stdlib.h>

struct line_results *line_results_new(struct results *results, struct error *error)
{
    const struct request *request = results->request;
    struct line_results *lines = calloc(1, sizeof *lines);
    if (!lines) {
        error_memory(error, sizeof *lines);
        return NULL;
    }
    lines->results = results;
    lines->reader.mapping = results->mapping;
    lines->reader.unit = line_unit(request->type);
    lines->before = request->lines_before;
    lines->after = request->lines_after;
    return lines;
}

void line_results_free(struct line_results *lines)
{
    if (!lines)
        return;
    reader_release(&lines->reader);
    line_set_release(&lines->matching);
    free(lines);
}

static bool counts_only(const struct request *request)
{
    return request->quiet || request->count;
}

/* ---- forwards -------------------------------------------------------------------------------- */

/* Prints the context lines after a match that end at or before `limit`: no match begins there. */
static bool print_after(struct line_results *lines, uint64_t limit, struct error *error)
{
    while (lines->after_left > 0 && lines->printed < limit) {
        struct result_line line = {{lines->printed, 0}, LINE_OF_CONTEXT, 0};
        uint64_t *end = &line.range.end;
        if (!line_end(&lines->reader, lines->printed, line_results_limit(lines), end, error))
            return false;
        if (*end > limit)
            break;
        if (!print_line(lines->results, &lines->reader, &line, error))
            return false;
        lines->printed = *end;
        lines->after_left--;
    }
    return true;
}

/* End of the last complete line that has arrived. */
static bool find_whole(struct line_results *lines, uint64_t *end, struct error *error)
{
    const struct mapping *mapping = lines->results->mapping;
    size_t unit = reader_unit(&lines->reader);
    uint64_t from = lines->printed, behind;
    *end = mapping->size;
    if (!mapping->incoming.goes_on || mapping->size < from)
        return true;
    if (lines->looked > from && rest_of_units(lines->looked - from, unit) == 0)
        from = lines->looked;
    uint64_t come = mapping->size - rest_of_units(mapping->size - from, unit);
    if (!line_start(&lines->reader, come, from, &behind, error))
        return false;
    lines->looked = come;
    if (behind > from)
        lines->whole = behind;
    *end = lines->whole;
    return true;
}

static bool settle_forward(struct line_results *lines, uint64_t at, struct error *error)
{
    uint64_t whole;
    if (lines->after_left == 0)
        return true;
    /* After an empty match at the file's end, `at` is past the end, where no line is. */
    return find_whole(lines, &whole, error) && print_after(lines, minimum_u64(at, whole), error);
}

/* Waits for more of a stream. Flushes first, so that a reader sees the results so far. */
static bool wait_for_more(struct line_results *lines, struct error *error)
{
    struct results *results = lines->results;
    return output_flush(results->output, error) && mapping_more(results->stream, error);
}

static bool drop_printed(struct line_results *lines, struct error *error)
{
    struct results *results = lines->results;
    if (results->request->number && !line_numbers_pass(&results->numbers, lines->printed, error))
        return false;
    mapping_drop(results->stream, lines->printed);
    return true;
}

/* Prints the context after the last match. A stream must be read further for it. */
static bool end_forward(struct line_results *lines, struct error *error)
{
    struct mapping *stream = lines->results->stream;
    while (stream && stream->incoming.goes_on && lines->after_left > 0) {
        if (!settle_forward(lines, UINT64_MAX, error))
            return false;
        if (lines->printed - mapping_first(stream) > (stream->size - mapping_first(stream)) / 2)
            if (!drop_printed(lines, error))
                return false;
        if (lines->after_left > 0 && !wait_for_more(lines, error))
            return false;
    }
    return print_after(lines, line_results_limit(lines), error);
}

/* Waits until the line of a match has arrived, unless only its existence matters (--quiet). */
static bool hold_line(struct line_results *lines, uint64_t offset, struct error *error)
{
    struct results *results = lines->results;
    struct mapping *stream = results->stream;
    if (!stream || (counts_only(results->request) && results->count + 1 == results->most))
        return true;
    while (stream->incoming.goes_on) {
        uint64_t missing = 1;
        struct range rest = {offset, stream->size};
        rest.end -= rest_of_units(range_length(rest), reader_unit(&lines->reader));
        if (!lines_pass(&lines->reader, rest, &missing, &offset, error))
            return false;
        if (missing == 0)
            break;
        if (!wait_for_more(lines, error))
            return false;
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
    if (!lines_backward(&lines->reader, before, lines->before, &start, error))
        return false;
    if ((!lines->any_printed || start > lines->printed) && !line_results_separate(lines, error))
        return false;
    lines->printed = line.end;
    lines->after_left = lines->after;
    return line_results_context(lines, (struct range){start, line.start}, error) &&
           print_line(lines->results, &lines->reader,
                      &(struct result_line){line, LINE_OF_MATCH, lines->from}, error);
}

/* ---- both ------------------------------------------------------------------------------------ */

/* The last line with a match at an offset of the same parity (in UTF-16 units) as `offset`. */
static struct range *last_line(struct line_results *lines, uint64_t offset)
{
    return &lines->last[offset & (reader_unit(&lines->reader) - 1)];
}

static bool is_in_last_line(struct line_results *lines, uint64_t offset)
{
    const struct range *last = last_line(lines, offset);
    return offset >= last->start && offset < last->end;
}

/* The line in which a match at `offset` begins; empty after the file's last newline. */
static bool find_line(struct line_results *lines, uint64_t offset, struct range *line,
                      struct error *error)
{
    const struct range *last = last_line(lines, offset);
    bool any = last->start < last->end, backward = lines->results->backward;
    uint64_t lowest = any && !backward ? last->end : 0;
    uint64_t limit = any && backward ? last->start : line_results_limit(lines);
    return line_start(&lines->reader, offset, lowest, &line->start, error) &&
           line_end(&lines->reader, offset, limit, &line->end, error);
}

bool line_results_take(struct line_results *lines, const struct match *match, struct error *error)
{
    struct results *results = lines->results;
    struct range line;
    if (is_in_last_line(lines, match->offset))
        return true;
    if (!hold_line(lines, match->offset, error) || !find_line(lines, match->offset, &line, error))
        return false;
    if (line.start == line.end)
        return true;
    *last_line(lines, match->offset) = lines->line = line;
    /* By line any match of the line is reported, and backwards the last one is the first. */
    lines->from = results->by_line || results->backward ? 0 : match->offset;
    lines->any_line = true;
    results->count++;
    if (counts_only(results->request))
        return true;
    return results->backward ? line_group_take(lines, error) : take_forward(lines, error);
}

/* ---- many at once ---------------------------------------------------------------------------- */

bool line_results_are_texts(const struct results *results)
{
    const struct request *request = results->request;
    return !request->json && !request->context_given && !counts_only(request) &&
           !results->colored && !results->guarded;
}

/* Prints the texts of matches from `first` up to, not including, `end`, with their numbers. */
static bool print_numbered(struct results *results, const struct scan_batch *batch, size_t first,
                           size_t end, struct error *error)
{
    for (size_t i = first; i < end; i++) {
        size_t start = scan_text_start(batch, i);
        if (!print_line_number(results, batch->matches[i].offset, error) ||
            !output_bytes(results->output, batch->text + start, batch->text_ends[i] - start, error))
            return false;
    }
    return true;
}

/*
 * Counts the lines from match `*i` on, or prints the texts that the scan made of them, up to the
 * next match that needs line_results_take(), and moves `*i` there. The next batch may begin in the
 * line of the last match, which therefore needs it unless the end of that line is known.
 */
static bool skip_lines(struct line_results *lines, const struct scan_batch *batch, size_t *i,
                       struct error *error)
{
    struct results *results = lines->results;
    size_t first = *i, left = batch->count - (batch->next_line == 0) - first;
    size_t end = first + (size_t)minimum_u64(left, results->most - results->count);
    if (counts_only(results->request))
        *i = end;
    else
        while (batch->text_ends && *i < end && batch->text_ends[*i] > scan_text_start(batch, *i))
            ++*i;
    if (*i == first)
        return true;
    results->count += *i - first;
    results->last = batch->matches[*i - 1];
    if (*i == batch->count)
        *last_line(lines, 0) = (struct range){results->last.offset, batch->next_line};
    if (counts_only(results->request))
        return true;
    lines->any_printed = true;
    if (results->request->number)
        return print_numbered(results, batch, first, *i, error);
    size_t start = scan_text_start(batch, first);
    return output_bytes(results->output, batch->text + start, scan_text_start(batch, *i) - start,
                        error);
}

bool line_results_take_batch(struct line_results *lines, const struct scan_batch *batch,
                             struct error *error)
{
    struct results *results = lines->results;
    results->count += batch->between;
    for (size_t i = 0; i < batch->count && results->count < results->most; i++) {
        if (!is_in_last_line(lines, batch->matches[i].offset) &&
            !skip_lines(lines, batch, &i, error))
            return false;
        if (i == batch->count || results->count == results->most)
            return true;
        if (!line_results_take(lines, &batch->matches[i], error))
            return false;
        results->last = batch->matches[i];
    }
    return true;
}

bool line_results_settle(struct line_results *lines, uint64_t at, struct error *error)
{
    if (!lines->any_line || !line_results_have_context(lines))
        return true;
    return lines->results->backward ? line_group_settle(lines, at, error)
                                    : settle_forward(lines, at, error);
}

bool line_results_end(struct line_results *lines, struct error *error)
{
    return end_forward(lines, error) && line_group_print(lines, error);
}

/* line_results_keep() for matches at offsets of the parity of `at`. */
static bool keep_units(struct line_results *lines, uint64_t at, uint64_t *from, struct error *error)
{
    struct range before = {maximum_u64(lines->printed, mapping_first(lines->results->mapping)), 0};
    if (!line_start(&lines->reader, at, 0, &before.end, error))
        return false;
    *from = before.end;
    if (before.start < before.end &&
        !lines_backward(&lines->reader, before, lines->before, from, error))
        return false;
    if (lines->after_left > 0)
        *from = minimum_u64(*from, lines->printed);
    return true;
}

bool line_results_keep(struct line_results *lines, uint64_t at, uint64_t *from, struct error *error)
{
    uint64_t other;
    if (!keep_units(lines, at, from, error))
        return false;
    if (reader_unit(&lines->reader) == 1 || at <= mapping_first(lines->results->mapping))
        return true;
    if (!keep_units(lines, at - 1, &other, error))
        return false;
    *from = minimum_u64(*from, other);
    return true;
}
