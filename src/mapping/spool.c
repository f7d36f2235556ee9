/* spool.c - the bytes of a stream, kept. */
#include "mapping/spool.h"

#include <stdlib.h>
#include <string.h>

enum { STEP = 256 * 1024 };

/* ---- the file -------------------------------------------------------------------------------- */

/* The directory of a path, in memory of its own; NULL where none can be had. */
static char *directory_of(const char *path)
{
    struct place *place;
    struct error ignored = {0};
    char *directory = NULL;
    if (!place_of(path, &place, &ignored))
        return NULL;
    size_t length = place_name_start(place_path(place));
    if (length > 0 && (directory = malloc(length + 1)) != NULL) {
        memcpy(directory, place_path(place), length);
        directory[length] = 0;
    }
    place_free(place);
    return directory;
}

/* Beside devices and shared memory is memory, too. */
static bool is_on_disk(const char *path)
{
    return strncmp(path, "shm:", 4) != 0 && strncmp(path, "/dev/", 5) != 0;
}

static bool open_beside(const char *path, struct file **file)
{
    struct error ignored = {0};
    char *directory = is_on_disk(path) ? directory_of(path) : NULL;
    bool opened = directory && file_open_unnamed(directory, file, &ignored);
    free(directory);
    return opened;
}

static bool open_file(struct spool *spool, struct error *error)
{
    const struct spool_place *place = &spool->place;
    struct error cause = {0};
    if (place->journal_dir && file_open_unnamed(place->journal_dir, &spool->file, &cause))
        return true;
    if (place->beside && open_beside(place->beside, &spool->file))
        return true;
    return file_open_unnamed(NULL, &spool->file, &cause) ||
           error_set(error, "no temporary file can be made for the bytes of a stream: %s",
                     cause.message);
}

/* Moves what is in memory to the file. */
static bool spill(struct spool *spool, struct error *error)
{
    if (!open_file(spool, error) ||
        !file_write(spool->file, 0, spool->memory.data, spool->memory.length, error))
        return false;
    buffer_release(&spool->memory);
    return true;
}

/* ---- bytes in and out ------------------------------------------------------------------------ */

bool spool_append(struct spool *spool, const void *bytes, size_t length, struct error *error)
{
    struct error cause = {0};
    bool fits = !spool->file && length <= SPOOL_MEMORY - spool->memory.length;
    if (length == 0)
        return true;
    if (fits ? !buffer_append(&spool->memory, bytes, length, error)
             : (!spool->file && !spill(spool, &cause)) ||
                   !file_write(spool->file, spool->size, bytes, length, &cause))
        return fits ? false
                    : error_set(error, "the bytes of the stream cannot be kept: %s", cause.message);
    spool->size += length;
    return true;
}

bool spool_read(const struct spool *spool, uint64_t offset, void *bytes, size_t length,
                struct error *error)
{
    size_t got;
    if (length == 0)
        return true;
    if (!spool->file) {
        memcpy(bytes, spool->memory.data + offset, length);
        return true;
    }
    return file_read(spool->file, offset, bytes, length, &got, error) &&
           (got == length || error_set(error, "the temporary file of a stream was cut short"));
}

/* Reads up to `length` bytes into the room; drops them if `keep` is false. */
static bool take_step(struct spool *spool, struct file *stream, unsigned char *room,
                      uint64_t length, bool keep, uint64_t *taken, struct error *error)
{
    size_t got;
    size_t step = (size_t)minimum_u64(STEP, length);
    *taken = 0;
    if (!file_read_stream(stream, room, step, &got, error))
        return false;
    *taken = got;
    return !keep || spool_append(spool, room, got, error);
}

static bool take(struct spool *spool, struct file *stream, struct spool_part part,
                 unsigned char *room, uint64_t *skipped, struct error *error)
{
    uint64_t got = 1;
    *skipped = part.skip > 0 && file_skip(stream, part.skip) ? part.skip : 0;
    for (; *skipped < part.skip && got > 0; *skipped += got)
        if (!take_step(spool, stream, room, part.skip - *skipped, false, &got, error))
            return false;
    while (part.most > 0 && got > 0) {
        if (!take_step(spool, stream, room, part.most, true, &got, error))
            return false;
        part.most -= got;
    }
    return true;
}

bool spool_take(struct spool *spool, struct file *stream, struct spool_part part, uint64_t *skipped,
                struct error *error)
{
    unsigned char *room = malloc(STEP);
    bool done =
        (room || error_memory(error, STEP)) && take(spool, stream, part, room, skipped, error);
    free(room);
    return done;
}

bool spool_take_once(struct spool *spool, struct file *stream, size_t most, struct error *error)
{
    uint64_t taken;
    unsigned char *room = malloc(STEP);
    bool done = (room || error_memory(error, STEP)) &&
                take_step(spool, stream, room, most, true, &taken, error);
    free(room);
    return done;
}

void spool_release(struct spool *spool)
{
    struct error ignored = {0};
    (void)file_close(spool->file, &ignored);
    buffer_release(&spool->memory);
    *spool = (struct spool){.place = spool->place};
}
