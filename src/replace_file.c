/* replace_file.c - --new-inode: the edited bytes in a new file, renamed over the old. */
#include "replace_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 * 1024, BLOCK = 4096 };

/* The two files and the way from one to the other. */
struct replacement {
    struct mapping *mapping;
    struct pool *pool;
    struct place *place, *new_place;
    struct file *file; /* the new one */
    struct plan plan;
    struct plan_assembler assembler;
    unsigned char *chunk;
    bool durable;
};

static bool read_old(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error)
{
    const struct replacement *replacement = context;
    return mapping_read(replacement->mapping, offset, bytes, length, error);
}

static bool read_pool(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    struct replacement *replacement = context;
    return pool_read(replacement->pool, offset, bytes, length, error);
}

static bool open_new(struct replacement *replacement, struct error *error)
{
    char name[300];
    struct error cause = {0};
    if (!place_of(replacement->mapping->path, &replacement->place, error))
        return false;
    int length = snprintf(name, sizeof name, ".%s.mmtool-new", place_name(replacement->place));
    if (length < 0 || (size_t)length >= sizeof name)
        return error_set(error, "its name is too long for a new file beside it");
    if (!place_sibling(replacement->place, name, &replacement->new_place, error))
        return false;
    unsigned flags = FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_NO_FOLLOW | FILE_OPEN_PRIVATE;
    if (place_open(replacement->new_place, flags, &replacement->file, &cause) != FILE_OPENED)
        return error_set(error, "no new file can be made beside it: %s", cause.message);
    return true;
}

/*
 * Whoever makes such a file holds a lock on it: the old file, which may be a
 * running program, cannot be locked against others. When the lock is had the
 * name must still mean what was opened.
 */
static bool lock_new(struct replacement *replacement, struct error *error)
{
    struct file_status named;
    struct file *file;
    enum lock_result result = file_lock(replacement->file, LOCK_EXCLUSIVE, error);
    if (result != LOCK_HELD && result != LOCK_UNSUPPORTED)
        return false;
    if (place_open(replacement->place, 0, &file, error) != FILE_OPENED)
        return false;
    bool known = file_get_status(file, &named, error);
    struct error ignored = {0};
    (void)file_close(file, &ignored);
    if (known && named.identity != replacement->mapping->status.identity)
        return error_set(error, "another program replaced the file meanwhile");
    return known;
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

/* Writes a chunk block by block where zeros may stay a hole. */
static bool write_chunk(struct replacement *replacement, uint64_t offset, size_t length,
                        struct error *error)
{
    const struct mapping *mapping = replacement->mapping;
    if (mapping->status.allocated >= mapping->size)
        return file_write(replacement->file, offset, replacement->chunk, length, error);
    for (size_t at = 0; at < length;) {
        size_t block = length - at < BLOCK ? length - at : BLOCK;
        if (!is_zero(replacement->chunk + at, block) &&
            !file_write(replacement->file, offset + at, replacement->chunk + at, block, error))
            return false;
        at += block;
    }
    return true;
}

static bool write_all(struct replacement *replacement, struct error *error)
{
    const struct mapping *mapping = replacement->mapping;
    uint64_t size = replacement->plan.new_size;
    bool has_holes = mapping_is_sparse(mapping);
    if (!file_set_size(replacement->file, 0, error))
        return false;
    /* Otherwise the file grows as it is written: Windows keeps holes for files marked as sparse. */
    if (has_holes && !file_set_size(replacement->file, size, error))
        return false;
    for (uint64_t at = 0; at < size;) {
        size_t length = (size_t)minimum_u64(CHUNK, size - at);
        if (!plan_assemble(&replacement->assembler, at, replacement->chunk, length, error) ||
            !write_chunk(replacement, at, length, error))
            return false;
        at += length;
    }
    return true;
}

static bool make_and_rename(struct replacement *replacement, struct error *error)
{
    struct error ignored = {0};
    bool made = write_all(replacement, error) &&
                file_copy_attributes(replacement->mapping->file, replacement->file, error) &&
                (!replacement->durable || file_sync(replacement->file, false, error)) &&
                place_rename(replacement->new_place, replacement->place, error);
    if (!made) {
        (void)place_remove(replacement->new_place, &ignored);
        return false;
    }
    return !replacement->durable || place_sync(replacement->place, error);
}

static bool run(struct replacement *replacement, const struct edit_list *edits, struct error *error)
{
    struct plan_sources sources = {read_old, read_pool, replacement};
    replacement->chunk = malloc(CHUNK);
    return (replacement->chunk || error_memory(error, CHUNK)) &&
           plan_init(&replacement->plan, edits, replacement->mapping->size, CHUNK, CHUNK, 0,
                     error) &&
           plan_assembler_init(&replacement->assembler, &replacement->plan, sources, 2 * CHUNK,
                               error) &&
           open_new(replacement, error) && lock_new(replacement, error) &&
           make_and_rename(replacement, error);
}

bool replace_file(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                  bool durable, struct apply_report *report, struct error *error)
{
    struct replacement replacement = {.mapping = mapping, .pool = pool, .durable = durable};
    struct error late = {0};
    *report = (struct apply_report){.old_size = mapping->size, .new_size = mapping->size};
    if (edits->count == 0)
        return true;
    if (mapping->status.kind != FILE_REGULAR)
        return error_set(error, "--new-inode is for regular files");
    bool done = run(&replacement, edits, error);
    if (done) {
        plan_count(&replacement.plan, &report->totals);
        report->new_size = replacement.plan.new_size;
    }
    if (!file_close(replacement.file, &late) && done)
        *error = late;
    plan_assembler_release(&replacement.assembler);
    place_free(replacement.new_place);
    place_free(replacement.place);
    free(replacement.chunk);
    return done && !late.status;
}
