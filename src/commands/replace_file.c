/* replace_file.c - --new-inode: the edited bytes in a new file, renamed over the old. */
#include "commands/replace_file.h"
#include "apply/listing.h"
#include "base/io_buffer.h"
#include "edit/assembler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 256 * 1024,
    BLOCK = 4096,
    SPARE_BLOCKS = 32, /* more than xfs may need to remove a mark */
};

/* The old file, the new one, and the state of the replacement. */
struct file_replacement {
    struct mapping *mapping;
    struct pool *pool;
    struct place *place, *new_place;
    struct file *file;  /* the new one */
    bool made;          /* this process created the name and removes it on failure */
    struct file *spare; /* holds free blocks for unmark(); or NULL */
    struct plan plan;
    struct plan_assembler assembler;
    unsigned char *chunk;
    const struct edit_list *edits;
    const struct apply_options *options;
};

static bool read_old(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error)
{
    const struct file_replacement *replacement = context;
    return mapping_read(replacement->mapping, offset, bytes, length, error);
}

static bool read_pool(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    struct file_replacement *replacement = context;
    return pool_read(replacement->pool, offset, bytes, length, error);
}

static bool name_new(struct file_replacement *replacement, struct error *error)
{
    char name[300];
    if (!place_of(replacement->mapping->path, &replacement->place, error))
        return false;
    int length = snprintf(name, sizeof name, ".%s.mmtool-new", place_name(replacement->place));
    if (length < 0 || (size_t)length >= sizeof name)
        return error_set(error, "its name is too long for a new file beside it");
    return place_sibling(replacement->place, name, &replacement->new_place, error);
}

static bool is_in_the_way(const struct place *place, struct error *error)
{
    char path[300];
    return error_set(error, "%s is in the way, and no edit of this user left it there: remove it",
                     diag_escape(path, sizeof path, place_path(place)));
}

static void drop_marked_undo(struct file *file)
{
    struct undo_file undo;
    if (journal_load_marked_undo(file, &undo, NULL))
        undo_file_drop(&undo);
    undo_file_release(&undo);
}

/* Removes the name of an open file, if no other edit works on that file. */
static bool remove_unlocked(const struct place *place, struct file *file, struct error *error)
{
    enum lock_result result = file_lock(file, LOCK_EXCLUSIVE, error);
    if (result != LOCK_HELD && result != LOCK_UNSUPPORTED)
        return false;
    if (!place_is_name_of(place, file))
        return true;
    drop_marked_undo(file);
    return place_remove(place, error);
}

/*
 * Removes the new file that a killed edit left. Never writes to it: it may have other names or
 * another owner.
 */
static bool remove_leftover(const struct place *place, struct error *error)
{
    struct file_status status;
    struct file *file;
    enum place_use use = place_look(place, &status, error);
    if (use == PLACE_FREE || use == PLACE_FAILED)
        return use == PLACE_FREE;
    bool own = status.owner == platform_user() || status.owner == 0;
    if (use != PLACE_FILE || status.links != 1 || !own ||
        place_open(place, FILE_OPEN_WRITE | FILE_OPEN_REGULAR, &file, NULL) != FILE_OPENED)
        return is_in_the_way(place, error);
    bool removed = remove_unlocked(place, file, error);
    (void)file_close(file, NULL);
    return removed;
}

static bool open_new(struct file_replacement *replacement, struct error *error)
{
    const unsigned flags =
        FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE | FILE_OPEN_PRIVATE;
    struct place *place = replacement->new_place;
    enum file_open_result result = place_open(place, flags, &replacement->file, error);
    if (result == FILE_EXISTS) {
        error_clear(error);
        if (!remove_leftover(place, error))
            return false;
        result = place_open(place, flags, &replacement->file, error);
    }
    replacement->made = result == FILE_OPENED;
    return replacement->made || error_prefix(error, "cannot make a new file beside it");
}

/*
 * The creator of a new file locks it. (The old file may be a running program, which cannot be
 * locked against others.) Once locked, both names must still belong to the opened files.
 */
static bool lock_new(struct file_replacement *replacement, struct error *error)
{
    struct mapping *mapping = replacement->mapping;
    enum lock_result result = file_lock(replacement->file, LOCK_EXCLUSIVE, error);
    if (result == LOCK_BUSY || !place_is_name_of(replacement->new_place, replacement->file)) {
        replacement->made = false; /* another edit removed it as a leftover */
        return error_set(error, "another mmtool is working on the file");
    }
    if (result != LOCK_HELD && result != LOCK_UNSUPPORTED)
        return false;
    return place_is_name_of(replacement->place, mapping->file) ||
           error_set(error, "another program replaced the file meanwhile");
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

/* Writes block by block, so that blocks of zeros stay holes. */
static bool write_chunk(struct file_replacement *replacement, uint64_t offset, size_t length,
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

static bool write_all(struct file_replacement *replacement, struct error *error)
{
    const struct mapping *mapping = replacement->mapping;
    uint64_t size = replacement->plan.new_size;
    bool has_holes = mapping_is_sparse(mapping);
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

/* Mark first: a later command finds the undo script of a killed edit by the mark. */
static bool save_undo(struct file_replacement *replacement, struct error *error)
{
    struct undo_file *undo = replacement->options->undo;
    return !undo || (journal_mark_undo(replacement->file, undo, error) &&
                     listing_save_undo(undo, replacement->mapping, replacement->edits,
                                       replacement->pool, error));
}

/*
 * Holds the blocks that unmark() needs in a spare file. In the new file they would have to
 * be cut off later, and a cut drops its set-user-ID bit and capabilities.
 */
static bool hold_spare(struct file_replacement *replacement, struct error *error)
{
    struct range spare = {0, SPARE_BLOCKS * replacement->mapping->status.block_size};
    bool reserved;
    if (!replacement->options->undo)
        return true;
    char *directory = place_directory(replacement->place, error);
    bool held = directory && file_open_unnamed(directory, &replacement->spare, error) &&
                file_allocate(replacement->spare, spare, false, &reserved, error);
    free(directory);
    return held;
}

/* Some file systems free the blocks of an unlinked file late, so truncate it first. */
static bool unmark(struct file_replacement *replacement, struct error *error)
{
    return file_set_size(replacement->spare, 0, error) &&
           journal_unmark_undo(replacement->file, error);
}

static bool make(struct file_replacement *replacement, struct apply_report *report,
                 struct error *error)
{
    return save_undo(replacement, error) && write_all(replacement, error) &&
           hold_spare(replacement, error) &&
           file_copy_attributes(replacement->mapping->file, replacement->file, &report->uncarried,
                                error) &&
           (!replacement->options->durable || file_sync(replacement->file, error));
}

/* After the rename: publishes the undo script. */
static bool finish(struct file_replacement *replacement, struct apply_report *report,
                   struct error *error)
{
    const struct apply_options *options = replacement->options;
    struct error cause = {0};
    (void)undo_file_publish(options->undo, options->durable, &report->undo_failure);
    if ((!options->undo || unmark(replacement, &cause)) &&
        (!options->durable || place_sync(replacement->place, &cause)))
        return true;
    return error_set(error, "the new file is in place, but it is not known to be on disk: %s",
                     cause.message);
}

static bool make_and_rename(struct file_replacement *replacement, struct apply_report *report,
                            struct error *error)
{
    if (!make(replacement, report, error) ||
        !place_rename(replacement->new_place, replacement->place, error)) {
        undo_file_drop(replacement->options->undo);
        return false;
    }
    replacement->made = false;
    return finish(replacement, report, error);
}

static bool prepare(struct file_replacement *replacement, struct error *error)
{
    struct plan_sources sources = {
        .read_old = read_old, .read_pool = read_pool, .context = replacement};
    struct plan_sizes sizes = {.write_max = CHUNK, .zero_min = CHUNK};
    replacement->chunk = io_buffer_new(CHUNK, error);
    return replacement->chunk &&
           plan_init(&replacement->plan, replacement->edits, replacement->mapping->size, &sizes,
                     error) &&
           plan_assembler_init(&replacement->assembler, &replacement->plan, sources, 2 * CHUNK,
                               error);
}

bool replace_file(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                  const struct apply_options *options, struct apply_report *report,
                  struct error *error)
{
    struct file_replacement replacement = {
        .mapping = mapping, .pool = pool, .edits = edits, .options = options};
    struct error late = {0};
    *report = (struct apply_report){.old_size = mapping->size, .new_size = mapping->size};
    if (edits->count == 0)
        return true;
    if (mapping->status.kind != FILE_REGULAR)
        return error_set(error, "--new-inode is for regular files");
    bool done = prepare(&replacement, error) && name_new(&replacement, error) &&
                open_new(&replacement, error) && lock_new(&replacement, error) &&
                make_and_rename(&replacement, report, error);
    if (done) {
        plan_count(&replacement.plan, &report->totals);
        report->new_size = replacement.plan.new_size;
    }
    if (replacement.made)
        (void)place_remove(replacement.new_place, NULL);
    if (!file_close(replacement.file, &late) && done)
        *error = late;
    (void)file_close(replacement.spare, NULL);
    plan_assembler_release(&replacement.assembler);
    place_free(replacement.new_place);
    place_free(replacement.place);
    io_buffer_free(replacement.chunk);
    return done && !late.status;
}
