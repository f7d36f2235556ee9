/* edit_sides.c - the bytes that edits remove and the bytes that they insert. */
#include "apply/edit_sides.h"

enum { DATA_AHEAD = 16 * 1024 * 1024 }; /* in a sparse file: how far to ask where data ends */

static const unsigned char zero_bytes[EDIT_SIDES_STEP];

void edit_sides_release(struct edit_sides *sides)
{
    reader_release(&sides->old);
}

/* Knows where data was found last. */
bool edit_sides_is_hole(struct edit_sides *sides, struct range range, bool *hole,
                        struct error *error)
{
    const struct mapping *mapping = sides->old.mapping;
    struct range within = {
        range.start, minimum_u64(mapping->size, maximum_u64(range.end, range.start + DATA_AHEAD))};
    *hole = false;
    if (range.start >= sides->data.start && range.start < sides->data.end)
        return true;
    if (!mapping_next_data(mapping, within, &sides->data, error))
        return false;
    *hole = sides->data.start >= range.end;
    return true;
}

const unsigned char *edit_sides_new(struct edit_sides *sides, const struct edit *edit,
                                    struct range part, unsigned char *memory, struct error *error)
{
    const unsigned char *bytes = pool_memory(sides->pool, edit, part);
    if (bytes)
        return bytes;
    return pool_read_edit(sides->pool, sides->old.mapping, edit, part, memory, error) ? memory
                                                                                      : NULL;
}

/* ---- runs of bytes that differ --------------------------------------------------------------- */

void edit_sides_begin(struct edit_sides *sides)
{
    sides->start = sides->length = 0;
    sides->old_bytes = NULL;
}

static bool load_new(struct edit_sides *sides, const struct edit *edit, uint64_t start,
                     struct error *error)
{
    sides->start = start;
    sides->length = (size_t)minimum_u64(EDIT_SIDES_STEP, edit->new_length - start);
    sides->new_bytes = zero_bytes;
    if (edit->kind != EDIT_ZEROS)
        sides->new_bytes = edit_sides_new(sides, edit, (struct range){start, start + sides->length},
                                          sides->memory, error);
    sides->old_bytes = NULL;
    return sides->new_bytes != NULL;
}

/* Makes the bytes at `at` and some behind them readable. */
static bool load_both(struct edit_sides *sides, const struct edit *edit, uint64_t at,
                      struct error *error)
{
    if (at - sides->start >= sides->length && !load_new(sides, edit, at, error))
        return false;
    if (!sides->old_bytes)
        sides->old_bytes =
            reader_rising(&sides->old, edit->offset + sides->start, sides->length, error);
    return sides->old_bytes != NULL;
}

/* Moves *at to the first byte that differs, or does not; else to the end of the edit. */
static bool skip_while(struct edit_sides *sides, const struct edit *edit, bool differ, uint64_t *at,
                       struct error *error)
{
    while (*at < edit->new_length) {
        if (!load_both(sides, edit, *at, error))
            return false;
        const unsigned char *old_bytes = sides->old_bytes, *new_bytes = sides->new_bytes;
        size_t i = (size_t)(*at - sides->start), length = sides->length;
        while (i < length && (old_bytes[i] != new_bytes[i]) == differ)
            i++;
        *at = sides->start + i;
        if (i < length)
            break;
    }
    return true;
}

/* Moves *at over zeros that replace a hole, without reading them. */
static bool skip_hole(struct edit_sides *sides, const struct edit *edit, uint64_t *at,
                      struct error *error)
{
    bool hole = edit->kind == EDIT_ZEROS;
    while (hole && *at < edit->new_length) {
        uint64_t end = minimum_u64(edit->new_length, *at + DATA_AHEAD);
        struct range range = {edit->offset + *at, edit->offset + end};
        if (!edit_sides_is_hole(sides, range, &hole, error))
            return false;
        *at = hole ? end : *at;
    }
    return true;
}

bool edit_sides_next(struct edit_sides *sides, const struct edit *edit, uint64_t *at,
                     struct range *run, struct error *error)
{
    sides->old_bytes = NULL; /* the caller may have moved the reader */
    if (!skip_hole(sides, edit, at, error) || !skip_while(sides, edit, false, at, error))
        return false;
    run->start = *at;
    bool done = skip_while(sides, edit, true, at, error);
    run->end = *at;
    return done;
}
