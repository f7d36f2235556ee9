/*
 * edit_load.h - an edit script becomes a list of edits.
 */
#ifndef MMTOOL_EDIT_LOAD_H
#define MMTOOL_EDIT_LOAD_H

#include "commands/change.h"

enum edit_load_result {
    EDIT_LOAD_READY,       /* the edits are in the change */
    EDIT_LOAD_DONE_BEFORE, /* not every OLD is there, but every NEW: nothing is to be done */
    EDIT_LOAD_FAILED,
};

/*
 * Reads the script from the session's input, checks it against the file, and adds its edits to
 * the change in order of offset. All lines are parsed before the first edit is added. If the
 * file has other bytes than OLD, and not the NEW of all edits where they lead to (or the request is
 * strict), the error has STATUS_NO. Memory: the script if it has at most SPOOL_MEMORY bytes, 16
 * bytes for each edit, and the new bytes.
 */
enum edit_load_result edit_load(struct change *change, struct error *error);

#endif
