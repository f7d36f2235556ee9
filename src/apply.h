/*
 * apply.h - does an edit: a list of edits on a mapping, as one pass.
 *
 * The one way through for every change: write, move, resize and splice make a
 * list, and this does it. The file is checked and its growth reserved before the
 * first byte changes; each byte of a moved tail is read and written once; memory
 * is fixed. The mapping's size follows.
 */
#ifndef MMTOOL_APPLY_H
#define MMTOOL_APPLY_H

#include "edit_list.h"
#include "mapping.h"
#include "plan.h"
#include "pool.h"

struct apply_options {
    bool allocate; /* reserve disk blocks for zeros that grow the file, too */
};

/*
 * On an error found before the first byte changed (the list does not fit, the
 * disk is full) the file is as it was.
 */
bool apply_edits(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                 const struct apply_options *options, struct error *error);

#endif
