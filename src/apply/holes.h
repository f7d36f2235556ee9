/*
 * holes.h - holes of a file stay holes when an edit moves them.
 */
#ifndef MMTOOL_HOLES_H
#define MMTOOL_HOLES_H

#include "edit/list.h"
#include "mapping.h"

/*
 * Copies `edits` into the empty list `with_holes`, with one more edit for each
 * hole of at least `least` bytes that would be moved or copied: it replaces the
 * hole by as many zeros, which the plan makes a hole again wherever they come to
 * lie. The old file is asked for its holes, not read.
 */
bool holes_keep(const struct mapping *mapping, const struct edit_list *edits, uint64_t least,
                struct edit_list *with_holes, struct error *error);

#endif
