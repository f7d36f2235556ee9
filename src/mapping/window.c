/*
 * window.c - bytes of a mapping in memory, for reading in any order.
 *
 * Reads into a buffer that fits a second-level cache. A read needs no guard against SIGBUS when
 * another program cuts the file. A view can cost less than half of a read; scan/view.c decides when
 * a view is cheaper.
 */
#include "mapping/window.h"

#include <stdlib.h>

/*
 * The kernel copies several times slower (2 in place of 11 GB/s on AMD) to an address that is,
 * modulo a page, 1 to 31 bytes off that in the page cache. So each byte has the same offset in a
 * page of the buffer as in a page of the file.
 */
enum { PLACEMENT = 4096 };

enum { PAGE = 4096 }; /* divides the page size of every system */

static bool grow(struct window *window, size_t length, struct error *error)
{
    if (length > SIZE_MAX - PLACEMENT)
        return error_memory(error, length);
    if (length + PLACEMENT <= window->capacity)
        return true;
    free(window->memory);
    window->capacity = 0;
    window->memory = malloc(length + PLACEMENT);
    if (!window->memory)
        return error_memory(error, length + PLACEMENT);
    window->capacity = length + PLACEMENT;
    return true;
}

/* Where the bytes at `offset` go in the buffer: see PLACEMENT. */
static unsigned char *place(struct window *window, uint64_t offset, size_t length,
                            struct error *error)
{
    if (!grow(window, length, error))
        return NULL;
    size_t wanted = (size_t)(window->mapping->base + offset);
    return window->memory + ((wanted - (uintptr_t)window->memory) & (PLACEMENT - 1));
}

/* The bytes in the view, or NULL if it does not show them all. */
static const unsigned char *viewed_bytes(const struct window *window, uint64_t offset,
                                         size_t length)
{
    const struct range *shown = &window->shown;
    if (offset < shown->start || offset >= shown->end || length > shown->end - offset)
        return NULL;
    return window->view.bytes + (offset - window->region.start);
}

void window_follow(struct window *window)
{
    unsigned change = window->mapping->incoming.change;
    if (window->change == change)
        return;
    window->change = change;
    window->first = UINT64_MAX;
    window->length = 0;
}

const unsigned char *window_read(struct window *window, uint64_t offset, size_t length,
                                 struct error *error)
{
    window_follow(window);
    if (offset >= window->first && offset - window->first <= window->length &&
        length <= window->length - (size_t)(offset - window->first))
        return window->bytes + (offset - window->first);
    window->length = 0;
    window->bytes = viewed_bytes(window, offset, length);
    if (!window->bytes)
        window->bytes = mapping_memory(window->mapping, offset);
    if (!window->bytes) {
        unsigned char *bytes = place(window, offset, length, error);
        if (!bytes || !mapping_read(window->mapping, offset, bytes, length, error))
            return NULL;
        window->bytes = bytes;
    }
    window->first = offset;
    window->length = length;
    return window->bytes;
}

/* Reads about `step` bytes around `offset`. */
static bool read_around(struct window *window, uint64_t offset, size_t step, struct error *error)
{
    uint64_t start = offset - minimum_u64(offset - mapping_first(window->mapping), step / 2);
    uint64_t end = offset + minimum_u64(window->mapping->size - offset, step / 2);
    return window_read(window, start, (size_t)(end - start), error) != NULL;
}

const unsigned char *window_from(struct window *window, uint64_t offset, uint64_t end, size_t step,
                                 size_t *length, struct error *error)
{
    window_follow(window);
    bool is_held = offset >= window->first && offset - window->first < window->length;
    if (window->unit.more > 0)
        is_held = is_held && window->length - (offset - window->first) >=
                                 minimum_u64(window_unit(window), end - offset);
    if (!is_held && !read_around(window, offset, step, error))
        return NULL;
    *length = (size_t)(minimum_u64(end, window->first + window->length) - offset);
    return window->bytes + (offset - window->first);
}

const unsigned char *window_ahead(struct window *window, uint64_t offset, uint64_t end, size_t step,
                                  size_t *length, struct error *error)
{
    window_follow(window);
    bool is_held = offset >= window->first && offset - window->first < window->length;
    if (!is_held) {
        uint64_t start = offset - minimum_u64(offset - mapping_first(window->mapping),
                                              (window->mapping->base + offset) % PAGE);
        uint64_t over = (window->mapping->base + end) % PAGE;
        uint64_t last = minimum_u64(end + (over > 0 ? PAGE - over : 0), window->mapping->size);
        last = minimum_u64(last, start + step);
        if (!window_read(window, start, (size_t)(last - start), error))
            return NULL;
    }
    return window_from(window, offset, end, step, length, error);
}

const unsigned char *window_before(struct window *window, uint64_t offset, uint64_t start,
                                   size_t step, size_t *length, struct error *error)
{
    window_follow(window);
    bool is_held = offset > window->first && offset - window->first <= window->length;
    if (window->unit.more > 0)
        is_held =
            is_held && offset - window->first >= minimum_u64(window_unit(window), offset - start);
    if (!is_held && !read_around(window, offset, step, error))
        return NULL;
    start = maximum_u64(start, window->first);
    *length = (size_t)(offset - start);
    return window->bytes + (start - window->first);
}

static void unmap(struct window *window)
{
    window_hide(window);
    if (range_length(window->region) > 0)
        (void)view_unmap(&window->view, NULL);
    window->region = (struct range){0, 0};
}

bool window_show(struct window *window, struct range range, struct range region,
                 struct error *error)
{
    struct view view;
    if (range.start < window->region.start || range.end > window->region.end) {
        if (!mapping_view(window->mapping, region, VIEW_READ, &view, error))
            return false;
        unmap(window);
        window->view = view;
        window->region = region;
    }
    window_hide(window);
    window->shown = range;
    return true;
}

void window_hide(struct window *window)
{
    const struct range *shown = &window->shown;
    if (range_length(*shown) == 0)
        return;
    view_drop(&window->view, (size_t)(shown->start - window->region.start),
              (size_t)(shown->end - window->region.start));
    window->shown = (struct range){0, 0};
    window->length = 0; /* the bytes held may be in the view */
}

void window_release(struct window *window)
{
    unmap(window);
    free(window->memory);
    *window = (struct window){0};
}
