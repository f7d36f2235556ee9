/* recover_accept.c - takes a file as it is. */
#include "apply/recover_accept.h"
#include "journal/undo_file.h"

#include <string.h>

/* ---- what is this file's own ----------------------------------------------------------------- */

/* The script goes with the edit that it would have taken back. */
static void drop_undo(struct journal *journal)
{
    struct undo_file undo;
    if (journal_load_undo(journal, &undo, NULL))
        undo_file_drop(&undo);
    undo_file_release(&undo);
}

static bool accept_own(struct recover_look *look, struct mapping *mapping, struct error *error)
{
    if (look->state != RECOVER_LEFTOVER) {
        if (!journal_mark_done(&look->journal, error))
            return false;
        drop_undo(&look->journal);
    }
    return journal_remove(&look->journal, mapping, error);
}

static bool accept_undo(struct mapping *mapping, struct error *error)
{
    struct undo_file undo;
    if (journal_load_marked_undo(mapping->file, &undo, NULL))
        undo_file_drop(&undo);
    undo_file_release(&undo);
    return journal_unmark_undo(mapping->file, error);
}

/* ---- what is not believed -------------------------------------------------------------------- */

/*
 * Whether the next edit would have its journal there. What stands elsewhere, where only a mark
 * leads to, may be another file's: a copy bears the mark of the original.
 */
static bool is_in_the_way(const struct recover_look *look, const struct mapping *mapping,
                          const char *directory)
{
    const struct place *there = look->finding.place;
    struct place *own;
    bool same = false;
    if (!there || !look->finding.marked)
        return there != NULL;
    if (look->finding.doubt == JOURNAL_DOUBT_COPY)
        return false;
    for (int i = 0; i < 2 && !same; i++) {
        if ((i == 1 && !directory) ||
            !journal_place(mapping, i == 0 ? NULL : directory, &own, NULL))
            continue;
        same = strcmp(place_path(own), place_path(there)) == 0;
        place_free(own);
    }
    return same;
}

/* A renamed file still needs its journal, which has the name of its new namesake's. */
static bool check_unneeded(const struct place *place, const struct mapping *mapping,
                           struct error *error)
{
    char path[300], file[160];
    struct place *renamed;
    if (!journal_find_renamed(place, mapping, &renamed, error))
        return error_prefix(error, "the file that the journal is for cannot be looked for");
    if (!renamed)
        return true;
    error_set(error,
              "%s belongs to %s, which was renamed in the middle of an edit: finish that first "
              "('mmtool recover --finish'), under its old name if it bears no mark",
              diag_escape(path, sizeof path, place_path(place)),
              diag_escape(file, sizeof file, place_path(renamed)));
    place_free(renamed);
    return false;
}

bool recover_clear(const struct place *place, const struct mapping *mapping, uint64_t owner,
                   struct error *error)
{
    char path[300], user[120];
    struct error cause = {0};
    if (!check_unneeded(place, mapping, error))
        return false;
    if (place_clear(place, &cause))
        return true;
    platform_describe_user(owner, user, sizeof user);
    return error_set(error, "%s cannot be removed: %s%s%s%s",
                     diag_escape(path, sizeof path, place_path(place)), cause.message,
                     *user ? "; its owner (" : "", user, *user ? ") or root can do that" : "");
}

/* The mark last: as long as it is there, nobody takes the file for whole. */
static bool accept_doubt(struct recover_look *look, struct mapping *mapping, const char *directory,
                         struct error *error)
{
    if (is_in_the_way(look, mapping, directory) &&
        !recover_clear(look->finding.place, mapping, look->finding.owner, error))
        return false;
    return !look->finding.marked || journal_unmark_undo(mapping->file, error);
}

bool recover_accept(struct recover_look *look, struct mapping *mapping, const char *directory,
                    struct error *error)
{
    switch (look->state) {
    case RECOVER_WHOLE:
        break;
    case RECOVER_LEFTOVER:
    case RECOVER_UNBEGUN:
    case RECOVER_HALF:
    case RECOVER_REWRITTEN:
        return accept_own(look, mapping, error);
    case RECOVER_UNDO:
        return accept_undo(mapping, error);
    case RECOVER_OBSTACLE:
    case RECOVER_DOUBT:
        return accept_doubt(look, mapping, directory, error);
    }
    return true;
}
