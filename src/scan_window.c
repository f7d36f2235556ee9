/*
 * scan_window.c - the file's bytes in memory.
 *
 * Positioned reads into a buffer that fits a second-level cache, not a mapping:
 * with both at work on a file in the page cache the two are equal within a fifth
 * (ext4, tmpfs; a fault for each group of pages costs what the copy costs), and
 * a read has no SIGBUS to guard against when the file is cut short.
 */
#include "scan_internal.h"

#include <stdlib.h>

/*
 * The kernel copies several times slower (11 against 2 GB/s on AMD) to an address
 * that lies 1 to 31 bytes, modulo a page, from that of the page cache: so the
 * buffer's bytes stand in its pages as they do in the file's.
 */
enum { PLACEMENT = 4096 };

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

/* Where the kernel best puts the bytes at `offset`; NULL without memory. */
static unsigned char *place(struct window *window, uint64_t offset, size_t length,
                            struct error *error)
{
    if (!grow(window, length, error))
        return NULL;
    size_t wanted = (size_t)(window->mapping->base + offset);
    return window->memory + ((wanted - (uintptr_t)window->memory) & (PLACEMENT - 1));
}

const unsigned char *window_read(struct window *window, uint64_t offset, size_t length,
                                 struct error *error)
{
    if (offset >= window->first && offset - window->first <= window->length &&
        length <= window->length - (size_t)(offset - window->first))
        return window->bytes + (offset - window->first);
    window->length = 0;
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

void window_release(struct window *window)
{
    free(window->memory);
    *window = (struct window){0};
}
