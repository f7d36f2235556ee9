/*
 * apply.h - applies a list of edits to a mapping, all or nothing.
 *
 * Every change takes this way: write, move, resize and splice each make a list of edits, and
 * apply_edits() does it in one pass. Each byte of a moved tail is read and written once, in a
 * fixed amount of memory. If the process is killed, the next command finishes the edit: recover.h.
 *
 * The file must be whole and locked exclusively. The order of things:
 *
 *   1. create the journal                      (a full disk is noticed here,
 *   2. write the undo script to a temporary
 *   3. reserve the blocks of the growth         or here)
 *   4. commit
 *   5. do the steps, then cut the file
 *   6. rename the undo script, remove the journal
 *
 * An error before the commit leaves the file as it was. An error after it (the disk fails, another
 * program cuts the file) leaves the edit to the next command, and the message says so.
 *
 * The folder apply: all or nothing. It knows journals and plans. It does not know requests,
 * options or output. In reading order:
 *
 *   claim.c             opens a file, has it locked and recovered, or tries again
 *   claim_internal.h    a claim under way, for claim*.c
 *   claim_lock.c        locks the file, and waits while others hold the lock
 *   claim_recover.c     looks for its journal, and recovers the file first if need be
 *   apply.c             begins an edit and commits it
 *   job.c               the steps of an edit in their order, and its end
 *   job_step.c          one step of an edit: assemble its bytes, publish it, store it
 *   job_worker.c        what one thread needs to do steps
 *   job_deferred.c      the last phase of steps, which several threads do in any order
 *   job_blocks.c        has the file system insert or cut whole blocks
 *   job_witness.c       the table of witnesses: made before the commit, judged after a kill
 *   growth.c            makes the file as large as an edit needs it, beside programs that append
 *   blocks.c            decides whether the file system can insert or cut the blocks of an edit
 *   equal_ends.c        leaves out of a long edit what the file has already, at both ends
 *   holes.c             keeps holes of a file when an edit moves them
 *   space.c             checks before an edit that the disk has room for it
 *   tail.c              makes a file shorter while other programs may append to it
 *   edit_sides.c        the bytes that edits remove and insert, and where they differ
 *   listing.c           prints a list of edits as an edit script
 *   recover.c           finishes an interrupted edit, or takes it back
 *   recover_internal.h  a loaded journal, for recover*.c
 *   recover_look.c      reports what an interrupted edit left, and how far it got
 *   recover_parts.c     reports which parts of a half-edited file are old, new or neither
 *   recover_accept.c    accepts a file as it is
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
    bool allocate;             /* reserve disk blocks also for zeros at the end of a growth */
    bool durable;              /* survive power loss */
    struct progress *progress; /* begun by the caller; its total is set here; or NULL */
    bool no_journal;           /* give up all or nothing */
    struct undo_file *undo;    /* initialised; gets the script that takes the edit back; or NULL */
    const char *journal_dir;   /* where the journal goes if not beside the file; or NULL */
    /*
     * Of a script, or NULL: the journal of the edit before, which rests or is closed, and then that
     * of this edit. While it rests, signals are held: see journal_rest().
     */
    struct journal *resting;
};

/* What was done, for --verbose. */
struct apply_report {
    struct plan_totals totals;
    uint64_t old_size, new_size;
    uint64_t inserted_blocks, cut_blocks; /* bytes that the file system inserted or cut */
    bool journaled;
    unsigned lost; /* privileges (enum file_privilege) that could not be put back */
    struct file_uncarried uncarried; /* --new-inode: what the new file lacks */
    struct error left;               /* why the journal could not be removed, or empty */
    struct error undo_failure;       /* why the undo script could not be renamed, or empty */
};

/*
 * Does the edits, and fills the report. False: `error` says why, and whether the file is as it was
 * or is left to the next command. Dying here: see above.
 */
bool apply_edits(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                 const struct apply_options *options, struct apply_report *report,
                 struct error *error);

#endif
