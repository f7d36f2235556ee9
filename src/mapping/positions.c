/* positions.c - the positions and ranges of a request, resolved against a file. */
#include "mapping/positions.h"

/* A line whose start has been found: later ones are counted from there. */
struct known_line {
    uint64_t number; /* from 1 */
    uint64_t start;
};

struct line_search {
    struct reader reader; /* owned */
    enum positions_beyond beyond;
    struct known_line known;
};

/* ---- lines that are not there ---------------------------------------------------------------- */

static bool no_such_line(const struct line_search *search, const struct position *line,
                         uint64_t lines, struct error *error)
{
    const char *whole = search->reader.mapping->windowed ? "window" : "file";
    return error_set(error, "line %s%llu %s (the %s has %llu line%s)", line->from_end ? "-" : "",
                     (unsigned long long)line->value,
                     line->from_end ? "is before the start" : "is past the end", whole,
                     (unsigned long long)lines, diag_plural(lines));
}

/* Whether a line would start at `end`: behind a newline, or at the start of the file. */
static bool is_line_border(struct reader *reader, uint64_t end, bool *is_border,
                           struct error *error)
{
    size_t unit = reader_unit(reader);
    struct range last = {end - minimum_u64(end, unit), end};
    uint64_t left = rest_of_units(end, unit) == 0;
    *is_border = end == 0;
    if (end == 0 || left == 0)
        return true;
    if (!lines_pass(reader, last, &left, &last.end, error))
        return false;
    *is_border = left == 0;
    return true;
}

/* ---- from the start -------------------------------------------------------------------------- */

/* `left` newlines are missing. The last line may lack one. */
static bool settle_at_end(struct line_search *search, uint64_t left, const struct position *line,
                          struct error *error)
{
    bool is_border;
    if (search->beyond == POSITIONS_CLAMP)
        return true;
    if (!is_line_border(&search->reader, search->reader.mapping->size, &is_border, error))
        return false;
    if (left == 1 && !is_border)
        return true;
    return no_such_line(search, line, line->value - 1 - left + !is_border, error);
}

static bool find_from_start(struct line_search *search, const struct position *line,
                            uint64_t *offset, struct error *error)
{
    uint64_t size = search->reader.mapping->size;
    struct known_line from = search->known;
    if (line->value < from.number)
        from = (struct known_line){1, 0};
    uint64_t left = line->value - from.number;
    if (!lines_pass(&search->reader, (struct range){from.start, size}, &left, offset, error))
        return false;
    if (left > 0)
        return settle_at_end(search, left, line, error);
    search->known = (struct known_line){line->value, *offset};
    return true;
}

/* ---- from the end ---------------------------------------------------------------------------- */

/* A rest of a unit behind the last newline is a line, as it is from the start. */
static bool find_last(struct line_search *search, uint64_t *count, uint64_t *offset,
                      struct error *error)
{
    size_t unit = reader_unit(&search->reader);
    uint64_t size = search->reader.mapping->size, whole = size - rest_of_units(size, unit);
    bool is_border = false;
    if (whole < size && !is_line_border(&search->reader, whole, &is_border, error))
        return false;
    *count -= is_border;
    *offset = whole;
    return true;
}

static bool find_from_end(struct line_search *search, const struct position *line, uint64_t *offset,
                          struct error *error)
{
    size_t unit = reader_unit(&search->reader);
    uint64_t left = line->value;
    if (!find_last(search, &left, offset, error))
        return false;
    struct range before = {0, *offset - minimum_u64(*offset, unit)};
    uint64_t asked = left, lines = line->value - left + (*offset > 0);
    if (left == 0)
        return true;
    if (!lines_pass_back(&search->reader, before, &left, offset, error))
        return false;
    lines += asked - left;
    return search->beyond == POSITIONS_CLAMP || line->value <= lines ||
           no_such_line(search, line, lines, error);
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static bool settle(struct line_search *search, struct position *position, struct error *error)
{
    uint64_t offset = 0;
    if (!position->is_line)
        return true;
    if (!(position->from_end ? find_from_end(search, position, &offset, error)
                             : find_from_start(search, position, &offset, error)))
        return false;
    *position = (struct position){.value = offset};
    return true;
}

static bool settle_lines(struct line_search *search, struct range_spec *spec, struct error *error)
{
    bool done = settle(search, &spec->start, error) &&
                (spec->kind != RANGE_TO_POSITION || settle(search, &spec->end, error));
    reader_release(&search->reader);
    return done;
}

bool positions_settle(const struct mapping *mapping, const struct byte_type *type,
                      enum positions_beyond beyond, struct range_spec *spec, struct error *error)
{
    /* A script may have very many ranges, and few name lines. */
    if (!range_has_lines(spec))
        return true;
    struct line_search search = {
        .reader = {.mapping = mapping, .unit = line_unit(type)},
        .beyond = beyond,
        .known = {1, 0},
    };
    return settle_lines(&search, spec, error);
}

bool positions_range(const struct mapping *mapping, const struct byte_type *type, const char *text,
                     struct range *range, struct error *error)
{
    struct range_spec spec;
    return range_parse(text, &spec, error) &&
           positions_settle(mapping, type, POSITIONS_REJECT, &spec, error) &&
           range_resolve_strict(&spec, mapping->size, range, error);
}

bool positions_offset(const struct mapping *mapping, const struct byte_type *type, const char *text,
                      uint64_t *offset, struct error *error)
{
    struct range_spec spec = RANGE_ALL;
    return position_parse(text, &spec.start, error) &&
           positions_settle(mapping, type, POSITIONS_REJECT, &spec, error) &&
           position_resolve(spec.start, mapping->size, offset, error);
}

/* ---- streams --------------------------------------------------------------------------------- */

/* Bytes that stay held before a start: an expression looks at a few of them. */
enum { LOOK_BACK = 64 };

/* The start of a range in a stream that goes on. */
struct start_search {
    struct mapping *stream;
    struct line_search lines;  /* reads held bytes, and reports lines that do not exist */
    struct line_target target; /* the start */
    const struct positions_kept *kept;
    uint64_t line;   /* the last line that is known to have started */
    uint64_t looked; /* newlines were looked for up to here */
};

static bool has_arrived(const struct start_search *search)
{
    return search->stream->size >= search->target.offset;
}

/* Moves `*from` back to the first line that is kept. */
static bool keep_lines(struct start_search *search, uint64_t *from, struct error *error)
{
    struct reader *reader = &search->lines.reader;
    uint64_t end = *from - rest_of_units(*from, reader_unit(reader)), start;
    if (search->kept->lines == 0)
        return true;
    if (!line_start(reader, end, search->looked, &start, error))
        return false;
    search->line = start > search->looked ? start : search->line;
    search->looked = end;
    return lines_backward(reader, (struct range){0, search->line}, search->kept->lines - 1, from,
                          error);
}

static bool drop_before(struct start_search *search, struct error *error)
{
    const struct positions_kept *kept = search->kept;
    uint64_t from = minimum_u64(search->stream->size, search->target.offset);
    if (!keep_lines(search, &from, error))
        return false;
    from -= minimum_u64(from, LOOK_BACK);
    if (kept->drop && !kept->drop(kept->context, from, error))
        return false;
    mapping_drop(search->stream, from);
    return true;
}

/* Reads on until the start has arrived, or the end of the range, or the stream ends. */
static bool read_to_start(struct start_search *search, struct error *error)
{
    struct mapping *stream = search->stream;
    line_target_take(&search->target, mapping_memory(stream, 0), (size_t)stream->size);
    while (stream->incoming.goes_on && !has_arrived(search) &&
           stream->size < mapping_line_end(stream)) {
        uint64_t size = stream->size;
        if (!drop_before(search, error) || !mapping_more(stream, error))
            return false;
        if (stream->size > size)
            line_target_take(&search->target, mapping_memory(stream, size),
                             (size_t)(stream->size - size));
    }
    return drop_before(search, error);
}

/* A start that has not arrived is behind the end of the range, or of the stream. */
static bool set_start(struct start_search *search, struct position *start, struct error *error)
{
    const struct mapping *stream = search->stream;
    struct position line = *start;
    if (!start->is_line)
        return true;
    start->is_line = false;
    start->value = search->target.offset;
    if (has_arrived(search))
        return true;
    if (stream->incoming.goes_on) {
        start->value = mapping_line_end(stream) + 1;
        return true;
    }
    start->value = stream->size;
    return settle_at_end(&search->lines, search->target.newlines, &line, error);
}

static void set_end(const struct mapping *stream, struct position *end)
{
    uint64_t offset = mapping_line_end(stream);
    if (!end->is_line)
        return;
    *end = (struct position){.from_end = true};
    if (offset != UINT64_MAX)
        *end = (struct position){.value = offset};
}

/* LN, or N. */
static struct line_target target_of(const struct position *position, const struct byte_type *type)
{
    struct line_target target = LINE_TARGET_UNKNOWN;
    target.unit = line_unit(type);
    target.newlines = position->is_line ? position->value - 1 : 0;
    target.bytes = position->is_line ? 0 : position->value;
    return target;
}

bool positions_await(struct mapping *mapping, const struct byte_type *type,
                     enum positions_beyond beyond, const struct positions_kept *kept,
                     struct range_spec *spec, struct error *error)
{
    struct start_search search = {
        .stream = mapping,
        .lines = {.reader = {.mapping = mapping, .unit = line_unit(type)}, .beyond = beyond},
        .target = target_of(&spec->start, type),
        .kept = kept,
    };
    if (!mapping->incoming.streamed || !range_has_lines(spec))
        return true;
    bool done = read_to_start(&search, error) && set_start(&search, &spec->start, error);
    set_end(mapping, &spec->end);
    reader_release(&search.lines.reader);
    return done;
}

bool positions_end_target(const struct range_spec *spec, const struct byte_type *type,
                          struct line_target *end)
{
    bool to_position = spec->kind == RANGE_TO_POSITION;
    *end = target_of(to_position ? &spec->end : &spec->start, type);
    if (!to_position)
        end->bytes += spec->length;
    return !spec->start.from_end && !(to_position && spec->end.from_end);
}
