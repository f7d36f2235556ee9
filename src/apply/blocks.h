/*
 * blocks.h - edits of which the file system itself can do the moving.
 *
 * ext4 can insert and cut whole blocks without touching what lies behind
 * (FALLOC_FL_INSERT_RANGE, FALLOC_FL_COLLAPSE_RANGE); for others see file_moves_blocks(). When one
 * edit changes the size by a whole number of blocks, at whatever offset, the blocks go in or out at
 * the block boundary below, and what is left to do is less than a block and the new bytes: edits of
 * equal length.
 */
#ifndef MMTOOL_BLOCKS_H
#define MMTOOL_BLOCKS_H

#include "edit/list.h"
#include "journal/journal.h"
#include "mapping.h"

struct blocks_edit {
    enum journal_blocks kind; /* BLOCKS_NONE: the edit is not of that sort */
    uint64_t offset, length;  /* whole blocks */
    struct edit_list edits; /* of equal length, for the file when the blocks are in or out; owned */
};

/*
 * Turns a list into a blocks edit where that is faster: a regular file, one edit,
 * a long tail, and little of it waiting to be written (the system would write it
 * first). Or where it cuts beside a program that appends. The pool may get bytes of the file.
 * Release with edit_list_release(&edit->edits).
 */
bool blocks_plan(const struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                 struct blocks_edit *blocks, struct error *error);

#endif
