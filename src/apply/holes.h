/*
 * holes.h - keeps holes of a file when an edit moves them.
 */
#ifndef MMTOOL_HOLES_H
#define MMTOOL_HOLES_H

#include "edit/list.h"
#include "mapping.h"

/*
 * Copies `edits` into the empty list `with_holes`, and adds an edit for each hole of at least
 * `least` bytes that would be moved or copied. That edit replaces the hole by as many zeros, and
 * the plan turns zeros into a hole where they come to lie. The file is asked for its holes; it is
 * not read.
 */
bool holes_keep(const struct mapping *mapping, const struct edit_list *edits, uint64_t least,
                struct edit_list *with_holes, struct error *error);

#endif
