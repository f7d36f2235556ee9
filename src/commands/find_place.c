/* find_place.c - where a result is, as text or JSON, and what ends it. */
#include "commands/find_place.h"
#include "base/checked.h"
#include "base/decimal.h"
#include "output/name.h"

#include <string.h>

bool print_result_end(const struct results *results, struct error *error)
{
    const char end = result_end(results);
    return output_bytes(results->output, &end, 1, error);
}

static inline size_t put_place(const struct request *request, const struct result_place *place,
                               char behind, char text[RESULT_PLACE_MAX])
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

size_t format_place(const struct request *request, const struct result_place *place, char behind,
                    char text[RESULT_PLACE_MAX])
{
    return put_place(request, place, behind, text);
}

/* As in grep, "-" follows the name in lines of context. */
bool print_name(const struct results *results, char behind, struct error *error)
{
    return !results->output->name ||
           output_begin_result(results->output, behind == '-' ? '-' : ':', error);
}

bool print_place(const struct results *results, const struct result_place *place, char behind,
                 struct error *error)
{
    if (!print_name(results, behind, error))
        return false;
    char *room = (char *)output_room(results->output, RESULT_PLACE_MAX, error);
    if (!room)
        return false;
    output_fill(results->output, format_place(results->request, place, behind, room));
    return true;
}

/* Writes places to `room`; `*used` are the bytes written. Returns false at the first error. */
static bool put_places(struct results *results, const struct match *matches, size_t count,
                       char *room, size_t *used, struct error *error)
{
    const struct request *request = results->request;
    const char end = result_end(results);
    size_t length = 0;
    bool done = true;
    for (size_t i = 0; i < count && done; i++) {
        struct result_place place;
        done = find_place(results, &matches[i], &place, error);
        if (!done)
            break;
        length += put_place(request, &place, ':', room + length);
        room[length - 1] = end;
    }
    *used = length;
    return done;
}

bool print_places(struct results *results, const struct match *matches, size_t count,
                  struct error *error)
{
    enum { AT_ONCE = 128 };
    while (count > 0) {
        size_t some = results->output->name ? 1 : minimum_size(count, AT_ONCE), used;
        if (!print_name(results, ':', error))
            return false;
        char *room = (char *)output_room(results->output, some * RESULT_PLACE_MAX, error);
        if (!room)
            return false;
        bool done = put_places(results, matches, some, room, &used, error);
        output_fill(results->output, used);
        if (!done)
            return false;
        matches += some;
        count -= some;
    }
    return true;
}

bool print_line_number(struct results *results, uint64_t offset, struct error *error)
{
    struct result_place place = {0, offset, 0};
    if (!results->request->number)
        return true;
    if (!line_number(&results->numbers, offset, &place.number, error))
        return false;
    return print_name(results, ':', error) &&
           output_number(results->output, place.number, 10, error) &&
           output_text(results->output, ":", error);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static char *put_text(char *out, const char *text, size_t length)
{
    memcpy(out, text, length);
    return out + length;
}

/* The longest has three numbers of DECIMAL_MAX digits, a comma and a brace. */
enum { JSON_PLACE_MAX = 120 };

/* The members of a JSON object that give the place. Returns the length. */
static size_t format_json_place(const struct result_place *place, char out[JSON_PLACE_MAX])
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

bool print_json_place(const struct results *results, const struct result_place *place,
                      struct error *error)
{
    char text[JSON_PLACE_MAX];
    return output_begin_object(results->output, error) &&
           output_bytes(results->output, text, format_json_place(place, text), error);
}

bool print_json_end(const struct results *results, struct error *error)
{
    const char end[] = {'}', result_end(results)};
    return output_bytes(results->output, end, sizeof end, error);
}

bool print_json_place_alone(struct results *results, const struct match *match, struct error *error)
{
    struct result_place place;
    if (!find_place(results, match, &place, error) || !output_begin_object(results->output, error))
        return false;
    char *room = (char *)output_room(results->output, JSON_PLACE_MAX, error);
    if (!room)
        return false;
    size_t used = format_json_place(&place, room);
    room[used++] = '}';
    room[used++] = result_end(results);
    output_fill(results->output, used);
    return true;
}

bool print_json_span(const struct results *results, const struct match *match, bool is_next,
                     struct error *error)
{
    char *room = (char *)output_room(results->output, JSON_PLACE_MAX, error);
    size_t used = 0;
    if (!room)
        return false;
    if (is_next)
        room[used++] = ',';
    room[used++] = '{';
    used += format_json_place(&(struct result_place){0, match->offset, match->length}, room + used);
    room[used++] = '}';
    output_fill(results->output, used);
    return true;
}
