/* mapping.c - a file as bytes by offset: the core that every subcommand works on. */
#include "mapping.h"

#include <string.h>

enum { SHORT_READ = 4096 }; /* bytes of the longest read that counts as short */

/* ---- a window, and a view of it -------------------------------------------------------------- */

bool mapping_drop_view(struct mapping *mapping, struct error *error)
{
    bool mapped = mapping->view_mapped;
    mapping->view_mapped = mapping->view_used = mapping->view_short = false;
    return !mapped || view_unmap(&mapping->view, error);
}

void mapping_unshape(struct mapping *mapping)
{
    if (mapping->windowed)
        mapping->size = mapping->whole_size;
    mapping->windowed = mapping->view_used = mapping->view_short = false;
    mapping->base = 0;
}

bool mapping_set_window(struct mapping *mapping, const struct range_spec *spec, struct error *error)
{
    struct range range;
    if (!range_resolve_strict(spec, mapping->size, &range, error))
        return error_prefix(error, "--window");
    mapping->has_window = true;
    mapping->window = (struct mapping_window){range.start, range.end, range.end == mapping->size};
    return true;
}

static bool window_is_gone(const char *border, uint64_t at, uint64_t size, struct error *error)
{
    return error_set(error,
                     "the file was cut short by another program (the window %s at %llu; size is "
                     "%llu)",
                     border, (unsigned long long)at, (unsigned long long)size);
}

static bool show_window(struct mapping *mapping, struct error *error)
{
    const struct mapping_window *window = &mapping->window;
    uint64_t size = mapping->size, end = window->reaches_end ? size : window->end;
    if (window->start > size)
        return window_is_gone("starts", window->start, size, error);
    if (end > size)
        return window_is_gone("ends", end, size, error);
    mapping->windowed = true;
    mapping->whole_size = size;
    mapping->base = window->start;
    mapping->size = end - window->start;
    return true;
}

/* Reads give the same bytes, but map flags and advice would have no effect. */
static bool can_do_without_view(const struct mapping_shape *shape)
{
    return shape->map_flags == 0 && !shape->advised;
}

static bool set_view(struct mapping *mapping, const struct mapping_shape *shape,
                     struct error *error)
{
    struct range seen = {mapping->base, mapping->base + mapping->size};
    bool fits = mapping->view_mapped && view_is_shared() && mapping->view.offset == seen.start &&
                mapping->view.length == mapping->size;
    if (fits)
        return mapping->view_used = true;
    if (!mapping_drop_view(mapping, error))
        return false;
    if (!view_map(mapping->file, seen, shape->access, shape->map_flags, &mapping->view, error))
        return mapping->view.unsupported && can_do_without_view(shape);
    mapping->view_mapped = mapping->view_used = true;
    return !shape->advised ||
           view_advise(&mapping->view, 0, mapping->view.length, shape->advice, error);
}

bool mapping_shape(struct mapping *mapping, const struct mapping_shape *shape, struct error *error)
{
    mapping_unshape(mapping);
    if (mapping->has_window && !show_window(mapping, error))
        return false;
    return !shape->use_view || mapping->is_held || set_view(mapping, shape, error);
}

void mapping_view_short_reads(struct mapping *mapping)
{
    struct range seen = {mapping->base, mapping->base + mapping->size};
    /* On a machine of 32 bits, leave address space for others. */
    if (mapping->is_held || mapping->view_mapped || !view_is_shared() ||
        mapping->size > SIZE_MAX / 8)
        return;
    mapping->view_mapped = mapping->view_short =
        view_map(mapping->file, seen, VIEW_READ, 0, &mapping->view, NULL);
}

bool mapping_is_resizable(const struct mapping *mapping)
{
    return mapping->status.kind == FILE_REGULAR && !mapping->is_held &&
           (!mapping->windowed || mapping->window.reaches_end);
}

bool mapping_check_resizable(const struct mapping *mapping, struct error *error)
{
    if (mapping_is_resizable(mapping))
        return true;
    const struct mapping_window *window = &mapping->window;
    if (mapping->windowed && !window->reaches_end)
        return error_set(error,
                         "the window ends at %llu, which was before the end of the file when it "
                         "was opened (size is %llu): its size cannot change",
                         (unsigned long long)window->end, (unsigned long long)mapping->whole_size);
    return error_set(error, "a block device cannot change its size (%llu bytes)",
                     (unsigned long long)mapping->size);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* The size of the whole file, also while only the window is visible. */
static uint64_t whole_size(const struct mapping *mapping)
{
    if (mapping->windowed)
        return mapping->whole_size;
    return mapping->overlay ? mapping->status.size : mapping->size;
}

static bool cut_short(const struct mapping *mapping, uint64_t offset, struct error *error)
{
    uint64_t size;
    if (!file_get_size(mapping->file, &size, NULL))
        size = offset;
    return error_set(error,
                     "the file was cut short by another program (no bytes at %llu; size was %llu, "
                     "is %llu)",
                     (unsigned long long)offset, (unsigned long long)whole_size(mapping),
                     (unsigned long long)size);
}

bool mapping_prefers_view(const struct mapping *mapping, struct range range)
{
    range.start += mapping->base;
    range.end += mapping->base;
    return !mapping->is_held && !mapping->overlay && !mapping->view_used && view_is_shared() &&
           file_is_cached(mapping->file, range);
}

bool mapping_check_reach(const struct mapping *mapping, struct range range, struct error *error)
{
    uint64_t size;
    if (mapping->is_held || mapping->overlay || mapping->status.kind != FILE_REGULAR)
        return true;
    return file_get_size(mapping->file, &size, error) &&
           (size >= mapping->base + range.end || cut_short(mapping, size, error));
}

struct view_copy {
    unsigned char *to;
    const unsigned char *from;
    size_t length;
};

static void copy_from_view(void *context)
{
    const struct view_copy *copy = context;
    memcpy(copy->to, copy->from, copy->length);
}

static bool read_view(const struct mapping *mapping, uint64_t offset, void *bytes, size_t length,
                      struct error *error)
{
    struct view_copy copy = {bytes, mapping->view.bytes + offset, length};
    return view_guard(copy_from_view, &copy, error);
}

/* Of a stream. */
static const unsigned char *held_bytes(const struct mapping *mapping, uint64_t offset)
{
    return mapping->held.data + (mapping->base + offset - mapping->incoming.start);
}

bool mapping_read_under(const struct mapping *mapping, uint64_t offset, void *bytes, size_t length,
                        struct error *error)
{
    size_t got;
    if (length == 0)
        return true;
    if (mapping->is_held) {
        if (offset < mapping_first(mapping))
            return error_set(error, "the bytes at %llu of the stream are gone",
                             (unsigned long long)(mapping->base + offset));
        memcpy(bytes, held_bytes(mapping, offset), length);
        return true;
    }
    bool by_view = mapping->view_used || (mapping->view_short && length <= SHORT_READ);
    if (by_view && offset + length <= mapping->view.length)
        return read_view(mapping, offset, bytes, length, error);
    if (!file_read(mapping->file, mapping->base + offset, bytes, length, &got, error))
        return false;
    return got == length || cut_short(mapping, mapping->base + offset + got, error);
}

bool mapping_read(const struct mapping *mapping, uint64_t offset, void *bytes, size_t length,
                  struct error *error)
{
    const struct mapping_overlay *overlay = mapping->overlay;
    return overlay ? overlay->read(overlay->context, offset, bytes, length, error)
                   : mapping_read_under(mapping, offset, bytes, length, error);
}

bool mapping_is_read_plainly(const struct mapping *mapping)
{
    return !mapping->is_held && !mapping->overlay && !mapping->view_used &&
           mapping->status.kind == FILE_REGULAR;
}

const unsigned char *mapping_memory(const struct mapping *mapping, uint64_t offset)
{
    if (!mapping->is_held || mapping->overlay || offset < mapping_first(mapping))
        return NULL;
    return held_bytes(mapping, offset);
}

bool mapping_write(struct mapping *mapping, uint64_t offset, const void *bytes, size_t length,
                   struct error *error)
{
    return file_write(mapping->file, mapping->base + offset, bytes, length, error);
}

bool mapping_resize(struct mapping *mapping, uint64_t size, struct error *error)
{
    /* Windows does not cut a mapped file; an edit does not use our view. */
    if (size < mapping->size && !mapping_drop_view(mapping, error))
        return false;
    if (!file_set_size(mapping->file, size, error))
        return false;
    mapping->size = size;
    return true;
}

bool mapping_follow_growth(struct mapping *mapping, struct error *error)
{
    uint64_t size = 0;
    if (!file_get_newest_size(mapping->file, &size, error))
        return false;
    if (size < mapping->size)
        return error_set(error, "another program cut the file meanwhile (size was %llu, is %llu)",
                         (unsigned long long)mapping->size, (unsigned long long)size);
    if (size > mapping->size && file_is_served(mapping->file))
        return error_set(error,
                         "another program appended to the file meanwhile (size was %llu, is %llu)",
                         (unsigned long long)mapping->size, (unsigned long long)size);
    mapping->in_use = size > mapping->size;
    mapping->size = size;
    return true;
}

bool mapping_is_sparse(const struct mapping *mapping)
{
    return mapping->status.kind == FILE_REGULAR && !mapping->is_held &&
           mapping->status.allocated < whole_size(mapping);
}

bool mapping_next_data(const struct mapping *mapping, struct range within, struct range *data,
                       struct error *error)
{
    uint64_t base = mapping->base;
    *data = within;
    if (!mapping_is_sparse(mapping) || mapping->overlay || within.start >= within.end)
        return true;
    if (!file_next_data(mapping->file, base + within.start, whole_size(mapping), data, error))
        return false;
    data->start = minimum_u64(maximum_u64(data->start, base + within.start), base + within.end);
    data->end = maximum_u64(minimum_u64(data->end, base + within.end), data->start);
    data->start -= base;
    data->end -= base;
    return true;
}

bool mapping_find_data(const struct mapping *mapping, struct range within, uint64_t *start,
                       struct error *error)
{
    uint64_t base = mapping->base;
    *start = within.start;
    if (!mapping_is_sparse(mapping) || mapping->overlay || within.start >= within.end)
        return true;
    if (!file_find_data(mapping->file, base + within.start, whole_size(mapping), start, error))
        return false;
    *start = minimum_u64(maximum_u64(*start, base + within.start), base + within.end) - base;
    return true;
}

bool mapping_view(const struct mapping *mapping, struct range range, enum view_access access,
                  struct view *view, struct error *error)
{
    *view = (struct view){0};
    if (mapping->is_held)
        return error_set(error, "the system makes up its bytes: there are no pages to work on");
    if (mapping->overlay)
        return error_set(error, "the script's edits are not in the file yet: there are no pages to "
                                "work on");
    range.start += mapping->base;
    range.end += mapping->base;
    return view_map(mapping->file, range, access, 0, view, error);
}
