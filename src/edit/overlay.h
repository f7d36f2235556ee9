/*
 * overlay.h - the edits of a script, seen at once and done together.
 *
 * Each command of an atomic script edits what the commands before it left, and
 * the file changes only at the end. So the edits are composed as they come: the
 * bytes as they would be are a row of pieces, each a range of the file as it is,
 * new bytes, or zeros (overlay_row.h). At the end the row is one list of edits
 * against the file, which goes the way of every other edit.
 *
 * Memory: the new bytes (and bytes that `move` has copied), and some 60 bytes a
 * piece. Time: an edit costs the logarithm of the number of pieces.
 */
#ifndef MMTOOL_OVERLAY_H
#define MMTOOL_OVERLAY_H

#include "edit/list.h"
#include "edit/pool.h"
#include "mapping.h"

struct overlay;

/* Lays itself over a mapping, whose size is from then on that of the edited bytes. */
struct overlay *overlay_new(struct mapping *mapping, struct error *error);

/* Takes edits against the bytes as they are seen now. When it fails nothing has changed. */
bool overlay_add(struct overlay *overlay, const struct edit_list *edits, struct pool *pool,
                 struct error *error);

/*
 * Lifts itself off the mapping and hands out what all edits come to, against the
 * file as it is; `pool` takes their new bytes. Both were initialised by the caller.
 */
bool overlay_finish(struct overlay *overlay, struct edit_list *edits, struct pool *pool,
                    struct error *error);

/* NULL is allowed. Lifts itself off if it has not been. */
void overlay_free(struct overlay *overlay);

#endif
