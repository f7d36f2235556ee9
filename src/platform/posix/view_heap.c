/*
 * view_heap.c - views as copies on the heap, so that sanitizers and valgrind find every access
 * outside of a view.
 *
 * Flush and unmap compare the copy with the original bytes and write only those that differ: other
 * bytes may have been written to the file meanwhile. Advice, residency and flush act on a temporary
 * mapping, and so on the same page cache as in view.c.
 */
#include "platform/posix/internal.h"

#include <stdlib.h>
#include <string.h>

/* view->base is the copy. Behind it are the original bytes, only for VIEW_WRITE of a file. */

static bool writes_back(const struct view *view)
{
    return view->file && view->access == VIEW_WRITE && view->length > 0;
}

static unsigned char *original_of(const struct view *view)
{
    return view->base;
}

/* If the file is too short, fails at once: a copy on the heap cannot fault later. */
static bool load(struct view *view, struct error *error)
{
    size_t got;
    if (!view->file) {
        memset(view->bytes, 0, view->length);
        return true;
    }
    if (!file_read(view->file, view->offset, view->bytes, view->length, &got, error))
        return false;
    return got == view->length ||
           error_set(error,
                     "the file's bytes could not be accessed: it was cut short by another program "
                     "(%zu bytes of %zu at %" PRIu64 ")",
                     got, view->length, view->offset);
}

/* Whether the system would map the file with these flags: maps it for a moment. */
static bool try_mapping(struct file *file, struct range range, enum view_access access,
                        uint64_t flags, bool *unsupported, struct error *error)
{
    struct posix_pages pages;
    bool mapped = posix_pages_map(file, range, access, flags, &pages, error);
    *unsupported = pages.unsupported;
    return mapped && posix_pages_unmap(&pages, error);
}

static void release(struct view *view)
{
    free(view->bytes);
    free(view->base);
    *view = (struct view){0};
}

bool view_map(struct file *file, struct range range, enum view_access access, uint64_t flags,
              struct view *view, struct error *error)
{
    *view = (struct view){0};
    if (!try_mapping(file, range, access, flags, &view->unsupported, error))
        return false;
    size_t length = (size_t)range_length(range);
    size_t size = length > 0 ? length : 1; /* malloc(0) may return NULL */
    *view = (struct view){
        .bytes = malloc(size),
        .length = length,
        .file = file,
        .offset = range.start,
        .access = access,
    };
    if (writes_back(view))
        view->base = malloc(size);
    if (!view->bytes || (writes_back(view) && !view->base)) {
        release(view);
        return error_memory(error, size);
    }
    if (!load(view, error)) {
        release(view);
        return false;
    }
    if (writes_back(view))
        memcpy(view->base, view->bytes, length);
    return true;
}

/* The next run of bytes in [*start, end) that differ from the original. */
static bool next_stored(const struct view *view, size_t *start, size_t *stop, size_t end)
{
    const unsigned char *original = original_of(view);
    while (*start < end && view->bytes[*start] == original[*start])
        ++*start;
    *stop = *start;
    while (*stop < end && view->bytes[*stop] != original[*stop])
        ++*stop;
    return *start < *stop;
}

/* Stores into a mapping do not grow a file that was cut short: neither must a write here. */
static bool check_size(const struct view *view, size_t stop, struct error *error)
{
    uint64_t size;
    if (!file_get_size(view->file, &size, error))
        return false;
    return view->offset + stop <= size ||
           error_set(error,
                     "the file was cut short by another program (%zu bytes of a view at %" PRIu64
                     ", size %" PRIu64 ")",
                     stop, view->offset, size);
}

static bool write_back(struct view *view, size_t start, size_t end, struct error *error)
{
    size_t stop;
    if (!writes_back(view))
        return true;
    while (next_stored(view, &start, &stop, end)) {
        if (!check_size(view, stop, error) ||
            !file_write(view->file, view->offset + start, view->bytes + start, stop - start, error))
            return false;
        memcpy(original_of(view) + start, view->bytes + start, stop - start);
        start = stop;
    }
    return true;
}

bool view_unmap(struct view *view, struct error *error)
{
    bool written = write_back(view, 0, view->length, error);
    release(view);
    return written;
}

/* ---- through a temporary mapping ------------------------------------------------------------- */

static bool map_part(const struct view *view, size_t start, size_t end, struct posix_pages *pages,
                     struct error *error)
{
    struct range range = {view->offset + start, view->offset + end};
    return posix_pages_map(view->file, range, (enum view_access)view->access, 0, pages, error);
}

bool view_flush(struct view *view, size_t start, size_t end, unsigned flags, struct error *error)
{
    struct posix_pages pages;
    if (!write_back(view, start, end, error) || !map_part(view, start, end, &pages, error))
        return false;
    bool flushed = posix_pages_flush(&pages, pages.delta, pages.length, flags, error);
    (void)posix_pages_unmap(&pages, NULL);
    struct range range = {view->offset + start, view->offset + end};
    return flushed && posix_flush_behind(view->file, range, flags, error);
}

/* After the advice `remove` the file has zeros there, but the copy still has the old bytes. */
static bool load_again(struct view *view, size_t start, size_t end, struct error *error)
{
    size_t got;
    if (!writes_back(view) || start >= end)
        return true;
    if (!file_read(view->file, view->offset + start, view->bytes + start, end - start, &got, error))
        return false;
    memcpy(original_of(view) + start, view->bytes + start, got);
    return true;
}

bool view_advise(struct view *view, size_t start, size_t end, int advice, struct error *error)
{
    struct posix_pages pages;
    if (!write_back(view, 0, view->length, error) || !map_part(view, start, end, &pages, error))
        return false;
    struct posix_advice part = {
        .pages = &pages,
        .file = view->file,
        .offset = view->offset + start - pages.delta,
        .start = pages.delta,
        .end = pages.length,
        .value = advice,
    };
    bool advised = posix_advise(&part, error);
    (void)posix_pages_unmap(&pages, NULL);
    return advised && load_again(view, 0, view->length, error);
}

enum residency_result view_residency(struct view *view, size_t start, size_t end,
                                     unsigned char *resident, struct error *error)
{
    struct posix_pages pages;
    if (!map_part(view, start, end, &pages, error))
        return RESIDENCY_FAILED;
    enum residency_result result =
        posix_pages_residency(&pages, view->file, pages.delta, pages.length, resident, error);
    (void)posix_pages_unmap(&pages, NULL);
    return result;
}
