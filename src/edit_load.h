/*
 * edit_load.h - an edit script becomes a list of edits.
 */
#ifndef MMTOOL_EDIT_LOAD_H
#define MMTOOL_EDIT_LOAD_H

#include "change.h"

/*
 * Reads the script at `path` ("-": standard input), checks it against the file
 * and adds its edits, in order of offset, to the change. Every line is parsed and
 * checked before anything is added. Bytes there that are not OLD: status 1.
 * Memory: the script where it is a stream, sixteen bytes an edit if they are not
 * in order, and the new bytes.
 */
bool edit_load(const char *path, struct change *change, struct error *error);

#endif
