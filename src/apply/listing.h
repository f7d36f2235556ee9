/*
 * listing.h - a list of edits printed as an edit script: what would change
 * (--dry-run), or what takes the change back (--undo).
 */
#ifndef MMTOOL_LISTING_H
#define MMTOOL_LISTING_H

#include "edit/list.h"
#include "edit/pool.h"
#include "journal/undo_file.h"
#include "mapping.h"
#include "output/output.h"

/* Prints the edits against the file as it is; applied as a script they give the same bytes. */
bool listing_print(struct output *output, const struct mapping *mapping,
                   const struct edit_list *edits, struct pool *pool, struct error *error);

/*
 * Saves, before the edits are done, the script that takes them back, in the undo
 * file's temporary. It is on the disk when this returns; on failure, to which a held
 * signal leads as well, there is no temporary.
 */
bool listing_save_undo(struct undo_file *undo, const struct mapping *mapping,
                       const struct edit_list *edits, struct pool *pool, struct error *error);

#endif
