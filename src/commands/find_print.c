/* find_print.c - prints a match, or the number of matches. */
#include "commands/find_place.h"
#include "output/name.h"

#include <string.h>

enum {
    STEP = 64 * 1024,  /* bytes read around a match */
    SHORT = 16 * 1024, /* longer matches are printed in parts */
};

static struct range range_of(const struct match *match)
{
    return (struct range){match->offset, match->offset + match->length};
}

static bool print_json_found(struct results *results, const struct match *match,
                             const struct result_place *place, struct error *error)
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
                        const struct result_place *place, struct error *error)
{
    const unsigned char *bytes = match_bytes(results, match, error);
    if (!bytes || !print_name(results, ':', error))
        return false;
    char *room = (char *)output_room(results->output, RESULT_PLACE_MAX + SHORT + 1, error);
    if (!room)
        return false;
    size_t used = format_place(results->request, place, ':', room);
    memcpy(room + used, bytes, (size_t)match->length);
    used += (size_t)match->length;
    room[used++] = result_end(results);
    output_fill(results->output, used);
    return true;
}

/* --only-matching */
static bool print_found(struct results *results, const struct match *match,
                        const struct result_place *place, struct error *error)
{
    const struct request *request = results->request;
    struct range range = range_of(match);
    if (!check_typed(results, range, error))
        return false;
    if (request->json)
        return print_json_found(results, match, place, error);
    bool is_plain = !request->as && !results->colored && !results->guarded;
    if (is_plain && match->length > 0 && match->length <= SHORT)
        return print_short(results, match, place, error);
    return print_place(results, place, ':', error) &&
           (request->as ? print_typed(results, &results->reader, range, error)
                        : print_colored_bytes(results, &results->reader, range, error)) &&
           print_result_end(results, error);
}

static bool print_one(struct results *results, const struct match *match, struct error *error)
{
    struct result_place place;
    if (!results->request->only_matching)
        return print_json_place_alone(results, match, error);
    return find_place(results, match, &place, error) && print_found(results, match, &place, error);
}

bool print_matches(struct results *results, const struct match *matches, size_t count,
                   struct error *error)
{
    const struct request *request = results->request;
    if (!request->only_matching && !request->json)
        return print_places(results, matches, count, error);
    for (size_t i = 0; i < count; i++)
        if (!print_one(results, &matches[i], error))
            return false;
    return true;
}

bool print_count(const struct results *results, struct error *error)
{
    struct output *output = results->output;
    bool json = results->request->json;
    return (json ? output_begin_object(output, error) && output_text(output, "\"count\":", error)
                 : output_begin_result(output, ':', error)) &&
           output_number(output, results->count, 10, error) &&
           (!json || output_text(output, "}", error)) && print_result_end(results, error);
}
