/* recover_look.c - what an interrupted edit left, and how far it got. */
#include "apply/recover_look.h"
#include "apply/recover_internal.h"

static void note_progress(struct recover_look *look, const struct recovery *recovery)
{
    bool began = recovery->published || recovery->ending ||
                 (recovery->moved && look->journal.header.blocks == JOURNAL_BLOCKS_CUT);
    look->steps = recovery->job->totals.steps;
    look->done = recovery->ending ? look->steps : recovery->published ? recovery->first : 0;
    look->steps_known = true;
    look->goes_back = !began;
    if (began)
        error_set(&look->reason, "the edit has begun to change the file (%llu of %llu steps)",
                  (unsigned long long)look->done, (unsigned long long)look->steps);
}

/* That the mark is gone and all is done: the edit was killed right before its end. */
static bool has_ended(const struct recover_look *look, enum witness_verdict verdict)
{
    return verdict == WITNESS_IS_NEW && look->journal.header.marks == JOURNAL_MARKS_SURE &&
           !look->finding.marked;
}

/* How far an edit got that was committed, and whether the file is still that of the edit. */
static enum recover_state look_at_half(struct recover_look *look, struct mapping *mapping)
{
    struct job job = {
        .mapping = mapping, .journal = &look->journal, .durable = look->journal.header.durable};
    struct recovery recovery;
    enum witness_verdict verdict = WITNESS_IS_OTHER;
    bool loaded = recovery_load(&recovery, &job, &look->reason);
    if (loaded && recovery_is_uncommitted(&recovery)) {
        recovery_unload(&recovery);
        return RECOVER_UNBEGUN;
    }
    bool fits = loaded && recovery_compare(&recovery, &verdict, &look->reason) &&
                recovery_explain(&recovery, verdict, &look->reason);
    if (fits)
        note_progress(look, &recovery);
    recovery_unload(&recovery);
    if (!fits)
        return RECOVER_REWRITTEN;
    return has_ended(look, verdict) ? RECOVER_LEFTOVER : RECOVER_HALF;
}

static enum recover_state state_of(struct recover_look *look, struct mapping *mapping,
                                   enum journal_found found)
{
    switch (found) {
    case JOURNAL_ABSENT:
        break;
    case JOURNAL_OBSTACLE:
    case JOURNAL_DOUBTFUL:
        (void)journal_describe_doubt(&look->finding, mapping, &look->reason);
        return found == JOURNAL_OBSTACLE ? RECOVER_OBSTACLE : RECOVER_DOUBT;
    case JOURNAL_LEFTOVER:
    case JOURNAL_WHOLE:
        return RECOVER_LEFTOVER;
    case JOURNAL_ROLLBACK:
        return RECOVER_UNBEGUN;
    case JOURNAL_FORWARD:
        return look_at_half(look, mapping);
    case JOURNAL_UNDO:
        return RECOVER_UNDO;
    case JOURNAL_ERROR:
        break;
    }
    return RECOVER_WHOLE;
}

bool recover_look(struct recover_look *look, const struct journal_search *search,
                  struct error *error)
{
    struct mapping seen = *search->mapping;
    *look = (struct recover_look){0};
    enum journal_found found = journal_find(&look->journal, search, &look->finding, &look->reason);
    if (found == JOURNAL_ERROR) {
        *error = look->reason;
        return false;
    }
    look->state = state_of(look, &seen, found);
    look->has_journal = look->journal.file != NULL;
    look->goes_back |= look->state == RECOVER_UNBEGUN;
    return true;
}

static bool has_name(const struct place *place, struct file_status *status)
{
    enum place_use use = place_look(place, status, NULL);
    return use != PLACE_FREE && use != PLACE_FAILED;
}

struct place *recover_find_orphan(const char *path, uint64_t *owner)
{
    const struct mapping gone = {.path = path};
    struct place *file, *journal = NULL;
    struct file_status status;
    if (!place_of(path, &file, NULL))
        return NULL;
    bool there = has_name(file, &status);
    place_free(file);
    if (there || !journal_place(&gone, NULL, &journal, NULL))
        return NULL;
    if (has_name(journal, &status)) {
        *owner = status.owner;
        return journal;
    }
    place_free(journal);
    return NULL;
}

void recover_look_release(struct recover_look *look)
{
    journal_close(&look->journal);
    journal_finding_release(&look->finding);
    *look = (struct recover_look){0};
}
