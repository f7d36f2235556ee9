/* claim_recover.c - looks for the journal of a file, and recovers the file first if need be. */
#include "apply/claim_internal.h"
#include "apply/recover.h"
#include "journal/privileges.h"

#include <stdio.h>

/* Writes the notice: what was recovered, and what could not be restored. */
static void say(struct claim *claim, const char *text, const struct recover_report *report)
{
    const char *failure = report->undo_failure.message, *left = report->left.message;
    char lost[PRIVILEGES_TEXT];
    privileges_tell(report->lost, lost, sizeof lost);
    snprintf(claim->notice->text, sizeof claim->notice->text, "%s%s%s%s%.500s%s%.500s", text,
             *lost ? "; " : "", lost, *failure ? "; " : "", failure, *left ? "; " : "", left);
}

static const char *const dropped = "an interrupted edit that had not begun was dropped";

static bool recover_begun(struct claim *claim, struct mapping *mapping, struct journal *journal,
                          struct error *error)
{
    char text[200];
    const struct journal_header *header = &journal->header;
    struct recover_report report = {0};
    if (!recover_forward(mapping, journal, &report, error))
        return false;
    snprintf(text, sizeof text, "an interrupted edit was finished (size was %llu, is %llu)",
             (unsigned long long)header->old_size, (unsigned long long)header->new_size);
    say(claim, report.back ? dropped : text, &report);
    return true;
}

/* Recovers the file, which is open for writing and locked exclusively. */
static bool recover(struct claim *claim, struct mapping *mapping, struct journal *journal,
                    enum journal_found found, struct error *error)
{
    struct recover_report report = {0};
    switch (found) {
    case JOURNAL_LEFTOVER:
    case JOURNAL_WHOLE:
        return journal_remove(journal, mapping, error);
    case JOURNAL_ROLLBACK:
        if (!recover_rollback(mapping, journal, &report, error))
            return false;
        say(claim, dropped, &report);
        return true;
    case JOURNAL_UNDO:
        if (!recover_undo(mapping, &report, error))
            return false;
        say(claim, "the end of an interrupted edit, its undo script, was seen to", &report);
        return true;
    case JOURNAL_FORWARD:
        return recover_begun(claim, mapping, journal, error);
    default:
        return true;
    }
}

/* ABSENT: `journal` was not touched, or has nothing to close. */
static enum journal_found look_for_journal(const struct claim *claim, struct mapping *mapping,
                                           bool writable, struct journal *journal,
                                           struct error *error)
{
    mapping_find_place(mapping);
    struct journal_search search = {
        .mapping = mapping,
        .directory = claim->options->journal_dir,
        .writable = writable,
        .resting = claim->options->resting,
        .insistent = claim->options->insistent,
        .fits = recover_fits,
    };
    if (journal_is_absent(&search))
        return JOURNAL_ABSENT;
    struct journal_finding finding;
    enum journal_found found = journal_find(journal, &search, &finding, error);
    journal_finding_release(&finding);
    return found;
}

enum claim_result claim_recover_locked(struct claim *claim, struct mapping *mapping,
                                       struct error *error)
{
    struct journal journal;
    enum journal_found found = look_for_journal(claim, mapping, true, &journal, error);
    if (found == JOURNAL_ABSENT || found == JOURNAL_OBSTACLE)
        return CLAIM_OK;
    if (found == JOURNAL_DOUBTFUL || found == JOURNAL_ERROR)
        return CLAIM_FAILED;
    bool done = recover(claim, mapping, &journal, found, error);
    bool stays = journal.kept && (found == JOURNAL_WHOLE || found == JOURNAL_LEFTOVER);
    journal_close(&journal);
    if (done)
        return stays ? CLAIM_OK : CLAIM_AGAIN;
    if (error->signal == 0) {
        struct error cause = *error;
        error_set(error, "an interrupted edit could not be finished: %s", cause.message);
        journal_add_hint(mapping, error);
    }
    return CLAIM_FAILED;
}

static void show_as_it_is(struct error *error)
{
    struct error cause = *error;
    error_set(error, "%s; --ignore-journal shows the file as it is", cause.message);
}

/* A reader found an interrupted edit: it opens the file again as an editor and recovers it. */
static enum claim_result recover_as_editor(struct claim *claim, struct error *error)
{
    struct mapping writable;
    struct error cause = {0};
    file_unlock(claim->mapping->file);
    if (!mapping_open(&writable, claim->path, MAPPING_WRITE, &cause)) {
        error_set(error,
                  "it was left in the middle of an edit, which only who may write it can finish "
                  "(%s)",
                  cause.message);
        journal_add_hint(claim->mapping, error);
        show_as_it_is(error);
        return CLAIM_FAILED;
    }
    enum lock_result locked = file_lock(writable.file, LOCK_EXCLUSIVE, error);
    enum claim_result result = claim_judge_lock(claim, locked, error);
    if (result == CLAIM_OK)
        result = claim_recover_locked(claim, &writable, error);
    (void)mapping_close(&writable, NULL);
    return result == CLAIM_OK ? CLAIM_AGAIN : result;
}

/* Whether the file can be read as it is, although a journal or an undo script is left. */
static bool is_harmless(const struct claim *claim, const struct journal *journal,
                        enum journal_found found)
{
    return found == JOURNAL_LEFTOVER || found == JOURNAL_WHOLE || found == JOURNAL_UNDO ||
           (found == JOURNAL_ROLLBACK && journal->header.old_size == claim->mapping->size);
}

enum claim_result claim_check_as_reader(struct claim *claim, struct error *error)
{
    struct journal journal;
    enum journal_found found = look_for_journal(claim, claim->mapping, false, &journal, error);
    if (found == JOURNAL_ABSENT)
        return CLAIM_OK;
    bool harmless = is_harmless(claim, &journal, found);
    journal_close(&journal);
    if (found == JOURNAL_OBSTACLE || (harmless && claim->tried))
        return CLAIM_OK;
    if (found == JOURNAL_DOUBTFUL || found == JOURNAL_ERROR) {
        show_as_it_is(error);
        return CLAIM_FAILED;
    }
    enum claim_result result = recover_as_editor(claim, error);
    if (!harmless)
        return result;
    /* The lock was released meanwhile, so start again; but do not try to clean up twice. */
    claim->tried = true;
    return CLAIM_AGAIN;
}
