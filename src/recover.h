/*
 * recover.h - finishes what a killed edit left, or takes it back.
 *
 * The mapping is open for writing and locked exclusively; journal_find() has told
 * which of the two it is. Both remove the journal. Dying here leaves the same work
 * to the next command: a recovery is the edit's own steps, gone on with.
 */
#ifndef MMTOOL_RECOVER_H
#define MMTOOL_RECOVER_H

#include "journal.h"
#include "mapping.h"

/* The journal is HOT: the file becomes the new one. */
bool recover_forward(struct mapping *mapping, struct journal *journal, struct error *error);

/* The journal is PRE: the edit has not begun, but the file may have grown. */
bool recover_rollback(struct mapping *mapping, struct journal *journal, struct error *error);

#endif
