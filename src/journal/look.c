/* look.c - opens what has a journal's name, and decides whether to believe it. */
#include "journal/journal.h"
#include "journal/internal.h"
#include "mapping/place_modes.h"

/* ---- who may have made it -------------------------------------------------------------------- */

/* Whether another user could have planted it. A reader leaves this question to the recovery. */
static bool is_trusted(const struct journal *journal, const struct journal_search *search)
{
    struct file_status status;
    if (!file_get_status(journal->file, &status, NULL) || status.kind != FILE_REGULAR)
        return false;
    bool own = status.owner == search->mapping->status.owner || status.owner == 0 ||
               status.owner == platform_user();
    if (search->insistent)
        return true;
    if (status.links != 1 || !own)
        return false;
    return (status.mode & 077) == 0 || !search->writable || !place_keeps_modes(journal->place);
}

bool journal_is_abandoned(struct journal *journal, const struct journal_search *search)
{
    enum lock_kind kind = search->writable ? LOCK_EXCLUSIVE : LOCK_SHARED;
    enum lock_result result = file_lock(journal->file, kind, NULL);
    return (result == LOCK_HELD || result == LOCK_UNSUPPORTED) && is_trusted(journal, search);
}

/* ---- looking --------------------------------------------------------------------------------- */

void journal_reject(struct journal *journal, enum journal_doubt doubt,
                    struct journal_finding *finding)
{
    finding->doubt = doubt;
    finding->place = journal->place;
    journal->place = NULL;
    journal_close(journal);
}

static enum journal_here doubt_here(struct journal *journal, enum journal_doubt doubt,
                                    struct journal_finding *finding)
{
    journal_reject(journal, doubt, finding);
    return JOURNAL_HERE_DOUBT;
}

static enum journal_here nothing_here(struct journal *journal)
{
    journal_close(journal);
    return JOURNAL_HERE_NOTHING;
}

/* Whether the file is long enough; a DONE journal needs its header only. */
static bool is_complete(const struct journal *journal)
{
    uint64_t size;
    return journal->header.state == JOURNAL_DONE ||
           (file_get_size(journal->file, &size, NULL) &&
            size >= journal_needed_length(&journal->header));
}

/* See rest.c. */
static bool word_says_done(const struct journal *journal)
{
    unsigned char bytes[8];
    uint64_t number;
    size_t got;
    return journal->header.state == JOURNAL_HOT && !journal->header.durable &&
           file_read(journal->file, JOURNAL_PROGRESS_OFFSET, bytes, sizeof bytes, &got, NULL) &&
           got == sizeof bytes &&
           journal_word_number(&journal->header, little_get64(bytes), &number) &&
           number == JOURNAL_WORD_DONE;
}

static enum journal_here look_into(struct journal *journal, const struct journal_search *search,
                                   struct journal_finding *finding)
{
    unsigned char bytes[JOURNAL_HEADER];
    size_t got;
    if (!file_read(journal->file, 0, bytes, sizeof bytes, &got, &finding->cause))
        return doubt_here(journal, JOURNAL_DOUBT_UNREADABLE, finding);
    switch (journal_header_read(&journal->header, bytes, got)) {
    case JOURNAL_HEADER_EMPTY:
        return JOURNAL_HERE_EMPTY;
    case JOURNAL_HEADER_OF_OTHER_FORMAT:
        finding->format = journal_header_format(bytes);
        return doubt_here(journal, JOURNAL_DOUBT_FORMAT, finding);
    case JOURNAL_HEADER_DAMAGED:
        return doubt_here(journal, JOURNAL_DOUBT_DAMAGED, finding);
    case JOURNAL_HEADER_SOUND:
        break;
    }
    journal->done_by_word = word_says_done(journal);
    if (journal->done_by_word)
        journal->header.state = JOURNAL_DONE;
    finding->has_header = true;
    finding->state = journal->header.state;
    finding->doubt = !is_trusted(journal, search) ? JOURNAL_DOUBT_UNTRUSTED
                     : !is_complete(journal)      ? JOURNAL_DOUBT_DAMAGED
                                                  : JOURNAL_DOUBT_NONE;
    return JOURNAL_HERE_JOURNAL;
}

enum journal_here journal_look(struct journal *journal, struct place *place,
                               const struct journal_search *search, struct journal_finding *finding)
{
    struct file_status status;
    unsigned flags = FILE_OPEN_REGULAR | (search->writable ? FILE_OPEN_WRITE : 0);
    *journal = (struct journal){.place = place};
    enum place_use use = place_look(place, &status, &finding->cause);
    finding->owner = status.owner;
    if (use != PLACE_FREE)
        snprintf(finding->path, sizeof finding->path, "%s", place_path(place));
    switch (use) {
    case PLACE_FREE:
        return nothing_here(journal);
    case PLACE_FAILED:
        return doubt_here(journal, JOURNAL_DOUBT_UNREADABLE, finding);
    case PLACE_LINK:
    case PLACE_OTHER:
        return doubt_here(journal, JOURNAL_DOUBT_NOT_A_FILE, finding);
    case PLACE_FILE:
        break;
    }
    switch (place_open(place, flags, &journal->file, &finding->cause)) {
    case FILE_OPENED:
        return look_into(journal, search, finding);
    case FILE_MISSING: /* removed since place_look() */
        return nothing_here(journal);
    default:
        return doubt_here(journal, JOURNAL_DOUBT_UNREADABLE, finding);
    }
}
