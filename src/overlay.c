/* overlay.c - the edits of a script, seen at once and done together. */
#include "overlay.h"

#include <stdlib.h>
#include <string.h>

enum { STEP = 64 * 1024 };

enum piece_kind { PIECE_OLD, PIECE_POOL, PIECE_ZEROS };

struct piece {
    enum piece_kind kind;
    uint64_t source; /* offset in the file, or in the pool */
    uint64_t period; /* PIECE_POOL: bytes in the pool, repeated to fill `length` */
    uint64_t length; /* never 0 */
    uint64_t end;    /* offset of its end in the bytes as they are seen */
};

struct row {
    struct piece *items; /* owned */
    size_t count, capacity;
};

struct overlay {
    struct mapping *mapping;
    struct mapping_overlay face; /* what the mapping knows of us */
    uint64_t old_size;
    struct row row;
    struct buffer pool;
};

/* ---- rows ----------------------------------------------------------------------------------- */

static uint64_t row_end(const struct row *row)
{
    return row->count > 0 ? row->items[row->count - 1].end : 0;
}

/* Whether `piece` only goes on where the last one ended. */
static bool continues(const struct piece *last, const struct piece *piece)
{
    bool plain = piece->kind == PIECE_OLD ||
                 (piece->period == piece->length && last->period == last->length);
    return last->kind == piece->kind &&
           (piece->kind == PIECE_ZEROS || (plain && last->source + last->length == piece->source));
}

static bool row_append(struct row *row, struct piece piece, struct error *error)
{
    if (piece.length == 0)
        return true;
    piece.end = row_end(row) + piece.length;
    if (row->count > 0 && continues(&row->items[row->count - 1], &piece)) {
        struct piece *last = &row->items[row->count - 1];
        last->length += piece.length;
        last->period += piece.period;
        last->end = piece.end;
        return true;
    }
    if (row->count == row->capacity) {
        size_t capacity = row->capacity ? row->capacity * 2 : 16;
        struct piece *items = capacity <= SIZE_MAX / sizeof *items
                                  ? realloc(row->items, capacity * sizeof *items)
                                  : NULL;
        if (!items)
            return error_memory(error, capacity);
        row->items = items;
        row->capacity = capacity;
    }
    row->items[row->count++] = piece;
    return true;
}

/* Part of repeated bytes: from the middle of a copy it is the rest of that, then whole ones. */
static bool append_repeated(struct row *row, const struct piece *piece, uint64_t skip,
                            uint64_t length, struct error *error)
{
    uint64_t phase = skip % piece->period;
    struct piece part = {.kind = PIECE_POOL};
    if (phase > 0) {
        part.length = minimum_u64(length, piece->period - phase);
        part.source = piece->source + phase;
        part.period = part.length;
        if (!row_append(row, part, error))
            return false;
        length -= part.length;
    }
    part.source = piece->source;
    part.length = length;
    part.period = minimum_u64(piece->period, length);
    return row_append(row, part, error);
}

static bool append_part(struct row *row, const struct piece *piece, uint64_t skip, uint64_t length,
                        struct error *error)
{
    struct piece part = *piece;
    if (length == 0)
        return true;
    if (piece->kind == PIECE_POOL)
        return append_repeated(row, piece, skip, length, error);
    part.source += piece->kind == PIECE_OLD ? skip : 0;
    part.length = length;
    return row_append(row, part, error);
}

/* The first piece that ends behind `offset`. */
static size_t row_find(const struct row *row, uint64_t offset)
{
    size_t low = 0, high = row->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (row->items[middle].end > offset)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* ---- reading -------------------------------------------------------------------------------- */

static bool read_piece(const struct overlay *overlay, const struct piece *piece, uint64_t skip,
                       unsigned char *bytes, size_t length, struct error *error)
{
    if (piece->kind == PIECE_OLD)
        return mapping_read_under(overlay->mapping, piece->source + skip, bytes, length, error);
    if (piece->kind == PIECE_ZEROS) {
        memset(bytes, 0, length);
        return true;
    }
    for (size_t done = 0; done < length;) {
        uint64_t phase = (skip + done) % piece->period;
        size_t part = (size_t)minimum_u64(piece->period - phase, length - done);
        memcpy(bytes + done, overlay->pool.data + piece->source + phase, part);
        done += part;
    }
    return true;
}

static bool overlay_read(const void *context, uint64_t offset, void *bytes, size_t length,
                         struct error *error)
{
    const struct overlay *overlay = context;
    unsigned char *out = bytes;
    for (size_t i = row_find(&overlay->row, offset); length > 0; i++) {
        const struct piece *piece = &overlay->row.items[i];
        uint64_t skip = offset - (piece->end - piece->length);
        size_t part = (size_t)minimum_u64(length, piece->length - skip);
        if (!read_piece(overlay, piece, skip, out, part, error))
            return false;
        offset += part;
        out += part;
        length -= part;
    }
    return true;
}

/* ---- adding --------------------------------------------------------------------------------- */

/* A walk over the row as it is, from which the new one is made. */
struct cursor {
    const struct row *row;
    size_t index;
    uint64_t offset;
};

/* Passes `until`, appending what is passed to `to` (or dropping it: NULL). */
static bool pass(struct cursor *cursor, uint64_t until, struct row *to, struct error *error)
{
    while (cursor->offset < until) {
        const struct piece *piece = &cursor->row->items[cursor->index];
        uint64_t skip = cursor->offset - (piece->end - piece->length);
        uint64_t length = minimum_u64(until, piece->end) - cursor->offset;
        if (to && !append_part(to, piece, skip, length, error))
            return false;
        cursor->offset += length;
        if (cursor->offset == piece->end)
            cursor->index++;
    }
    return true;
}

/* Bytes that `move` copies: taken as they are now, since later edits may change them there. */
static bool copy_bytes(struct overlay *overlay, uint64_t offset, uint64_t length,
                       struct piece *piece, struct error *error)
{
    size_t size;
    *piece = (struct piece){.kind = PIECE_POOL, .source = overlay->pool.length};
    piece->period = piece->length = length;
    if (!checked_size(length, &size) || !buffer_reserve(&overlay->pool, size, error))
        return error_set(error, "%llu bytes are too many to copy in an atomic script",
                         (unsigned long long)length);
    if (!overlay_read(overlay, offset, overlay->pool.data + overlay->pool.length, size, error))
        return false;
    overlay->pool.length += size;
    return true;
}

static bool append_new(struct overlay *overlay, struct row *to, const struct edit *edit,
                       uint64_t pool_base, struct error *error)
{
    struct piece piece = {
        .kind = edit->kind == EDIT_ZEROS ? PIECE_ZEROS : PIECE_POOL,
        .source = pool_base + edit->source,
        .period = edit->period,
        .length = edit->new_length,
    };
    if (edit->new_length == 0)
        return true;
    if (edit->kind == EDIT_COPY &&
        !copy_bytes(overlay, edit->source, edit->new_length, &piece, error))
        return false;
    return row_append(to, piece, error);
}

static bool compose(struct overlay *overlay, const struct edit_list *edits,
                    struct edit_reader *reader, uint64_t pool_base, struct row *to,
                    struct error *error)
{
    struct cursor cursor = {&overlay->row, 0, 0};
    edit_reader_init(reader, edits);
    for (uint64_t i = 0; i < edits->count; i++) {
        struct edit edit = *edit_reader_get(reader, i);
        if (!pass(&cursor, edit.offset, to, error) ||
            !pass(&cursor, edit.offset + edit.old_length, NULL, error) ||
            !append_new(overlay, to, &edit, pool_base, error))
            return false;
    }
    return pass(&cursor, row_end(&overlay->row), to, error);
}

/* Takes over the bytes that a command's edits bring. */
static bool take_pool(struct overlay *overlay, struct pool *pool, struct error *error)
{
    for (uint64_t at = 0, size = pool_size(pool); at < size;) {
        size_t length = (size_t)minimum_u64(STEP, size - at);
        if (!buffer_reserve(&overlay->pool, length, error) ||
            !pool_read(pool, at, overlay->pool.data + overlay->pool.length, length, error))
            return false;
        overlay->pool.length += length;
        at += length;
    }
    return true;
}

bool overlay_add(struct overlay *overlay, const struct edit_list *edits, struct pool *pool,
                 struct error *error)
{
    struct edit_reader *reader = malloc(sizeof *reader);
    size_t pool_base = overlay->pool.length;
    struct row row = {0};
    bool done = (reader || error_memory(error, sizeof *reader)) &&
                take_pool(overlay, pool, error) &&
                compose(overlay, edits, reader, pool_base, &row, error);
    free(reader);
    if (!done) {
        free(row.items);
        overlay->pool.length = pool_base;
        return false;
    }
    free(overlay->row.items);
    overlay->row = row;
    overlay->mapping->size = row_end(&row);
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------ */

struct overlay *overlay_new(struct mapping *mapping, struct error *error)
{
    struct overlay *overlay = calloc(1, sizeof *overlay);
    struct piece all = {.kind = PIECE_OLD, .length = mapping->size};
    if (!overlay) {
        error_memory(error, sizeof *overlay);
        return NULL;
    }
    overlay->mapping = mapping;
    overlay->old_size = mapping->size;
    overlay->face = (struct mapping_overlay){overlay_read, overlay};
    if (!row_append(&overlay->row, all, error)) {
        free(overlay);
        return NULL;
    }
    mapping->overlay = &overlay->face;
    return overlay;
}

static void lift(struct overlay *overlay)
{
    if (overlay->mapping->overlay != &overlay->face)
        return;
    overlay->mapping->overlay = NULL;
    overlay->mapping->size = overlay->old_size;
}

/* One edit of a new piece, for as many of the old bytes that go away as it is long. */
static bool add_edit(struct edit_list *edits, const struct piece *piece, uint64_t *old_at,
                     uint64_t old_end, bool takes_all, struct error *error)
{
    uint64_t old_length = old_end - *old_at;
    struct edit edit = {
        .offset = *old_at,
        .kind = piece->kind == PIECE_ZEROS ? EDIT_ZEROS : EDIT_POOL,
        .source = piece->kind == PIECE_ZEROS ? 0 : piece->source,
        .period = piece->kind == PIECE_ZEROS ? 0 : piece->period,
        .new_length = piece->length,
    };
    edit.old_length = takes_all ? old_length : minimum_u64(old_length, piece->length);
    *old_at += edit.old_length;
    return edit_list_append(edits, &edit, error);
}

/* The pieces [first, last) stand where the old bytes [old_at, old_end) stood. */
static bool add_gap(const struct overlay *overlay, size_t first, size_t last, uint64_t old_at,
                    uint64_t old_end, struct edit_list *edits, struct error *error)
{
    struct edit deletion = {.offset = old_at, .old_length = old_end - old_at};
    if (first == last)
        return edit_list_append(edits, &deletion, error);
    for (size_t i = first; i < last; i++)
        if (!add_edit(edits, &overlay->row.items[i], &old_at, old_end, i + 1 == last, error))
            return false;
    return true;
}

bool overlay_finish(struct overlay *overlay, struct edit_list *edits, struct pool *pool,
                    struct error *error)
{
    const struct row *row = &overlay->row;
    uint64_t old_at = 0;
    size_t first = 0;
    lift(overlay);
    for (size_t i = 0; i <= row->count; i++) {
        bool at_end = i == row->count;
        if (!at_end && row->items[i].kind != PIECE_OLD)
            continue;
        uint64_t old_end = at_end ? overlay->old_size : row->items[i].source;
        if (!add_gap(overlay, first, i, old_at, old_end, edits, error))
            return false;
        old_at = at_end ? old_end : old_end + row->items[i].length;
        first = i + 1;
    }
    pool->bytes = overlay->pool;
    overlay->pool = (struct buffer){0};
    return true;
}

void overlay_free(struct overlay *overlay)
{
    if (!overlay)
        return;
    lift(overlay);
    free(overlay->row.items);
    buffer_release(&overlay->pool);
    free(overlay);
}
