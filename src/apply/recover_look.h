/*
 * recover_look.h - what an interrupted edit left of a file, for people; and how far it got.
 *
 * Changes nothing. The mapping is locked (shared will do), and nothing has been
 * recovered: claim_options.leave_journal.
 */
#ifndef MMTOOL_RECOVER_LOOK_H
#define MMTOOL_RECOVER_LOOK_H

#include "journal/journal.h"
#include "mapping.h"

enum recover_state {
    RECOVER_WHOLE,    /* nothing was left */
    RECOVER_OBSTACLE, /* likewise, but what has the journal's name stops the next edit */
    RECOVER_LEFTOVER, /* the file is whole; a journal, or a mark, is to be removed */
    RECOVER_UNDO,     /* the file is whole; its undo script is not in its place */
    RECOVER_UNBEGUN,  /* the edit has not begun, but the file may have grown: to be taken back */
    RECOVER_HALF,     /* the edit is to be finished */
    RECOVER_ANEW,     /* it would be, but the file was cut or written anew since, or the journal
                         is damaged: `reason` */
    RECOVER_DOUBT,    /* `finding` and `reason` say why what was left is not believed */
};

struct recover_look {
    enum recover_state state;
    bool has_journal;               /* `journal` is open: of LEFTOVER, UNBEGUN, HALF, ANEW */
    struct journal journal;         /* owned */
    struct journal_finding finding; /* owned; of OBSTACLE and DOUBT */
    bool steps_known;
    uint64_t steps, done; /* of the plan; `done` are certainly stored */
    bool goes_back;       /* the edit can still be taken back: none of its steps was published */
    struct error reason;  /* see above; of HALF why it cannot go back, if it cannot */
};

/*
 * Looks; then recover_look_release(). False only where nothing can be told: an error of
 * the system.
 */
bool recover_look(struct recover_look *look, const struct journal_search *search,
                  struct error *error);
/*
 * Of a file that is not there: what has the name of its journal, and the owner of that. NULL if the
 * file is there or nothing has the name; else to be freed.
 */
struct place *recover_find_orphan(const char *path, uint64_t *owner);

void recover_look_release(struct recover_look *look);

#endif
