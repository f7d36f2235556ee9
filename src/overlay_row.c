/* overlay_row.c - the bytes that a script has come to, as a row of pieces. */
#include "overlay_row.h"
#include "checked.h"

#include <stdlib.h>
#include <string.h>

/*
 * A full node is split in two halves, and the root is split only when it is full,
 * so a level takes at least INNER_MOST / 2 times as many pieces as the one below:
 * 2^64 of them have less than MOST_LEVELS levels.
 */
enum { LEAF_MOST = 16, INNER_MOST = 16, MOST_LEVELS = 24 };

struct child {
    uint64_t length; /* bytes of all pieces below it */
    struct overlay_node *node;
};

struct overlay_node {
    unsigned count; /* 0 only in the root of an empty row */
    union {
        struct overlay_piece pieces[LEAF_MOST]; /* on level 0 */
        struct child children[INNER_MOST];
    };
};

/* ---- memory --------------------------------------------------------------------------------- */

static void give_back(struct overlay_row *row, struct overlay_node *node)
{
    node->children[0].node = row->spare;
    row->spare = node;
    row->spares++;
    row->nodes--;
}

static struct overlay_node *take_spare(struct overlay_row *row)
{
    struct overlay_node *node = row->spare;
    row->spare = node->children[0].node;
    row->spares--;
    row->nodes++;
    node->count = 0;
    return node;
}

static bool add_spare(struct overlay_row *row, struct error *error)
{
    struct overlay_node *node = malloc(sizeof *node);
    if (!node)
        return error_memory(error, sizeof *node);
    row->nodes++;
    give_back(row, node);
    return true;
}

/*
 * One piece more splits at most one node a level. Many pieces split each node that
 * is there at most once, and the halves only after half a node of pieces more.
 */
static uint64_t most_new_nodes(const struct overlay_row *row, uint64_t pieces)
{
    return minimum_u64(pieces * MOST_LEVELS,
                       2 * row->nodes + pieces / (INNER_MOST / 2) + 2 * MOST_LEVELS);
}

bool overlay_row_reserve(struct overlay_row *row, uint64_t replacements, struct error *error)
{
    enum { PIECES = 2 }; /* the new one, and the second part of one that it stands in */
    uint64_t need = most_new_nodes(row, replacements * PIECES);
    while (row->spares < need)
        if (!add_spare(row, error))
            return false;
    if (!row->root)
        row->root = take_spare(row);
    return true;
}

static void release_below(struct overlay_node *node, unsigned level)
{
    for (unsigned i = 0; level > 0 && i < node->count; i++)
        release_below(node->children[i].node, level - 1);
    free(node);
}

void overlay_row_release(struct overlay_row *row)
{
    if (row->root)
        release_below(row->root, row->depth);
    while (row->spare) {
        struct overlay_node *node = row->spare;
        row->spare = node->children[0].node;
        free(node);
    }
    *row = (struct overlay_row){0};
}

/* ---- pieces --------------------------------------------------------------------------------- */

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

/* Whether `next` only goes on where `piece` ends. */
static bool continues(const struct overlay_piece *piece, const struct overlay_piece *next)
{
    if (piece->kind != next->kind)
        return false;
    bool plain = piece->kind == PIECE_OLD ||
                 (piece->period == piece->length && next->period == next->length);
    return piece->kind == PIECE_ZEROS || (plain && piece->source + piece->length == next->source);
}

/* ---- the way to a piece --------------------------------------------------------------------- */

struct path {
    struct overlay_node *nodes[MOST_LEVELS]; /* by level, the leaf first */
    unsigned indexes[MOST_LEVELS];           /* of the child, or the piece, that the way goes to */
    uint64_t start;                          /* offset of the piece in the row */
};

static struct overlay_piece *piece_at(const struct path *path)
{
    return &path->nodes[0]->pieces[path->indexes[0]];
}

/* To the piece that holds the byte at `offset`, which lies in the row. */
static void find_path(const struct overlay_row *row, uint64_t offset, struct path *path)
{
    struct overlay_node *node = row->root;
    uint64_t left = offset;
    unsigned i;
    for (unsigned level = row->depth; level > 0; level--) {
        for (i = 0; left >= node->children[i].length; i++)
            left -= node->children[i].length;
        path->nodes[level] = node;
        path->indexes[level] = i;
        node = node->children[i].node;
    }
    for (i = 0; left >= node->pieces[i].length; i++)
        left -= node->pieces[i].length;
    path->nodes[0] = node;
    path->indexes[0] = i;
    path->start = offset - left;
}

/* The lengths above a piece follow when it gets another one. */
static void change_length(struct overlay_row *row, const struct path *path, uint64_t length)
{
    struct overlay_piece *piece = piece_at(path);
    for (unsigned level = 1; level <= row->depth; level++) {
        struct child *child = &path->nodes[level]->children[path->indexes[level]];
        child->length = child->length - piece->length + length;
    }
    row->length = row->length - piece->length + length;
    piece->length = length;
}

/* ---- adding and removing pieces ------------------------------------------------------------- */

static void remove_child(struct overlay_node *node, unsigned index)
{
    node->count--;
    memmove(node->children + index, node->children + index + 1,
            (node->count - index) * sizeof *node->children);
}

static void remove_piece(struct overlay_row *row, const struct path *path)
{
    struct overlay_node *leaf = path->nodes[0];
    unsigned level = 0, index = path->indexes[0];
    change_length(row, path, 0);
    leaf->count--;
    memmove(leaf->pieces + index, leaf->pieces + index + 1,
            (leaf->count - index) * sizeof *leaf->pieces);
    for (; level < row->depth && path->nodes[level]->count == 0; level++) {
        give_back(row, path->nodes[level]);
        remove_child(path->nodes[level + 1], path->indexes[level + 1]);
    }
    if (row->root->count == 0)
        row->depth = 0;
}

/* Moves the second half of a full node to `right`; its length. */
static uint64_t halve(struct overlay_node *node, struct overlay_node *right, unsigned level)
{
    unsigned half = node->count / 2;
    uint64_t length = 0;
    right->count = node->count - half;
    node->count = half;
    if (level == 0)
        memcpy(right->pieces, node->pieces + half, right->count * sizeof *right->pieces);
    else
        memcpy(right->children, node->children + half, right->count * sizeof *right->children);
    for (unsigned i = 0; i < right->count; i++)
        length += level == 0 ? right->pieces[i].length : right->children[i].length;
    return length;
}

/* Splits child number `index`, which stands on `level` and is full, of a node that is not. */
static void split_child(struct overlay_row *row, struct overlay_node *node, unsigned index,
                        unsigned level)
{
    struct overlay_node *right = take_spare(row);
    struct child *child = &node->children[index];
    uint64_t length = halve(child->node, right, level);
    memmove(child + 2, child + 1, (node->count - index - 1) * sizeof *child);
    child[1] = (struct child){length, right};
    child->length -= length;
    node->count++;
}

static bool is_full(const struct overlay_node *node, unsigned level)
{
    return node->count == (level == 0 ? LEAF_MOST : INNER_MOST);
}

static void split_root(struct overlay_row *row)
{
    struct overlay_node *root = take_spare(row);
    root->count = 1;
    root->children[0] = (struct child){row->length, row->root};
    split_child(row, root, 0, row->depth);
    row->root = root;
    row->depth++;
}

/* Between two pieces; `path` is then that to it. Full nodes on the way are split before there is
   need. */
static void insert_piece(struct overlay_row *row, uint64_t offset,
                         const struct overlay_piece *piece, struct path *path)
{
    path->start = offset;
    if (is_full(row->root, row->depth))
        split_root(row);
    struct overlay_node *node = row->root;
    unsigned i;
    for (unsigned level = row->depth; level > 0; level--) {
        for (i = 0; offset > node->children[i].length; i++)
            offset -= node->children[i].length;
        if (is_full(node->children[i].node, level - 1)) {
            split_child(row, node, i, level - 1);
            if (offset > node->children[i].length)
                offset -= node->children[i++].length;
        }
        node->children[i].length += piece->length;
        path->nodes[level] = node;
        path->indexes[level] = i;
        node = node->children[i].node;
    }
    for (i = 0; offset > 0; i++)
        offset -= node->pieces[i].length;
    memmove(node->pieces + i + 1, node->pieces + i, (node->count - i) * sizeof *node->pieces);
    node->pieces[i] = *piece;
    node->count++;
    row->length += piece->length;
    path->nodes[0] = node;
    path->indexes[0] = i;
}

/* ---- replacing ------------------------------------------------------------------------------ */

/* Takes out of one piece as many bytes as there are from `offset` on, `length` at most. */
static uint64_t cut_out(struct overlay_row *row, uint64_t offset, uint64_t length)
{
    struct path path;
    find_path(row, offset, &path);
    struct overlay_piece whole = *piece_at(&path);
    uint64_t skip = offset - path.start, gone = minimum_u64(length, whole.length - skip);
    uint64_t behind = whole.length - skip - gone;
    struct overlay_piece rest = part_of(&whole, skip + gone, behind);
    if (skip == 0 && behind == 0) {
        remove_piece(row, &path);
        return gone;
    }
    change_length(row, &path, skip > 0 ? skip : behind);
    *piece_at(&path) = skip > 0 ? part_of(&whole, 0, skip) : rest;
    if (skip > 0 && behind > 0)
        insert_piece(row, offset, &rest, &path);
    return gone;
}

/* Makes one of the pieces on both sides of `offset` where the second goes on. */
static void join_at(struct overlay_row *row, uint64_t offset)
{
    struct path left, right;
    if (offset == 0 || offset == row->length)
        return;
    find_path(row, offset - 1, &left);
    find_path(row, offset, &right);
    if (!continues(piece_at(&left), piece_at(&right)))
        return;
    uint64_t length = piece_at(&right)->length;
    remove_piece(row, &right);
    piece_at(&left)->period += length;
    change_length(row, &left, piece_at(&left)->length + length);
}

/* Whether it is seen at once, in its leaf, that a piece joins with neither neighbour. */
static bool stands_alone(const struct path *path)
{
    unsigned index = path->indexes[0];
    const struct overlay_piece *piece = piece_at(path);
    return index > 0 && index + 1 < path->nodes[0]->count && !continues(piece - 1, piece) &&
           !continues(piece, piece + 1);
}

/* Puts two pieces behind that of a path, whose leaf has room for them. */
static void insert_behind(struct overlay_row *row, const struct path *path,
                          const struct overlay_piece pieces[2])
{
    struct overlay_node *leaf = path->nodes[0];
    unsigned behind = path->indexes[0] + 1;
    uint64_t length = piece_at(path)->length;
    memmove(leaf->pieces + behind + 2, leaf->pieces + behind,
            (leaf->count - behind) * sizeof *leaf->pieces);
    memcpy(leaf->pieces + behind, pieces, 2 * sizeof *pieces);
    leaf->count += 2;
    /* The path's piece stands for all three in the lengths above it. */
    change_length(row, path, length + pieces[0].length + pieces[1].length);
    piece_at(path)->length = length;
}

/*
 * The edit that is the usual one, in one step: in the middle of a piece, which becomes two with a
 * new one between them. False: it is not of that kind, or the leaf has no room for it.
 */
static bool replace_inside(struct overlay_row *row, uint64_t offset, uint64_t old_length,
                           const struct overlay_piece *piece)
{
    struct path path;
    if (offset >= row->length || piece->length == 0)
        return false;
    find_path(row, offset, &path);
    struct overlay_piece whole = *piece_at(&path);
    uint64_t skip = offset - path.start;
    if (skip == 0 || old_length >= whole.length - skip || path.nodes[0]->count + 2 > LEAF_MOST)
        return false;
    uint64_t behind = whole.length - skip - old_length;
    struct overlay_piece front = part_of(&whole, 0, skip);
    struct overlay_piece added[2] = {part_of(piece, 0, piece->length),
                                     part_of(&whole, skip + old_length, behind)};
    if (continues(&front, &added[0]) || continues(&added[0], &added[1]))
        return false;
    change_length(row, &path, skip);
    *piece_at(&path) = front;
    insert_behind(row, &path, added);
    return true;
}

void overlay_row_replace(struct overlay_row *row, uint64_t offset, uint64_t old_length,
                         const struct overlay_piece *piece)
{
    struct path path;
    if (replace_inside(row, offset, old_length, piece))
        return;
    if (offset < row->length)
        do
            old_length -= cut_out(row, offset, old_length);
        while (old_length > 0);
    if (piece->length > 0) {
        struct overlay_piece whole = part_of(piece, 0, piece->length);
        insert_piece(row, offset, &whole, &path);
        if (stands_alone(&path))
            return;
        join_at(row, offset + piece->length);
    }
    join_at(row, offset);
}

/* ---- reading -------------------------------------------------------------------------------- */

bool overlay_row_find(const struct overlay_row *row, uint64_t offset, struct overlay_place *place)
{
    struct path path;
    if (offset >= row->length)
        return false;
    find_path(row, offset, &path);
    *place = (struct overlay_place){piece_at(&path), path.start, path.nodes[0], path.indexes[0]};
    return true;
}

bool overlay_row_next(const struct overlay_row *row, struct overlay_place *place)
{
    uint64_t end = place->start + place->piece->length;
    if (place->index + 1 == place->leaf->count)
        return overlay_row_find(row, end, place);
    place->index++;
    place->piece = &place->leaf->pieces[place->index];
    place->start = end;
    return true;
}
