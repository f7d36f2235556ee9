/* stream_reach.c - how much of a stream a request needs. */
#include "commands/stream_reach.h"
#include "commands/command.h"
#include "mapping/positions.h"

/* A malformed RANGE will be rejected: read nothing. */
static bool parse(const char *text, struct range_spec *spec)
{
    return range_parse(text, spec, NULL);
}

uint64_t stream_reach_of_range(const char *range)
{
    struct range_spec spec;
    return parse(range, &spec) ? maximum_u64(range_reach(&spec), 1) : 1;
}

/* Whether output may pass the end of RANGE, because lines are printed whole. */
static bool passes_range(const struct request *request)
{
    return request->whole_lines || request->line || request->sorted;
}

/* The text of RANGE, or NULL. */
static const char *range_of(const struct request *request)
{
    return command_operand_of(request, OPERAND_RANGE);
}

static bool counts_from_end(const struct range_spec *spec)
{
    bool to_position = spec->kind == RANGE_TO_POSITION;
    return spec->start.from_end || (to_position && spec->end.from_end && spec->end.value > 0);
}

static bool window_is_open(const struct range_spec *window)
{
    return !window->start.from_end && window->kind == RANGE_TO_POSITION && window->end.from_end &&
           window->end.value == 0;
}

bool stream_is_forward(const struct request *request)
{
    const char *range = range_of(request);
    struct range_spec spec;
    bool forward =
        request->command->traits & COMMAND_FORWARD && !request->sorted && !request->lines_from_end;
    if (!forward || (request->window_given && !window_is_open(&request->window)))
        return false;
    return !range || (parse(range, &spec) && !counts_from_end(&spec));
}

/* Bytes from the start of the window, or of the stream, to the end of RANGE. */
static uint64_t reach_in_window(const struct request *request)
{
    const char *range = range_of(request);
    return range ? stream_reach_of_range(range) : UINT64_MAX;
}

/* Bytes from the start of the stream to `inner` bytes into the window. */
static uint64_t reach(const struct request *request, uint64_t inner)
{
    const struct range_spec *window = &request->window;
    uint64_t outer, both;
    if (!request->window_given)
        return inner;
    outer = maximum_u64(range_reach(window), 1);
    if (outer != UINT64_MAX) /* a window with an end must arrive whole */
        return outer;
    if (window->start.from_end || window->start.is_line || window->end.value != 0 ||
        !checked_add(window->start.value, inner, &both))
        return UINT64_MAX;
    return both;
}

/* Bytes on each side of RANGE that find --dump may print. */
static uint64_t margin(const struct request *request)
{
    bool searches = request->command->traits & COMMAND_SEARCHES;
    return searches && request->dump ? request_dump_around(request) + request->dump_layout.columns
                                     : 0;
}

/* The same as reach(), with what is printed after the end of RANGE. */
static uint64_t reach_of_output(const struct request *request, uint64_t inner)
{
    uint64_t both;
    if (passes_range(request) || !checked_add(inner, margin(request), &both))
        both = UINT64_MAX;
    return reach(request, both);
}

/* The first byte that the request needs; 0 if that depends on the stream's length or lines. */
static uint64_t stream_first(const struct request *request)
{
    const char *range = range_of(request);
    struct range_spec spec = {0};
    const struct position *base = &request->window.start; /* 0 if there is no window */
    uint64_t first;
    if (range && !parse(range, &spec))
        return 0;
    if (spec.start.from_end || base->from_end || base->is_line)
        return 0;
    if (range_has_lines(&spec)) /* they count from there */
        return base->value;
    spec.start.value -= minimum_u64(spec.start.value, margin(request));
    return checked_add(base->value, spec.start.value, &first) ? first : 0;
}

/* Whether the part ends where a line starts, or a number of bytes behind that. */
static bool ends_by_line(const struct request *request, struct line_target *end)
{
    const struct range_spec *window = &request->window;
    const char *range = range_of(request);
    struct range_spec spec = RANGE_ALL;
    if (range && !parse(range, &spec))
        return false;
    if (request->window_given && !window_is_open(window)) /* it must arrive whole */
        return range_has_lines(window) && positions_end_target(window, request->type, end);
    if (!(range_has_lines(&spec) || range_has_lines(window)) ||
        !positions_end_target(&spec, request->type, end))
        return false;
    if (window->start.is_line)
        end->newlines += window->start.value - 1;
    else
        end->from = window->start.value;
    return true;
}

struct stream_part stream_part_of(const struct request *request)
{
    bool reads = request->command->access == COMMAND_READS_STREAM;
    uint64_t inner = reads ? reach_in_window(request) : UINT64_MAX;
    struct stream_part part = {
        .first = reads ? stream_first(request) : 0,
        .most = reach_of_output(request, inner),
        .least = reach(request, inner),
        .lines = request->whole_lines || request->line,
    };
    if (reads && (stream_is_forward(request) || !passes_range(request)))
        part.ends_by_line = ends_by_line(request, &part.end);
    return part;
}
