/*
 * edit.c - write, move and resize: each makes a list of edits.
 */
#include "commands/change.h"
#include "commands/records.h"
#include "mapping/positions.h"

#include <string.h>

/* ---- write ----------------------------------------------------------------------------------- */

/* --fill may cut the last copy of DATA, but not inside a number or a UTF-16 unit. */
static bool check_fill_units(const struct request *request, struct range range, struct error *error)
{
    size_t unit = request->from     ? 1
                  : request->record ? request->record->size
                  : request->type   ? byte_type_size(request->type)
                                    : 1;
    if (range_length(range) % unit == 0)
        return true;
    if (request->record)
        return error_set(error, "the range of %llu bytes is not whole records of %zu bytes",
                         (unsigned long long)range_length(range), unit);
    return error_set(error,
                     "the range of %llu bytes is not whole values of %zu bytes, as --type=%s has "
                     "them",
                     (unsigned long long)range_length(range), unit, byte_type_name(request->type));
}

static bool write_fill(struct change *change, struct range range, struct error *error)
{
    if (!check_fill_units(change->session->request, range, error))
        return false;
    if (pool_size(&change->pool) == 0 && range_length(range) > 0)
        return error_usage(error, "there is no DATA to fill the range with");
    return change_add(change, change_pool_edit(change, range, range_length(range)), error) &&
           change_apply_expected(change, range, error);
}

static bool needs_position(const struct change *change, struct error *error)
{
    struct error cause = *error;
    const char *range = change->session->request->operands.items[0];
    char start[48];
    diag_escape_span(start, sizeof start, range, strcspn(range, ":+"));
    return error_set(error, "%s; --extend needs a POSITION in place of the range: %s",
                     cause.message, *start ? start : "0");
}

/* Records of a file that skip bytes are written field by field. */
static bool add_data(struct change *change, struct range old, uint64_t length, struct error *error)
{
    const struct record *record = change->session->request->record;
    if (record && record->skips && change->pool.has_file)
        return records_add_edits(record, old, &change->edits, error);
    return change_add(change, change_pool_edit(change, old, length), error);
}

static bool write_range(struct change *change, const struct range_spec *spec, struct error *error)
{
    struct range range;
    uint64_t length = 0;
    if (!range_resolve_strict(spec, change->mapping->size, &range, error))
        return change->session->request->extend ? needs_position(change, error) : false;
    if (change->session->request->fill)
        return write_fill(change, range, error);
    if (!change_data_length(change, &length, error))
        return false;
    if (length != range_length(range))
        return error_set(error,
                         "DATA is %llu byte%s long, the range %llu; --fill would repeat or cut it",
                         (unsigned long long)length, diag_plural(length),
                         (unsigned long long)range_length(range));
    return change_keep_digits(change, range, error) && add_data(change, range, length, error) &&
           change_apply_expected(change, range, error);
}

static bool write_position(struct change *change, struct position position, struct error *error)
{
    uint64_t size = change->mapping->size, offset = 0, length = 0, end = 0;
    if (change->session->request->fill)
        return error_usage(error, "--fill needs a RANGE with its end, such as 16+4 or 0:");
    if (!position_resolve(position, size, &offset, error) ||
        !change_data_length(change, &length, error))
        return false;
    if (!checked_add(offset, length, &end))
        return error_set(error, "%llu byte%s at %llu: past the largest offset a file can have",
                         (unsigned long long)length, diag_plural(length),
                         (unsigned long long)offset);
    bool passes = end > size && length > 0, extend = change->session->request->extend;
    if (passes && extend && change->mapping->windowed &&
        !mapping_check_resizable(change->mapping, error))
        return false;
    if (passes && !(extend && mapping_is_resizable(change->mapping)))
        return range_passes_end(
            length, offset, size,
            mapping_is_resizable(change->mapping) ? "; --extend would grow the file" : "", error);
    if (length == 0)
        return change_apply_expected(change, (struct range){offset, offset}, error);
    struct edit gap = {.offset = size, .kind = EDIT_ZEROS};
    gap.new_length = offset > size ? offset - size : 0;
    struct range old = {minimum_u64(offset, size), minimum_u64(end, size)};
    change->session->touched = (struct range){offset, end};
    return change_keep_digits(change, old, error) && change_add(change, gap, error) &&
           add_data(change, old, length, error) &&
           change_apply_expected(change, (struct range){offset, offset}, error);
}

bool cmd_write(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    struct range_spec spec;
    struct change change;
    if (request->operands.count < 2 && !request_has_source(request))
        return command_is_incomplete(request, "DATA is", error) || error_no_data(error);
    if (!range_parse(request->operands.items[0], &spec, error))
        return false;
    change_init(&change, session);
    bool done = change_take_data(&change, 1, error) &&
                positions_settle(change.mapping, request->type, POSITIONS_REJECT, &spec, error) &&
                (spec.is_position ? write_position(&change, spec.start, error)
                                  : write_range(&change, &spec, error));
    return change_release(&change, done, error);
}

/* ---- move ------------------------------------------------------------------------------------ */

bool cmd_move(struct session *session, struct error *error)
{
    const struct request *request = session->request;
    uint64_t size = session->mapping->size, offset = 0;
    struct range source;
    struct change change;
    if (!positions_offset(session->mapping, request->type, request->operands.items[0], &offset,
                          error) ||
        !positions_range(session->mapping, request->type, request->operands.items[1], &source,
                         error))
        return false;
    uint64_t length = range_length(source);
    if (offset > size || length > size - offset)
        return range_passes_end(length, offset, size, "", error);
    change_init(&change, session);
    struct edit edit = {.offset = offset, .old_length = length, .kind = EDIT_COPY};
    edit.source = source.start;
    edit.new_length = length;
    bool done = change_add(&change, edit, error) &&
                change_apply_expected(&change, (struct range){offset, offset + length}, error);
    return change_release(&change, done, error);
}

/* ---- resize ---------------------------------------------------------------------------------- */

/* Parses SIZE; +N and -N are relative to the current size. */
static bool parse_size(const char *text, uint64_t size, uint64_t *new_size, struct error *error)
{
    bool relative = text[0] == '+' || text[0] == '-';
    uint64_t number;
    if (!number_parse(text + relative, "size", &number, error))
        return false;
    *new_size = number;
    if (text[0] == '+' && !checked_add(size, number, new_size))
        return error_set(error, "size %llu plus %llu is more than a file can hold",
                         (unsigned long long)size, (unsigned long long)number);
    if (text[0] != '-')
        return true;
    if (number > size)
        return error_set(error, "%llu byte%s cannot be cut off (size %llu)",
                         (unsigned long long)number, diag_plural(number), (unsigned long long)size);
    *new_size = size - number;
    return true;
}

/* Removes the name of shared memory; processes that have it mapped keep it. */
static bool unlink_shared(struct session *session, struct error *error)
{
    static const char prefix[] = "shm:";
    const struct request *request = session->request;
    if (request->operands.count > 0)
        return error_usage(error, "--unlink takes no SIZE: it removes the shared memory");
    if (!session->mapping->shared_memory)
        return error_usage(error, "--unlink is for shared memory (shm:NAME), not for files");
    return request->dry_run || file_unlink_shared(request->file + sizeof prefix - 1, error);
}

bool cmd_resize(struct session *session, struct error *error)
{
    uint64_t size = session->mapping->size, new_size = 0;
    struct change change;
    if (session->request->unlink)
        return unlink_shared(session, error);
    if (!parse_size(session->request->operands.items[0], size, &new_size, error))
        return false;
    bool stays = new_size == size && !session->mapping->windowed;
    if (!stays && !mapping_check_resizable(session->mapping, error))
        return false;
    change_init(&change, session);
    struct edit edit = {.offset = minimum_u64(size, new_size), .kind = EDIT_ZEROS};
    edit.old_length = size - edit.offset;
    edit.new_length = new_size - edit.offset;
    bool done = change_add(&change, edit, error) && change_apply(&change, error);
    return change_release(&change, done, error);
}
