/*
 * overlay_tree.h - the B+ tree of a row of pieces, for overlay_row.c.
 *
 * overlay_tree.c also has overlay_row_reserve() and overlay_row_release(). Nodes that are added
 * come from those reserved, so that nothing here can fail.
 */
#ifndef MMTOOL_OVERLAY_TREE_H
#define MMTOOL_OVERLAY_TREE_H

#include "edit/overlay_row.h"

/*
 * A node is split only when it is full, so a level takes at least OVERLAY_INNER_MOST / 2 - 1 times
 * as many pieces as the one below (see most_new_nodes()): 2^64 of them have less than
 * OVERLAY_MOST_LEVELS levels.
 */
enum { OVERLAY_LEAF_MOST = 16, OVERLAY_INNER_MOST = 16, OVERLAY_MOST_LEVELS = 24 };

/* Pieces that one edit adds: the new one, and the second half of one that it splits. */
enum { OVERLAY_NEW_PIECES = 2 };

struct overlay_child {
    uint64_t length; /* bytes of all pieces below it */
    struct overlay_node *node;
};

struct overlay_node {
    unsigned count; /* 0 only in the root of an empty row */
    union {
        struct overlay_piece pieces[OVERLAY_LEAF_MOST]; /* on level 0 */
        struct overlay_child children[OVERLAY_INNER_MOST];
    };
};

/* The path from the root to a piece; valid until pieces are added or removed elsewhere. */
struct overlay_path {
    struct overlay_node *nodes[OVERLAY_MOST_LEVELS]; /* by level, the leaf first */
    unsigned indexes[OVERLAY_MOST_LEVELS];           /* of the child, or the piece, on the path */
    uint64_t start;                                  /* offset of the piece in the row */
};

static inline struct overlay_piece *overlay_path_piece(const struct overlay_path *path)
{
    return &path->nodes[0]->pieces[path->indexes[0]];
}

/* Fills the path to the piece of the byte at `offset`, which must lie in the row. */
void overlay_tree_find(const struct overlay_row *row, uint64_t offset, struct overlay_path *path);

/* The same, after splits that make room in the leaf for the pieces that one edit adds. */
void overlay_tree_find_room(struct overlay_row *row, uint64_t offset, struct overlay_path *path);

/* Updates the lengths above a leaf after `less` bytes were replaced by `more`. */
void overlay_tree_add_length(struct overlay_row *row, const struct overlay_path *path,
                             uint64_t more, uint64_t less);

/* Sets the length of the piece of the path, and updates those above. */
void overlay_tree_change_length(struct overlay_row *row, const struct overlay_path *path,
                                uint64_t length);

/* Removes the piece of the path, and nodes that are then empty. */
void overlay_tree_remove(struct overlay_row *row, const struct overlay_path *path);

/*
 * Inserts pieces before the one of the path, in a leaf that has room. The caller updates the
 * lengths above.
 */
void overlay_path_insert(const struct overlay_path *path, const struct overlay_piece *pieces,
                         unsigned count);

/* Inserts a piece at `offset`, where one begins or the row ends; `path` then leads to it. */
void overlay_tree_insert(struct overlay_row *row, uint64_t offset,
                         const struct overlay_piece *piece, struct overlay_path *path);

#endif
