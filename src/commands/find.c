/* find.c - find and rfind: where a pattern matches. */
#include "commands/find.h"
#include "commands/patterns.h"
#include "commands/report.h"
#include "mapping/positions.h"

#include "platform/platform.h"

#include <limits.h>
#include <string.h>

/* ---- results of the scan --------------------------------------------------------------------- */

/* Prints matches, except with --quiet and --count. */
static bool take_matches(struct results *results, const struct scan_batch *batch,
                         struct error *error)
{
    const struct request *request = results->request;
    size_t count = (size_t)minimum_u64(batch->count, results->most - results->count);
    if (count == 0)
        return true;
    results->last = batch->matches[count - 1];
    results->count += count;
    return request->quiet || request->count || print_matches(results, batch, count, error);
}

static bool take_lines(struct results *results, const struct scan_batch *batch, struct error *error)
{
    if (results->by_line)
        return line_results_take_batch(results->lines, batch, error);
    for (size_t i = 0; i < batch->count && results->count < results->most; i++) {
        if (!line_results_take(results->lines, &batch->matches[i], error))
            return false;
        results->last = batch->matches[i];
    }
    return true;
}

static bool take_dumps(struct results *results, const struct scan_batch *batch, struct error *error)
{
    for (size_t i = 0; i < batch->count && results->count < results->most; i++) {
        if (!dump_results_take(results->dump, &batch->matches[i], error))
            return false;
        results->last = batch->matches[i];
        results->count++;
    }
    return true;
}

static bool take_results(struct results *results, const struct scan_batch *batch,
                         struct error *error)
{
    return results->lines  ? take_lines(results, batch, error)
           : results->dump ? take_dumps(results, batch, error)
                           : take_matches(results, batch, error);
}

static enum scan_answer take_batch(void *context, const struct scan_batch *batch,
                                   struct error *error)
{
    struct results *results = context;
    progress_make_way(&results->progress);
    if (!take_results(results, batch, error))
        return SCAN_ERROR;
    return results->count == results->most ? SCAN_STOP : SCAN_CONTINUE;
}

/* Flush: a reader sees the results so far while the search goes on. */
static bool take_pause(void *context, uint64_t at, struct error *error)
{
    struct results *results = context;
    if ((results->lines && !line_results_settle(results->lines, at, error)) ||
        (results->dump && !dump_results_settle(results->dump, at, error)))
        return false;
    /*
     * After a result, a reader that has gone wants no more: stop. Before that, go on: the exit
     * status still tells whether there is a match.
     */
    bool is_read = results->count > 0 && !results->request->quiet && !results->request->count;
    if (results->output->length > 0 || results->output->queue)
        progress_make_way(&results->progress);
    if (is_read ? !output_pause(results->output, error) : !output_flush(results->output, error))
        return false;
    progress_update(&results->progress,
                    results->backward ? results->range.end - at : at - results->range.start);
    return true;
}

static bool take_keep(void *context, uint64_t at, uint64_t *from, struct error *error)
{
    struct results *results = context;
    *from = results->dump ? dump_results_keep(results->dump, at) : at;
    return (!results->lines || line_results_keep(results->lines, at, from, error)) &&
           (!results->request->number || line_numbers_pass(&results->numbers, *from, error));
}

/* ---- the request ----------------------------------------------------------------------------- */

static uint64_t most_matches(const struct request *request)
{
    if (request->max_count_given)
        return request->max_count;
    return request->all && !request->quiet ? UINT64_MAX : 1;
}

static bool check_only_matching(const struct request *request, struct error *error)
{
    if (request->as && !request->only_matching)
        return error_usage(error, "--as applies to the bytes that --only-matching (-o) prints");
    if (request->only_matching && request->line)
        return error_usage(error, "--only-matching prints matches, and --line, -A, -B and -C print "
                                  "lines: they do not go together");
    return !request->only_matching || !request->sorted ||
           error_usage(error, "--sorted finds a line, not a match: it does not go with "
                              "--only-matching");
}

/* --radix applies to offsets, and to the integers of --as. */
static bool check_radix(const struct request *request, struct error *error)
{
    bool is_used = request->print_range || (!request->number && !request->only_matching) ||
                   (request->as && byte_type_is_integer(request->as));
    return !request->radix_given || is_used ||
           error_usage(error, "--radix applies to offsets, and none is printed here: it needs "
                              "--range");
}

static bool check_options(const struct request *request, struct error *error)
{
    if (request->json && (request->radix_given || request->print_range))
        return error_usage(error, "a JSON object has offset and length, in decimal: --json goes "
                                  "with neither --range nor --radix");
    if (!dump_results_check(request, error) || !check_only_matching(request, error) ||
        !check_radix(request, error))
        return false;
    if (!request->sorted)
        return true;
    if (request->all || request->ignore_case || request->regex || request->context_given ||
        request->align.step > 0)
        return error_usage(error, "--sorted finds one line and goes with none of --all, "
                                  "--max-count, --count, --overlapping, --ignore-case, --regex, "
                                  "--align, -A, -B and -C");
    bool is_one = request->patterns.count + (request->from != NULL) < 2 && !request->patterns_from;
    return is_one || error_usage(error, "--sorted takes one PATTERN");
}

/* PATTERN [RANGE], or only [RANGE] if an option brings patterns. */
static bool take_operands(const struct request *request, struct string_list *patterns,
                          const char **range, struct error *error)
{
    const struct string_list *operands = &request->operands;
    size_t own = !request_has_pattern(request) && !request->from;
    if (operands->count > own + 1)
        return error_usage(error, "one operand too many: \"%s\"", operands->items[own + 1]);
    *range = operands->count > own ? operands->items[own] : ":";
    *patterns = request->patterns;
    if (own)
        *patterns = (struct string_list){operands->items, 1};
    return true;
}

static bool take_type(const struct request *request, const struct byte_type **type,
                      struct error *error)
{
    *type = request->type ? request->type : byte_type_find("text", error);
    return *type != NULL;
}

/* ---- the search ------------------------------------------------------------------------------ */

/* Prepares for printing lines or dumps. */
static bool begin_results(struct results *results, const struct scan *scan, struct error *error)
{
    const struct request *request = results->request;
    bool shows_matches = !request->quiet && !request->count && (request->json || results->colored);
    if (request->dump && !request->quiet)
        return (results->dump = dump_results_new(results, error)) != NULL;
    if (!request->line)
        return true;
    results->lines = line_results_new(results, error);
    if (results->lines && shows_matches)
        results->marks = line_marks_new(results, scan, error);
    if (results->lines && (results->marks || !shows_matches))
        return true;
    line_results_free(results->lines);
    return false;
}

static bool run_scan(struct results *results, const struct scan *scan, struct error *error)
{
    const struct request *request = results->request;
    results->scan = scan;
    if (!begin_results(results, scan, error))
        return false;
    /* The length of a stream is not known, so there is no progress bar. */
    uint64_t total = results->range.end < OFFSET_MAX ? range_length(results->range) : 0;
    report_progress(request, total, &results->progress);
    bool done = scan_run(scan, take_batch, results, error) &&
                (!results->lines || line_results_end(results->lines, error)) &&
                (!results->dump || dump_results_end(results->dump, error));
    progress_end(&results->progress);
    line_results_free(results->lines);
    line_marks_free(results->marks);
    dump_results_free(results->dump);
    return done;
}

static enum scan_answer take_first(void *context, const struct scan_batch *batch,
                                   struct error *error)
{
    struct results *results = context;
    (void)error;
    results->last = batch->matches[0];
    return SCAN_STOP;
}

/*
 * A scan by line reports only the line of an expression's match. A script's "match" needs its
 * exact range, so search the last line again.
 */
static bool find_last_whole(struct results *results, const struct scan *scan, struct error *error)
{
    struct reader reader = {.mapping = scan->mapping};
    struct scan again = {.mapping = scan->mapping, .pattern = scan->pattern, .threads = 1};
    uint64_t offset = results->last.offset;
    bool done = line_start(&reader, offset, scan->range.start, &again.range.start, error) &&
                line_end(&reader, offset, scan->range.end, &again.range.end, error) &&
                scan_run(&again, take_first, results, error);
    reader_release(&reader);
    return done;
}

/* What the scan may make of each match while it has the bytes; or NULL. */
static scan_text *text_of(const struct results *results)
{
    if (results->by_line)
        return line_results_are_texts(results) ? format_line : NULL;
    return !results->request->line && print_matches_are_texts(results) ? format_match : NULL;
}

static bool search_pattern(struct results *results, const struct pattern *pattern,
                           struct error *error)
{
    const struct request *request = results->request;
    /* A scan by line does not know UTF-16 lines: their units depend on where a match begins. */
    results->by_line = request->line && !results->backward && !pattern->matches_newline &&
                       request->align.step == 0 && line_unit(request->type).more == 0;
    struct scan scan = {
        .mapping = results->mapping,
        .stream = results->stream,
        .pattern = pattern,
        .range = results->range,
        .backward = results->backward,
        .overlapping = request->overlapping,
        .align = request->align,
        .by_line = results->by_line,
        .count_lines = results->by_line && request->count && results->most == UINT64_MAX,
        .text = text_of(results),
        .text_context = results,
        .threads = (unsigned)minimum_u64(request->threads, UINT_MAX),
        .pause = take_pause,
        .keep = request->line || request->number || request->dump ? take_keep : NULL,
    };
    if (results->most > 0 && !run_scan(results, &scan, error))
        return false;
    /* Only scripts use "match", and the FILE of a script is never a stream. */
    if (scan.by_line && pattern->regex && results->count > 0 && !results->stream &&
        !find_last_whole(results, &scan, error))
        return false;
    if (request->count && !request->quiet && !print_count(results, error))
        return false;
    return results->count > 0 || error_no(error, "%s", "");
}

static bool count_dropped(void *context, uint64_t offset, struct error *error)
{
    struct results *results = context;
    return !results->request->number || line_numbers_pass(&results->numbers, offset, error);
}

/* Reads a stream until the lines of RANGE, if it has some, are known. */
static bool await_lines(struct results *results, struct range_spec *spec, struct error *error)
{
    const struct request *request = results->request;
    struct positions_kept kept = {.drop = count_dropped, .context = results};
    if (request->line)
        kept.lines = minimum_u64(request->lines_before, OFFSET_MAX) + 1;
    if (request->dump) /* a line is a byte at least */
        kept.lines = request_dump_around(request) + request->dump_layout.columns;
    return !results->stream ||
           positions_await(results->stream, request->type, POSITIONS_CLAMP, &kept, spec, error);
}

/* Resolves RANGE. If it ends before it starts, it has no match, not even an empty one. */
static bool take_range(struct results *results, const char *text, struct error *error)
{
    struct range_spec spec;
    if (!range_parse(text, &spec, error) || !await_lines(results, &spec, error))
        return false;
    if (!positions_settle(results->mapping, results->request->type, POSITIONS_CLAMP, &spec, error))
        return false;
    uint64_t size = mapping_largest_end(results->mapping);
    results->range = range_resolve_clamped(&spec, size);
    if (range_is_inverted(&spec, size))
        results->most = 0;
    return true;
}

static bool search_sorted(struct session *session, struct results *results, const char *text,
                          const struct byte_type *type, struct error *error)
{
    struct buffer bytes = {0};
    bool done = patterns_encode_one(session, text, type, &bytes, error) &&
                find_sorted(results, &bytes, error);
    buffer_release(&bytes);
    return done;
}

static bool search(struct session *session, struct results *results, struct error *error)
{
    const struct request *request = results->request;
    const struct byte_type *type;
    struct string_list patterns = {0};
    struct pattern pattern;
    const char *range = ":";
    if (!check_options(request, error) || !take_operands(request, &patterns, &range, error) ||
        !take_type(request, &type, error) || !take_range(results, range, error))
        return false;
    if (request->sorted)
        return search_sorted(session, results, patterns.count > 0 ? patterns.items[0] : NULL, type,
                             error);
    if (!patterns_compile(session, &patterns, type, &pattern, error))
        return false;
    bool done = search_pattern(results, &pattern, error);
    patterns_release(session, &pattern);
    return done;
}

/* Raw bytes go to a terminal as they are only where the user asks for them. */
static bool is_guarded(const struct request *request)
{
    const struct byte_type *type = request->only_matching ? request->as : request->type;
    bool as_raw = type && !strcmp(byte_type_name(type), "raw");
    return !as_raw && stream_is_terminal(STREAM_OUTPUT);
}

static bool run(struct session *session, bool backward, struct error *error)
{
    struct results results = {
        .request = session->request,
        .mapping = session->mapping,
        .stream = session->mapping->incoming.streamed ? session->mapping : NULL,
        .output = session->output,
        .backward = backward,
        .colored = output_is_colored(session->request->color),
        .guarded = is_guarded(session->request),
        .most = most_matches(session->request),
        .reader = {.mapping = session->mapping},
        .numbers = {.reader = {.mapping = session->mapping,
                               .unit = line_unit(session->request->type)}},
    };
    bool done = search(session, &results, error);
    line_numbers_release(&results.numbers);
    reader_release(&results.reader);
    session->matched = results.count > 0;
    session->match = (struct range){results.last.offset, results.last.offset + results.last.length};
    return done;
}

bool cmd_find(struct session *session, struct error *error)
{
    return run(session, false, error);
}

bool cmd_rfind(struct session *session, struct error *error)
{
    return run(session, true, error);
}
