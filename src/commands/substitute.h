/*
 * substitute.h - search and replace: the matches of a pattern become edits.
 */
#ifndef MMTOOL_SUBSTITUTE_H
#define MMTOOL_SUBSTITUTE_H

#include "commands/change.h"

/*
 * Adds to the change an edit for each match that the request asks for: the first,
 * or all, found left to right without overlap; the pool holds DATA. Counts them in
 * change->replaced. With --pad and --cstring a longer replacement is an error.
 */
bool substitute(struct change *change, struct error *error);

#endif
