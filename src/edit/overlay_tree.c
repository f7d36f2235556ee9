/* overlay_tree.c - the B+ tree of a row of pieces. */
#include "edit/overlay_tree.h"
#include "base/checked.h"

#include <stdlib.h>
#include <string.h>

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
 * been added to them, those of an inner node after OVERLAY_INNER_MOST / 2 splits below. A node that
 * is split at an end of the row (see kept()) takes twice as many before the next one is, and leaves
 * behind a nearly full one, which is then split once, too.
 */
static uint64_t most_new_nodes(const struct overlay_row *row, uint64_t edits)
{
    enum { SPARED = (OVERLAY_LEAF_MOST - OVERLAY_NEW_PIECES + 1) / 2 };
    uint64_t leaves = edits * OVERLAY_NEW_PIECES / SPARED;
    /* 2/15 of the leaves, and 2/15 of these, ... */
    uint64_t others = leaves / (OVERLAY_INNER_MOST / 2 - 2);
    return minimum_u64(edits * 2 * OVERLAY_MOST_LEVELS,
                       2 * row->nodes + leaves + others + 2 * OVERLAY_MOST_LEVELS);
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

/* ---- the path to a piece --------------------------------------------------------------------- */

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

void overlay_tree_find(const struct overlay_row *row, uint64_t offset, struct overlay_path *path)
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

void overlay_tree_add_length(struct overlay_row *row, const struct overlay_path *path,
                             uint64_t more, uint64_t less)
{
    if (more == less)
        return;
    for (unsigned level = 1; level <= row->depth; level++) {
        struct overlay_child *child = &path->nodes[level]->children[path->indexes[level]];
        child->length = child->length - less + more;
    }
    row->length = row->length - less + more;
}

void overlay_tree_change_length(struct overlay_row *row, const struct overlay_path *path,
                                uint64_t length)
{
    struct overlay_piece *piece = overlay_path_piece(path);
    overlay_tree_add_length(row, path, length, piece->length);
    piece->length = length;
}

/* ---- adding and removing pieces -------------------------------------------------------------- */

static void remove_child(struct overlay_node *node, unsigned index)
{
    node->count--;
    memmove(node->children + index, node->children + index + 1,
            (node->count - index) * sizeof *node->children);
}

void overlay_tree_remove(struct overlay_row *row, const struct overlay_path *path)
{
    struct overlay_node *leaf = path->nodes[0];
    unsigned level = 0, index = path->indexes[0];
    overlay_tree_change_length(row, path, 0);
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
    struct overlay_child *child = &node->children[index];
    uint64_t length = move_rest(child->node, right, level, kept);
    memmove(child + 2, child + 1, (node->count - index - 1) * sizeof *child);
    child[1] = (struct overlay_child){length, right};
    child->length -= length;
    node->count++;
}

/* Whether the node has no room for what one edit adds. */
static bool is_full(const struct overlay_node *node, unsigned level)
{
    return level == 0 ? node->count + OVERLAY_NEW_PIECES > OVERLAY_LEAF_MOST
                      : node->count == OVERLAY_INNER_MOST;
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
    root->children[0] = (struct overlay_child){row->length, row->root};
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

void overlay_tree_find_room(struct overlay_row *row, uint64_t offset, struct overlay_path *path)
{
    overlay_tree_find(row, offset, path);
    if (!is_full(path->nodes[0], 0))
        return;
    split_path(row, offset);
    overlay_tree_find(row, offset, path);
}

void overlay_path_insert(const struct overlay_path *path, const struct overlay_piece *pieces,
                         unsigned count)
{
    struct overlay_node *leaf = path->nodes[0];
    struct overlay_piece *at = leaf->pieces + path->indexes[0];
    memmove(at + count, at, (leaf->count - path->indexes[0]) * sizeof *at);
    memcpy(at, pieces, count * sizeof *at);
    leaf->count += count;
}

void overlay_tree_insert(struct overlay_row *row, uint64_t offset,
                         const struct overlay_piece *piece, struct overlay_path *path)
{
    *path = (struct overlay_path){.nodes = {row->root}};
    bool at_end = offset == row->length;
    if (row->length > 0)
        overlay_tree_find_room(row, offset - at_end, path);
    if (row->length > 0 && at_end)
        path->indexes[0]++;
    path->start = offset;
    overlay_path_insert(path, piece, 1);
    overlay_tree_add_length(row, path, piece->length, 0);
}
