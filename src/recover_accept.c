/* recover_accept.c - takes a file as it is. */
#include "recover_accept.h"
#include "undo_file.h"

/* Its name goes with the edit that it would have taken back. */
static void drop_undo(struct journal *journal)
{
    struct undo_file undo;
    struct error ignored = {0};
    if (journal_load_undo(journal, &undo, &ignored))
        undo_file_drop(&undo);
    undo_file_release(&undo);
}

static bool accept_own(struct recover_look *look, struct mapping *mapping, struct error *error)
{
    if (look->state != RECOVER_LEFTOVER) {
        if (!journal_give_up(&look->journal, error))
            return false;
        drop_undo(&look->journal);
    }
    return journal_remove(&look->journal, mapping, error);
}

static bool accept_undo(struct mapping *mapping, struct error *error)
{
    struct undo_file undo;
    struct error ignored = {0};
    if (journal_load_marked_undo(mapping->file, &undo, &ignored))
        undo_file_drop(&undo);
    undo_file_release(&undo);
    return journal_unmark_undo(mapping->file, error);
}

/* A copy's journal is the original's. */
static bool accept_doubtful(struct recover_look *look, struct mapping *mapping, struct error *error)
{
    const struct place *place = look->finding.place;
    bool own = place && look->finding.doubt != DOUBT_COPY;
    return journal_unmark_undo(mapping->file, error) && (!own || place_remove(place, error));
}

bool recover_accept(struct recover_look *look, struct mapping *mapping, struct error *error)
{
    switch (look->state) {
    case RECOVER_WHOLE:
        return true;
    case RECOVER_LEFTOVER:
    case RECOVER_UNBEGUN:
    case RECOVER_HALF:
        return accept_own(look, mapping, error);
    case RECOVER_UNDO:
        return accept_undo(mapping, error);
    case RECOVER_DOUBT:
        break;
    }
    return look->has_journal ? accept_own(look, mapping, error)
                             : accept_doubtful(look, mapping, error);
}
