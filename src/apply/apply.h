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
 *
 * The folder apply: all or nothing. It knows journals and plans, and nothing of requests, options
 * and output. In reading order:
 *
 *   claim.c             a file opened, locked and whole
 *   apply.c             begins an edit: a list of edits on a mapping, all or nothing
 *   job.c               the steps of an edit in their order, and its end
 *   job_step.c          one step of an edit: assemble, publish, store
 *   job_worker.c        what one thread needs to do steps, and what it asks before each
 *   job_deferred.c      the deferred steps, which are the last: several threads do them
 *   job_blocks.c        whole blocks that the file system puts in or takes out, and whether it has
 *   job_witness.c       the table of witnesses of an edit: made before the commit, judged after a
 *                       kill
 *   blocks.c            edits of which the file system itself can do the moving
 *   holes.c             holes of a file stay holes when an edit moves them
 *   space.c             whether the disk has what an edit takes, told before the edit begins
 *   tail.c              makes a file shorter while other programs may append to it
 *   listing.c           a list of edits printed as an edit script
 *   recover.c           finishes what a killed edit left, or takes it back
 *   recover_internal.h  a journal that has been loaded: what recover.c and those share who only
 *                       look
 *   recover_look.c      what an interrupted edit left, and how far it got
 *   recover_tell.c      what of a half-edited file is as before the edit, as behind it, or neither
 *   recover_accept.c    takes a file as it is
 */
#ifndef MMTOOL_APPLY_H
#define MMTOOL_APPLY_H

#include "edit/list.h"
#include "edit/plan.h"
#include "edit/pool.h"
#include "journal/journal.h"
#include "mapping.h"
#include "output/progress.h"

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
