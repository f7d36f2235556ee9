/* overlay_row.c - the result of a script's edits as a row of pieces. */
#include "edit/overlay_tree.h"
#include "base/checked.h"

/* ---- pieces ---------------------------------------------------------------------------------- */

/* The part of a piece from `skip` on. */
static struct overlay_piece part_of(const struct overlay_piece *piece, uint64_t skip,
                                    uint64_t length)
{
    struct overlay_piece part = *piece;
    part.length = length;
    if (piece->kind == PIECE_OLD)
        part.source += skip;
    if (piece->kind != PIECE_POOL)
        return part;
    part.phase = (piece->phase + skip) % piece->period;
    if (length <= part.period - part.phase) { /* nothing in it is repeated */
        part.source += part.phase;
        part.phase = 0;
        part.period = length;
    }
    return part;
}

/* Whether the piece is one range of the pool: not repeated, and not rotated by its phase. */
static bool is_plain(const struct overlay_piece *piece)
{
    return piece->period == piece->length && piece->phase == 0;
}

/* Whether `next` continues `piece`, so that they can be joined. */
static bool continues(const struct overlay_piece *piece, const struct overlay_piece *next)
{
    if (piece->kind != next->kind)
        return false;
    bool plain = piece->kind == PIECE_OLD || (is_plain(piece) && is_plain(next));
    return piece->kind == PIECE_ZEROS || (plain && piece->source + piece->length == next->source);
}

/* ---- replacing ------------------------------------------------------------------------------- */

/* Removes bytes from one piece: those from `offset` on, at most `length`. */
static uint64_t cut_out(struct overlay_row *row, uint64_t offset, uint64_t length)
{
    struct overlay_path path;
    overlay_tree_find(row, offset, &path);
    struct overlay_piece whole = *overlay_path_piece(&path);
    uint64_t skip = offset - path.start, gone = minimum_u64(length, whole.length - skip);
    uint64_t behind = whole.length - skip - gone;
    struct overlay_piece rest = part_of(&whole, skip + gone, behind);
    if (skip == 0 && behind == 0) {
        overlay_tree_remove(row, &path);
        return gone;
    }
    overlay_tree_change_length(row, &path, skip > 0 ? skip : behind);
    *overlay_path_piece(&path) = skip > 0 ? part_of(&whole, 0, skip) : rest;
    if (skip > 0 && behind > 0)
        overlay_tree_insert(row, offset, &rest, &path);
    return gone;
}

/* Joins the pieces on both sides of `offset` if the second continues the first. */
static void join_at(struct overlay_row *row, uint64_t offset)
{
    struct overlay_path left, right;
    if (offset == 0 || offset == row->length)
        return;
    overlay_tree_find(row, offset - 1, &left);
    overlay_tree_find(row, offset, &right);
    if (!continues(overlay_path_piece(&left), overlay_path_piece(&right)))
        return;
    uint64_t length = overlay_path_piece(&right)->length;
    overlay_tree_remove(row, &right);
    overlay_path_piece(&left)->period += length;
    overlay_tree_change_length(row, &left, overlay_path_piece(&left)->length + length);
}

/* Whether a look at its leaf shows that a piece joins with neither neighbour. */
static bool stands_alone(const struct overlay_path *path)
{
    unsigned index = path->indexes[0];
    const struct overlay_piece *piece = overlay_path_piece(path);
    return index > 0 && index + 1 < path->nodes[0]->count && !continues(piece - 1, piece) &&
           !continues(piece, piece + 1);
}

/*
 * The usual case, done at once: an edit in the middle of a piece, which becomes two with the new
 * one between them. False: it is another case, and nothing was done.
 */
static bool replace_inside(struct overlay_row *row, uint64_t offset, uint64_t old_length,
                           const struct overlay_piece *piece)
{
    struct overlay_path path;
    if (offset >= row->length || piece->length == 0)
        return false;
    overlay_tree_find_room(row, offset, &path);
    struct overlay_piece whole = *overlay_path_piece(&path);
    uint64_t skip = offset - path.start;
    if (skip == 0 || old_length >= whole.length - skip)
        return false;
    uint64_t behind = whole.length - skip - old_length;
    struct overlay_piece added[OVERLAY_NEW_PIECES] = {part_of(&whole, 0, skip),
                                                      part_of(piece, 0, piece->length)};
    struct overlay_piece rest = part_of(&whole, skip + old_length, behind);
    if (continues(&added[0], &added[1]) || continues(&added[1], &rest))
        return false;
    *overlay_path_piece(&path) = rest;
    overlay_path_insert(&path, added, OVERLAY_NEW_PIECES);
    overlay_tree_add_length(row, &path, piece->length, old_length);
    return true;
}

void overlay_row_replace(struct overlay_row *row, uint64_t offset, uint64_t old_length,
                         const struct overlay_piece *piece)
{
    struct overlay_path path;
    if (replace_inside(row, offset, old_length, piece))
        return;
    if (offset < row->length)
        do
            old_length -= cut_out(row, offset, old_length);
        while (old_length > 0);
    if (piece->length > 0) {
        struct overlay_piece whole = part_of(piece, 0, piece->length);
        overlay_tree_insert(row, offset, &whole, &path);
        if (stands_alone(&path))
            return;
        join_at(row, offset + piece->length);
    }
    join_at(row, offset);
}

/* ---- reading --------------------------------------------------------------------------------- */

bool overlay_row_find(const struct overlay_row *row, uint64_t offset,
                      struct overlay_position *place)
{
    struct overlay_path path;
    if (offset >= row->length)
        return false;
    overlay_tree_find(row, offset, &path);
    *place = (struct overlay_position){overlay_path_piece(&path), path.start, path.nodes[0],
                                       path.indexes[0]};
    return true;
}

bool overlay_row_next(const struct overlay_row *row, struct overlay_position *place)
{
    place->start += place->piece->length;
    if (place->index + 1 == place->leaf->count)
        return overlay_row_find(row, place->start, place);
    place->index++;
    place->piece = &place->leaf->pieces[place->index];
    return true;
}
