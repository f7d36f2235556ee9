/* find_line.c - prints a line, as text or JSON, and what separates groups of lines. */
#include "commands/find_place.h"
#include "output/name.h"

#include <string.h>

static bool print_json_line(struct results *results, struct reader *reader,
                            const struct result_line *line, const struct result_place *place,
                            struct error *error)
{
    struct range text = {place->offset, place->offset + place->length};
    bool is_context = line->kind == LINE_OF_CONTEXT;
    return print_json_place(results, place, error) &&
           print_json_bytes(results, reader, "line", text, error) &&
           (is_context || !results->marks || print_json_marks(results->marks, line, text, error)) &&
           (!is_context || output_text(results->output, ",\"context\":true", error)) &&
           print_json_end(results, error);
}

bool print_line(struct results *results, struct reader *reader, const struct result_line *line,
                struct error *error)
{
    struct range text = line->range;
    struct result_place place;
    bool is_context = line->kind == LINE_OF_CONTEXT;
    if (!line_strip(reader, &text, error) ||
        !find_place(results, &(struct match){text.start, range_length(text)}, &place, error))
        return false;
    if (results->request->json)
        return print_json_line(results, reader, line, &place, error);
    return print_place(results, &place, is_context ? '-' : ':', error) &&
           (is_context || !results->marks
                ? print_bytes(results, reader, text, error)
                : print_marked_line(results->marks, reader, line, text, error)) &&
           print_result_end(results, error);
}

bool format_line(const void *context, const struct scan_found *line, struct buffer *text,
                 struct error *error)
{
    size_t length = line->length;
    const struct results *results = context;
    /* print_line_number() puts the name in front, too. */
    const struct output_name *name = results->request->number ? NULL : results->output->name;
    if (!buffer_reserve(text, output_name_length(name) + RESULT_PLACE_MAX + length + 1, error))
        return false;
    char *to = output_name_put(name, ':', (char *)text->data + text->length);
    to += format_place(results->request, &(struct result_place){0, line->offset, length}, ':', to);
    memcpy(to, line->bytes, length);
    to += length;
    *to++ = result_end(results);
    text->length = (size_t)(to - (char *)text->data);
    return true;
}

bool print_separator(const struct results *results, struct error *error)
{
    return results->request->json ||
           (output_text(results->output, "--", error) && print_result_end(results, error));
}
