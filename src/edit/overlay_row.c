/* overlay_row.c - the result of a script's edits as a row of pieces, in a B+ tree. */
#include "edit/overlay_row.h"
#include "base/checked.h"

#include <stdlib.h>
#include <string.h>

/*
 * A node is split only when it is full, so a level takes at least INNER_MOST / 2 - 1 times as many
 * pieces as the one below (see most_new_nodes()): 2^64 of them have less than MOST_LEVELS levels.
 */
enum { LEAF_MOST = 16, INNER_MOST = 16, MOST_LEVELS = 24 };

/* Pieces that one edit adds: the new one, and the second half of one that it splits. */
enum { NEW_PIECES = 2 };

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

/* ---- memory ---------------------------------------------------------------------------------- */

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
 * One edit goes down in at most two places, and splits at most one node a level there. Many edits
 * split each node that is there at most once; the halves of a leaf only when SPARED pieces have
 * been added to them, those of an inner node after INNER_MOST / 2 splits below. A node that is
 * split at an end of the row (see kept()) takes twice as many before the next one is, and leaves
 * behind a nearly full one, which is then split once, too.
 */
static uint64_t most_new_nodes(const struct overlay_row *row, uint64_t edits)
{
    enum { SPARED = (LEAF_MOST - NEW_PIECES + 1) / 2 };
    uint64_t leaves = edits * NEW_PIECES / SPARED;
    /* 2/15 of the leaves, and 2/15 of these, ... */
    uint64_t others = leaves / (INNER_MOST / 2 - 2);
    return minimum_u64(edits * 2 * MOST_LEVELS, 2 * row->nodes + leaves + others + 2 * MOST_LEVELS);
}

bool overlay_row_reserve(struct overlay_row *row, uint64_t replacements, struct error *error)
{
    uint64_t need = most_new_nodes(row, replacements);
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

/* ---- the path to a piece --------------------------------------------------------------------- */

struct path {
    struct overlay_node *nodes[MOST_LEVELS]; /* by level, the leaf first */
    unsigned indexes[MOST_LEVELS];           /* of the child, or the piece, on the path */
    uint64_t start;                          /* offset of the piece in the row */
};

static struct overlay_piece *piece_at(const struct path *path)
{
    return &path->nodes[0]->pieces[path->indexes[0]];
}

static uint64_t length_at(const struct overlay_node *node, unsigned level, unsigned index)
{
    return level == 0 ? node->pieces[index].length : node->children[index].length;
}

/*
 * Finds the child, or on level 0 the piece, that has the byte at `*offset` of the node, and makes
 * `*offset` relative to it. Tries both ends first: edits in order of offset continue in the first
 * or last child, which has all bytes that are not edited yet.
 */
static unsigned find_below(const struct overlay_node *node, unsigned level, uint64_t length,
                           uint64_t *offset)
{
    unsigned i = 0, last = node->count - 1;
    uint64_t last_start = length - length_at(node, level, last);
    if (*offset >= last_start) {
        *offset -= last_start;
        return last;
    }
    for (; *offset >= length_at(node, level, i); i++)
        *offset -= length_at(node, level, i);
    return i;
}

/* Fills the path to the piece of the byte at `offset`, which must lie in the row. */
static void find_path(const struct overlay_row *row, uint64_t offset, struct path *path)
{
    struct overlay_node *node = row->root;
    uint64_t left = offset, length = row->length;
    unsigned i;
    for (unsigned level = row->depth; level > 0; level--) {
        i = find_below(node, level, length, &left);
        path->nodes[level] = node;
        path->indexes[level] = i;
        length = node->children[i].length;
        node = node->children[i].node;
    }
    path->nodes[0] = node;
    path->indexes[0] = find_below(node, 0, length, &left);
    path->start = offset - left;
}

/* Updates the lengths above a leaf after `less` bytes were replaced by `more`. */
static void add_length(struct overlay_row *row, const struct path *path, uint64_t more,
                       uint64_t less)
{
    if (more == less)
        return;
    for (unsigned level = 1; level <= row->depth; level++) {
        struct child *child = &path->nodes[level]->children[path->indexes[level]];
        child->length = child->length - less + more;
    }
    row->length = row->length - less + more;
}

static void change_length(struct overlay_row *row, const struct path *path, uint64_t length)
{
    struct overlay_piece *piece = piece_at(path);
    add_length(row, path, length, piece->length);
    piece->length = length;
}

/* ---- adding and removing pieces -------------------------------------------------------------- */

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

/* Moves what a full node does not keep to `right`; returns the length of that. */
static uint64_t move_rest(struct overlay_node *node, struct overlay_node *right, unsigned level,
                          unsigned kept)
{
    uint64_t length = 0;
    right->count = node->count - kept;
    node->count = kept;
    if (level == 0)
        memcpy(right->pieces, node->pieces + kept, right->count * sizeof *right->pieces);
    else
        memcpy(right->children, node->children + kept, right->count * sizeof *right->children);
    for (unsigned i = 0; i < right->count; i++)
        length += length_at(right, level, i);
    return length;
}

/* Splits child number `index`, which is full and on `level`; its parent is not full. */
static void split_child(struct overlay_row *row, struct overlay_node *node, unsigned index,
                        unsigned level, unsigned kept)
{
    struct overlay_node *right = take_spare(row);
    struct child *child = &node->children[index];
    uint64_t length = move_rest(child->node, right, level, kept);
    memmove(child + 2, child + 1, (node->count - index - 1) * sizeof *child);
    child[1] = (struct child){length, right};
    child->length -= length;
    node->count++;
}

/* Whether the node has no room for what one edit adds. */
static bool is_full(const struct overlay_node *node, unsigned level)
{
    return level == 0 ? node->count + NEW_PIECES > LEAF_MOST : node->count == INNER_MOST;
}

/* The byte that an edit is for, relative to a node that has it. */
struct target {
    uint64_t before, behind; /* bytes of the row before it, and from it on */
    uint64_t offset;         /* of the byte in the node */
    uint64_t length;         /* of the node */
};

/*
 * How much of a full node stays in it when it is split for an edit at the target: half; but at the
 * beginning or end of the row all that the edit does not touch, so that edits in order of offset
 * leave full nodes behind.
 */
static unsigned kept(const struct overlay_node *node, unsigned level, struct target target)
{
    bool begins_row = target.offset == target.before;
    bool ends_row = target.length - target.offset == target.behind;
    unsigned index = find_below(node, level, target.length, &target.offset);
    if (ends_row && index == node->count - 1)
        return index;
    return begins_row && index == 0 ? 1 : node->count / 2;
}

static void split_root(struct overlay_row *row, const struct target *target)
{
    struct overlay_node *root = take_spare(row);
    root->count = 1;
    root->children[0] = (struct child){row->length, row->root};
    split_child(row, root, 0, row->depth, kept(row->root, row->depth, *target));
    row->root = root;
    row->depth++;
}

/* Splits the full nodes on the path to the byte at `offset`, which must lie in the row. */
static void split_path(struct overlay_row *row, uint64_t offset)
{
    struct target target = {offset, row->length - offset, offset, row->length};
    if (is_full(row->root, row->depth))
        split_root(row, &target);
    struct overlay_node *node = row->root;
    for (unsigned level = row->depth; level > 0; level--) {
        unsigned i = find_below(node, level, target.length, &target.offset);
        struct overlay_node *child = node->children[i].node;
        target.length = node->children[i].length;
        if (is_full(child, level - 1)) {
            split_child(row, node, i, level - 1, kept(child, level - 1, target));
            if (target.offset >= node->children[i].length)
                target.offset -= node->children[i++].length;
        }
        target.length = node->children[i].length;
        node = node->children[i].node;
    }
}

/* Fills the path to a leaf that has room for what one edit adds. */
static void find_room(struct overlay_row *row, uint64_t offset, struct path *path)
{
    find_path(row, offset, path);
    if (!is_full(path->nodes[0], 0))
        return;
    split_path(row, offset);
    find_path(row, offset, path);
}

/* Inserts pieces before the one of the path, in a leaf that has room; the caller updates the
   lengths above. */
static void insert_in_leaf(const struct path *path, const struct overlay_piece *pieces,
                           unsigned count)
{
    struct overlay_node *leaf = path->nodes[0];
    struct overlay_piece *at = leaf->pieces + path->indexes[0];
    memmove(at + count, at, (leaf->count - path->indexes[0]) * sizeof *at);
    memcpy(at, pieces, count * sizeof *at);
    leaf->count += count;
}

/* Inserts a piece between two others; `path` then leads to it. */
static void insert_piece(struct overlay_row *row, uint64_t offset,
                         const struct overlay_piece *piece, struct path *path)
{
    *path = (struct path){.nodes = {row->root}};
    bool at_end = offset == row->length;
    if (row->length > 0)
        find_room(row, offset - at_end, path);
    if (row->length > 0 && at_end)
        path->indexes[0]++;
    path->start = offset;
    insert_in_leaf(path, piece, 1);
    add_length(row, path, piece->length, 0);
}

/* ---- replacing ------------------------------------------------------------------------------- */

/* Removes bytes from one piece: those from `offset` on, at most `length`. */
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

/* Joins the pieces on both sides of `offset` if the second continues the first. */
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

/* Whether a look at its leaf shows that a piece joins with neither neighbour. */
static bool stands_alone(const struct path *path)
{
    unsigned index = path->indexes[0];
    const struct overlay_piece *piece = piece_at(path);
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
    struct path path;
    if (offset >= row->length || piece->length == 0)
        return false;
    find_room(row, offset, &path);
    struct overlay_piece whole = *piece_at(&path);
    uint64_t skip = offset - path.start;
    if (skip == 0 || old_length >= whole.length - skip)
        return false;
    uint64_t behind = whole.length - skip - old_length;
    struct overlay_piece added[NEW_PIECES] = {part_of(&whole, 0, skip),
                                              part_of(piece, 0, piece->length)};
    struct overlay_piece rest = part_of(&whole, skip + old_length, behind);
    if (continues(&added[0], &added[1]) || continues(&added[1], &rest))
        return false;
    *piece_at(&path) = rest;
    insert_in_leaf(&path, added, NEW_PIECES);
    add_length(row, &path, piece->length, old_length);
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

/* ---- reading --------------------------------------------------------------------------------- */

bool overlay_row_find(const struct overlay_row *row, uint64_t offset,
                      struct overlay_position *place)
{
    struct path path;
    if (offset >= row->length)
        return false;
    find_path(row, offset, &path);
    *place = (struct overlay_position){piece_at(&path), path.start, path.nodes[0], path.indexes[0]};
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
