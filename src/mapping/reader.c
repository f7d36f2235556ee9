/*
 * reader.c - bytes of a mapping in memory, for reading in any order.
 *
 * Reads into a buffer that fits a second-level cache. A read needs no guard against SIGBUS when
 * another program cuts the file. A view can cost less than half of a read; scan/view.c decides when
 * a view is cheaper.
 */
#include "mapping/reader.h"

#include <stdlib.h>

/*
 * The kernel copies several times slower (2 in place of 11 GB/s on AMD) to an address that is,
 * modulo a page, 1 to 31 bytes off that in the page cache. So each byte has the same offset in a
 * page of the buffer as in a page of the file.
 */
enum { PLACEMENT = 4096 };

enum { PAGE = 4096 }; /* divides the page size of every system */

static bool grow(struct reader *reader, size_t length, struct error *error)
{
    if (length > SIZE_MAX - PLACEMENT)
        return error_memory(error, length);
    if (length + PLACEMENT <= reader->capacity)
        return true;
    free(reader->memory);
    reader->capacity = 0;
    reader->memory = malloc(length + PLACEMENT);
    if (!reader->memory)
        return error_memory(error, length + PLACEMENT);
    reader->capacity = length + PLACEMENT;
    return true;
}

/* Where the bytes at `offset` go in the buffer: see PLACEMENT. */
static unsigned char *place(struct reader *reader, uint64_t offset, size_t length,
                            struct error *error)
{
    if (!grow(reader, length, error))
        return NULL;
    size_t wanted = (size_t)(reader->mapping->base + offset);
    return reader->memory + ((wanted - (uintptr_t)reader->memory) & (PLACEMENT - 1));
}

/* The bytes in the view, or NULL if it does not show them all. */
static const unsigned char *viewed_bytes(const struct reader *reader, uint64_t offset,
                                         size_t length)
{
    const struct range *shown = &reader->shown;
    if (offset < shown->start || offset >= shown->end || length > shown->end - offset)
        return NULL;
    return reader->view.bytes + (offset - reader->region.start);
}

void reader_follow(struct reader *reader)
{
    unsigned change = reader->mapping->incoming.change;
    if (reader->change == change)
        return;
    reader->change = change;
    reader->first = UINT64_MAX;
    reader->length = 0;
}

const unsigned char *reader_read(struct reader *reader, uint64_t offset, size_t length,
                                 struct error *error)
{
    reader_follow(reader);
    if (offset >= reader->first && offset - reader->first <= reader->length &&
        length <= reader->length - (size_t)(offset - reader->first))
        return reader->bytes + (offset - reader->first);
    reader->length = 0;
    reader->bytes = viewed_bytes(reader, offset, length);
    if (!reader->bytes)
        reader->bytes = mapping_memory(reader->mapping, offset);
    if (!reader->bytes) {
        unsigned char *bytes = place(reader, offset, length, error);
        if (!bytes || !mapping_read(reader->mapping, offset, bytes, length, error))
            return NULL;
        reader->bytes = bytes;
    }
    reader->first = offset;
    reader->length = length;
    return reader->bytes;
}

/*
 * How many bytes from `offset` on to read for reader_rising(). A system call costs as much as a
 * copy of NEAR bytes: calls further apart than that get no more than their page.
 */
static size_t rising_length(struct reader *reader, uint64_t offset, size_t length)
{
    enum { NEAR = 4096 };
    bool is_near = reader->step > 0 && offset >= reader->asked && offset - reader->asked <= NEAR;
    reader->step = !is_near                         ? PAGE
                   : reader->step < READER_MOST / 4 ? reader->step * 4
                                                    : READER_MOST;
    uint64_t over = (reader->mapping->base + offset) % PAGE;
    uint64_t wanted = length <= reader->step - over ? reader->step - over : length;
    return (size_t)minimum_u64(wanted, reader->mapping->size - offset);
}

const unsigned char *reader_rise(struct reader *reader, uint64_t offset, size_t length,
                                 struct error *error)
{
    reader_follow(reader);
    size_t more = rising_length(reader, offset, length);
    /* Where the longer read meets bad bytes, those that were asked for may still be good. */
    if (!reader_read(reader, offset, more, NULL) && !reader_read(reader, offset, length, error))
        return NULL;
    reader->asked = offset + length;
    return reader->bytes + (offset - reader->first);
}

const unsigned char *reader_rising_from(struct reader *reader, uint64_t offset, uint64_t end,
                                        size_t *length, struct error *error)
{
    size_t least = (size_t)minimum_u64(reader_unit(reader), end - offset);
    const unsigned char *bytes = reader_rising(reader, offset, least, error);
    if (!bytes)
        return NULL;
    reader->asked = minimum_u64(end, reader->first + reader->length);
    *length = (size_t)(reader->asked - offset);
    return bytes;
}

/* Reads about `step` bytes around `offset`. */
static bool read_around(struct reader *reader, uint64_t offset, size_t step, struct error *error)
{
    uint64_t start = offset - minimum_u64(offset - mapping_first(reader->mapping), step / 2);
    uint64_t end = offset + minimum_u64(reader->mapping->size - offset, step / 2);
    return reader_read(reader, start, (size_t)(end - start), error) != NULL;
}

const unsigned char *reader_from(struct reader *reader, uint64_t offset, uint64_t end, size_t step,
                                 size_t *length, struct error *error)
{
    reader_follow(reader);
    bool is_held = offset >= reader->first && offset - reader->first < reader->length;
    if (reader->unit.more > 0)
        is_held = is_held && reader->length - (offset - reader->first) >=
                                 minimum_u64(reader_unit(reader), end - offset);
    if (!is_held && !read_around(reader, offset, step, error))
        return NULL;
    *length = (size_t)(minimum_u64(end, reader->first + reader->length) - offset);
    return reader->bytes + (offset - reader->first);
}

const unsigned char *reader_ahead(struct reader *reader, uint64_t offset, uint64_t end, size_t step,
                                  size_t *length, struct error *error)
{
    reader_follow(reader);
    bool is_held = offset >= reader->first && offset - reader->first < reader->length;
    if (!is_held) {
        uint64_t start = offset - minimum_u64(offset - mapping_first(reader->mapping),
                                              (reader->mapping->base + offset) % PAGE);
        uint64_t over = (reader->mapping->base + end) % PAGE;
        uint64_t last = minimum_u64(end + (over > 0 ? PAGE - over : 0), reader->mapping->size);
        last = minimum_u64(last, start + step);
        if (!reader_read(reader, start, (size_t)(last - start), error))
            return NULL;
    }
    return reader_from(reader, offset, end, step, length, error);
}

const unsigned char *reader_before(struct reader *reader, uint64_t offset, uint64_t start,
                                   size_t step, size_t *length, struct error *error)
{
    reader_follow(reader);
    bool is_held = offset > reader->first && offset - reader->first <= reader->length;
    if (reader->unit.more > 0)
        is_held =
            is_held && offset - reader->first >= minimum_u64(reader_unit(reader), offset - start);
    if (!is_held && !read_around(reader, offset, step, error))
        return NULL;
    start = maximum_u64(start, reader->first);
    *length = (size_t)(offset - start);
    return reader->bytes + (start - reader->first);
}

static void unmap(struct reader *reader)
{
    reader_hide(reader);
    if (range_length(reader->region) > 0)
        (void)view_unmap(&reader->view, NULL);
    reader->region = (struct range){0, 0};
}

bool reader_show(struct reader *reader, struct range range, struct range region,
                 struct error *error)
{
    struct view view;
    if (range.start < reader->region.start || range.end > reader->region.end) {
        if (!mapping_view(reader->mapping, region, VIEW_READ, &view, error))
            return false;
        unmap(reader);
        reader->view = view;
        reader->region = region;
    }
    reader_hide(reader);
    reader->shown = range;
    return true;
}

void reader_hide(struct reader *reader)
{
    const struct range *shown = &reader->shown;
    if (range_length(*shown) == 0)
        return;
    view_drop(&reader->view, (size_t)(shown->start - reader->region.start),
              (size_t)(shown->end - reader->region.start));
    reader->shown = (struct range){0, 0};
    reader->length = 0; /* the bytes held may be in the view */
}

void reader_release(struct reader *reader)
{
    unmap(reader);
    free(reader->memory);
    *reader = (struct reader){0};
}
