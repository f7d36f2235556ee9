/* journal.c - commits, publishes and removes a journal. */
#include "journal/journal.h"
#include "base/crc32c.h"
#include "journal/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- records --------------------------------------------------------------------------------- */

enum {
    RECORD_NUMBERS = 5,
    RECORD_WITNESSES = 8 * RECORD_NUMBERS,
    RECORD_CRC = JOURNAL_RECORD_LENGTH - 8
};

void journal_record_encode(const struct journal_record *record, unsigned char *bytes)
{
    const uint64_t numbers[RECORD_NUMBERS] = {record->published, record->slot_start,
                                              record->slot_length, record->slot_crc,
                                              record->witness_length};
    for (size_t i = 0; i < RECORD_NUMBERS; i++)
        little_put64(bytes + 8 * i, numbers[i]);
    memcpy(bytes + RECORD_WITNESSES, record->witnesses, sizeof record->witnesses);
    little_put64(bytes + RECORD_CRC, crc32c(0, bytes, RECORD_CRC));
}

bool journal_record_decode(struct journal_record *record, const unsigned char *bytes)
{
    uint64_t witness_length = little_get64(bytes + 32);
    record->published = little_get64(bytes);
    record->slot_start = little_get64(bytes + 8);
    record->slot_length = little_get64(bytes + 16);
    record->slot_crc = (uint32_t)little_get64(bytes + 24);
    record->witness_length = (uint32_t)witness_length;
    memcpy(record->witnesses, bytes + RECORD_WITNESSES, sizeof record->witnesses);
    return record->published > 0 && witness_length <= sizeof record->witnesses &&
           little_get64(bytes + RECORD_CRC) == crc32c(0, bytes, RECORD_CRC);
}

/* ---- header and views ---------------------------------------------------------------------------
 */

bool journal_write_header(struct journal *journal, struct error *error)
{
    unsigned char bytes[JOURNAL_HEADER];
    journal_header_encode(&journal->header, bytes);
    return file_write(journal->file, 0, bytes, sizeof bytes, error);
}

void journal_map(struct journal *journal)
{
    const struct journal_header *header = &journal->header;
    struct range progress = {JOURNAL_PROGRESS_OFFSET, JOURNAL_PROGRESS_OFFSET + JOURNAL_PAGE};
    struct range slots = {header->slot_offset, header->length};
    /* A store through a view faults alike on a full disk and on a broken one: so do not map. */
    if (journal->mapped || header->durable || journal->careful || !journal_has_slots(header) ||
        !view_is_shared() ||
        !view_map(journal->file, progress, VIEW_WRITE, 0, &journal->progress, NULL))
        return;
    journal->mapped = journal_sees_stores(journal) &&
                      view_map(journal->file, slots, VIEW_WRITE, 0, &journal->slots, NULL);
    if (!journal->mapped)
        (void)view_unmap(&journal->progress, NULL);
}

void journal_unmap(struct journal *journal)
{
    if (journal->mapped) {
        (void)view_unmap(&journal->slots, NULL);
        (void)view_unmap(&journal->progress, NULL);
    }
    if (journal->front)
        (void)view_unmap(&journal->progress, NULL);
    journal->mapped = journal->front = false;
}

/* ---- until the first step ---------------------------------------------------------------------
 */

bool journal_write_witnesses(struct journal *journal, const unsigned char *bytes, size_t length,
                             struct error *error)
{
    journal->header.witness_length = length;
    journal->header.witness_crc = crc32c(0, bytes, length);
    return length == 0 || journal_write(journal, JOURNAL_WITNESS_OFFSET, bytes, length, error);
}

bool journal_read_witnesses(struct journal *journal, unsigned char *bytes, struct error *error)
{
    size_t length = (size_t)journal->header.witness_length;
    if (!journal_read(journal, JOURNAL_WITNESS_OFFSET, bytes, length, error))
        return false;
    return crc32c(0, bytes, length) == journal->header.witness_crc ||
           error_set(error, "the journal's table of what the file holds is damaged");
}

bool journal_set_sizes(struct journal *journal, uint64_t old_size, uint64_t new_size,
                       struct error *error)
{
    journal->header.old_size = journal->header.start_size = old_size;
    journal->header.new_size = new_size;
    return journal_write_header(journal, error);
}

bool journal_commit(struct journal *journal, struct error *error)
{
    journal->header.state = JOURNAL_HOT;
    /* Of a journal that rested the word says DONE until its header is whole. */
    return journal_write_header(journal, error) &&
           (!journal->front || journal_front_publish(journal, 0, error)) &&
           (!journal->header.durable || file_sync_data(journal->file, error));
}

bool journal_retract(struct journal *journal, struct error *error)
{
    if (journal->header.state == JOURNAL_PRE)
        return true;
    journal->header.state = JOURNAL_PRE;
    return journal_write_header(journal, error) &&
           (!journal->header.durable || file_sync_data(journal->file, error));
}

bool journal_try_room(struct journal *journal, uint64_t bytes, struct error *error)
{
    struct range more = {journal->header.length, 0};
    bool reserved;
    if (!checked_add(more.start, bytes, &more.end))
        return error_set(error, "no disk has that much room");
    return file_allocate(journal->file, more, false, &reserved, error) &&
           file_set_size(journal->file, journal->header.length, error);
}

/* ---- steps ----------------------------------------------------------------------------------- */

uint64_t journal_slot_start(const struct journal *journal, uint64_t number, uint64_t placement)
{
    return journal->header.slot_offset +
           journal_slot_of(number) * journal_slot_stride(&journal->header) + placement;
}

unsigned char *journal_slot(struct journal *journal, uint64_t slot_start)
{
    return journal->slots.bytes + (size_t)(slot_start - journal->header.slot_offset);
}

bool journal_write(struct journal *journal, uint64_t offset, const void *bytes, size_t length,
                   struct error *error)
{
    return journal_front_holds(journal, offset, length)
               ? journal_front_store(journal, offset, bytes, length, error)
               : file_write(journal->file, offset, bytes, length, error);
}

bool journal_read(struct journal *journal, uint64_t offset, void *bytes, size_t length,
                  struct error *error)
{
    size_t got;
    if (!file_read(journal->file, offset, bytes, length, &got, error))
        return false;
    return got == length || error_set(error, "the journal was cut short by another program (%s)",
                                      place_path(journal->place));
}

bool journal_read_pool(struct journal *journal, uint64_t offset, void *bytes, size_t length,
                       struct error *error)
{
    return journal_read(journal, journal->header.pool_offset + offset, bytes, length, error);
}

bool journal_slot_is_whole(struct journal *journal, const struct journal_record *record)
{
    unsigned char bytes[16384];
    uint32_t crc = 0;
    if (record->slot_length == 0)
        return true;
    if (record->slot_length > journal->header.sizes.write_max ||
        !journal_has_slots(&journal->header) || record->slot_start < journal->header.slot_offset ||
        record->slot_start > journal->header.length - record->slot_length)
        return false;
    for (uint64_t at = 0; at < record->slot_length;) {
        size_t length = (size_t)minimum_u64(sizeof bytes, record->slot_length - at);
        if (!journal_read(journal, record->slot_start + at, bytes, length, NULL))
            return false;
        crc = crc32c(crc, bytes, length);
        at += length;
    }
    return crc == record->slot_crc;
}

static bool publish_record(struct journal *journal, const struct journal_record *record,
                           struct error *error)
{
    unsigned char bytes[JOURNAL_RECORD_LENGTH];
    uint64_t sector = journal_slot_of(record->published - 1);
    journal_record_encode(record, bytes);
    return file_write(journal->file, JOURNAL_RECORD_OFFSET + sector * JOURNAL_RECORD_SECTOR, bytes,
                      sizeof bytes, error) &&
           journal_sync_record(journal, error);
}

bool journal_publish(struct journal *journal, const struct journal_record *record,
                     struct error *error)
{
    unsigned char bytes[8];
    journal->published = true;
    if (journal->header.durable)
        return publish_record(journal, record, error);
    if (journal->front)
        return journal_front_publish(journal, record->published, error);
    if (journal->mapped) {
        journal_store_word(journal, record->published);
        return true;
    }
    little_put64(bytes, journal_word(&journal->header, record->published));
    return file_write(journal->file, JOURNAL_PROGRESS_OFFSET, bytes, sizeof bytes, error);
}

bool journal_make_room(struct journal *journal)
{
    journal_unmap(journal);
    return journal->header.state != JOURNAL_HOT &&
           file_set_size(journal->file, journal_needed_length(&journal->header), NULL);
}

bool journal_must_stop(struct error *error)
{
    int signal = platform_signal_pending();
    if (signal == 0)
        return false;
    error_set(error, "stopped by signal %d", signal);
    if (error)
        error->signal = signal;
    return true;
}

/* ---- end ------------------------------------------------------------------------------------- */

bool journal_mark_done(struct journal *journal, struct error *error)
{
    journal->header.state = JOURNAL_DONE;
    return journal_write_header(journal, error) &&
           (!journal->header.durable || file_sync_data(journal->file, error));
}

/* When the edit has ended only the header is needed: free the rest. */
static bool shrink(struct journal *journal, struct error *error)
{
    /* A journal without a header was left by a kill; nothing of it is needed. */
    return journal->header.length == 0 ||
           (journal_mark_done(journal, error) && journal_make_room(journal));
}

/*
 * Removes the mark. xfs may need free blocks for that: then the journal makes room. Where marks
 * cannot be removed, the journal stays as DONE, which says that a mark means nothing.
 */
static bool remove_mark(struct journal *journal, const struct mapping *mapping, struct error *error)
{
    struct error cause = {0};
    enum mark_result result = file_remove_mark(mapping->file, JOURNAL_MARK, &cause);
    if (result == MARK_FAILED && cause.no_space && shrink(journal, error))
        result = file_remove_mark(mapping->file, JOURNAL_MARK, &cause);
    bool unsure = result == MARK_UNSUPPORTED && journal->header.marks != JOURNAL_MARKS_NONE;
    journal->kept = unsure || result == MARK_FAILED;
    journal->marked = false;
    if (result == MARK_FAILED)
        error_set(&journal->left, "its mark could not be removed: %s", cause.message);
    return !journal->kept || shrink(journal, error);
}

/* If the journal cannot be unlinked (in an append-only directory), the next edit reuses it. */
bool journal_remove_name(struct journal *journal, struct error *error)
{
    struct file_status status;
    struct error cause = {0};
    journal_unmap(journal);
    if (place_remove(journal->place, &cause) ||
        place_look(journal->place, &status, NULL) == PLACE_FREE)
        return true;
    journal->kept = true;
    error_set(&journal->left, "its journal could not be removed (%s): %s",
              place_path(journal->place), cause.message);
    return shrink(journal, error);
}

static bool explain_left(const char *what, const struct error *cause, struct error *error)
{
    error_set(error, "the file is whole, but %s: %s", what, cause->message);
    error->no_space = cause->no_space;
    return false;
}

bool journal_remove(struct journal *journal, const struct mapping *mapping, struct error *error)
{
    bool durable = journal->header.durable;
    struct error cause = {0};
    journal->kept = false;
    if (!remove_mark(journal, mapping, &cause))
        return explain_left("its mark is left for the next mmtool command", &cause, error);
    if (durable && !file_sync(mapping->file, &cause))
        return explain_left("it is not known to be on disk", &cause, error);
    if (!journal->kept && !journal_remove_name(journal, &cause))
        return explain_left("its journal is left for the next mmtool command", &cause, error);
    if (durable && !journal->kept && !place_sync(journal->place, &cause))
        return explain_left("that its journal is gone is not known to be on disk", &cause, error);
    if (journal->left.status != STATUS_DONE)
        journal_add_hint(mapping, &journal->left);
    return true;
}

void journal_close(struct journal *journal)
{
    journal_unmap(journal);
    (void)file_close(journal->file, NULL);
    place_free(journal->place);
    *journal = (struct journal){0};
}
