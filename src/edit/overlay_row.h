/*
 * overlay_row.h - the result of a script's edits as a row of pieces, in a B+ tree.
 *
 * Pure. A piece is a range of the file, new bytes from a pool, or zeros. The pieces are in the
 * leaves of a B+ tree; an inner node has the number of bytes below each child. So finding an offset
 * and replacing a range take the logarithm of the number of pieces. A piece that continues the one
 * before it is joined with it.
 *
 * Memory: 40 bytes a piece. Nodes are nearly full if edits come in order of offset, else at least
 * half full, except where bytes were removed.
 */
#ifndef MMTOOL_OVERLAY_ROW_H
#define MMTOOL_OVERLAY_ROW_H

#include "base/diag.h"

enum piece_kind { PIECE_OLD, PIECE_POOL, PIECE_ZEROS };

struct overlay_piece {
    enum piece_kind kind;
    uint64_t source; /* offset in the file, or in the pool */
    uint64_t period; /* PIECE_POOL: bytes in the pool, repeated to fill `length` */
    uint64_t phase;  /* PIECE_POOL: how many of these come before its first byte; below period */
    uint64_t length; /* never 0 in a row */
};

struct overlay_node;

/* All zeros: an empty row. Several threads may read it at once. */
struct overlay_row {
    struct overlay_node *root;  /* owned; NULL before the first reserve */
    unsigned depth;             /* levels below the root */
    uint64_t length;            /* bytes of all pieces */
    struct overlay_node *spare; /* owned: a list of nodes reserved for the next replacements */
    uint64_t spares;
    uint64_t nodes; /* in the tree */
};

/* Reserves the memory for that many calls of overlay_row_replace(), which cannot fail. */
bool overlay_row_reserve(struct overlay_row *row, uint64_t replacements, struct error *error);

/* Replaces `old_length` bytes at `offset` by a piece, which may be empty. */
void overlay_row_replace(struct overlay_row *row, uint64_t offset, uint64_t old_length,
                         const struct overlay_piece *piece);

/* The position of a piece in its row; valid until the row changes. */
struct overlay_position {
    const struct overlay_piece *piece;
    uint64_t start; /* offset of its first byte in the row */
    const struct overlay_node *leaf;
    unsigned index; /* in that leaf */
};

/* Finds the piece of the byte at `offset`; false at or behind the end of the row. */
bool overlay_row_find(const struct overlay_row *row, uint64_t offset,
                      struct overlay_position *place);

/* Goes to the next piece; false after the last, with place->start at the end of the row. */
bool overlay_row_next(const struct overlay_row *row, struct overlay_position *place);

/* Frees all pieces; the row is empty. */
void overlay_row_release(struct overlay_row *row);

#endif
