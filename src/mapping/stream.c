/* stream.c - FILE is a stream: it is held in memory, in part if it is long. */
#include "mapping.h"

#include <string.h>

/*
 * A pipe of Linux holds 64 KiB when it is full. A read of that many bytes shows that its writer
 * waits for us: a larger pipe saves some of these waits. A device gives as much as it is asked for.
 */
enum { FULL_PIPE = 64 * 1024, READ_MOST = 256 * 1024 };

/* Bytes held before the first one that is needed: for anchors and \b, or for the start of a line.
 */
enum { LOOK_BACK = 64, LINE_BACK = 64 * 1024 };

static uint64_t end_of_held(const struct mapping *mapping)
{
    return mapping->incoming.start + mapping->held.length;
}

/* A stream may have no end. Stop before other programs run out of memory. */
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
    return mapping->held.length <= most_held() || too_long(error);
}

/* A file that can seek shows that it is too long without being read. */
static bool check_end(struct mapping *mapping, struct error *error)
{
    uint64_t room = most_held() + 1;
    return !mapping->incoming.goes_on || mapping->incoming.least < UINT64_MAX ||
           mapping->incoming.ends_by_line || !file_may_reach(mapping->file, room) ||
           too_long(error);
}

/* A window of a stream reaches its end. */
static void follow_size(struct mapping *mapping)
{
    mapping->size = end_of_held(mapping) - mapping->base;
    mapping->whole_size = end_of_held(mapping);
    mapping->incoming.change++;
}

/* After a read error: it counts as the end of the stream if the bytes there may be missing. */
static bool cannot_read(struct mapping *mapping, struct error *error)
{
    struct error cause = *error;
    uint64_t offset = end_of_held(mapping);
    if (offset >= mapping->incoming.least) {
        mapping->incoming.goes_on = false;
        follow_size(mapping); /* buffer_reserve() may have moved the held bytes */
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
    struct buffer *held = &mapping->held;
    size_t length = incoming->read_most > 0 ? incoming->read_most : READ_MOST, got;
    length = (size_t)minimum_u64(length, incoming->most - end_of_held(mapping));
    if (!check_held(mapping, error) || !buffer_reserve(held, length, error))
        return false;
    if (!file_read_stream(mapping->file, held->data + held->length, length, &got, error))
        return cannot_read(mapping, error);
    if (got > OFFSET_MAX - end_of_held(mapping))
        return error_set(error, "it is a stream of more bytes than an offset can count");
    if (got >= FULL_PIPE && !incoming->widened) {
        file_widen_pipe(mapping->file);
        incoming->widened = true;
    }
    if (incoming->ends_by_line)
        line_target_take(&incoming->end, held->data + held->length, got);
    held->length += got;
    incoming->goes_on = got > 0 && end_of_held(mapping) < incoming->most;
    follow_size(mapping);
    return true;
}

/* ---- not from the start ---------------------------------------------------------------------- */

/*
 * Fills `room` with the `length` bytes before `end`, backwards until one cannot be read. Returns
 * how many were read; they are at the end of `room`.
 */
static size_t read_back(struct mapping *mapping, uint64_t end, unsigned char *room, size_t length)
{
    uint64_t page = platform_page_size(), lowest = end - length, at = end;
    while (at > lowest) {
        uint64_t start = maximum_u64(lowest, (at - 1) / page * page);
        size_t part = (size_t)(at - start), got;
        if (!file_read(mapping->file, start, room + (start - lowest), part, &got, NULL) ||
            got < part)
            break;
        at = start;
    }
    return (size_t)(end - at);
}

/*
 * Holds bytes before the first one that is needed: a search looks at a few of them, and a line may
 * begin there. Bytes that cannot be read are held as newlines.
 */
static bool hold_before(struct mapping *mapping, const struct stream_part *part,
                        struct error *error)
{
    struct buffer *held = &mapping->held;
    size_t length = (size_t)minimum_u64(part->first, part->lines ? LINE_BACK : LOOK_BACK);
    if (!buffer_reserve(held, length, error))
        return false;
    size_t got = read_back(mapping, part->first, held->data, length);
    memset(held->data, '\n', length - got);
    held->length = length;
    mapping->incoming.start = part->first - length;
    follow_size(mapping);
    return true;
}

/* Seeks to the first byte that is needed, if the file can seek. */
static bool go_to_first(struct mapping *mapping, const struct stream_part *part,
                        struct error *error)
{
    bool is_path = strcmp(mapping->path, "-") != 0; /* standard input may already be anywhere */
    if (!is_path || part->first == 0 || part->first >= part->most ||
        !file_skip(mapping->file, part->first))
        return true;
    return hold_before(mapping, part, error);
}

/* `part->end` counts lines from a byte that has not been read yet. */
static void take_line_end(struct mapping *mapping, const struct stream_part *part)
{
    struct incoming *incoming = &mapping->incoming;
    incoming->ends_by_line = part->ends_by_line;
    incoming->end = part->end;
    incoming->end.at = end_of_held(mapping);
    line_target_take(&incoming->end, NULL, 0);
}

bool mapping_take_stream(struct mapping *mapping, unsigned flags, const struct stream_part *part,
                         struct error *error)
{
    mapping->is_held = true;
    mapping->size = 0;
    mapping->incoming.goes_on = part->most > 0;
    mapping->incoming.most = part->most;
    mapping->incoming.least = part->least;
    mapping->incoming.streamed = flags & MAPPING_AS_IT_COMES;
    if (!go_to_first(mapping, part, error))
        return false;
    take_line_end(mapping, part);
    if (mapping->incoming.streamed)
        return true;
    if (mapping->incoming.goes_on && !(mapping_more(mapping, error) && check_end(mapping, error)))
        return false;
    while (mapping->incoming.goes_on && mapping->size < mapping_line_end(mapping))
        if (!mapping_more(mapping, error))
            return false;
    mapping->incoming.goes_on = false;
    return true;
}

void mapping_drop(struct mapping *mapping, uint64_t offset)
{
    struct buffer *held = &mapping->held;
    uint64_t start = mapping->incoming.start;
    if (mapping->base + offset <= start || held->length == 0)
        return;
    size_t length = (size_t)minimum_u64(mapping->base + offset - start, held->length);
    memmove(held->data, held->data + length, held->length - length);
    held->length -= length;
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
