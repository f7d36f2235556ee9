/*
 * apply.h - does an edit: a list of edits on a mapping, all or nothing.
 *
 * The one way through for every change: write, move, resize and splice make a
 * list, and this does it, in one pass in which each byte of a moved tail is read
 * and written once, in fixed memory. A killed edit is finished by the next
 * command: recover.h.
 *
 * The file must be locked exclusively and be whole. What happens, in order:
 * the journal is made (a full disk shows here), the undo script is written beside its
 * place, the file's growth is reserved (or here), the edit is committed, the steps are
 * done, the file is cut, the undo script put in its place, the journal removed. An error before the
 * commit leaves the file as it was; one behind it (the disk fails, another program cuts the file)
 * leaves it to be finished, and says so.
 */
#ifndef MMTOOL_APPLY_H
#define MMTOOL_APPLY_H

#include "edit_list.h"
#include "journal.h"
#include "mapping.h"
#include "plan.h"
#include "pool.h"
#include "progress.h"

struct apply_options {
    bool allocate;             /* reserve disk blocks for zeros that grow the file, too */
    bool durable;              /* survive power loss */
    struct progress *progress; /* begun; its total is set here; or NULL */
    bool no_journal;           /* give up all or nothing */
    struct undo_file *undo;    /* initialised: where the script that takes it back goes; or NULL */
    const char *journal_dir;   /* for a file whose directory may not be written; or NULL */
};

/* What was done, for --verbose. */
struct apply_report {
    struct plan_totals totals;
    uint64_t old_size, new_size;
    uint64_t inserted_blocks, cut_blocks; /* bytes that the file system itself moved in or out */
    bool journaled;
    unsigned lost; /* privileges (enum file_privilege) that could not be put back */
    struct file_uncarried uncarried; /* --new-inode: what the new file lacks */
    struct error left;               /* why the journal is still there, or empty */
    struct error undo_failure;       /* why the undo script is not in its place; empty: it is */
};

bool apply_edits(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                 const struct apply_options *options, struct apply_report *report,
                 struct error *error);

#endif
