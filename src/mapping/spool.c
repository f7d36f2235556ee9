/* spool.c - the bytes of a stream, kept. */
#include "mapping/spool.h"
#include "base/io_buffer.h"

#include <stdlib.h>
#include <string.h>

enum { READ_SIZE = 256 * 1024 };

/* ---- the file -------------------------------------------------------------------------------- */

/* The directory of a path, or NULL; owned by the caller. */
static char *directory_of(const char *path)
{
    struct place *place;
    if (!place_of(path, &place, NULL))
        return NULL;
    char *directory = place_directory(place, NULL);
    place_free(place);
    return directory;
}

/* The directories of devices and shared memory are in memory, too. */
static bool is_on_disk(const char *path)
{
    return strncmp(path, "shm:", 4) != 0 && strncmp(path, "/dev/", 5) != 0;
}

static bool open_beside(const char *path, struct file **file)
{
    char *directory = is_on_disk(path) ? directory_of(path) : NULL;
    bool opened = directory && file_open_unnamed(directory, file, NULL);
    free(directory);
    return opened;
}

static bool open_file(struct spool *spool, struct error *error)
{
    const struct spool_place *place = &spool->place;
    if (place->journal_dir && file_open_unnamed(place->journal_dir, &spool->file, NULL))
        return true;
    if (place->beside && open_beside(place->beside, &spool->file))
        return true;
    return file_open_unnamed(NULL, &spool->file, error) ||
           error_prefix(error, "no temporary file can be made for the bytes of a stream");
}

/* Moves the bytes from memory to a file. */
static bool spill(struct spool *spool, struct error *error)
{
    if (!open_file(spool, error) ||
        !file_write(spool->file, 0, spool->memory.data, spool->memory.length, error))
        return false;
    buffer_release(&spool->memory);
    return true;
}

static bool append_to_file(struct spool *spool, const void *bytes, size_t length,
                           struct error *error)
{
    return (spool->file || spill(spool, error)) &&
           file_write(spool->file, spool->size, bytes, length, error);
}

/* ---- bytes in and out ------------------------------------------------------------------------ */

bool spool_append(struct spool *spool, const void *bytes, size_t length, struct error *error)
{
    if (length == 0)
        return true;
    if (!spool->file && length <= SPOOL_MEMORY - spool->memory.length) {
        if (!buffer_append(&spool->memory, bytes, length, error))
            return false;
    } else if (!append_to_file(spool, bytes, length, error))
        return error_prefix(error, "the bytes of the stream cannot be kept");
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

/* A stream being read into a spool. */
struct taking {
    struct spool *spool;
    struct file *stream;
    unsigned char *room; /* READ_SIZE bytes */
};

/* One read of at most `length` bytes into the room; 0 bytes at the end of the stream. */
static bool read_some(const struct taking *taking, uint64_t length, size_t *got,
                      struct error *error)
{
    size_t size = (size_t)minimum_u64(READ_SIZE, length);
    return file_read_stream(taking->stream, taking->room, size, got, error);
}

static bool keep_some(const struct taking *taking, uint64_t length, size_t *got,
                      struct error *error)
{
    return read_some(taking, length, got, error) &&
           spool_append(taking->spool, taking->room, *got, error);
}

static bool has_end(const struct spool *spool, const struct line_target *end)
{
    return end && end->offset <= spool->size;
}

static bool take(const struct taking *taking, struct spool_part part, uint64_t *skipped,
                 struct error *error)
{
    size_t got = 1;
    *skipped = part.skip > 0 && file_skip(taking->stream, part.skip) ? part.skip : 0;
    for (; *skipped < part.skip && got > 0; *skipped += got)
        if (!read_some(taking, part.skip - *skipped, &got, error))
            return false;
    for (; part.most > 0 && got > 0 && !has_end(taking->spool, part.end); part.most -= got) {
        if (!keep_some(taking, part.most, &got, error))
            return false;
        if (part.end)
            line_target_take(part.end, taking->room, got);
    }
    return true;
}

bool spool_take(struct spool *spool, struct file *stream, struct spool_part part, uint64_t *skipped,
                struct error *error)
{
    struct taking taking = {spool, stream, io_buffer_new(READ_SIZE, error)};
    bool done = taking.room && take(&taking, part, skipped, error);
    io_buffer_free(taking.room);
    return done;
}

bool spool_take_once(struct spool *spool, struct file *stream, size_t most, struct error *error)
{
    size_t got;
    struct taking taking = {spool, stream, io_buffer_new(READ_SIZE, error)};
    bool done = taking.room && keep_some(&taking, most, &got, error);
    io_buffer_free(taking.room);
    return done;
}

void spool_release(struct spool *spool)
{
    (void)file_close(spool->file, NULL);
    buffer_release(&spool->memory);
    *spool = (struct spool){.place = spool->place};
}
