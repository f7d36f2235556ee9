/*
 * substitute.h - search and replace: the matches of a pattern become edits.
 */
#ifndef MMTOOL_SUBSTITUTE_H
#define MMTOOL_SUBSTITUTE_H

#include "commands/change.h"

/*
 * Adds to the change the edits that replace matches with DATA, which the pool holds. Replaces
 * the first match, or with --all and --max-count several, from left to right without overlap,
 * and counts them in change->replaced. With --pad and --cstring, a replacement longer than its
 * match is an error.
 */
bool substitute(struct change *change, struct error *error);

#endif
