/*
 * equal_ends.h - leaves out of a long edit what the file has already, at both ends of it.
 */
#ifndef MMTOOL_EQUAL_ENDS_H
#define MMTOOL_EQUAL_ENDS_H

#include "edit/list.h"
#include "edit/pool.h"
#include "mapping.h"

/*
 * Where `edits` is one long edit that replaces bytes by as many from a file, compares both from the
 * start and from the end, up to the first bytes that differ. Puts the edit without the bytes that
 * are equal into the empty list `shorter`, cuts the pool to what that list uses, and adds the
 * number of bytes left out to `*left_out`. Some bytes always stay, equal or not, so that the edit
 * is done as any other: the file gets new times, the undo script is written, and so on. In all
 * other cases the list stays empty. The file must be locked.
 *
 * False: a signal asks the process to stop, or memory is short; nothing was changed.
 */
bool equal_ends_drop(const struct mapping *mapping, const struct edit_list *edits,
                     struct pool *pool, struct edit_list *shorter, uint64_t *left_out,
                     struct error *error);

#endif
