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

static bool is_short(uint64_t length)
{
    return length > 0 && length <= SHORT;
}

/* Whether the bytes of a match are printed as they are. */
static bool is_plain(const struct results *results)
{
    return !results->request->as && !results->colored && !results->guarded;
}

bool print_matches_are_texts(const struct results *results)
{
    const struct request *request = results->request;
    return request->only_matching && !request->quiet && !request->count && !request->json &&
           !request->number && !results->backward && is_plain(results);
}

/* Writes the place, the match, and what ends it. Returns the end. */
static char *put_short(const struct results *results, const struct result_place *place,
                       const unsigned char *bytes, char *to)
{
    to += format_place(results->request, place, ':', to);
    memcpy(to, bytes, (size_t)place->length);
    to += place->length;
    *to++ = result_end(results);
    return to;
}

bool format_match(const void *context, const struct scan_found *match, struct buffer *text,
                  struct error *error)
{
    const struct results *results = context;
    const struct output_name *name = results->output->name;
    struct result_place place = {0, match->offset, match->length};
    if (!is_short(match->length))
        return true;
    if (!buffer_reserve(text, output_name_length(name) + RESULT_PLACE_MAX + match->length + 1,
                        error))
        return false;
    char *to = output_name_put(name, ':', (char *)text->data + text->length);
    to = put_short(results, &place, match->bytes, to);
    text->length = (size_t)(to - (char *)text->data);
    return true;
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
    output_fill(results->output, (size_t)(put_short(results, place, bytes, room) - room));
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
    if (is_plain(results) && is_short(match->length))
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

/* Prints the texts of matches from `*i` on, up to one that has none, and moves `*i` there. */
static bool print_texts(const struct results *results, const struct scan_batch *batch, size_t count,
                        size_t *i, struct error *error)
{
    if (!batch->text_ends)
        return true;
    size_t start = scan_text_start(batch, *i), end = start;
    for (; *i < count && batch->text_ends[*i] > end; ++*i)
        end = batch->text_ends[*i];
    return output_bytes(results->output, batch->text + start, end - start, error);
}

bool print_matches(struct results *results, const struct scan_batch *batch, size_t count,
                   struct error *error)
{
    const struct request *request = results->request;
    if (!request->only_matching && !request->json)
        return print_places(results, batch->matches, count, error);
    for (size_t i = 0; i < count; i++) {
        if (!print_texts(results, batch, count, &i, error))
            return false;
        if (i < count && !print_one(results, &batch->matches[i], error))
            return false;
    }
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
