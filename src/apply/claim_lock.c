/* claim_lock.c - locks a file, and waits while others hold the lock. */
#include "apply/claim_internal.h"

enum claim_result claim_busy(const struct claim *claim, struct error *error)
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

enum claim_result claim_judge_lock(struct claim *claim, enum lock_result result,
                                   struct error *error)
{
    claim->mapping->lockless = result == LOCK_UNSUPPORTED;
    switch (result) {
    case LOCK_HELD:
    case LOCK_UNSUPPORTED:
        return CLAIM_OK;
    case LOCK_OTHER:
        /* A daemon that locks its log stops nobody from looking at it. */
        if (!claim_is_editor(claim))
            return CLAIM_OK;
        return claim_busy(claim, error);
    case LOCK_BUSY:
    case LOCK_OF_READERS:
        return claim_busy(claim, error);
    case LOCK_FAILED:
        break;
    }
    return CLAIM_FAILED;
}

/* ---- waiting --------------------------------------------------------------------------------- */

double claim_longer_pause(double pause)
{
    return pause < 0.05 ? pause * 1.5 : pause;
}

/*
 * Even without --wait, wait for a moment: in a pipeline such as `find ... | xargs mmtool write ...`
 * the reader is about to end when the editor starts. Not longer, because the other program may be
 * waiting for us.
 */
bool claim_has_patience(struct claim *claim)
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
        pause = claim_longer_pause(pause);
    }
}

/* ---- locking -----------------------------------------------------------------------------------
 */

enum claim_result claim_look_again(struct claim *claim, struct error *error)
{
    struct mapping *mapping = claim->mapping;
    if (!file_get_status(mapping->file, &mapping->status, error))
        return CLAIM_FAILED;
    mapping->size = mapping->status.size;
    if (!claim_is_editor(claim) || claim->renewed)
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
    for (double pause = 0.001;; pause = claim_longer_pause(pause)) {
        enum lock_result locked = file_lock(file, LOCK_EXCLUSIVE, error);
        enum claim_result result = claim_judge_lock(claim, locked, error);
        if (locked != LOCK_OF_READERS || !claim_has_patience(claim))
            return result == CLAIM_OK ? claim_look_again(claim, error) : result;
        file_lock_set_note(file, LOCK_WANTED, true);
        wait_for_note(claim, LOCK_PASSING, search, pause);
        /* Another file may have got the name meanwhile: then do not wait for this one. */
        if (claim_look_again(claim, NULL) == CLAIM_AGAIN)
            return CLAIM_AGAIN;
    }
}

enum claim_result claim_lock_as_editor(struct claim *claim, struct error *error)
{
    enum claim_result result = try_as_editor(claim, error);
    file_lock_set_note(claim->mapping->file, LOCK_WANTED, false);
    return result;
}

/* A short file, one of several: it is read and let go of before an editor has waited for it. */
static bool is_brief(const struct claim *claim)
{
    const uint64_t at_once = 65536;
    return claim->options->neighbour && claim->mapping->size <= at_once;
}

/* Whether the lock that the open took will do: the mapping has the status under it. */
static bool is_locked_first(const struct claim *claim)
{
    struct file *file = claim->mapping->file;
    return file_opened_locked(file) && !claim->renewed &&
           (is_brief(claim) || !file_lock_has_note(file, LOCK_WANTED));
}

enum claim_result claim_lock_as_reader(struct claim *claim, struct error *error)
{
    struct file *file = claim->mapping->file;
    if (is_locked_first(claim))
        return CLAIM_OK;
    if (file_opened_locked(file))
        file_unlock(file);
    let_editor_go_first(claim);
    enum lock_result locked = claim->options->passing ? file_lock_passing(file, error)
                                                      : file_lock(file, LOCK_SHARED, error);
    enum claim_result result = claim_judge_lock(claim, locked, error);
    return result == CLAIM_OK ? claim_look_again(claim, error) : result;
}
