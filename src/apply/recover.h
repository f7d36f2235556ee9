/*
 * recover.h - finishes what a killed edit left, or takes it back.
 *
 * The mapping is open for writing and locked exclusively; journal_find() has told
 * which of the two it is. Both remove the journal. Dying here leaves the same work
 * to the next command: a recovery is the edit's own steps, gone on with. The undo script
 * goes to its place with the former, and is removed with the latter.
 */
#ifndef MMTOOL_RECOVER_H
#define MMTOOL_RECOVER_H

#include "journal/journal.h"
#include "journal/witness.h"
#include "mapping.h"

/*
 * Whether the file is the one that a journal is of, by what it holds: the names in
 * journal/witness.h. Nothing is changed, and it may be open for reading only; bytes that others
 * appended do no harm. Only a HOT journal tells of more than sizes. False: list, progress, table or
 * file cannot be read, and `error` says which and why. The journal stays open and the caller's.
 */
bool recover_compare(struct mapping *mapping, struct journal *journal,
                     enum witness_verdict *verdict, struct error *error);

/* The same as a yes or no: what journal_search.fits asks. */
bool recover_fits(const struct mapping *mapping, struct journal *journal);

/* What there is to tell of a file that has been put right. */
struct recover_report {
    bool back;                 /* it was taken back: the file is the old one */
    unsigned lost;             /* privileges (enum file_privilege) that could not be put back */
    struct error left;         /* why the journal is still there, or empty */
    struct error undo_failure; /* why the undo script is not in its place; empty: it is */
};

/* The journal is HOT: the file becomes the new one. */
bool recover_forward(struct mapping *mapping, struct journal *journal,
                     struct recover_report *report, struct error *error);

/*
 * The journal is PRE, or HOT with no step published and nothing cut (recover_look.h): the edit has
 * not begun, but the file may have grown. It becomes the old one.
 */
bool recover_rollback(struct mapping *mapping, struct journal *journal,
                      struct recover_report *report, struct error *error);

/* The file is whole, but the undo script of --new-inode is not in its place. */
bool recover_undo(struct mapping *mapping, struct recover_report *report, struct error *error);

#endif
