/* overlay.c - collects the edits of an atomic script, and shows their result meanwhile. */
#include "edit/overlay.h"
#include "edit/overlay_row.h"

#include <stdlib.h>
#include <string.h>

enum { STEP = 64 * 1024 };

struct overlay {
    struct mapping *mapping;
    struct mapping_overlay face; /* through which the mapping reads the result */
    uint64_t old_size;
    struct overlay_row row;
    struct buffer pool;
    struct edit_reader reader; /* of the edits that are added */
};

/* ---- reading --------------------------------------------------------------------------------- */

static bool read_piece(const struct overlay *overlay, const struct overlay_piece *piece,
                       uint64_t skip, unsigned char *bytes, size_t length, struct error *error)
{
    if (piece->kind == PIECE_OLD)
        return mapping_read_under(overlay->mapping, piece->source + skip, bytes, length, error);
    if (piece->kind == PIECE_ZEROS) {
        memset(bytes, 0, length);
        return true;
    }
    for (size_t done = 0; done < length;) {
        uint64_t phase = (piece->phase + skip + done) % piece->period;
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
    struct overlay_position place;
    unsigned char *out = bytes;
    if (length > 0)
        overlay_row_find(&overlay->row, offset, &place);
    while (length > 0) {
        uint64_t skip = offset - place.start;
        size_t part = (size_t)minimum_u64(length, place.piece->length - skip);
        if (!read_piece(overlay, place.piece, skip, out, part, error))
            return false;
        offset += part;
        out += part;
        length -= part;
        if (length > 0)
            overlay_row_next(&overlay->row, &place);
    }
    return true;
}

/* ---- adding ---------------------------------------------------------------------------------- */

/* Copies the bytes of a `move` now, because later edits may change them at their source. */
static bool copy_bytes(struct overlay *overlay, uint64_t offset, uint64_t length,
                       struct error *error)
{
    size_t size;
    if (!checked_size(length, &size) || !buffer_reserve(&overlay->pool, size, error))
        return error_set(error, "%llu bytes are too many to copy in an atomic script",
                         (unsigned long long)length);
    if (!overlay_read(overlay, offset, overlay->pool.data + overlay->pool.length, size, error))
        return false;
    overlay->pool.length += size;
    return true;
}

/* Most commands have one edit: take it from list->last without decoding. */
static const struct edit *get_edit(struct edit_reader *edits, uint64_t index)
{
    const struct edit_list *list = edits->list;
    return index + 1 == list->count ? &list->last : edit_reader_get(edits, index);
}

/* Adds the new bytes of a command's edits to the pool of the overlay. */
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

/* Does all that can fail before the row changes: reads bytes, reserves memory for pieces. */
static bool prepare(struct overlay *overlay, struct edit_reader *edits, struct pool *pool,
                    struct error *error)
{
    uint64_t count = edits->list->count;
    if (!take_pool(overlay, pool, error))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        const struct edit *edit = get_edit(edits, i);
        if (edit->kind == EDIT_COPY && !copy_bytes(overlay, edit->source, edit->new_length, error))
            return false;
    }
    return overlay_row_reserve(&overlay->row, count, error);
}

static struct overlay_piece new_piece(const struct edit *edit, uint64_t pool_base, uint64_t *copies)
{
    struct overlay_piece piece = {
        .kind = edit->kind == EDIT_ZEROS ? PIECE_ZEROS : PIECE_POOL,
        .source = pool_base + edit->source,
        .period = edit->period,
        .length = edit->new_length,
    };
    if (edit->kind != EDIT_COPY)
        return piece;
    piece.source = *copies;
    piece.period = edit->new_length;
    *copies += edit->new_length;
    return piece;
}

/* `copies` is where in the pool the bytes of EDIT_COPY begin. */
static void replace_all(struct overlay *overlay, struct edit_reader *edits, uint64_t pool_base,
                        uint64_t copies)
{
    for (uint64_t i = 0; i < edits->list->count; i++) {
        const struct edit *edit = get_edit(edits, i);
        struct overlay_piece piece = new_piece(edit, pool_base, &copies);
        overlay_row_replace(&overlay->row, edit->new_offset, edit->old_length, &piece);
    }
}

bool overlay_add(struct overlay *overlay, const struct edit_list *edits, struct pool *pool,
                 struct error *error)
{
    struct edit_reader *reader = &overlay->reader;
    size_t pool_base = overlay->pool.length;
    edit_reader_init(reader, edits);
    bool done = prepare(overlay, reader, pool, error);
    if (done)
        replace_all(overlay, reader, pool_base, pool_base + pool_size(pool));
    else
        overlay->pool.length = pool_base;
    overlay->mapping->size = overlay->row.length;
    return done;
}

/* ---- the whole ------------------------------------------------------------------------------- */

struct overlay *overlay_new(struct mapping *mapping, struct error *error)
{
    struct overlay *overlay = calloc(1, sizeof *overlay);
    struct overlay_piece all = {.kind = PIECE_OLD, .length = mapping->size};
    if (!overlay) {
        error_memory(error, sizeof *overlay);
        return NULL;
    }
    overlay->mapping = mapping;
    overlay->old_size = mapping->size;
    overlay->face = (struct mapping_overlay){overlay_read, overlay};
    if (!overlay_row_reserve(&overlay->row, 1, error)) {
        overlay_row_release(&overlay->row);
        free(overlay);
        return NULL;
    }
    overlay_row_replace(&overlay->row, 0, 0, &all);
    mapping_view_short_reads(mapping);
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

/* The conversion of the row into a list of edits, from the start of the file on. */
struct outcome {
    const struct overlay_row *row;
    struct edit_list *edits;
    uint64_t old_at;  /* old bytes before this are kept or in an edit */
    uint64_t old_end; /* old bytes before this are replaced by the current new pieces */
};

static bool add_edit(struct outcome *outcome, struct edit edit, bool is_last, struct error *error)
{
    uint64_t left = outcome->old_end - outcome->old_at;
    edit.offset = outcome->old_at;
    edit.old_length = is_last ? left : minimum_u64(left, edit.new_length);
    outcome->old_at += edit.old_length;
    return edit_list_append(outcome->edits, &edit, error);
}

/*
 * Adds an edit for a new piece, which replaces as many of the old bytes as it is long. A repeated
 * piece that begins in the middle of a period becomes two edits: the rest of that period, then the
 * others.
 */
static bool add_piece(struct outcome *outcome, const struct overlay_piece *piece, bool is_last,
                      struct error *error)
{
    struct edit edit = {.kind = EDIT_ZEROS, .new_length = piece->length};
    if (piece->kind == PIECE_ZEROS)
        return add_edit(outcome, edit, is_last, error);
    edit.kind = EDIT_POOL;
    if (piece->phase > 0) {
        edit.source = piece->source + piece->phase;
        edit.period = edit.new_length = piece->period - piece->phase;
        if (!add_edit(outcome, edit, false, error))
            return false;
    }
    edit.source = piece->source;
    edit.new_length = piece->length - (piece->phase > 0 ? edit.new_length : 0);
    edit.period = minimum_u64(piece->period, edit.new_length);
    return add_edit(outcome, edit, is_last, error);
}

/* Adds edits for the new pieces from `place` up to `end`, if any, and for the removed old bytes. */
static bool add_gap(struct outcome *outcome, struct overlay_position place, uint64_t end,
                    struct error *error)
{
    struct edit deletion = {.kind = EDIT_ZEROS};
    if (place.start == end)
        return add_edit(outcome, deletion, true, error);
    for (;;) {
        bool is_last = place.start + place.piece->length == end;
        if (!add_piece(outcome, place.piece, is_last, error))
            return false;
        if (is_last)
            return true;
        overlay_row_next(outcome->row, &place);
    }
}

bool overlay_finish(struct overlay *overlay, struct edit_list *edits, struct pool *pool,
                    struct error *error)
{
    const struct overlay_row *row = &overlay->row;
    struct outcome outcome = {.row = row, .edits = edits};
    struct overlay_position place = {.start = 0};
    lift(overlay);
    for (bool more = overlay_row_find(row, 0, &place);; more = overlay_row_next(row, &place)) {
        struct overlay_position first = place;
        while (more && place.piece->kind != PIECE_OLD)
            more = overlay_row_next(row, &place);
        outcome.old_end = more ? place.piece->source : overlay->old_size;
        if (!add_gap(&outcome, first, more ? place.start : row->length, error))
            return false;
        if (!more)
            break;
        outcome.old_at = outcome.old_end + place.piece->length;
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
    overlay_row_release(&overlay->row);
    buffer_release(&overlay->pool);
    free(overlay);
}
