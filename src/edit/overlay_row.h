/*
 * overlay_row.h - the bytes that a script has come to, as a row of pieces.
 *
 * Pure. A piece is a range of the file as it is, new bytes from a pool, or zeros.
 * The pieces are the leaves of a B+ tree, whose inner nodes hold how many bytes lie
 * below each of their children. So any place is found, and any range replaced, in
 * time that grows with the logarithm of the number of pieces. Pieces that go on
 * where the one in front of them ends are kept as one.
 *
 * Memory: 40 bytes a piece, in nodes that are full or nearly so where edits come in order
 * of offset, else half full or more, but where bytes were removed.
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

/* Zeroed it is an empty row. May be read by several threads at once. */
struct overlay_row {
    struct overlay_node *root;  /* owned; NULL before the first reserve */
    unsigned depth;             /* levels below the root */
    uint64_t length;            /* bytes of all pieces */
    struct overlay_node *spare; /* owned: a chain of nodes for what is added next */
    uint64_t spares;
    uint64_t nodes; /* in the tree */
};

/* Makes sure that as many calls of overlay_row_replace() have the memory that they need. */
bool overlay_row_reserve(struct overlay_row *row, uint64_t replacements, struct error *error);

/* Puts a piece, which may be empty, in place of `old_length` bytes at `offset`. */
void overlay_row_replace(struct overlay_row *row, uint64_t offset, uint64_t old_length,
                         const struct overlay_piece *piece);

/* A piece in its row; good until the row changes. */
struct overlay_place {
    const struct overlay_piece *piece;
    uint64_t start; /* offset of its first byte in the row */
    const struct overlay_node *leaf;
    unsigned index; /* in that leaf */
};

/* The piece that holds the byte at `offset`; false from the end of the row on. */
bool overlay_row_find(const struct overlay_row *row, uint64_t offset, struct overlay_place *place);

/* The one behind it; false behind the last, where `place->start` is the end of the row. */
bool overlay_row_next(const struct overlay_row *row, struct overlay_place *place);

/* Leaves an empty row. */
void overlay_row_release(struct overlay_row *row);

#endif
