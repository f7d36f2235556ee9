/*
 * rest.c - keeps a journal for the next edit of a script.
 *
 * Such a journal has no slots and is short, so its front is mapped (front.c): list, new bytes,
 * witnesses and words are stored there. Only the header is written, once an edit, since it must
 * never be seen half made. Between two edits, and until the next one is committed, the progress
 * word says DONE:
 *
 *   DONE   list, new bytes, witnesses      the edit before is done; the journal may be dropped
 *   DONE   the mark
 *   DONE   the header, HOT
 *   0      committed                       from here on recovery finishes the edit
 *   1      published; the file is written
 *   1      the mark is taken off
 *   DONE
 */
#include "journal/internal.h"

/* Makes the journal DONE: by its word if the front is mapped, else by its header. */
static bool end_edit(struct journal *journal)
{
    if (!journal->front)
        return journal_mark_done(journal, NULL);
    journal->header.state = JOURNAL_DONE;
    return test_has_fault(TEST_FAULT_NO_DONE) ||
           journal_front_publish(journal, JOURNAL_WORD_DONE, NULL);
}

static bool may_rest(const struct journal *journal, const struct mapping *mapping)
{
    const struct journal_header *header = &journal->header;
    return !journal_has_slots(header) && !header->durable && !journal->careful && journal->marked &&
           header->marks == JOURNAL_MARKS_SURE && !mapping->lockless && mapping->status.links > 0 &&
           place_is_free_when_removed();
}

/* Finds out, once a script, which file the journal is. */
static bool identify(struct journal *journal)
{
    struct file_status status;
    if (journal->identity != 0)
        return true;
    if (!file_get_status(journal->file, &status, NULL))
        return false;
    journal->identity = status.identity;
    journal->device = status.device;
    return true;
}

bool journal_rests_at(const struct journal *journal, const struct place *place)
{
    struct file_status named;
    return place_look(place, &named, NULL) == PLACE_FILE && named.identity == journal->identity &&
           named.device == journal->device;
}

bool journal_rest(struct journal *journal, const struct mapping *mapping)
{
    if (!may_rest(journal, mapping) || !identify(journal) ||
        file_remove_mark(mapping->file, JOURNAL_MARK, NULL) != MARK_OK || !end_edit(journal))
        return false;
    journal->marked = journal->published = false;
    return journal->resting = true;
}

void journal_end_rest(struct journal *journal, const struct mapping *mapping, struct error *left)
{
    if (journal->file && place_is_name_of(journal->place, journal->file))
        (void)journal_remove_name(journal, NULL);
    if (journal->left.status != STATUS_DONE && left) {
        *left = journal->left;
        journal_add_hint(mapping, left);
    }
    journal_close(journal);
}

bool journal_wake(struct journal *journal)
{
    struct file_status status;
    if (!file_get_status(journal->file, &status, NULL) || status.links == 0)
        return false;
    /* Another mmtool that may not take the name off cuts the journal to its header. */
    if (journal->front)
        return status.size >= JOURNAL_FRONT_END;
    journal_map_front(journal);
    return true;
}
