/*
 * recover_look.h - reports what an interrupted edit left, and how far it got.
 *
 * Changes nothing. The mapping is locked, at least shared, and was claimed with
 * claim_options.leave_journal, so that nothing was recovered.
 */
#ifndef MMTOOL_RECOVER_LOOK_H
#define MMTOOL_RECOVER_LOOK_H

#include "journal/journal.h"
#include "mapping.h"

enum recover_state {
    RECOVER_WHOLE,    /* nothing was left */
    RECOVER_OBSTACLE, /* the file is whole; something with the journal's name stops the next edit */
    RECOVER_LEFTOVER, /* the file is whole; a journal or a mark is still to be removed */
    RECOVER_UNDO,     /* the file is whole; its undo script is still to be renamed */
    RECOVER_UNBEGUN,  /* no step was done, but the file may have grown: to be taken back */
    RECOVER_HALF,     /* the edit is to be finished */
    RECOVER_REWRITTEN, /* it cannot be finished: the file was cut or written anew since, or the
                          journal is damaged; see `reason` */
    RECOVER_DOUBT,     /* the journal is not believed; see `finding` and `reason` */
};

struct recover_look {
    enum recover_state state;
    bool has_journal;               /* `journal` is open: of LEFTOVER, UNBEGUN, HALF, ANEW */
    struct journal journal;         /* owned */
    struct journal_finding finding; /* owned; of OBSTACLE and DOUBT */
    bool steps_known;
    uint64_t steps, done; /* of the plan; `done` of them are certainly in the file */
    bool goes_back;       /* the edit can still be taken back: no step was published */
    struct error reason;  /* see above; with HALF: why the edit cannot be taken back, or empty */
};

/*
 * Fills `look`; release it with recover_look_release(). False, with nothing to release, only after
 * an error of the system.
 */
bool recover_look(struct recover_look *look, const struct journal_search *search,
                  struct error *error);
/*
 * For a file that does not exist: the place that has the name of its journal, to be freed, and who
 * owns it. NULL if the file exists, or nothing has that name.
 */
struct place *recover_find_orphan(const char *path, uint64_t *owner);

void recover_look_release(struct recover_look *look);

#endif
