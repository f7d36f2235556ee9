/* open.c - opens and closes a mapping, and says why a file cannot be opened. */
#include "mapping.h"
#include "mapping/encoded.h"

#include <stdlib.h>
#include <string.h>

static const char shared_prefix[] = "shm:";
enum { SHARED_PREFIX = sizeof shared_prefix - 1, LONGEST_SHARED = 300 };

/* `name` follows "shm:". If the memory has a path, the journal goes beside that. */
static enum file_open_result open_shared(struct mapping *mapping, const char *name, unsigned flags,
                                         struct error *error)
{
    enum file_open_result result = file_open_shared(name, flags, &mapping->file, error);
    char path[LONGEST_SHARED];
    mapping->shared_memory = true;
    if (result != FILE_OPENED || mapping->shared_path || !file_shared_path(name, path, sizeof path))
        return result;
    size_t size = strlen(path) + 1;
    mapping->shared_path = malloc(size);
    if (mapping->shared_path) {
        memcpy(mapping->shared_path, path, size);
        mapping->path = mapping->shared_path;
    }
    return result;
}

/* Creates the target of a symbolic link, too. */
static enum file_open_result make_file(struct mapping *mapping, unsigned flags, struct error *error)
{
    struct place *place;
    if (!place_of(mapping->path, &place, error))
        return FILE_FAILED;
    enum file_open_result result = place_open(place, flags, &mapping->file, error);
    place_free(place);
    return result;
}

/* Opens it in the directory of the neighbour: that saves a look at each directory of the path. */
static enum file_open_result open_beside(struct mapping *mapping, struct place *place,
                                         unsigned flags, struct error *error)
{
    enum file_open_result result = place_open(place, flags, &mapping->file, error);
    if (result == FILE_OPENED && file_has_own_name(mapping->file))
        mapping->place = place;
    else
        place_free(place);
    return result;
}

static enum file_open_result open_file(struct mapping *mapping, unsigned flags, struct error *error)
{
    const char *path = mapping->path;
    if (!strncmp(path, shared_prefix, SHARED_PREFIX))
        return open_shared(mapping, path + SHARED_PREFIX, flags, error);
    if (flags & FILE_OPEN_EXCLUSIVE)
        return make_file(mapping, flags, error);
    struct place *place = mapping->neighbour && !(flags & FILE_OPEN_WRITE)
                              ? place_beside(*mapping->neighbour, path)
                              : NULL;
    return place ? open_beside(mapping, place, flags, error)
                 : file_open(path, flags, &mapping->file, error);
}

/* If another process creates it first, it is not ours to remove later. */
static enum file_open_result create_missing(struct mapping *mapping, unsigned flags,
                                            struct error *error)
{
    enum file_open_result result =
        open_file(mapping, flags | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE, error);
    mapping->created = result == FILE_OPENED;
    if (result == FILE_EXISTS)
        result = open_file(mapping, flags, error);
    /* Windows does not tell the target of a broken link, but follows it when it creates a file. */
    return result == FILE_MISSING ? open_file(mapping, flags | FILE_OPEN_CREATE, error) : result;
}

static bool open_path(struct mapping *mapping, unsigned flags, struct error *error)
{
    unsigned open_flags = flags & MAPPING_WRITE ? FILE_OPEN_WRITE : 0;
    if (!(flags & MAPPING_STREAMS))
        open_flags |= FILE_OPEN_NO_WAIT;
    if (flags & MAPPING_PATIENT)
        open_flags |= FILE_OPEN_PATIENT;
    if (flags & MAPPING_PASSING)
        open_flags |= FILE_OPEN_PASSING;
    enum file_open_result result = open_file(mapping, open_flags, error);
    if (result == FILE_MISSING && flags & MAPPING_CREATE)
        result = create_missing(mapping, open_flags, error);
    mapping->busy = result == FILE_BUSY;
    mapping->not_allowed = result == FILE_NOT_ALLOWED;
    if (result == FILE_MISSING && flags & MAPPING_MAY_CREATE)
        return error_set(error, "no such %s; --create would make it",
                         mapping->shared_memory ? "shared memory" : "file");
    return result == FILE_OPENED;
}

static const struct stream_part whole_stream = {.most = UINT64_MAX, .least = UINT64_MAX};

/* Whether the kind of the open file allows what `flags` ask for. */
static bool accept(struct mapping *mapping, unsigned flags, const struct stream_part *part,
                   struct error *error)
{
    bool to_change = flags & (MAPPING_WRITE | MAPPING_EDIT);
    if (!file_get_first_status(mapping->file, &mapping->status, error))
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
        return flags & MAPPING_UNREAD || mapping_take_stream(mapping, flags, part, error);
    case FILE_REGULAR:
    case FILE_BLOCK_DEVICE:
        break;
    }
    if (mapping->status.size_unknown) {
        if (to_change)
            return error_set(error,
                             "the system makes up its bytes: they cannot be edited in place");
        return flags & MAPPING_UNREAD || mapping_take_stream(mapping, flags, part, error);
    }
    return true;
}

/* Before the edit: in the middle of it an error would be too late. */
static bool check_writable(struct mapping *mapping, unsigned flags, struct error *error)
{
    if (!(flags & MAPPING_WRITE) || file_check_writable(mapping->file, error))
        return true;
    mapping->not_allowed = true;
    return false;
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

bool mapping_open_part(struct mapping *mapping, const struct mapping_source *source, unsigned flags,
                       struct error *error)
{
    *mapping = (struct mapping){
        .path = source->path, .neighbour = source->neighbour, .writable = flags & MAPPING_WRITE};
    if (!open_any(mapping, flags, error))
        return false;
    if (accept(mapping, flags, &source->part, error) && check_writable(mapping, flags, error))
        return true;
    mapping_close(mapping, NULL);
    return false;
}

bool mapping_open(struct mapping *mapping, const char *path, unsigned flags, struct error *error)
{
    struct mapping_source source = {.path = path, .part = whole_stream};
    return mapping_open_part(mapping, &source, flags, error);
}

bool mapping_open_anonymous(struct mapping *mapping, uint64_t size, const char *tag,
                            struct error *error)
{
    *mapping = (struct mapping){.path = "", .writable = true, .anonymous = true};
    if (!file_open_anonymous(size, tag, &mapping->file, error))
        return false;
    if (accept(mapping, 0, &whole_stream, error))
        return true;
    mapping_close(mapping, NULL);
    return false;
}

static void release_held(struct mapping *mapping)
{
    if (mapping->bytes_are_lent)
        mapping->held = (struct buffer){0};
    buffer_release(&mapping->held);
    mapping->bytes_are_lent = false;
}

void mapping_keep_bytes(struct mapping *mapping, struct buffer *bytes)
{
    release_held(mapping);
    mapping->held = *bytes;
    *bytes = (struct buffer){0};
    mapping->is_held = true;
    mapping->size = mapping->held.length;
}

bool mapping_keep_spool(struct mapping *mapping, struct spool *spool, struct error *error)
{
    if (!spool->file) {
        mapping_keep_bytes(mapping, &spool->memory);
        return true;
    }
    (void)file_close(mapping->file, NULL);
    mapping->file = spool->file;
    mapping->size = spool->size;
    spool->file = NULL;
    return file_get_status(mapping->file, &mapping->status, error);
}

void mapping_forget_bytes(struct mapping *mapping)
{
    release_held(mapping);
    mapping->is_held = false;
}

void mapping_lend(const struct mapping *mapping, struct mapping *copy)
{
    *copy = *mapping;
    copy->file_is_lent = copy->bytes_are_lent = true;
    copy->shared_path = NULL;
    copy->place = NULL;
    copy->view_mapped = copy->view_used = copy->view_short = false;
}

void mapping_find_place(struct mapping *mapping)
{
    bool has_path = strcmp(mapping->path, "-") != 0 && !mapping->anonymous &&
                    !(mapping->shared_memory && !mapping->shared_path);
    if (!mapping->place && has_path)
        (void)place_of_opened(mapping->path, mapping->file,
                              mapping->neighbour ? *mapping->neighbour : NULL, &mapping->place,
                              NULL);
}

static bool is_untouched(const struct mapping *mapping)
{
    uint64_t size;
    return mapping->created && file_get_size(mapping->file, &size, NULL) && size == 0;
}

void mapping_remove_created(struct mapping *mapping)
{
    if (!is_untouched(mapping))
        return;
    mapping_find_place(mapping);
    if (!mapping->place)
        return;
    /* A program that has it open would be left with a file without a name. */
    if (file_company(mapping->file) != FILE_SHARED &&
        place_is_name_of(mapping->place, mapping->file) && is_untouched(mapping))
        (void)place_remove(mapping->place, NULL);
    mapping->created = false;
}

static void release_place(struct mapping *mapping)
{
    if (mapping->neighbour && mapping->place) {
        place_free(*mapping->neighbour);
        *mapping->neighbour = mapping->place;
    } else {
        place_free(mapping->place);
    }
    mapping->place = NULL;
}

bool mapping_close(struct mapping *mapping, struct error *error)
{
    struct error late = {0};
    bool unmapped = mapping_drop_view(mapping, &late);
    bool closed = mapping->file_is_lent || file_close(mapping->file, error);
    release_held(mapping);
    if (!mapping->file_is_lent)
        encoded_free(mapping->encoded);
    mapping->encoded = NULL;
    free(mapping->shared_path);
    release_place(mapping);
    mapping->shared_path = NULL;
    mapping->file = NULL;
    if (closed && !unmapped && error)
        *error = late;
    return closed && unmapped;
}
