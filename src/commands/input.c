/* input.c - the other files that a command reads: --from, --edits, --patterns-from and so on. */
#include "commands/input.h"
#include "commands/input_typed.h"
#include "mapping/encoded.h"
#include "mapping/positions.h"

#include <stdlib.h>
#include <string.h>

/* ---- bytes into memory ----------------------------------------------------------------------- */

/* A file that an atomic script edits, as the edits so far leave it: an overlay's context. */
struct edited_file {
    const struct mapping *edited; /* the script's window, or all of it */
    const struct mapping *file;   /* without the edits */
};

static bool read_edited(const void *context, uint64_t offset, void *bytes, size_t length,
                        struct error *error)
{
    const struct edited_file *whole = context;
    const struct mapping *edited = whole->edited;
    struct range range = {offset, offset + length};
    struct range window = {edited->base, edited->base + edited->size};
    uint64_t in_start = minimum_u64(maximum_u64(range.start, window.start), range.end);
    uint64_t in_end = maximum_u64(minimum_u64(range.end, window.end), in_start);
    size_t before = (size_t)(in_start - range.start), inside = (size_t)(in_end - in_start);
    unsigned char *to = bytes;
    return mapping_read(whole->file, range.start, to, before, error) &&
           (inside == 0 ||
            mapping_read(edited, in_start - window.start, to + before, inside, error)) &&
           mapping_read(whole->file, in_end, to + before + inside, (size_t)(range.end - in_end),
                        error);
}

/* Reads the range of `from` into memory, in place of the input's file. */
static bool load(struct input *input, const struct mapping *from, struct error *error)
{
    struct buffer bytes = {0};
    size_t length;
    if (!checked_size(range_length(input->range), &length) ||
        !buffer_reserve(&bytes, length + 1, error))
        return error_set(error, "%llu bytes do not fit in memory",
                         (unsigned long long)range_length(input->range));
    bytes.length = length;
    if (!mapping_read(from, input->range.start, bytes.data, length, error)) {
        buffer_release(&bytes);
        return false;
    }
    mapping_keep_bytes(&input->mapping, &bytes);
    input->range = (struct range){0, length};
    return true;
}

/* Leaves out a newline at the end of the range. */
static bool leave_newline(struct input *input, const struct mapping *from, struct error *error)
{
    unsigned char last = 0;
    uint64_t *end = &input->range.end;
    if (*end > 0 && !mapping_read(from, *end - 1, &last, 1, error))
        return false;
    *end -= last == '\n';
    return true;
}

/* Sets the range that RANGE, if it is given, has in `from`. */
static bool set_range(struct input *input, const struct mapping *from, struct error *error)
{
    input->range = (struct range){0, from->size};
    if (input->is_text)
        return leave_newline(input, from, error);
    return !input->range_text ||
           positions_range(from, input->type, input->range_text, &input->range, error);
}

/* ---- streams --------------------------------------------------------------------------------- */

/* The part of a stream that RANGE asks for. */
static struct spool_part part_of(const struct range_spec *spec)
{
    struct spool_part part = {.most = range_reach(spec)};
    if (!spec->start.from_end && !range_has_lines(spec)) /* lines count from the first byte on */
        part.skip = spec->start.value;
    if (part.most != UINT64_MAX)
        part.most -= part.skip;
    return part;
}

/* Resolves RANGE in a stream whose first `skipped` bytes were not kept. */
static bool set_stream_range(struct input *input, const struct range_spec *spec, uint64_t skipped,
                             struct error *error)
{
    struct range_spec settled = *spec;
    uint64_t kept = input->mapping.size;
    input->range = (struct range){0, kept};
    if (!input->range_text)
        return true;
    if (!positions_settle(&input->mapping, input->type, POSITIONS_REJECT, &settled, error) ||
        !range_resolve_strict(&settled, skipped + kept, &input->range, error))
        return false;
    input->range.start -= skipped;
    input->range.end -= skipped;
    return true;
}

static bool take_stream(struct input *input, const struct range_spec *spec,
                        const struct spool_place *place, struct error *error)
{
    struct spool spool = {.place = *place};
    struct spool_part part = {.most = UINT64_MAX};
    struct line_target end;
    uint64_t skipped = 0;
    if (input->range_text)
        part = part_of(spec);
    if (input->range_text && range_has_lines(spec) && positions_end_target(spec, input->type, &end))
        part.end = &end;
    if (!spool_take(&spool, input->mapping.file, part, &skipped, error)) {
        spool_release(&spool);
        return false;
    }
    input->from_stream = true;
    return mapping_keep_spool(&input->mapping, &spool, error) &&
           set_stream_range(input, spec, skipped, error);
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool is_stream(const struct input *input)
{
    const struct file_status *status = &input->mapping.status;
    return status->kind == FILE_STREAM || status->size_unknown;
}

/* Empty DATA is as suspicious as that of a stream. */
static bool take_values(struct input *input, const struct spool_place *place, struct error *error)
{
    bool late =
        input->is_for_one && !input->record && input_encode_late(&input->mapping, input->type);
    if (!late && !input_encode(&input->mapping, input->type, input->record, place, error))
        return false;
    input->place = *place;
    input->range = (struct range){0, input->mapping.size};
    input->from_stream = true;
    return true;
}

/* Whether its values are the bytes of a file, more than are kept in memory. */
static bool is_long_text(const struct input *input)
{
    return input->encoded && !input->record && (!input->type || byte_type_is_text(input->type)) &&
           !is_stream(input) && input->mapping.size > SPOOL_MEMORY;
}

/* Makes the opened input readable at any offset. */
static bool take_bytes(struct input *input, const struct spool_place *place, struct error *error)
{
    struct range_spec spec = {0};
    input->is_text = is_long_text(input);
    input->encoded = input->encoded && !input->is_text;
    if (input->encoded)
        return take_values(input, place, error);
    if (is_stream(input))
        return (!input->range_text || range_parse(input->range_text, &spec, error)) &&
               take_stream(input, &spec, place, error);
    return set_range(input, &input->mapping, error) &&
           (range_length(input->range) > SPOOL_MEMORY || load(input, &input->mapping, error));
}

static bool open_path(struct input *input, const char *path, struct error *error)
{
    input->given = mapping_open(&input->mapping, path, MAPPING_STREAMS | MAPPING_UNREAD, error);
    input->from_stream = input->given && !strcmp(path, "-");
    return input->given;
}

/* Opens FILE or FILE@RANGE. A file whose whole name is "FILE@RANGE" takes precedence. */
static bool open_source(struct input *input, const char *text, struct error *error)
{
    const char *at = strrchr(text, '@');
    if (open_path(input, text, error) || !at || at == text)
        return input->given;
    size_t length = (size_t)(at - text);
    char *name = malloc(length + 1);
    if (!name)
        return error_memory(error, length + 1);
    memcpy(name, text, length);
    name[length] = 0;
    bool opened = open_path(input, name, error);
    free(name);
    input->mapping.path = text;
    input->range_text = at + 1;
    return opened;
}

static bool input_release(struct input *input, struct error *error)
{
    bool given = input->given;
    input->given = false;
    return !given || mapping_close(&input->mapping, error);
}

static bool fail(struct input *input, struct error *error)
{
    char quoted[200];
    (void)input_release(input, NULL);
    return error_prefix(error, "--%s=%s", input->option,
                        diag_escape(quoted, sizeof quoted, input->mapping.path));
}

static bool take_opened(struct input *input, const struct request *request, const char *journal_dir,
                        struct error *error)
{
    struct spool_place place = {journal_dir, request->file};
    return !input->given || take_bytes(input, &place, error);
}

/* Drops an input that was opened, unless it is a stream or all are wanted. */
static bool keep_wanted(struct input *input, bool streams_only, struct error *error)
{
    return !input->given || !streams_only || is_stream(input) || input_release(input, error);
}

/* Which inputs to take. */
struct taking {
    const struct request *request;
    const char *journal_dir;
    bool streams_only;
};

/* A stream that failed cannot be read again: keeps the error for the command that names it. */
static bool keep_failure(struct input *input, const struct taking *taking, struct error *error)
{
    bool was_read = input->given && taking->streams_only;
    (void)fail(input, error);
    if (!was_read)
        return false;
    input->failure = *error;
    error_clear(error);
    return true;
}

/* Takes the input that option `name` brings, if there is one and it was not taken before. */
static bool take(const struct taking *taking, struct input *input, const char *name,
                 const char *text, struct error *error)
{
    if (!text || input->given)
        return true;
    if (input->failure.status != STATUS_DONE) {
        *error = input->failure;
        return false;
    }
    *input = (struct input){.option = name, .type = taking->request->type};
    input->record = taking->request->record;
    input->is_for_one = !request_has_files(taking->request);
    bool has_range = !strcmp(name, "from");
    input->encoded = !strcmp(name, "typed-from");
    return ((has_range ? open_source(input, text, error) : open_path(input, text, error)) &&
            keep_wanted(input, taking->streams_only, error) &&
            take_opened(input, taking->request, taking->journal_dir, error)) ||
           keep_failure(input, taking, error);
}

static bool take_all(struct inputs *inputs, const struct taking *taking, struct error *error)
{
    const struct request *request = taking->request;
    if (take(taking, &inputs->data, "edits", request->edits, error) &&
        take(taking, &inputs->data, "from", request->from, error) &&
        take(taking, &inputs->data, "typed-from", request->typed_from, error) &&
        take(taking, &inputs->patterns, "patterns-from", request->patterns_from, error))
        return true;
    (void)inputs_release(inputs, NULL);
    return false;
}

bool inputs_are_named(const struct request *request)
{
    return request->edits || request_has_source(request) || request->patterns_from;
}

bool inputs_are_taken(const struct inputs *inputs)
{
    return inputs->data.given || inputs->patterns.given ||
           inputs->data.failure.status != STATUS_DONE ||
           inputs->patterns.failure.status != STATUS_DONE;
}

bool inputs_are_standard(const struct request *request)
{
    return input_is_standard(request->edits) || input_is_standard(request->from) ||
           input_is_standard(request->typed_from) || input_is_standard(request->patterns_from);
}

bool input_is_standard(const char *text)
{
    return text && text[0] == '-' && (text[1] == 0 || text[1] == '@');
}

bool inputs_take(struct inputs *inputs, const struct request *request, const char *journal_dir,
                 struct error *error)
{
    return take_all(inputs, &(struct taking){request, journal_dir, false}, error);
}

bool inputs_take_streams(struct inputs *inputs, const struct request *request,
                         const char *journal_dir, struct error *error)
{
    return take_all(inputs, &(struct taking){request, journal_dir, true}, error);
}

/* ---- under the lock -------------------------------------------------------------------------- */

static bool same_file(const struct mapping *a, const struct mapping *b)
{
    return a->status.device == b->status.device && a->status.identity == b->status.identity;
}

/* The size of the whole file with the edits that a script has made so far. */
static uint64_t whole_size(const struct mapping *target)
{
    if (!target->windowed)
        return target->size;
    if (target->overlay && target->window.reaches_end)
        return target->base + target->size;
    return target->whole_size;
}

/* Reads again: the size and the lines, and so the meaning of RANGE, may have changed. */
static bool read_again(struct input *input, const struct mapping *target, struct error *error)
{
    struct mapping whole;
    struct edited_file edited = {target, &input->mapping};
    struct mapping_overlay overlay = {read_edited, &edited};
    mapping_forget_bytes(&input->mapping);
    input->mapping.size = whole_size(target);
    whole = input->mapping;
    whole.overlay = target->overlay ? &overlay : NULL;
    return set_range(input, &whole, error) && load(input, &whole, error);
}

/* Keeps the bytes that the values in `target` stand for, before the edit moves them. */
static bool encode_now(struct input *input, struct error *error)
{
    encoded_hide(&input->mapping);
    return take_values(input, &input->place, error);
}

bool input_settle(struct input *input, const struct mapping *target, struct error *error)
{
    if (!input || !input->given || is_stream(input) || !same_file(&input->mapping, target) ||
        (input->encoded && !input->mapping.encoded))
        return true;
    input->is_for_one = false;
    if (input->encoded ? encode_now(input, error) : read_again(input, target, error))
        return true;
    char quoted[200];
    return error_prefix(error, "--%s=%s", input->option,
                        diag_escape(quoted, sizeof quoted, input->mapping.path));
}

bool input_bytes(const struct input *input, struct buffer *room, const unsigned char **bytes,
                 size_t *length, struct error *error)
{
    *bytes = mapping_memory(&input->mapping, input->range.start);
    if (!checked_size(range_length(input->range), length))
        return error_set(error, "%llu bytes do not fit in memory",
                         (unsigned long long)range_length(input->range));
    if (*bytes)
        return true;
    if (!buffer_reserve(room, *length + 1, error) ||
        !mapping_read(&input->mapping, input->range.start, room->data, *length, error))
        return false;
    room->length = *length;
    *bytes = room->data;
    return true;
}

bool inputs_release(struct inputs *inputs, struct error *error)
{
    bool released = input_release(&inputs->data, error);
    return input_release(&inputs->patterns, released ? error : NULL) && released;
}

bool inputs_end(struct inputs *inputs, bool done, struct error *error)
{
    struct error late = {0};
    if (inputs_release(inputs, &late) || !done)
        return done;
    *error = late;
    return false;
}

void inputs_lend(const struct inputs *inputs, struct inputs *copy)
{
    *copy = *inputs;
    mapping_lend(&inputs->data.mapping, &copy->data.mapping);
    mapping_lend(&inputs->patterns.mapping, &copy->patterns.mapping);
}
