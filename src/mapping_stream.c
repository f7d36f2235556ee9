/* mapping_stream.c - a stream that is read as it comes, and held in part. */
#include "mapping.h"

#include <string.h>

/* A pipe of Linux gives 64 KiB at once, a device as much as it is asked for. */
enum { PIECE = 128 * 1024 };

/* A stream may have no end. What others need of the memory is not to be had by an error. */
static bool check_held(const struct mapping *mapping, struct error *error)
{
    uint64_t most = platform_memory() / 2;
    return mapping->spool.length <= most ||
           error_set(error,
                     "it is a stream that did not end within %llu bytes, half of this machine's "
                     "memory; a range that ends, such as 0:%llu, reads no further",
                     (unsigned long long)most, (unsigned long long)most);
}

static uint64_t end_of_held(const struct mapping *mapping)
{
    return mapping->incoming.start + mapping->spool.length;
}

/* A window of a stream begins where what is held has come to, and reaches the end. */
static void follow_size(struct mapping *mapping)
{
    mapping->size = end_of_held(mapping) - mapping->base;
    mapping->whole_size = end_of_held(mapping);
    mapping->incoming.change++;
}

bool mapping_more(struct mapping *mapping, struct error *error)
{
    struct incoming *incoming = &mapping->incoming;
    struct buffer *spool = &mapping->spool;
    size_t piece = incoming->piece > 0 ? incoming->piece : PIECE, got;
    piece = (size_t)minimum_u64(piece, incoming->most - end_of_held(mapping));
    if (!check_held(mapping, error) || !buffer_reserve(spool, piece, error) ||
        !file_read_stream(mapping->file, spool->data + spool->length, piece, &got, error))
        return false;
    if (got > OFFSET_MAX - end_of_held(mapping))
        return error_set(error, "it is a stream of more bytes than an offset can count");
    spool->length += got;
    incoming->goes_on = got > 0 && end_of_held(mapping) < incoming->most;
    follow_size(mapping);
    return true;
}

bool mapping_take_stream(struct mapping *mapping, unsigned flags, uint64_t most,
                         struct error *error)
{
    mapping->spooled = true;
    mapping->size = 0;
    mapping->incoming.goes_on = most > 0;
    mapping->incoming.most = most;
    mapping->incoming.streamed = flags & MAPPING_AS_IT_COMES;
    while (mapping->incoming.goes_on && !mapping->incoming.streamed)
        if (!mapping_more(mapping, error))
            return false;
    return true;
}

void mapping_drop(struct mapping *mapping, uint64_t offset)
{
    struct buffer *spool = &mapping->spool;
    uint64_t start = mapping->incoming.start;
    if (mapping->base + offset <= start)
        return;
    size_t length = (size_t)minimum_u64(mapping->base + offset - start, spool->length);
    memmove(spool->data, spool->data + length, spool->length - length);
    spool->length -= length;
    mapping->incoming.start += length;
    mapping->incoming.change++;
}

bool mapping_skip(struct mapping *mapping, uint64_t offset, struct error *error)
{
    while (mapping->incoming.goes_on && mapping->size <= offset) {
        if (!mapping_more(mapping, error))
            return false;
        mapping_drop(mapping, minimum_u64(offset, mapping->size));
    }
    return true;
}
