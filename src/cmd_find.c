/* cmd_find.c - find and rfind: offsets of what matches. */
#include "command.h"
#include "pattern.h"
#include "scan.h"

#include <limits.h>

/* What one search prints. */
struct results {
    const struct request *request;
    struct output *output;
    uint64_t count;
    uint64_t most; /* stop after this many */
    struct match last;
};

static bool print_match(const struct results *results, const struct match *match,
                        struct error *error)
{
    const struct request *request = results->request;
    struct output *output = results->output;
    if (!output_number(output, match->offset, request->radix, error))
        return false;
    if (request->print_range && (!output_bytes(output, "+", 1, error) ||
                                 !output_number(output, match->length, request->radix, error)))
        return false;
    return output_bytes(output, request->null ? "" : "\n", 1, error);
}

static enum scan_answer take_matches(void *context, const struct match *matches, size_t count,
                                     struct error *error)
{
    struct results *results = context;
    const struct request *request = results->request;
    bool print = !request->quiet && !request->count;
    for (size_t i = 0; i < count; i++) {
        if (results->count == results->most)
            return SCAN_STOP;
        results->count++;
        results->last = matches[i];
        if (print && !print_match(results, &matches[i], error))
            return SCAN_ERROR;
    }
    return results->count == results->most ? SCAN_STOP : SCAN_CONTINUE;
}

/* Results so far are for the reader to see while the search goes on. */
static bool show_results(void *context, uint64_t at, struct error *error)
{
    const struct results *results = context;
    (void)at;
    return output_flush(results->output, error);
}

static uint64_t most_matches(const struct request *request)
{
    if (request->max_count_given)
        return request->max_count;
    return request->all && !request->quiet ? UINT64_MAX : 1;
}

/* PATTERN [RANGE], or with --pattern only [RANGE]. */
static bool compile(const struct request *request, struct pattern *pattern, const char **range,
                    struct error *error)
{
    const struct string_list *operands = &request->operands;
    struct pattern_options options = {request->type, request->ignore_case, request->regex};
    size_t own = request->patterns.count == 0;
    if (operands->count < own)
        return error_usage(error, "PATTERN is missing");
    if (operands->count > own + 1)
        return error_usage(error, "one operand too many: \"%s\"", operands->items[own + 1]);
    if (!options.type && !(options.type = byte_type_find("text", error)))
        return false;
    *range = operands->count > own ? operands->items[own] : ":";
    return pattern_init(pattern, own ? operands->items : request->patterns.items,
                        own ? 1 : request->patterns.count, &options, error);
}

static bool print_count(const struct results *results, struct error *error)
{
    return output_number(results->output, results->count, 10, error) &&
           output_bytes(results->output, results->request->null ? "" : "\n", 1, error);
}

static bool search(struct session *session, bool backward, struct error *error)
{
    const struct request *request = session->request;
    struct pattern pattern;
    const char *range = ":";
    struct results results = {request, session->output, 0, most_matches(request), {0, 0}};
    if (!compile(request, &pattern, &range, error))
        return false;
    struct scan scan = {
        .mapping = session->mapping,
        .pattern = &pattern,
        .backward = backward,
        .overlapping = request->overlapping,
        .threads = (unsigned)minimum_u64(request->threads, UINT_MAX),
        .pause = show_results,
    };
    bool done = mapping_clamped_range(session->mapping, range, &scan.range, error) &&
                (results.most == 0 || scan_run(&scan, take_matches, &results, error)) &&
                (!request->count || request->quiet || print_count(&results, error));
    pattern_release(&pattern);
    session->matched = results.count > 0;
    session->match = (struct range){results.last.offset, results.last.offset + results.last.length};
    if (done && results.count == 0)
        return error_no(error, "%s", "");
    return done;
}

bool cmd_find(struct session *session, struct error *error)
{
    return search(session, false, error);
}

bool cmd_rfind(struct session *session, struct error *error)
{
    return search(session, true, error);
}
