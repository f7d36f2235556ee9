/* find_print.c - prints a result of find and rfind: offset, range, match, line, JSON. */
#include "commands/find.h"
#include "base/decimal.h"
#include "output/name.h"

#include <string.h>

enum {
    STEP = 64 * 1024,  /* bytes read around a match */
    SHORT = 16 * 1024, /* longer matches are printed in parts */
};

static char terminator(const struct results *results)
{
    return results->request->null ? '\0' : '\n';
}

static bool print_end(const struct results *results, struct error *error)
{
    const char end = terminator(results);
    return output_bytes(results->output, &end, 1, error);
}

/* ---- the parts in front ---------------------------------------------------------------------- */

/* What may stand in front of a result, or be all of it. */
struct place {
    uint64_t number; /* of the line; 0: it is not printed */
    uint64_t offset, length;
};

/* Three numbers, and the characters after them. */
enum { PLACE_MAX = 3 * NUMBER_TEXT_MAX };

static bool find_place(struct results *results, const struct match *match, struct place *place,
                       struct error *error)
{
    *place = (struct place){0, match->offset, match->length};
    return !results->request->number ||
           line_number(&results->numbers, match->offset, &place->number, error);
}

/*
 * The parts that the options ask for, each with `behind` after it: the line's number;
 * OFFSET+LENGTH, or OFFSET if nothing else tells where the result is. Returns the length.
 */
static size_t format_place(const struct request *request, const struct place *place, char behind,
                           char text[PLACE_MAX])
{
    size_t used = 0;
    if (place->number > 0) {
        used += number_format(place->number, 10, text);
        text[used++] = behind;
    }
    if (!request->print_range && (request->number || request->only_matching))
        return used;
    used += number_format(place->offset, request->radix, text + used);
    if (request->print_range) {
        text[used++] = '+';
        used += number_format(place->length, request->radix, text + used);
    }
    text[used++] = behind;
    return used;
}

/* The name of FILE goes before all else. As in grep, "-" follows it in lines of context. */
static bool print_name(const struct results *results, char behind, struct error *error)
{
    return !results->output->name ||
           output_begin_result(results->output, behind == '-' ? '-' : ':', error);
}

static bool print_place(const struct results *results, const struct place *place, char behind,
                        struct error *error)
{
    if (!print_name(results, behind, error))
        return false;
    char *room = (char *)output_room(results->output, PLACE_MAX, error);
    if (!room)
        return false;
    output_fill(results->output, format_place(results->request, place, behind, room));
    return true;
}

static bool print_place_alone(const struct results *results, const struct place *place,
                              struct error *error)
{
    if (!print_name(results, ':', error))
        return false;
    char *room = (char *)output_room(results->output, PLACE_MAX, error);
    if (!room)
        return false;
    size_t used = format_place(results->request, place, ':', room);
    room[used - 1] = terminator(results);
    output_fill(results->output, used);
    return true;
}

bool print_line_number(struct results *results, uint64_t offset, struct error *error)
{
    struct place place = {0, offset, 0};
    if (!results->request->number)
        return true;
    if (!line_number(&results->numbers, offset, &place.number, error))
        return false;
    return print_name(results, ':', error) &&
           output_number(results->output, place.number, 10, error) &&
           output_text(results->output, ":", error);
}

static char *put_text(char *out, const char *text, size_t length)
{
    memcpy(out, text, length);
    return out + length;
}

/* The longest has three numbers of DECIMAL_MAX digits, a brace and a terminator. */
enum { JSON_PLACE_MAX = 120 };

/* The members of a JSON object that say where. Returns the length. */
static size_t format_json_place(const struct place *place, char out[JSON_PLACE_MAX])
{
    static const char first[] = "\"offset\":", second[] = ",\"length\":", third[] = ",\"number\":";
    char *at = put_text(out, first, sizeof first - 1);
    at += decimal_write(place->offset, at);
    at = put_text(at, second, sizeof second - 1);
    at += decimal_write(place->length, at);
    if (place->number > 0) {
        at = put_text(at, third, sizeof third - 1);
        at += decimal_write(place->number, at);
    }
    return (size_t)(at - out);
}

static bool print_json_place(const struct results *results, const struct place *place,
                             struct error *error)
{
    char text[JSON_PLACE_MAX];
    return output_begin_object(results->output, error) &&
           output_bytes(results->output, text, format_json_place(place, text), error);
}

static bool print_json_end(const struct results *results, struct error *error)
{
    return output_text(results->output, "}", error) && print_end(results, error);
}

/* ---- matches --------------------------------------------------------------------------------- */

static struct range range_of(const struct match *match)
{
    return (struct range){match->offset, match->offset + match->length};
}

static bool print_json_match(const struct results *results, const struct place *place,
                             struct error *error)
{
    if (!output_begin_object(results->output, error))
        return false;
    char *room = (char *)output_room(results->output, JSON_PLACE_MAX, error);
    if (!room)
        return false;
    size_t used = format_json_place(place, room);
    room[used++] = '}';
    room[used++] = terminator(results);
    output_fill(results->output, used);
    return true;
}

static bool print_json_found(struct results *results, const struct match *match,
                             const struct place *place, struct error *error)
{
    return print_json_place(results, place, error) &&
           print_json_bytes(results, &results->reader, "match", range_of(match), error) &&
           print_json_end(results, error);
}

/* The bytes of a match that is not long; those near them are read with them. */
static const unsigned char *match_bytes(struct results *results, const struct match *match,
                                        struct error *error)
{
    struct reader *reader = &results->reader;
    size_t length = (size_t)match->length, held;
    uint64_t end = match->offset + length;
    if (!results->backward)
        return reader_rising(reader, match->offset, length, error);
    const unsigned char *bytes = reader_before(reader, end, match->offset, STEP, &held, error);
    return bytes && held < length ? reader_read(reader, match->offset, length, error) : bytes;
}

/* By far the most matches: short, and printed as they are. */
static bool print_short(struct results *results, const struct match *match,
                        const struct place *place, struct error *error)
{
    const unsigned char *bytes = match_bytes(results, match, error);
    if (!bytes || !print_name(results, ':', error))
        return false;
    char *room = (char *)output_room(results->output, PLACE_MAX + SHORT + 1, error);
    if (!room)
        return false;
    size_t used = format_place(results->request, place, ':', room);
    memcpy(room + used, bytes, (size_t)match->length);
    used += (size_t)match->length;
    room[used++] = terminator(results);
    output_fill(results->output, used);
    return true;
}

/* --only-matching */
static bool print_found(struct results *results, const struct match *match,
                        const struct place *place, struct error *error)
{
    const struct request *request = results->request;
    struct range range = range_of(match);
    if (!check_typed(results, range, error))
        return false;
    if (request->json)
        return print_json_found(results, match, place, error);
    if (!request->as && match->length > 0 && match->length <= SHORT)
        return print_short(results, match, place, error);
    return print_place(results, place, ':', error) &&
           (request->as ? print_typed(results, &results->reader, range, error)
                        : print_bytes(results, &results->reader, range, error)) &&
           print_end(results, error);
}

bool print_match(struct results *results, const struct match *match, struct error *error)
{
    const struct request *request = results->request;
    struct place place;
    if (!find_place(results, match, &place, error))
        return false;
    if (request->only_matching)
        return print_found(results, match, &place, error);
    if (request->json)
        return print_json_match(results, &place, error);
    return print_place_alone(results, &place, error);
}

bool print_count(const struct results *results, struct error *error)
{
    struct output *output = results->output;
    bool json = results->request->json;
    return (json ? output_begin_object(output, error) && output_text(output, "\"count\":", error)
                 : output_begin_result(output, ':', error)) &&
           output_number(output, results->count, 10, error) &&
           (!json || output_text(output, "}", error)) && print_end(results, error);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool print_json_line(struct results *results, struct reader *reader,
                            const struct place *place, enum line_kind kind, struct error *error)
{
    struct range text = {place->offset, place->offset + place->length};
    return print_json_place(results, place, error) &&
           print_json_bytes(results, reader, "line", text, error) &&
           (kind == LINE_OF_MATCH || output_text(results->output, ",\"context\":true", error)) &&
           print_json_end(results, error);
}

bool print_line(struct results *results, struct reader *reader, struct range line,
                enum line_kind kind, struct error *error)
{
    struct place place;
    if (!line_strip(reader, &line, error) ||
        !find_place(results, &(struct match){line.start, range_length(line)}, &place, error))
        return false;
    if (results->request->json)
        return print_json_line(results, reader, &place, kind, error);
    return print_place(results, &place, kind == LINE_OF_MATCH ? ':' : '-', error) &&
           print_bytes(results, reader, line, error) && print_end(results, error);
}

bool format_line(const void *context, uint64_t offset, const unsigned char *bytes, size_t length,
                 struct buffer *text, struct error *error)
{
    const struct results *results = context;
    /* print_line_number() puts the name in front, too. */
    const struct output_name *name = results->request->number ? NULL : results->output->name;
    if (!buffer_reserve(text, output_name_length(name) + PLACE_MAX + length + 1, error))
        return false;
    char *to = output_name_put(name, ':', (char *)text->data + text->length);
    to += format_place(results->request, &(struct place){0, offset, length}, ':', to);
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
