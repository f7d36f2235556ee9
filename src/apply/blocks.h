/*
 * blocks.h - decides whether the file system can insert or cut the blocks of an edit.
 *
 * ext4 can insert and cut whole blocks without touching what lies behind
 * (FALLOC_FL_INSERT_RANGE, FALLOC_FL_COLLAPSE_RANGE); file_moves_blocks() knows where. This works
 * for a single edit that changes the size by a whole number of blocks, at any offset: the blocks
 * are inserted or cut at the block boundary below it, and then less than a block and the new bytes
 * are left to write, as edits of equal length.
 */
#ifndef MMTOOL_BLOCKS_H
#define MMTOOL_BLOCKS_H

#include "edit/list.h"
#include "journal/journal.h"
#include "mapping.h"

struct blocks_edit {
    enum journal_blocks kind; /* JOURNAL_BLOCKS_NONE: the edit cannot be done this way */
    uint64_t offset, length;  /* whole blocks */
    struct edit_list edits;   /* what is left to write after the move, of equal length; owned */
};

/*
 * Turns a list into a blocks edit where that is faster: for a regular file, one edit and a long
 * tail of which little waits to be written to the disk (the system would write it first). Also for
 * a cut beside a program that appends, because that loses nothing. Bytes of the file may be added
 * to the pool. Release with edit_list_release(&blocks->edits).
 */
bool blocks_plan(const struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                 struct blocks_edit *blocks, struct error *error);

#endif
