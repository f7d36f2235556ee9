/*
 * claim.h - opens a file, locks it and makes it whole. Every subcommand starts from here.
 *
 * Two mmtools never edit one file at once, and none sees a half-made edit: an editor locks the file
 * exclusively, readers share the lock, and whoever finds an interrupted edit finishes it first.
 * The kernel frees the lock of a process that dies. A reader lets a waiting editor go first, for at
 * most two seconds, so that a stream of readers cannot keep the editor out.
 */
#ifndef MMTOOL_CLAIM_H
#define MMTOOL_CLAIM_H

#include "mapping.h"

struct journal;

struct claim_options {
    unsigned flags;                /* enum mapping_flags */
    struct place **neighbour;      /* see struct mapping; or NULL */
    const char *journal_dir;       /* or NULL */
    bool ignore_journal;           /* take the file as it is: no lock, no recovery */
    struct stream_part part;       /* which bytes of a stream are needed */
    bool leave_journal;            /* lock the file, but do not look for a journal */
    const struct journal *resting; /* see journal_search; or NULL */
    bool insistent;                /* see journal_search */
    bool passing;                  /* a reader that holds the lock for a short time only */
    bool wait;                     /* wait for another mmtool */
    uint64_t wait_seconds;         /* UINT64_MAX: as long as it takes */
    /*
     * Called now and then while another mmtool holds the lock; or NULL. True: input came, so the
     * other program (which may write that input) makes progress, and waiting goes on even without
     * `wait`.
     */
    bool (*while_waiting)(void *context);
    void *waiting_context;
};

/* What to report on standard error besides an error: that an edit was finished, for one. */
struct claim_notice {
    char text[2048]; /* empty: nothing */
    bool busy;       /* the claim failed because another program holds the lock */
};

/*
 * Opens, locks and recovers. On success the file is whole, and the mapping has the size of the
 * file under the lock, until mapping_close(). On failure the mapping is closed. Dying here leaves
 * the recovery to the next command, as dying in an edit does.
 */
bool claim_open(struct mapping *mapping, const char *path, const struct claim_options *options,
                struct claim_notice *notice, struct error *error);

/* Whether the file of a claimed mapping can be locked at all (a stream or memory cannot). */
bool claim_locks(const struct mapping *mapping);

/* Unlocks the file and keeps it open. */
void claim_release(struct mapping *mapping);

/*
 * Claims an open file again: locks it, recovers it, updates the size. It is the same file even if
 * its name means another one by now. On failure the file stays open;
 * call claim_release() in any case.
 */
bool claim_renew(struct mapping *mapping, const struct claim_options *options,
                 struct claim_notice *notice, struct error *error);

#endif
