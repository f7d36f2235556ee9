/*
 * claim.h - a file opened, locked and whole: what every subcommand starts from.
 *
 * Two mmtools never edit one file at once, and none sees a half-made edit: an
 * editor locks the file exclusively, a reader shares it, and whoever finds the
 * traces of a killed edit finishes it first. A lock frees itself when its holder
 * dies. Readers let an editor that waits go first, for two seconds at most: it is not kept
 * waiting by readers that follow each other.
 */
#ifndef MMTOOL_CLAIM_H
#define MMTOOL_CLAIM_H

#include "mapping.h"

struct claim_options {
    unsigned flags;          /* enum mapping_flags */
    const char *journal_dir; /* or NULL */
    bool ignore_journal;     /* look at the file as it is: no lock, no recovery */
    struct stream_part part; /* what is needed of a stream */
    bool leave_journal;      /* lock the file, and neither recover it nor mind what was left */
    bool insistent;          /* see journal_search */
    bool passing;            /* a reader that, once it holds the lock, waits for nobody */
    bool wait;               /* for another mmtool */
    uint64_t wait_seconds;   /* UINT64_MAX: as long as it takes */
    /*
     * Called now and then while the file is another's; or NULL. True: something has come that
     * shows that the other goes on by it, so that it is worth waiting on without --wait, too.
     */
    bool (*while_waiting)(void *context);
    void *waiting_context;
};

/* What there is to say on standard error though all went well; empty for nothing. */
struct claim_notice {
    char text[2048];
    bool busy; /* it failed since another program works on the file */
};

/*
 * Opens, locks and recovers. On success the mapping is whole, its size that of
 * the file under the lock, until mapping_close(). Dying here leaves a recovery to
 * the next command, as dying in an edit does.
 */
bool claim_open(struct mapping *mapping, const char *path, const struct claim_options *options,
                struct claim_notice *notice, struct error *error);

/* Whether a claimed mapping is of a file that has a lock; with ignore_journal it is not taken. */
bool claim_locks(const struct mapping *mapping);

/* Lets others edit the file while it stays open. */
void claim_release(struct mapping *mapping);

/*
 * Claims an open file again: locks, recovers, looks how large it is by now. It is
 * the same file, whatever its name has come to mean. On failure it stays open.
 */
bool claim_renew(struct mapping *mapping, const struct claim_options *options,
                 struct claim_notice *notice, struct error *error);

#endif
