/*
 * find_marks.c - find --line: the matches in a line, coloured or as JSON.
 *
 * A scan by line reports one match of each line, and rfind reports them from the last. So a line
 * is searched again when it is printed: from left to right, as find does.
 */
#include "commands/find_place.h"
#include "scan/rescan.h"

#include <stdlib.h>

struct line_marks {
    struct results *results;
    struct rescan *rescan;

    /* The line under way. */
    struct reader *reader;
    struct range text; /* without the newline */
    struct range starts;
    uint64_t unit;
    uint64_t at; /* coloured: bytes of the text before this offset were printed */
    bool any;    /* JSON: a match was printed */
};

/* A reader sees the results so far while the search waits for more of a stream. */
static bool flush_results(void *context, uint64_t at, struct error *error)
{
    struct line_marks *marks = context;
    (void)at;
    return output_flush(marks->results->output, error);
}

struct line_marks *line_marks_new(struct results *results, const struct scan *scan,
                                  struct error *error)
{
    struct line_marks *marks = calloc(1, sizeof *marks);
    if (!marks) {
        error_memory(error, sizeof *marks);
        return NULL;
    }
    struct scan again = *scan;
    again.pause = flush_results;
    marks->results = results;
    marks->unit = reader_unit(&results->numbers.reader);
    marks->rescan = rescan_new(&again, error);
    if (marks->rescan)
        return marks;
    free(marks);
    return NULL;
}

void line_marks_free(struct line_marks *marks)
{
    if (!marks)
        return;
    rescan_free(marks->rescan);
    free(marks);
}

/* Where the matches of a line may begin. An empty one may begin at the end of the last line. */
static struct range starts_of(const struct line_marks *marks, const struct result_line *line,
                              struct range text)
{
    const struct results *results = marks->results;
    struct range starts = {maximum_u64(line->range.start, results->range.start), line->range.end};
    bool is_last = text.end == line->range.end, empty = results->scan->pattern->matches_empty;
    starts.start = maximum_u64(starts.start, line->from);
    starts.end = minimum_u64(starts.end + is_last, results->range.end + empty);
    starts.end = minimum_u64(starts.end, results->mapping->size + empty);
    return starts;
}

static bool search_line(struct line_marks *marks, const struct result_line *line,
                        scan_report *report, struct error *error)
{
    marks->starts = starts_of(marks, line, marks->text);
    return marks->starts.start >= marks->starts.end ||
           rescan_run(marks->rescan, marks->starts, report, marks, error);
}

/* UTF-16: matches at offsets of the other parity begin in other lines. */
static bool is_in_line(const struct line_marks *marks, const struct match *match)
{
    return match->offset < marks->starts.end &&
           rest_of_units(match->offset - marks->text.start, (size_t)marks->unit) == 0;
}

/* ---- coloured -------------------------------------------------------------------------------- */

static enum scan_answer print_colored(void *context, const struct scan_batch *batch,
                                      struct error *error)
{
    struct line_marks *marks = context;
    for (size_t i = 0; i < batch->count; i++) {
        const struct match *match = &batch->matches[i];
        struct range part = {maximum_u64(match->offset, marks->at),
                             minimum_u64(match->offset + match->length, marks->text.end)};
        if (!is_in_line(marks, match) || part.start >= part.end)
            continue;
        if (!print_bytes(marks->results, marks->reader, (struct range){marks->at, part.start},
                         error) ||
            !print_colored_bytes(marks->results, marks->reader, part, error))
            return SCAN_ERROR;
        marks->at = part.end;
    }
    return SCAN_CONTINUE;
}

bool print_marked_line(struct line_marks *marks, struct reader *reader,
                       const struct result_line *line, struct range text, struct error *error)
{
    marks->reader = reader;
    marks->text = text;
    marks->at = text.start;
    return search_line(marks, line, print_colored, error) &&
           print_bytes(marks->results, reader, (struct range){marks->at, text.end}, error);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static enum scan_answer print_objects(void *context, const struct scan_batch *batch,
                                      struct error *error)
{
    struct line_marks *marks = context;
    for (size_t i = 0; i < batch->count; i++) {
        if (!is_in_line(marks, &batch->matches[i]))
            continue;
        if (!print_json_span(marks->results, &batch->matches[i], marks->any, error))
            return SCAN_ERROR;
        marks->any = true;
    }
    return SCAN_CONTINUE;
}

bool print_json_marks(struct line_marks *marks, const struct result_line *line, struct range text,
                      struct error *error)
{
    struct output *output = marks->results->output;
    marks->text = text;
    marks->any = false;
    return output_text(output, ",\"matches\":[", error) &&
           search_line(marks, line, print_objects, error) && output_text(output, "]", error);
}
