/* find_dump.c - find --dump: the rows around matches. */
#include "commands/find_dump.h"

#include <stdlib.h>

bool dump_results_check(const struct request *request, struct error *error)
{
    const struct {
        bool given;
        const char *name;
    } others[] = {{request->line, "--line"},          {request->only_matching, "--only-matching"},
                  {request->number, "--line-number"}, {request->print_range, "--range"},
                  {request->count, "--count"},        {request->json, "--json"},
                  {request->null, "--null"},          {request->radix_given, "--radix"},
                  {request->sorted, "--sorted"}};
    if (!request->dump)
        return !request->layout_option ||
               error_usage(error, "--%s applies to dumps only: it needs --dump",
                           request->layout_option);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].given)
            return error_usage(error, "--dump prints rows of bytes: it does not go with %s",
                               others[i].name);
    return true;
}

struct dump_results *dump_results_new(struct results *results, struct error *error)
{
    const struct request *request = results->request;
    struct dump_results *dump = calloc(1, sizeof *dump);
    if (!dump) {
        error_memory(error, sizeof *dump);
        return NULL;
    }
    dump->results = results;
    dump->layout = request->dump_layout;
    dump->layout.color = results->colored;
    dump->reader.mapping = results->mapping;
    dump->around = request_dump_around(request);
    dump->limit = UINT64_MAX;
    dump->apart = true;
    return dump;
}

void dump_results_free(struct dump_results *dump)
{
    if (!dump)
        return;
    reader_release(&dump->reader);
    free(dump->group);
    free(dump);
}

bool dump_results_take(struct dump_results *dump, const struct match *match, struct error *error)
{
    return dump->results->backward ? dump_group_take(dump, match, error)
                                   : dump_rows_take(dump, match, error);
}

bool dump_results_settle(struct dump_results *dump, uint64_t at, struct error *error)
{
    const struct mapping *mapping = dump->results->mapping;
    if (dump->results->backward)
        return true;
    if (mapping->incoming.goes_on)
        at = minimum_u64(at, mapping->size);
    return dump_rows_until(dump, dump_row_of(dump, at), error);
}

/* The rows after the last match must arrive first. */
static bool await_rows(struct dump_results *dump, struct error *error)
{
    struct mapping *stream = dump->results->stream;
    while (stream && stream->incoming.goes_on && dump->printed < dump_rows_wanted_end(dump)) {
        mapping_drop(stream, dump->printed);
        if (!output_flush(dump->results->output, error) || !mapping_more(stream, error) ||
            !dump_results_settle(dump, UINT64_MAX, error))
            return false;
    }
    return true;
}

bool dump_results_end(struct dump_results *dump, struct error *error)
{
    if (dump->results->backward)
        return dump_group_print(dump, error);
    return dump_results_settle(dump, UINT64_MAX, error) && await_rows(dump, error) &&
           dump_rows_until(dump, UINT64_MAX, error);
}

uint64_t dump_results_keep(const struct dump_results *dump, uint64_t at)
{
    uint64_t from = dump_row_of(dump, at);
    from = maximum_u64(from - minimum_u64(from, dump->around), dump->printed);
    if (dump->printed < dump_rows_wanted_end(dump))
        from = dump->printed;
    return minimum_u64(from, at);
}
