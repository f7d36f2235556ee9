/*
 * recover.h - finishes an interrupted edit, or takes it back.
 *
 * The mapping is open for writing and locked exclusively; journal_find() has decided which of the
 * two is to be done. Both remove the journal. Dying here leaves the same work to the next command,
 * because a recovery does the steps of the edit itself. When the edit is finished its undo script
 * is renamed to its name; when it is taken back the script is removed.
 */
#ifndef MMTOOL_RECOVER_H
#define MMTOOL_RECOVER_H

#include "journal/journal.h"
#include "journal/witness.h"
#include "mapping.h"

/*
 * Whether the content of the file is that of the edit in the journal; see journal/witness.h for the
 * verdicts. Changes nothing; the file may be open for reading only. Bytes that others appended do
 * no harm. If the journal is not HOT, only the size is compared. False: the list, the progress, the
 * table or the file cannot be read, and `error` says which. The journal stays open.
 */
bool recover_compare(struct mapping *mapping, struct journal *journal,
                     enum witness_verdict *verdict, struct error *error);

/* The same as a yes or no, for journal_search.fits. */
bool recover_fits(const struct mapping *mapping, struct journal *journal);

/* What a recovery has done. */
struct recover_report {
    bool back;                 /* the edit was taken back: the file is the old one */
    unsigned lost;             /* privileges (enum file_privilege) that were not restored */
    struct error left;         /* why the journal could not be removed, or empty */
    struct error undo_failure; /* why the undo script could not be renamed, or empty */
};

/* For a HOT journal: the file becomes the new one. */
bool recover_forward(struct mapping *mapping, struct journal *journal,
                     struct recover_report *report, struct error *error);

/*
 * For a PRE journal, or a HOT one with no step published and nothing cut (recover_look.h): the file
 * may have grown, and becomes the old one.
 */
bool recover_rollback(struct mapping *mapping, struct journal *journal,
                      struct recover_report *report, struct error *error);

/* For a file that --new-inode has replaced: renames the undo script, which was not done yet. */
bool recover_undo(struct mapping *mapping, struct recover_report *report, struct error *error);

#endif
