/* mapping.c - a file as bytes by offset: the core that every subcommand works on. */
#include "mapping.h"

#include <string.h>

enum { SPOOL_STEP = 256 * 1024 };

static bool open_path(struct mapping *mapping, unsigned flags, struct error *error)
{
    unsigned open_flags = flags & MAPPING_WRITE ? FILE_OPEN_WRITE : 0;
    if (!(flags & MAPPING_STREAMS))
        open_flags |= FILE_OPEN_NO_WAIT;
    enum file_open_result result = file_open(mapping->path, open_flags, &mapping->file, error);
    if (result == FILE_MISSING && flags & MAPPING_CREATE) {
        result = file_open(mapping->path, open_flags | FILE_OPEN_CREATE, &mapping->file, error);
        mapping->created = result == FILE_OPENED;
    }
    mapping->busy = result == FILE_BUSY;
    if (result == FILE_MISSING && flags & MAPPING_MAY_CREATE)
        return error_set(error, "no such file; --create would make it");
    return result == FILE_OPENED;
}

static bool spool(struct mapping *mapping, struct error *error)
{
    size_t got;
    do {
        if (!buffer_reserve(&mapping->spool, SPOOL_STEP, error) ||
            !file_read_stream(mapping->file, mapping->spool.data + mapping->spool.length,
                              mapping->spool.capacity - mapping->spool.length, &got, error))
            return false;
        mapping->spool.length += got;
    } while (got > 0);
    mapping->spooled = true;
    mapping->size = mapping->spool.length;
    return true;
}

/* Decides what can be done with what was opened. */
static bool accept(struct mapping *mapping, unsigned flags, struct error *error)
{
    bool to_change = flags & (MAPPING_WRITE | MAPPING_EDIT);
    if (!file_get_status(mapping->file, &mapping->status, error))
        return false;
    mapping->size = mapping->status.size;
    switch (mapping->status.kind) {
    case FILE_DIRECTORY:
        return error_set(error, "it is a directory");
    case FILE_SOCKET:
        return error_set(error, "it is a socket");
    case FILE_STREAM:
        if (to_change)
            return error_set(error, "it is a stream (pipe, terminal or character device): its "
                                    "bytes have no place to be edited in");
        if (!(flags & MAPPING_STREAMS))
            return error_set(error, "it is a stream (pipe, terminal or character device), not a "
                                    "file with offsets");
        return spool(mapping, error);
    case FILE_REGULAR:
    case FILE_BLOCK_DEVICE:
        break;
    }
    if (mapping->status.size_unknown) {
        if (to_change)
            return error_set(error,
                             "the system makes up its bytes: they cannot be edited in place");
        return spool(mapping, error);
    }
    return true;
}

static bool open_any(struct mapping *mapping, unsigned flags, struct error *error)
{
    if (strcmp(mapping->path, "-") != 0)
        return open_path(mapping, flags, error);
    if (!(flags & MAPPING_STREAMS))
        return error_usage(error, "standard input (-) can be read and searched only; a file of "
                                  "that name is ./-");
    return file_open_standard_input(&mapping->file, error);
}

bool mapping_open(struct mapping *mapping, const char *path, unsigned flags, struct error *error)
{
    *mapping = (struct mapping){.path = path};
    if (!open_any(mapping, flags, error))
        return false;
    if (accept(mapping, flags, error))
        return true;
    struct error ignored = {0};
    mapping_close(mapping, &ignored);
    return false;
}

bool mapping_close(struct mapping *mapping, struct error *error)
{
    bool closed = file_close(mapping->file, error);
    buffer_release(&mapping->spool);
    mapping->file = NULL;
    return closed;
}

bool mapping_is_resizable(const struct mapping *mapping)
{
    return mapping->status.kind == FILE_REGULAR && !mapping->spooled;
}

static bool cut_short(const struct mapping *mapping, uint64_t offset, struct error *error)
{
    uint64_t size;
    struct error ignored = {0};
    if (!file_get_size(mapping->file, &size, &ignored))
        size = offset;
    return error_set(error,
                     "the file was cut short by another program (no bytes at %llu; size was %llu, "
                     "is %llu)",
                     (unsigned long long)offset, (unsigned long long)mapping->size,
                     (unsigned long long)size);
}

bool mapping_read(const struct mapping *mapping, uint64_t offset, void *bytes, size_t length,
                  struct error *error)
{
    size_t got;
    if (length == 0)
        return true;
    if (mapping->spooled) {
        memcpy(bytes, mapping->spool.data + offset, length);
        return true;
    }
    if (!file_read(mapping->file, offset, bytes, length, &got, error))
        return false;
    return got == length || cut_short(mapping, offset + got, error);
}

bool mapping_write(struct mapping *mapping, uint64_t offset, const void *bytes, size_t length,
                   struct error *error)
{
    return file_write(mapping->file, offset, bytes, length, error);
}

bool mapping_resize(struct mapping *mapping, uint64_t size, struct error *error)
{
    if (!file_set_size(mapping->file, size, error))
        return false;
    mapping->size = size;
    return true;
}

bool mapping_check_size(const struct mapping *mapping, struct error *error)
{
    uint64_t size = 0;
    if (!file_get_size(mapping->file, &size, error))
        return false;
    return size == mapping->size ||
           error_set(error,
                     "another program changed the file's size meanwhile (it was %llu, is %llu)",
                     (unsigned long long)mapping->size, (unsigned long long)size);
}

bool mapping_next_data(const struct mapping *mapping, struct range within, struct range *data,
                       struct error *error)
{
    *data = within;
    bool may_have_holes = !mapping->spooled && mapping->status.kind == FILE_REGULAR &&
                          mapping->status.allocated < mapping->size;
    if (!may_have_holes || within.start >= within.end)
        return true;
    if (!file_next_data(mapping->file, within.start, mapping->size, data, error))
        return false;
    data->start = minimum_u64(maximum_u64(data->start, within.start), within.end);
    data->end = maximum_u64(minimum_u64(data->end, within.end), data->start);
    return true;
}

bool mapping_view(const struct mapping *mapping, struct range range, enum view_access access,
                  struct view *view, struct error *error)
{
    if (mapping->spooled)
        return error_set(error, "the system makes up its bytes: there are no pages to work on");
    return view_map(mapping->file, range, access, 0, view, error);
}

bool mapping_range(const struct mapping *mapping, const char *text, struct range *range,
                   struct error *error)
{
    struct range_spec spec;
    return range_parse(text, &spec, error) &&
           range_resolve_strict(&spec, mapping->size, range, error);
}

bool mapping_clamped_range(const struct mapping *mapping, const char *text, struct range *range,
                           struct error *error)
{
    struct range_spec spec;
    if (!range_parse(text, &spec, error))
        return false;
    *range = range_resolve_clamped(&spec, mapping->size);
    return true;
}
