/* find_bytes.c - prints bytes of the file: as they are, in a TYPE, in JSON. */
#include "base/hex.h"
#include "base/screen_text.h"
#include "commands/find.h"
#include "output/json.h"

#include <string.h>

enum { STEP = 16 * 1024 };

/* Takes one part of the bytes; a long range has several. */
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

/* Prints bytes of a result; on a terminal it escapes control characters. */
struct screen {
    struct output *output;
    bool guarded;
    struct screen_text text;
    struct buffer shown; /* owned */
};

static bool print_shown(struct screen *screen, struct error *error)
{
    bool done = output_bytes(screen->output, screen->shown.data, screen->shown.length, error);
    screen->shown.length = 0;
    return done;
}

static bool take_shown(void *context, const unsigned char *bytes, size_t length,
                       struct error *error)
{
    struct screen *screen = context;
    if (!screen->guarded)
        return output_bytes(screen->output, bytes, length, error);
    return screen_text_feed(&screen->text, bytes, length, &screen->shown, error) &&
           print_shown(screen, error);
}

static bool screen_end(struct screen *screen, bool done, struct error *error)
{
    done = done && screen_text_finish(&screen->text, &screen->shown, error) &&
           print_shown(screen, error);
    buffer_release(&screen->shown);
    return done;
}

bool print_bytes(const struct results *results, struct reader *reader, struct range range,
                 struct error *error)
{
    struct screen screen = {.output = results->output, .guarded = results->guarded};
    return screen_end(&screen, for_bytes(reader, range, take_shown, &screen, error), error);
}

/* The colour of grep, which also clears to the end of a line. */
#define COLOR_BEGIN "\x1b[01;31m\x1b[K"
#define COLOR_END   "\x1b[m\x1b[K"

bool print_colored_bytes(const struct results *results, struct reader *reader, struct range range,
                         struct error *error)
{
    if (!results->colored || range.start == range.end)
        return print_bytes(results, reader, range, error);
    return output_text(results->output, COLOR_BEGIN, error) &&
           print_bytes(results, reader, range, error) &&
           output_text(results->output, COLOR_END, error);
}

/* ---- in a TYPE ------------------------------------------------------------------------------- */

/* Takes bytes, and passes their text in a TYPE on. */
struct typed {
    struct byte_decoder decoder;
    struct buffer text; /* owned */
    bool held;          /* a newline was held back: a blank, if another number follows */
    take_bytes *take;
    void *context;
};

/* Each number ends with a newline, which becomes a blank, but for the last one. */
static void join_numbers(struct typed *typed)
{
    struct buffer *text = &typed->text;
    if (!byte_type_is_number(typed->decoder.type) || text->length == 0)
        return;
    for (size_t i = 0; i < text->length; i++)
        if (text->data[i] == '\n')
            text->data[i] = ' ';
    text->length--;
}

static bool take_typed(void *context, const unsigned char *bytes, size_t length,
                       struct error *error)
{
    struct typed *typed = context;
    typed->text.length = 0;
    if (!byte_decoder_feed(&typed->decoder, bytes, length, &typed->text, error))
        return false;
    join_numbers(typed);
    if (typed->text.length == 0)
        return true;
    bool joined = typed->held;
    typed->held = byte_type_is_number(typed->decoder.type);
    return (!joined || typed->take(typed->context, (const unsigned char *)" ", 1, error)) &&
           typed->take(typed->context, typed->text.data, typed->text.length, error);
}

bool check_typed(const struct results *results, struct range range, struct error *error)
{
    const struct byte_type *type = results->request->as;
    unsigned size = type ? (unsigned)byte_type_size(type) : 1;
    unsigned long long length = range_length(range);
    return length % size == 0 ||
           error_set(error, "the match at %llu is not a whole number of %s: %llu bytes, %u each",
                     (unsigned long long)range.start, byte_type_name(type), length, size);
}

/* Passes the text of the bytes in the TYPE of --as on. */
static bool for_typed(const struct results *results, struct reader *reader, struct range range,
                      struct typed *typed, struct error *error)
{
    const struct request *request = results->request;
    byte_decoder_init(&typed->decoder, request->as, request->radix, range.start);
    bool done = for_bytes(reader, range, take_typed, typed, error) &&
                byte_decoder_finish(&typed->decoder, error);
    buffer_release(&typed->text);
    return done;
}

bool print_typed(const struct results *results, struct reader *reader, struct range range,
                 struct error *error)
{
    struct screen screen = {.output = results->output, .guarded = results->guarded};
    struct typed typed = {.take = take_shown, .context = &screen};
    return screen_end(&screen, for_typed(results, reader, range, &typed, error), error);
}

/* ---- in JSON --------------------------------------------------------------------------------- */

struct json_bytes {
    struct json_string string;
    struct output *output;
};

static bool take_json(void *context, const unsigned char *bytes, size_t length, struct error *error)
{
    struct json_bytes *json = context;
    return json_string_add(&json->string, json->output, bytes, length, error);
}

static bool take_hex(void *context, const unsigned char *bytes, size_t length, struct error *error)
{
    struct buffer text = {0};
    bool done = hex_append(&text, bytes, length, error) &&
                output_bytes(context, text.data, text.length, error);
    buffer_release(&text);
    return done;
}

static bool begin_json(struct output *output, const char *name, const char *ending,
                       struct error *error)
{
    return output_text(output, ",\"", error) && output_text(output, name, error) &&
           output_text(output, ending, error) && output_text(output, "\":\"", error);
}

bool print_json_bytes(const struct results *results, struct reader *reader, const char *name,
                      struct range range, struct error *error)
{
    struct output *output = results->output;
    struct json_bytes json = {.output = output};
    struct typed typed = {.take = take_json, .context = &json};
    if (!begin_json(output, name, "", error) ||
        !(results->request->as ? for_typed(results, reader, range, &typed, error)
                               : for_bytes(reader, range, take_json, &json, error)) ||
        !json_string_end(&json.string, output, error) || !output_text(output, "\"", error))
        return false;
    return !json.string.damaged ||
           (begin_json(output, name, "_hex", error) &&
            for_bytes(reader, range, take_hex, output, error) && output_text(output, "\"", error));
}
