/*
 * listing.h - prints a list of edits as an edit script: what would change (--dry-run), or what
 * takes the change back (--undo).
 */
#ifndef MMTOOL_LISTING_H
#define MMTOOL_LISTING_H

#include "edit/list.h"
#include "edit/pool.h"
#include "journal/undo_file.h"
#include "mapping.h"
#include "output/output.h"

/* Prints the edits with the old bytes of the file; applied as a script they give the same result.
 */
bool listing_print(struct output *output, const struct mapping *mapping,
                   const struct edit_list *edits, struct pool *pool, struct error *error);

/*
 * Before the edits are done: writes the script that takes them back to the undo file's temporary,
 * and waits until it is on the disk. On failure, also because of a pending signal, the temporary is
 * removed.
 */
bool listing_save_undo(struct undo_file *undo, const struct mapping *mapping,
                       const struct edit_list *edits, struct pool *pool, struct error *error);

#endif
