/* patterns.c - the patterns of find, rfind and splice: from operands, options and files. */
#include "commands/patterns.h"
#include "commands/input.h"

/* Of find and rfind --from is a pattern, of splice it is DATA. */
static bool from_is_pattern(const struct request *request)
{
    return request->from && request->command->traits & COMMAND_SEARCHES;
}

/* Gives the bytes of an input; `room` holds them if the input does not. */
static bool take_file(struct session *session, struct input *input, struct buffer *room,
                      struct pattern_file *file, struct error *error)
{
    file->given = true;
    file->name = input->mapping.path;
    return input_settle(input, session->mapping, error) &&
           input_bytes(input, room, &file->bytes, &file->length, error);
}

/* Whether FILE, of a known size, is shorter than the bytes of --from, as they are. */
static bool is_longer_than_file(const struct session *session, const struct input *input)
{
    const struct mapping *file = session->mapping;
    bool size_known = file->file && !file->is_held && file->status.kind != FILE_STREAM &&
                      !file->status.size_unknown;
    return size_known && range_length(input->range) > file->size;
}

/* Takes the bytes of --from. Those that no match can have room for are left unread. */
static bool take_whole(struct session *session, struct buffer *room, struct pattern_file *file,
                       struct error *error)
{
    if (!from_is_pattern(session->request))
        return true;
    struct input *input = &session->inputs->data;
    if (!input_settle(input, session->mapping, error))
        return false;
    return (!session->request->regex && is_longer_than_file(session, input)) ||
           take_file(session, input, room, file, error);
}

bool patterns_compile(struct session *session, const struct string_list *texts,
                      const struct byte_type *type, struct pattern *pattern, struct error *error)
{
    const struct request *request = session->request;
    struct pattern_options options = {type, request->ignore_case, request->regex,
                                      request->shortest};
    struct pattern_operands operands = {.texts = texts->items, .count = texts->count};
    struct buffer lines = {0}, whole = {0};
    if (session->pattern) {
        *pattern = *session->pattern;
        return true;
    }
    bool done = (!request->patterns_from ||
                 take_file(session, &session->inputs->patterns, &lines, &operands.lines, error)) &&
                take_whole(session, &whole, &operands.whole, error) &&
                pattern_init(pattern, &operands, &options, error);
    buffer_release(&lines);
    buffer_release(&whole);
    return done;
}

void patterns_release(const struct session *session, struct pattern *pattern)
{
    if (!session->pattern)
        pattern_release(pattern);
}

bool patterns_encode_one(struct session *session, const char *text, const struct byte_type *type,
                         struct buffer *bytes, struct error *error)
{
    struct pattern_file file = {0};
    struct buffer room = {0};
    if (text)
        return bytes_encode(type, text, bytes, error);
    bool done = take_file(session, &session->inputs->data, &room, &file, error) &&
                buffer_append(bytes, file.bytes, file.length, error);
    buffer_release(&room);
    return done;
}
