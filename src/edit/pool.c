/* pool.c - the new bytes of edits. */
#include "edit/pool.h"

#include <string.h>

void pool_init(struct pool *pool)
{
    pool->bytes = (struct buffer){0};
    pool->has_file = false; /* `file` is looked at no further */
    pool->reader = (struct reader){0};
}

bool pool_release(struct pool *pool, struct error *error)
{
    buffer_release(&pool->bytes);
    reader_release(&pool->reader);
    return !pool->has_file || mapping_close(&pool->file, error);
}

uint64_t pool_size(const struct pool *pool)
{
    return pool->bytes.length + (pool->has_file ? range_length(pool->file_range) : 0);
}

/* Reads from the file, whose part of the pool begins with the byte at `offset` 0. */
static bool read_file(struct pool *pool, uint64_t offset, void *bytes, size_t length,
                      struct error *error)
{
    enum { SHORT = 4096 };
    offset += pool->file_range.start;
    if (length >= SHORT)
        return mapping_read(&pool->file, offset, bytes, length, error);
    pool->reader.mapping = &pool->file;
    const unsigned char *there = reader_rising(&pool->reader, offset, length, error);
    if (there)
        memcpy(bytes, there, length);
    return there != NULL;
}

bool pool_read(struct pool *pool, uint64_t offset, void *bytes, size_t length, struct error *error)
{
    size_t from_memory = 0;
    if (offset < pool->bytes.length) {
        from_memory = (size_t)minimum_u64(pool->bytes.length - offset, length);
        memcpy(bytes, pool->bytes.data + offset, from_memory);
    }
    if (from_memory == length)
        return true;
    return read_file(pool, offset + from_memory - pool->bytes.length,
                     (unsigned char *)bytes + from_memory, length - from_memory, error);
}

bool pool_read_edit(struct pool *pool, const struct mapping *target, const struct edit *edit,
                    struct range part, unsigned char *bytes, struct error *error)
{
    size_t length = (size_t)(part.end - part.start);
    if (edit->kind == EDIT_COPY)
        return mapping_read(target, edit->source + part.start, bytes, length, error);
    for (size_t done = 0; done < length;) {
        uint64_t phase = (part.start + done) % edit->period;
        size_t take = (size_t)minimum_u64(edit->period - phase, length - done);
        if (!pool_read(pool, edit->source + phase, bytes + done, take, error))
            return false;
        done += take;
    }
    return true;
}

const unsigned char *pool_memory(const struct pool *pool, const struct edit *edit,
                                 struct range part)
{
    if (edit->kind != EDIT_POOL || edit->source > pool->bytes.length || part.end > edit->period ||
        part.end > pool->bytes.length - edit->source || !pool->bytes.data)
        return NULL;
    return pool->bytes.data + edit->source + part.start;
}
