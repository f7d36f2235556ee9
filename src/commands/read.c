/* read.c - read: bytes of a file, raw, as text, or as a dump. */
#include "base/bytes.h"
#include "base/io_buffer.h"
#include "base/screen_text.h"
#include "commands/command.h"
#include "mapping/positions.h"
#include "output/dump.h"
#include "platform/platform.h"

#include <string.h>

enum { STEP = 256 * 1024 }; /* bytes: long writes cost less, and the text still fits the cache */

/* Formats and prints the bytes of the range, which it takes in steps. */
struct sink {
    bool (*take)(struct sink *sink, const unsigned char *bytes, size_t length, struct error *error);
    bool (*end)(struct sink *sink, struct error *error);
    struct output *output;
    struct byte_decoder decoder;
    struct record_printer records;
    bool header_due;    /* the types of the columns are to be printed first */
    struct buffer text; /* owned */
    struct dump dump;
    bool guarded; /* output is a terminal: escape all that is not text, so that it cannot obey it */
    struct screen_text screen;
    struct buffer shown; /* output of `screen`; owned */
    bool first_is_all;   /* the first bytes taken are the whole range */
};

static bool put_shown(struct sink *sink, struct error *error)
{
    bool put = output_bytes(sink->output, sink->shown.data, sink->shown.length, error);
    sink->shown.length = 0;
    return put;
}

static bool put(struct sink *sink, const unsigned char *bytes, size_t length, struct error *error)
{
    if (!sink->guarded)
        return output_bytes(sink->output, bytes, length, error);
    return screen_text_feed(&sink->screen, bytes, length, &sink->shown, error) &&
           put_shown(sink, error);
}

static bool put_end(struct sink *sink, struct error *error)
{
    return screen_text_finish(&sink->screen, &sink->shown, error) && put_shown(sink, error);
}

static bool take_text(struct sink *sink, const unsigned char *bytes, size_t length,
                      struct error *error)
{
    sink->text.length = 0;
    return byte_decoder_feed(&sink->decoder, bytes, length, &sink->text, error) &&
           put(sink, sink->text.data, sink->text.length, error);
}

static bool end_text(struct sink *sink, struct error *error)
{
    return byte_decoder_finish(&sink->decoder, error) && put_end(sink, error) &&
           (!byte_type_needs_newline(sink->decoder.type) ||
            output_bytes(sink->output, "\n", 1, error));
}

static bool take_records(struct sink *sink, const unsigned char *bytes, size_t length,
                         struct error *error)
{
    sink->text.length = 0;
    if (sink->header_due && !record_append_header(sink->records.record, &sink->text, error))
        return false;
    sink->header_due = false;
    return record_printer_feed(&sink->records, bytes, length, &sink->text, error) &&
           output_bytes(sink->output, sink->text.data, sink->text.length, error);
}

/* Takes no bytes, but prints the header of a range without any. */
static bool end_records(struct sink *sink, struct error *error)
{
    return take_records(sink, NULL, 0, error) && record_printer_finish(&sink->records, error);
}

static bool take_dump(struct sink *sink, const unsigned char *bytes, size_t length,
                      struct error *error)
{
    return dump_bytes(&sink->dump, bytes, length, error);
}

static bool end_dump(struct sink *sink, struct error *error)
{
    return dump_end(&sink->dump, error);
}

/*
 * On a terminal the first bytes decide between text and a dump. Later bytes that are not text
 * are escaped, because a dump cannot begin in the middle of a line.
 */
static bool take_first(struct sink *sink, const unsigned char *bytes, size_t length,
                       struct error *error)
{
    bool plain = screen_text_is_plain(bytes, length, sink->first_is_all);
    sink->take = plain ? put : take_dump;
    sink->end = plain ? put_end : end_dump;
    return sink->take(sink, bytes, length, error);
}

static void start_dump(struct sink *sink, const struct request *request, uint64_t start)
{
    struct dump_layout layout = request->dump_layout;
    layout.color = output_is_colored(request->color);
    dump_init(&sink->dump, sink->output, &layout, start, stream_is_terminal(STREAM_OUTPUT));
}

static bool check_form(const struct request *request, bool may_be_dump, struct error *error)
{
    const struct byte_type *type = request->type;
    const struct record *record = request->record;
    if (request->dump && (type || record))
        return error_usage(error, "--dump does not go with --type");
    if (request->radix_given &&
        !(record ? record->has_integers : type && byte_type_is_integer(type)))
        return error_usage(error,
                           "--radix applies to integers only: it needs a --type such as u32le");
    if (request->layout_option && !request->dump)
        return error_usage(error, "--%s applies to dumps only: it needs --dump",
                           request->layout_option);
    return request->color != WHEN_ALWAYS || may_be_dump ||
           error_usage(error, "--color applies to dumps only: it needs --dump");
}

static bool choose_sink(struct sink *sink, const struct request *request, uint64_t start,
                        struct error *error)
{
    const struct byte_type *type = request->type;
    /* text and raw print the file's bytes as they are; every other type formats them */
    bool as_text = type && !byte_type_is_text(type);
    bool as_raw = type && !strcmp(byte_type_name(type), "raw");
    bool as_lines = request->lines_given || request->whole_lines;
    sink->guarded = !as_raw && stream_is_terminal(STREAM_OUTPUT);
    bool as_records = request->record != NULL;
    bool decides = sink->guarded && !as_text && !as_records && !as_lines && !request->dump;
    start_dump(sink, request, start);
    byte_decoder_init(&sink->decoder, type, request->radix, start);
    sink->records.record = request->record;
    sink->records.radix = request->radix;
    sink->records.offset = start;
    sink->header_due = request->header;
    sink->screen = (struct screen_text){0};
    sink->take = request->dump ? take_dump
                 : as_records  ? take_records
                 : as_text     ? take_text
                 : decides     ? take_first
                               : put;
    sink->end = request->dump ? end_dump : as_records ? end_records : as_text ? end_text : put_end;
    return check_form(request, request->dump || decides, error);
}

/* Raw bytes of a file go to another file without a way through this process, where that can be. */
static bool pour_unchanged(struct session *session, struct range *range, const struct sink *sink,
                           struct error *error)
{
    const struct mapping *mapping = session->mapping;
    uint64_t copied;
    if (sink->take != put || sink->guarded || range_length(*range) <= STEP ||
        !mapping_is_read_plainly(mapping))
        return true;
    struct range in_file = {mapping->base + range->start, mapping->base + range->end};
    if (!output_copy_file(sink->output, mapping->file, in_file, &copied, error))
        return false;
    range->start += copied;
    return true;
}

static bool pour(struct session *session, struct range range, struct sink *sink,
                 struct error *error)
{
    unsigned char *bytes = io_buffer_new(STEP, error);
    sink->first_is_all = range_length(range) <= STEP;
    bool done = bytes && pour_unchanged(session, &range, sink, error);
    while (done && range.start < range.end) {
        size_t length = (size_t)minimum_u64(STEP, range_length(range));
        done = mapping_read(session->mapping, range.start, bytes, length, error) &&
               sink->take(sink, bytes, length, error);
        range.start += length;
    }
    io_buffer_free(bytes);
    return done && sink->end(sink, error);
}

/* Applies --whole-lines, then --lines. */
static bool narrow(struct reader *reader, const struct request *request, struct range *range,
                   struct error *error)
{
    if (request->whole_lines && range->start < range->end) {
        uint64_t half = (range_length(*range) - 1) % reader_unit(reader);
        if (!line_start(reader, range->start, 0, &range->start, error) ||
            !line_end(reader, range->end - 1 - half, reader->mapping->size, &range->end, error))
            return false;
    }
    if (!request->lines_given)
        return true;
    if (request->lines_from_end) {
        struct range whole = *range; /* units count from the range's start */
        whole.end -= range_length(whole) % reader_unit(reader);
        return lines_backward(reader, whole, request->lines, &range->start, error);
    }
    return lines_forward(reader, *range, request->lines, &range->end, error);
}

static bool narrow_to_lines(const struct session *session, struct range *range, struct error *error)
{
    const struct byte_type *type = session->request->type;
    struct reader reader = {.mapping = session->mapping, .unit = line_unit(type)};
    bool done = narrow(&reader, session->request, range, error);
    reader_release(&reader);
    return done;
}

/* ---- a stream as it arrives ------------------------------------------------------------------ */

struct stream_reading {
    const struct request *request;
    struct mapping *stream;
    struct reader reader; /* of it */
    struct range range;   /* to be printed; its end may be past the end of the stream */
    uint64_t at;          /* bytes before this offset have been printed */
    uint64_t lines_left;  /* of --lines */
    bool ended;           /* everything to be printed has arrived */
};

/* Waits until the byte at `offset` has arrived. Keeps its line from the start, drops the rest. */
static bool hold_line(struct stream_reading *reading, uint64_t offset, struct error *error)
{
    struct mapping *stream = reading->stream;
    uint64_t line = 0, looked = 0;
    while (stream->incoming.goes_on && stream->size <= offset) {
        if (!mapping_more(stream, error))
            return false;
        uint64_t end = minimum_u64(stream->size, offset), start;
        end -= minimum_u64(end, rest_of_units(offset - end, reader_unit(&reading->reader)));
        if (!line_start(&reading->reader, end, looked, &start, error))
            return false;
        line = start > looked ? start : line;
        looked = end;
        mapping_drop(stream, line);
    }
    return true;
}

/*
 * Skips to the start of the range; if it is `widened` by --whole-lines, to the start of its first
 * line.
 */
static bool go_to_start(struct stream_reading *reading, bool widened, struct error *error)
{
    struct mapping *stream = reading->stream;
    struct range *range = &reading->range;
    if (!(widened ? hold_line(reading, range->start, error)
                  : mapping_skip(stream, range->start, error)))
        return false;
    range->start = minimum_u64(range->start, stream->size);
    return !widened || range->start == stream->size ||
           line_start(&reading->reader, range->start, 0, &range->start, error);
}

/* Leaves a unit that has arrived only in part for later. */
static void cut_to_units(const struct stream_reading *reading, uint64_t *end)
{
    if (reading->stream->incoming.goes_on && *end > reading->at)
        *end -= rest_of_units(*end - reading->at, reader_unit(&reading->reader));
}

/* Finds the end of the part of the range that has arrived. */
static bool find_end(struct stream_reading *reading, uint64_t *end, struct error *error)
{
    uint64_t size = reading->stream->size;
    uint64_t last = minimum_u64(reading->range.end, mapping_line_end(reading->stream));
    bool widened = reading->request->whole_lines && reading->range.start < last;
    *end = minimum_u64(size, last);
    reading->ended = size >= last || reading->range.start >= last;
    if (reading->ended && !widened)
        return true;
    if (size >= last) {
        uint64_t half =
            rest_of_units(last - 1 - reading->range.start, reader_unit(&reading->reader));
        struct range rest = {maximum_u64(reading->at, last - 1 - half), size};
        uint64_t left = 1;
        if (!lines_pass(&reading->reader, rest, &left, end, error))
            return false;
        reading->ended = left == 0;
    }
    if (!reading->ended)
        cut_to_units(reading, end);
    return true;
}

/* --lines: moves `*end` back to the end of the last line that is still wanted. */
static bool count_lines(struct stream_reading *reading, uint64_t *end, struct error *error)
{
    struct range rest = {reading->at, maximum_u64(*end, reading->at)};
    if (!lines_pass(&reading->reader, rest, &reading->lines_left, end, error))
        return false;
    reading->ended = reading->ended || reading->lines_left == 0;
    return true;
}

/* Prints the part of the range that has arrived. */
static bool pour_held(struct stream_reading *reading, struct sink *sink, struct error *error)
{
    uint64_t end;
    if (!find_end(reading, &end, error) ||
        (reading->request->lines_given && !count_lines(reading, &end, error)))
        return false;
    sink->first_is_all = reading->ended || !reading->stream->incoming.goes_on;
    if (end > reading->at && !sink->take(sink, mapping_memory(reading->stream, reading->at),
                                         (size_t)(end - reading->at), error))
        return false;
    reading->at = maximum_u64(end, reading->at);
    mapping_drop(reading->stream, reading->at);
    return true;
}

static bool pour_stream(struct stream_reading *reading, struct sink *sink, struct error *error)
{
    struct mapping *stream = reading->stream;
    reading->at = reading->range.start;
    reading->lines_left = reading->request->lines;
    while (pour_held(reading, sink, error)) {
        if (reading->ended || !stream->incoming.goes_on)
            return sink->end(sink, error);
        if (!output_flush(sink->output, error) || !mapping_more(stream, error))
            return false;
    }
    return false;
}

static bool read_stream(struct session *session, struct range range, struct sink *sink,
                        struct error *error)
{
    const struct request *request = session->request;
    struct mapping *stream = session->mapping;
    struct stream_reading reading = {.request = request, .stream = stream, .range = range};
    reading.reader = (struct reader){.mapping = stream, .unit = line_unit(request->type)};
    bool widened = request->whole_lines && range.start < range.end;
    /* Report a wrong request before waiting for input. */
    bool done = choose_sink(sink, request, range.start, error) &&
                (range.start >= range.end || go_to_start(&reading, widened, error)) &&
                choose_sink(sink, request, reading.range.start, error) &&
                pour_stream(&reading, sink, error);
    reader_release(&reading.reader);
    return done;
}

/* ---- read ------------------------------------------------------------------------------------ */

static bool read_range(struct session *session, struct range range, struct sink *sink,
                       struct error *error)
{
    bool done = narrow_to_lines(session, &range, error) &&
                choose_sink(sink, session->request, range.start, error) &&
                pour(session, range, sink, error);
    if (done)
        session->touched = range;
    return done;
}

/* Resolves RANGE. In a stream its lines must arrive first: reports a wrong request before that. */
static bool take_range(struct session *session, struct sink *sink, struct range *range,
                       struct error *error)
{
    const struct request *request = session->request;
    struct mapping *mapping = session->mapping;
    struct positions_kept kept = {.lines = request->whole_lines};
    const char *text = request->operands.count ? request->operands.items[0] : ":";
    struct range_spec spec;
    bool is_stream = mapping->incoming.streamed;
    if (!range_parse(text, &spec, error) || (is_stream && !choose_sink(sink, request, 0, error)) ||
        !positions_await(mapping, request->type, POSITIONS_CLAMP, &kept, &spec, error) ||
        !positions_settle(mapping, request->type, POSITIONS_CLAMP, &spec, error))
        return false;
    *range = range_resolve_clamped(&spec, mapping_largest_end(mapping));
    return true;
}

bool cmd_read(struct session *session, struct error *error)
{
    struct sink sink = {.output = session->output};
    struct range range;
    bool done = take_range(session, &sink, &range, error) &&
                (session->mapping->incoming.streamed ? read_stream(session, range, &sink, error)
                                                     : read_range(session, range, &sink, error));
    record_printer_release(&sink.records);
    buffer_release(&sink.text);
    buffer_release(&sink.shown);
    return done;
}
