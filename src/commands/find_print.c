/* find_print.c - prints a result of find and rfind: offset, range, line, JSON. */
#include "commands/find.h"
#include "base/decimal.h"
#include "base/hex.h"
#include "output/json.h"

#include <string.h>

enum { STEP = 16 * 1024 };

static char terminator(const struct results *results)
{
    return results->request->null ? '\0' : '\n';
}

static bool print_end(const struct results *results, struct error *error)
{
    const char end = terminator(results);
    return output_bytes(results->output, &end, 1, error);
}

/* OFFSET or OFFSET+LENGTH, and the character after it. */
enum { PLACE_MAX = 2 * NUMBER_TEXT_MAX };

static size_t format_place(const struct request *request, uint64_t offset, uint64_t length,
                           char behind, char place[PLACE_MAX])
{
    size_t used = number_format(offset, request->radix, place);
    if (request->print_range) {
        place[used++] = '+';
        used += number_format(length, request->radix, place + used);
    }
    place[used++] = behind;
    return used;
}

static bool print_place(const struct results *results, uint64_t offset, uint64_t length,
                        char behind, struct error *error)
{
    char *room = (char *)output_room(results->output, PLACE_MAX, error);
    if (!room)
        return false;
    output_fill(results->output, format_place(results->request, offset, length, behind, room));
    return true;
}

static char *put_text(char *out, const char *text, size_t length)
{
    memcpy(out, text, length);
    return out + length;
}

/* The longest has two numbers of DECIMAL_MAX digits, a brace and a terminator. */
enum { JSON_PLACE_MAX = 80 };

/* Begins a JSON object. Returns the length. */
static size_t format_json_place(uint64_t offset, uint64_t length, char out[JSON_PLACE_MAX])
{
    static const char first[] = "{\"offset\":", second[] = ",\"length\":";
    char *at = put_text(out, first, sizeof first - 1);
    at += decimal_write(offset, at);
    at = put_text(at, second, sizeof second - 1);
    at += decimal_write(length, at);
    return (size_t)(at - out);
}

static bool print_json_place(const struct results *results, uint64_t offset, uint64_t length,
                             struct error *error)
{
    char place[JSON_PLACE_MAX];
    return output_bytes(results->output, place, format_json_place(offset, length, place), error);
}

static bool print_json_match(const struct results *results, const struct match *match,
                             struct error *error)
{
    char *room = (char *)output_room(results->output, JSON_PLACE_MAX, error);
    if (!room)
        return false;
    size_t used = format_json_place(match->offset, match->length, room);
    room[used++] = '}';
    room[used++] = terminator(results);
    output_fill(results->output, used);
    return true;
}

bool print_match(const struct results *results, const struct match *match, struct error *error)
{
    if (results->request->json)
        return print_json_match(results, match, error);
    return print_place(results, match->offset, match->length, terminator(results), error);
}

bool print_count(const struct results *results, struct error *error)
{
    struct output *output = results->output;
    bool json = results->request->json;
    return (!json || output_text(output, "{\"count\":", error)) &&
           output_number(output, results->count, 10, error) &&
           (!json || output_text(output, "}", error)) && print_end(results, error);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Takes one part of a line; a long line has several. */
typedef bool take_bytes(void *context, const unsigned char *bytes, size_t length,
                        struct error *error);

static bool for_bytes(struct reader *reader, struct range range, take_bytes *take, void *context,
                      struct error *error)
{
    while (range.start < range.end) {
        size_t length;
        const unsigned char *bytes =
            reader_from(reader, range.start, range.end, STEP, &length, error);
        if (!bytes || !take(context, bytes, length, error))
            return false;
        range.start += length;
    }
    return true;
}

static bool take_raw(void *context, const unsigned char *bytes, size_t length, struct error *error)
{
    return output_bytes(context, bytes, length, error);
}

struct json_line {
    struct json_string string;
    struct output *output;
};

static bool take_json(void *context, const unsigned char *bytes, size_t length, struct error *error)
{
    struct json_line *line = context;
    return json_string_add(&line->string, line->output, bytes, length, error);
}

static bool take_hex(void *context, const unsigned char *bytes, size_t length, struct error *error)
{
    struct buffer text = {0};
    bool done = hex_append(&text, bytes, length, error) &&
                output_bytes(context, text.data, text.length, error);
    buffer_release(&text);
    return done;
}

static bool print_json_line(const struct results *results, struct reader *reader, struct range text,
                            enum line_kind kind, struct error *error)
{
    struct output *output = results->output;
    struct json_line line = {.output = output};
    if (!print_json_place(results, text.start, range_length(text), error) ||
        !output_text(output, ",\"line\":\"", error) ||
        !for_bytes(reader, text, take_json, &line, error) ||
        !json_string_end(&line.string, output, error) || !output_text(output, "\"", error))
        return false;
    if (line.string.damaged &&
        (!output_text(output, ",\"line_hex\":\"", error) ||
         !for_bytes(reader, text, take_hex, output, error) || !output_text(output, "\"", error)))
        return false;
    return (kind == LINE_OF_MATCH || output_text(output, ",\"context\":true", error)) &&
           output_text(output, "}", error) && print_end(results, error);
}

bool print_line(const struct results *results, struct reader *reader, struct range line,
                enum line_kind kind, struct error *error)
{
    if (!line_strip(reader, &line, error))
        return false;
    if (results->request->json)
        return print_json_line(results, reader, line, kind, error);
    return print_place(results, line.start, range_length(line), kind == LINE_OF_MATCH ? ':' : '-',
                       error) &&
           for_bytes(reader, line, take_raw, results->output, error) && print_end(results, error);
}

bool format_line(const void *context, uint64_t offset, const unsigned char *bytes, size_t length,
                 struct buffer *text, struct error *error)
{
    const struct results *results = context;
    if (!buffer_reserve(text, PLACE_MAX + length + 1, error))
        return false;
    char *to = (char *)text->data + text->length;
    to += format_place(results->request, offset, length, ':', to);
    memcpy(to, bytes, length);
    to += length;
    *to++ = terminator(results);
    text->length = (size_t)(to - (char *)text->data);
    return true;
}

bool print_separator(const struct results *results, struct error *error)
{
    return results->request->json ||
           (output_text(results->output, "--", error) && print_end(results, error));
}
