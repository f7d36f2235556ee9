/* claim.c - opens and locks a file, and recovers it first if need be. */
#include "apply/claim.h"
#include "apply/recover.h"
#include "journal/privileges.h"

#include <stdio.h>
#include <string.h>

enum claim_result {
    CLAIM_OK,
    CLAIM_BUSY,  /* another program holds the lock: wait and try again */
    CLAIM_AGAIN, /* the file was recovered, or has changed: try again at once */
    CLAIM_FAILED,
};

struct claim {
    struct mapping *mapping;
    const char *path;
    const struct claim_options *options;
    struct claim_notice *notice;
    bool renewed;   /* the file is open already, and stays open */
    bool tried;     /* a reader has tried once to remove a leftover journal */
    double started; /* when waiting began, in seconds */
    double excused; /* seconds of waiting that do not count against has_patience() */
};

static bool is_editor(const struct claim *claim)
{
    return claim->options->flags & MAPPING_WRITE;
}

static bool has_locks(const struct mapping *mapping)
{
    return mapping->file && !mapping->is_held && mapping->status.kind != FILE_STREAM;
}

/* Another program holds the lock: adds what the user can do, or that --wait was not enough. */
static enum claim_result busy(const struct claim *claim, struct error *error)
{
    struct error cause = *error;
    claim->notice->busy = true;
    if (claim->options->wait)
        error_set(error, "%s; still locked after %llu s", cause.message,
                  (unsigned long long)claim->options->wait_seconds);
    else
        error_set(error, "%s; --wait would wait for it", cause.message);
    return CLAIM_BUSY;
}

static enum claim_result lock_failed(struct claim *claim, enum lock_result result,
                                     struct error *error)
{
    claim->mapping->lockless = result == LOCK_UNSUPPORTED;
    switch (result) {
    case LOCK_HELD:
    case LOCK_UNSUPPORTED:
        return CLAIM_OK;
    case LOCK_OTHER:
        /* A daemon that locks its log stops nobody from looking at it. */
        if (!is_editor(claim))
            return CLAIM_OK;
        return busy(claim, error);
    case LOCK_BUSY:
    case LOCK_OF_READERS:
        return busy(claim, error);
    case LOCK_FAILED:
        break;
    }
    return CLAIM_FAILED;
}

/* ---- recovery -------------------------------------------------------------------------------- */

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
    struct journal_finding finding;
    enum journal_found found = journal_find(journal, &search, &finding, error);
    journal_finding_release(&finding);
    return found;
}

static enum claim_result recover_locked(struct claim *claim, struct mapping *mapping,
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
    enum claim_result result = lock_failed(claim, locked, error);
    if (result == CLAIM_OK)
        result = recover_locked(claim, &writable, error);
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

/* Looks for a journal as a reader: recovers the file if it must. */
static enum claim_result check_as_reader(struct claim *claim, struct error *error)
{
    struct journal journal;
    enum journal_found found = look_for_journal(claim, claim->mapping, false, &journal, error);
    bool harmless = is_harmless(claim, &journal, found);
    journal_close(&journal);
    if (found == JOURNAL_ABSENT || found == JOURNAL_OBSTACLE || (harmless && claim->tried))
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

/* ---- waiting --------------------------------------------------------------------------------- */

static double longer(double pause)
{
    return pause < 0.05 ? pause * 1.5 : pause;
}

/*
 * Even without --wait, wait for a moment: in a pipeline such as `find ... | xargs mmtool write ...`
 * the reader is about to end when the editor starts. Not longer, because the other program may be
 * waiting for us.
 */
static bool has_patience(struct claim *claim)
{
    const double moment = 1.0;
    const struct claim_options *options = claim->options;
    if (options->while_waiting && options->while_waiting(options->waiting_context)) {
        claim->started = platform_seconds();
        claim->excused = 0;
    }
    double waited = platform_seconds() - claim->started;
    if (platform_signal_pending())
        return false;
    if (!options->wait)
        return waited - claim->excused < moment;
    return options->wait_seconds == UINT64_MAX || waited < (double)options->wait_seconds;
}

/* Sleeps; if the lock bears `note`, the time is excused, up to `most` seconds. */
static void wait_for_note(struct claim *claim, enum lock_note note, double most, double pause)
{
    double since = platform_seconds();
    bool told = claim->excused < most && file_lock_has_note(claim->mapping->file, note);
    platform_sleep(pause);
    if (told)
        claim->excused += platform_seconds() - since;
}

/*
 * Waits while an editor waits for the lock: readers that follow each other would keep it out
 * forever. Not for long, because the editor may itself wait for one slow reader.
 */
static void let_editor_go_first(struct claim *claim)
{
    const double most = 2.0;
    double pause = 0.001;
    while (claim->excused < most && file_lock_has_note(claim->mapping->file, LOCK_WANTED)) {
        wait_for_note(claim, LOCK_WANTED, most, pause);
        pause = longer(pause);
    }
}

/* ---- one try --------------------------------------------------------------------------------- */

/* While we waited, the name may have become that of another file, and the size may have changed. */
static enum claim_result look_again(struct claim *claim, struct error *error)
{
    struct mapping *mapping = claim->mapping;
    if (!file_get_status(mapping->file, &mapping->status, error))
        return CLAIM_FAILED;
    mapping->size = mapping->status.size;
    if (!is_editor(claim) || claim->renewed)
        return CLAIM_OK;
    /* Without a name by now: go on with the file that is open. */
    return file_is_replaced(&mapping->status, mapping->path) ? CLAIM_AGAIN : CLAIM_OK;
}

/*
 * While readers hold the lock, keeps the file open and marks the lock as wanted. While another
 * editor holds it, the file must not stay open: an editor that finds its file open elsewhere takes
 * us for a program that appends (file_is_in_use()).
 */
static enum claim_result try_as_editor(struct claim *claim, struct error *error)
{
    const double search = 30.0; /* seconds to wait for readers that will release the lock soon */
    struct file *file = claim->mapping->file;
    for (double pause = 0.001;; pause = longer(pause)) {
        enum lock_result locked = file_lock(file, LOCK_EXCLUSIVE, error);
        enum claim_result result = lock_failed(claim, locked, error);
        if (locked != LOCK_OF_READERS || !has_patience(claim))
            return result == CLAIM_OK ? look_again(claim, error) : result;
        file_lock_set_note(file, LOCK_WANTED, true);
        wait_for_note(claim, LOCK_PASSING, search, pause);
        /* Another file may have got the name meanwhile: then do not wait for this one. */
        if (look_again(claim, NULL) == CLAIM_AGAIN)
            return CLAIM_AGAIN;
    }
}

static enum claim_result lock_as_editor(struct claim *claim, struct error *error)
{
    enum claim_result result = try_as_editor(claim, error);
    file_lock_set_note(claim->mapping->file, LOCK_WANTED, false);
    return result;
}

static enum claim_result lock_as_reader(struct claim *claim, struct error *error)
{
    struct file *file = claim->mapping->file;
    let_editor_go_first(claim);
    enum lock_result locked = claim->options->passing ? file_lock_passing(file, error)
                                                      : file_lock(file, LOCK_SHARED, error);
    enum claim_result result = lock_failed(claim, locked, error);
    return result == CLAIM_OK ? look_again(claim, error) : result;
}

static enum claim_result lock_and_check(struct claim *claim, struct error *error)
{
    struct mapping *mapping = claim->mapping;
    if (!has_locks(mapping))
        return CLAIM_OK;
    if (claim->options->ignore_journal) /* a file just opened has its status already */
        return claim->renewed ? look_again(claim, error) : CLAIM_OK;
    enum claim_result result =
        is_editor(claim) ? lock_as_editor(claim, error) : lock_as_reader(claim, error);
    if (result != CLAIM_OK || claim->options->leave_journal)
        return result;
    return is_editor(claim) ? recover_locked(claim, mapping, error) : check_as_reader(claim, error);
}

static enum claim_result try_once(struct claim *claim, struct error *error)
{
    if (claim->renewed)
        return lock_and_check(claim, error);
    const struct claim_options *options = claim->options;
    if (!mapping_open_part(claim->mapping, claim->path, options->flags, &options->part, error))
        return claim->mapping->busy ? busy(claim, error) : CLAIM_FAILED;
    claim->mapping->neighbour = options->neighbour;
    enum claim_result result = lock_and_check(claim, error);
    if (result != CLAIM_OK) {
        mapping_remove_created(claim->mapping);
        (void)mapping_close(claim->mapping, NULL);
    }
    return result;
}

/* Warns once a file, and only an editor: some file systems never lock. */
static void tell_lockless(struct claim *claim)
{
    struct mapping *mapping = claim->mapping;
    char *text = claim->notice->text;
    size_t used = strlen(text);
    if (!mapping->lockless || !is_editor(claim) || mapping->lockless_told || mapping->shared_memory)
        return;
    mapping->lockless_told = true;
    snprintf(
        text + used, sizeof claim->notice->text - used,
        "%sthis file system cannot lock the file: another mmtool could edit it at the same time",
        used > 0 ? "; " : "");
}

static bool claim_patiently(struct claim *claim, struct error *error)
{
    double pause = 0.001;
    claim->started = platform_seconds();
    claim->notice->text[0] = 0;
    for (;;) {
        claim->notice->busy = false;
        enum claim_result result = try_once(claim, error);
        if (result == CLAIM_OK)
            tell_lockless(claim);
        if (result == CLAIM_OK || result == CLAIM_FAILED)
            return result == CLAIM_OK;
        if (result == CLAIM_AGAIN)
            continue;
        if (!has_patience(claim))
            return false;
        platform_sleep(pause);
        pause = longer(pause);
    }
}

bool claim_open(struct mapping *mapping, const char *path, const struct claim_options *options,
                struct claim_notice *notice, struct error *error)
{
    struct claim claim = {.mapping = mapping, .path = path, .options = options, .notice = notice};
    return claim_patiently(&claim, error);
}

bool claim_renew(struct mapping *mapping, const struct claim_options *options,
                 struct claim_notice *notice, struct error *error)
{
    struct claim claim = {.mapping = mapping,
                          .path = mapping->path,
                          .options = options,
                          .notice = notice,
                          .renewed = true};
    notice->text[0] = 0;
    if (mapping->anonymous)
        return look_again(&claim, error) == CLAIM_OK;
    return claim_patiently(&claim, error);
}

bool claim_locks(const struct mapping *mapping)
{
    return has_locks(mapping) && !mapping->anonymous;
}

void claim_release(struct mapping *mapping)
{
    if (claim_locks(mapping))
        file_unlock(mapping->file);
}
