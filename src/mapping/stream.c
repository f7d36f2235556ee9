/* stream.c - a stream that is read as it comes, and held in part. */
#include "mapping.h"

#include <string.h>

/*
 * A pipe of Linux gives 64 KiB at once if it is full: then who writes it waits for us, and a wider
 * one saves both some of the waits. A device gives as much as it is asked for.
 */
enum { FULL_PIPE = 64 * 1024, PIECE = 256 * 1024 };

/* Held before the first byte that is needed: for anchors and \b; for the start of a line. */
enum { LOOK_BACK = 64, LINE_BACK = 64 * 1024 };

static uint64_t end_of_held(const struct mapping *mapping)
{
    return mapping->incoming.start + mapping->spool.length;
}

/* A stream may have no end. What others need of the memory is not to be had by an error. */
static uint64_t most_held(void)
{
    return platform_memory() / 2;
}

static bool too_long(struct error *error)
{
    return error_set(error,
                     "it is a stream that does not end within %llu bytes, half of this machine's "
                     "memory; a range that ends, such as 0:%llu, reads no further",
                     (unsigned long long)most_held(), (unsigned long long)most_held());
}

static bool check_held(const struct mapping *mapping, struct error *error)
{
    return mapping->spool.length <= most_held() || too_long(error);
}

/* What goes further than can be held need not be read to know it, if the file can seek. */
static bool check_end(struct mapping *mapping, struct error *error)
{
    uint64_t room = most_held() + 1;
    return !mapping->incoming.goes_on || mapping->incoming.least < UINT64_MAX ||
           !file_may_reach(mapping->file, room) || too_long(error);
}

/* A window of a stream begins where what is held has come to, and reaches the end. */
static void follow_size(struct mapping *mapping)
{
    mapping->size = end_of_held(mapping) - mapping->base;
    mapping->whole_size = end_of_held(mapping);
    mapping->incoming.change++;
}

/* The next bytes: not an error where nobody asked for them. */
static bool cannot_read(struct mapping *mapping, struct error *error)
{
    struct error cause = *error;
    uint64_t offset = end_of_held(mapping);
    if (offset >= mapping->incoming.least) {
        mapping->incoming.goes_on = false;
        follow_size(mapping); /* room was made for more: what is held may have moved */
        return true;
    }
    if (offset == 0 && file_skip(mapping->file, 1))
        return error_set(error,
                         "its first bytes cannot be read (%s), and where it ends is not known: "
                         "read, find and rfind take a RANGE, such as 0x1000+16, and read there",
                         cause.message);
    return error_set(error, "the bytes at %llu cannot be read: %s", (unsigned long long)offset,
                     cause.message);
}

bool mapping_more(struct mapping *mapping, struct error *error)
{
    struct incoming *incoming = &mapping->incoming;
    struct buffer *spool = &mapping->spool;
    size_t piece = incoming->piece > 0 ? incoming->piece : PIECE, got;
    piece = (size_t)minimum_u64(piece, incoming->most - end_of_held(mapping));
    if (!check_held(mapping, error) || !buffer_reserve(spool, piece, error))
        return false;
    if (!file_read_stream(mapping->file, spool->data + spool->length, piece, &got, error))
        return cannot_read(mapping, error);
    if (got > OFFSET_MAX - end_of_held(mapping))
        return error_set(error, "it is a stream of more bytes than an offset can count");
    if (got >= FULL_PIPE && !incoming->widened) {
        file_widen_pipe(mapping->file);
        incoming->widened = true;
    }
    spool->length += got;
    incoming->goes_on = got > 0 && end_of_held(mapping) < incoming->most;
    follow_size(mapping);
    return true;
}

/* ---- from a place that is not the start ------------------------------------------------------ */

/*
 * Fills `room` with the bytes before `end`, as far back as they can be read: what is before
 * them is none of this file's text. Returns how many were read, at the end of `room`.
 */
static size_t read_back(struct mapping *mapping, uint64_t end, unsigned char *room, size_t length)
{
    uint64_t page = platform_page_size(), lowest = end - length, at = end;
    struct error ignored = {0};
    while (at > lowest) {
        uint64_t start = maximum_u64(lowest, (at - 1) / page * page);
        size_t part = (size_t)(at - start), got;
        if (!file_read(mapping->file, start, room + (start - lowest), part, &got, &ignored) ||
            got < part)
            break;
        at = start;
    }
    return (size_t)(end - at);
}

/*
 * Holds what is before the first byte that is needed: a search looks at a few bytes there, a
 * line may begin there. Where nothing can be read a line begins.
 */
static bool hold_before(struct mapping *mapping, const struct stream_part *part,
                        struct error *error)
{
    struct buffer *spool = &mapping->spool;
    size_t length = (size_t)minimum_u64(part->first, part->lines ? LINE_BACK : LOOK_BACK);
    if (!buffer_reserve(spool, length, error))
        return false;
    size_t got = read_back(mapping, part->first, spool->data, length);
    memset(spool->data, '\n', length - got);
    spool->length = length;
    mapping->incoming.start = part->first - length;
    follow_size(mapping);
    return true;
}

/* Goes to the first byte that is needed, if the file can do so. */
static bool go_to_first(struct mapping *mapping, const struct stream_part *part,
                        struct error *error)
{
    bool is_path = strcmp(mapping->path, "-") != 0; /* standard input is where others left it */
    if (!is_path || part->first == 0 || part->first >= part->most ||
        !file_skip(mapping->file, part->first))
        return true;
    return hold_before(mapping, part, error);
}

bool mapping_take_stream(struct mapping *mapping, unsigned flags, const struct stream_part *part,
                         struct error *error)
{
    mapping->spooled = true;
    mapping->size = 0;
    mapping->incoming.goes_on = part->most > 0;
    mapping->incoming.most = part->most;
    mapping->incoming.least = part->least;
    mapping->incoming.streamed = flags & MAPPING_AS_IT_COMES;
    if (!go_to_first(mapping, part, error))
        return false;
    if (mapping->incoming.streamed)
        return true;
    if (mapping->incoming.goes_on && !(mapping_more(mapping, error) && check_end(mapping, error)))
        return false;
    while (mapping->incoming.goes_on)
        if (!mapping_more(mapping, error))
            return false;
    return true;
}

void mapping_drop(struct mapping *mapping, uint64_t offset)
{
    struct buffer *spool = &mapping->spool;
    uint64_t start = mapping->incoming.start;
    if (mapping->base + offset <= start || spool->length == 0)
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
