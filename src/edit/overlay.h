/*
 * overlay.h - collects the edits of an atomic script, and shows their result meanwhile.
 *
 * Each command of an atomic script edits the result of the commands before it, but the file changes
 * only at the end. So the result is kept as a row of pieces: ranges of the file, new bytes, or
 * zeros (overlay_row.h). At the end the row is turned into one list of edits, which is applied as
 * any other.
 *
 * Memory: the new bytes (and bytes that `move` has copied), and about 60 bytes a piece. Time: each
 * edit takes the logarithm of the number of pieces.
 */
#ifndef MMTOOL_OVERLAY_H
#define MMTOOL_OVERLAY_H

#include "edit/list.h"
#include "edit/pool.h"
#include "mapping.h"

struct overlay;

/* Makes reads of the mapping, and its size, those of the result; NULL if memory is short. */
struct overlay *overlay_new(struct mapping *mapping, struct error *error);

/* Adds edits of the result so far. On failure nothing has changed. */
bool overlay_add(struct overlay *overlay, const struct edit_list *edits, struct pool *pool,
                 struct error *error);

/*
 * Detaches from the mapping, and turns the result into a list of edits of the file; `pool` takes
 * their new bytes. The caller has initialised both.
 */
bool overlay_finish(struct overlay *overlay, struct edit_list *edits, struct pool *pool,
                    struct error *error);

/* Detaches, if overlay_finish() was not called, and frees. `overlay` may be NULL. */
void overlay_free(struct overlay *overlay);

#endif
