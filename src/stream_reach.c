/* stream_reach.c - how much of a stream a request needs. */
#include "stream_reach.h"
#include "command.h"

/* A range that is none: it will be refused, and nothing need be read for that. */
static bool parse(const char *text, struct range_spec *spec)
{
    struct error ignored = {0};
    return range_parse(text, spec, &ignored);
}

uint64_t stream_reach_of_range(const char *range)
{
    struct range_spec spec;
    return parse(range, &spec) ? maximum_u64(range_reach(&spec), 1) : 1;
}

/* How many operands stand in front of RANGE: PATTERN. */
static size_t operands_before_range(const struct request *request)
{
    bool searches = request->command->run == cmd_find || request->command->run == cmd_rfind;
    return searches && request->patterns.count == 0;
}

/* Lines are shown whole, so what is printed may lie behind RANGE. */
static bool passes_range(const struct request *request)
{
    return request->whole_lines || request->line || request->sorted;
}

static uint64_t reach_in_window(const struct request *request)
{
    size_t before = operands_before_range(request);
    if (request->operands.count < before) /* it will be refused */
        return 1;
    if (request->operands.count == before || passes_range(request))
        return UINT64_MAX;
    return stream_reach_of_range(request->operands.items[before]);
}

uint64_t stream_reach(const struct request *request)
{
    uint64_t inner = reach_in_window(request), outer, reach;
    const struct range_spec *window = &request->window;
    if (!request->window_given)
        return inner;
    outer = maximum_u64(range_reach(window), 1);
    if (outer != UINT64_MAX) /* it must be there whole */
        return outer;
    if (window->start.from_end || window->end.value != 0 ||
        !checked_add(window->start.value, inner, &reach))
        return UINT64_MAX;
    return reach;
}
