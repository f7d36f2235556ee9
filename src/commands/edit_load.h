/*
 * edit_load.h - an edit script becomes a list of edits.
 */
#ifndef MMTOOL_EDIT_LOAD_H
#define MMTOOL_EDIT_LOAD_H

#include "commands/change.h"

/*
 * Checks the script that the session's input holds against the file and adds its edits, in
 * order of offset, to the change. Every line is parsed and
 * checked before anything is added. Bytes there that are not OLD: status 1.
 * Memory: a script of up to SPOOL_MEMORY bytes, sixteen bytes an edit if they are not
 * in order, and the new bytes.
 */
bool edit_load(struct change *change, struct error *error);

#endif
