/* pool.c - the new bytes of an edit. */
#include "pool.h"
#include "stream_reach.h"

#include <stdlib.h>
#include <string.h>

void pool_init(struct pool *pool)
{
    *pool = (struct pool){0};
}

bool pool_release(struct pool *pool, struct error *error)
{
    buffer_release(&pool->bytes);
    return !pool->has_file || mapping_close(&pool->file, error);
}

uint64_t pool_size(const struct pool *pool)
{
    return pool->bytes.length + (pool->has_file ? range_length(pool->file_range) : 0);
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
    uint64_t in_file = offset + from_memory - pool->bytes.length;
    return mapping_read(&pool->file, pool->file_range.start + in_file,
                        (unsigned char *)bytes + from_memory, length - from_memory, error);
}

bool pool_read_edit(struct pool *pool, const struct mapping *target, const struct edit *edit,
                    uint64_t at, unsigned char *bytes, size_t length, struct error *error)
{
    if (edit->kind == EDIT_COPY)
        return mapping_read(target, edit->source + at, bytes, length, error);
    for (size_t done = 0; done < length;) {
        uint64_t phase = (at + done) % edit->period;
        size_t take = (size_t)minimum_u64(edit->period - phase, length - done);
        if (!pool_read(pool, edit->source + phase, bytes + done, take, error))
            return false;
        done += take;
    }
    return true;
}

/* Opens FILE or FILE@RANGE: a file whose own name holds the "@" is taken as it is. */
static bool open_source(struct pool *pool, const char *text, struct error *error)
{
    const char *at = strrchr(text, '@');
    char quoted[200];
    struct error first = {0};
    diag_escape(quoted, sizeof quoted, text);
    pool->file_range = (struct range){0, 0};
    if (mapping_open(&pool->file, text, MAPPING_STREAMS, &first)) {
        pool->file_range.end = pool->file.size;
        return pool->has_file = true;
    }
    if (!at || at == text)
        return error_set(error, "--from=%s: %s", quoted, first.message);
    size_t length = (size_t)(at - text);
    char *name = malloc(length + 1);
    if (!name)
        return error_memory(error, length + 1);
    memcpy(name, text, length);
    name[length] = 0;
    pool->has_file = mapping_open_part(&pool->file, name, MAPPING_STREAMS,
                                       stream_reach_of_range(at + 1), &first);
    free(name);
    pool->file.path = text;
    if (!pool->has_file)
        return error_set(error, "--from=%s: %s", quoted, first.message);
    if (mapping_range(&pool->file, at + 1, &pool->file_range, &first))
        return true;
    error_set(error, "--from=%s: %s", quoted, first.message);
    error->usage = first.usage;
    return false;
}

/* Reads the file's part into memory and lets go of the file. */
static bool load(struct pool *pool, struct error *error)
{
    size_t length;
    if (!checked_size(range_length(pool->file_range), &length) ||
        !buffer_reserve(&pool->bytes, length, error))
        return error_set(error, "--from: %llu bytes do not fit in memory",
                         (unsigned long long)range_length(pool->file_range));
    if (!mapping_read(&pool->file, pool->file_range.start, pool->bytes.data + pool->bytes.length,
                      length, error))
        return false;
    pool->bytes.length += length;
    pool->has_file = false;
    return mapping_close(&pool->file, error);
}

static bool same_file(const struct mapping *a, const struct mapping *b)
{
    return a->status.device == b->status.device && a->status.identity == b->status.identity;
}

bool pool_take_data(struct pool *pool, const struct request *request, size_t first,
                    const struct mapping *target, struct error *error)
{
    if (request->from) {
        if (request->operands.count > first)
            return error_usage(error, "DATA is given twice: as operands and with --from");
        if (!open_source(pool, request->from, error))
            return false;
        return !same_file(&pool->file, target) || load(pool, error);
    }
    const struct byte_type *type = request->type;
    if (!type && !(type = byte_type_find("text", error)))
        return false;
    for (size_t i = first; i < request->operands.count; i++)
        if (!bytes_encode(type, request->operands.items[i], &pool->bytes, error))
            return false;
    return true;
}
