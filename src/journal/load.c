/* load.c - loads a journal for recovery: list, pool, progress. */
#include "base/crc32c.h"
#include "journal/internal.h"

static bool check_pool(struct journal *journal, struct error *error)
{
    unsigned char bytes[16384];
    uint32_t crc = 0;
    for (uint64_t at = 0; at < journal->header.pool_length;) {
        size_t length = (size_t)minimum_u64(sizeof bytes, journal->header.pool_length - at);
        if (journal_must_stop(error) || !journal_read_pool(journal, at, bytes, length, error))
            return false;
        crc = crc32c(crc, bytes, length);
        at += length;
    }
    return crc == journal->header.pool_crc || test_has_fault(TEST_FAULT_NO_CHECKSUM) ||
           error_set(error, "the journal's new bytes are damaged");
}

static bool load_list(struct journal *journal, struct buffer *bytes, struct edit_list *edits,
                      struct error *error)
{
    const struct journal_header *header = &journal->header;
    size_t length, got;
    if (!checked_size(header->list_length, &length) || !buffer_reserve(bytes, length, error) ||
        !file_read(journal->file, JOURNAL_LIST_OFFSET, bytes->data, length, &got, error))
        return false;
    bytes->length = length;
    if (got != length || crc32c(0, bytes->data, length) != header->list_crc)
        return error_set(error, "the journal's list of edits is damaged");
    struct encoded_edits encoded = {bytes->data, length, header->edit_count};
    return edit_list_load(edits, &encoded, header->start_size, header->pool_length, error);
}

static bool damaged_record(struct error *error)
{
    return error_set(error, "the journal is damaged: its record of how far the edit was is not "
                            "whole");
}

/* A sector is written as a whole or not at all: what is neither zeros nor a record is damaged. */
static bool read_record(struct journal *journal, unsigned number, struct error *error)
{
    unsigned char bytes[JOURNAL_RECORD_SECTOR];
    struct journal_record *record = &journal->records[number];
    *record = (struct journal_record){0};
    if (!journal_read(journal, JOURNAL_RECORD_OFFSET + number * JOURNAL_RECORD_SECTOR, bytes,
                      sizeof bytes, error))
        return false;
    if (journal_is_zeros(bytes, sizeof bytes))
        return true;
    return (journal_record_decode(record, bytes) &&
            journal_slot_of(record->published - 1) == journal_slot_of(number)) ||
           damaged_record(error);
}

/* Whether the journal has a record of the end: then all steps are done, and their slots may hold
 * other bytes. */
static bool is_ending(struct journal *journal, bool *ending, struct error *error)
{
    struct journal_tail tail;
    if (!journal_load_tail(journal, &tail, error))
        return false;
    *ending = tail.number > 0 && tail.kind != JOURNAL_TAIL_BLOCKS;
    return true;
}

/*
 * Finds the last step whose record, and slot if it has one, reached the disk; 0: there is none.
 * Steps are published one after the other, so the other record is of the step before, which is
 * completely on the disk. When the edit is ending, that is true of all steps.
 */
static bool read_records(struct journal *journal, uint64_t *published, struct error *error)
{
    const struct journal_record *records = journal->records;
    bool ending;
    if (!read_record(journal, 0, error) || !read_record(journal, 1, error) ||
        !is_ending(journal, &ending, error))
        return false;
    unsigned greater = records[1].published > records[0].published;
    const struct journal_record *last = &records[greater], *before = &records[!greater];
    *published = last->published;
    if (last->published > 0 && before->published != last->published - 1)
        return damaged_record(error);
    if (*published == 0 || ending || journal_slot_is_whole(journal, last))
        return true;
    *published = before->published;
    return *published == 0 || journal_slot_is_whole(journal, before) ||
           error_set(error, "the journal is damaged: the bytes of a step are not whole");
}

static bool read_word(struct journal *journal, uint64_t *published, struct error *error)
{
    unsigned char bytes[8];
    size_t got;
    *published = 0;
    if (!file_read(journal->file, JOURNAL_PROGRESS_OFFSET, bytes, sizeof bytes, &got, error))
        return false;
    return (got == sizeof bytes &&
            journal_word_number(&journal->header, little_get64(bytes), published)) ||
           error_set(error, "the journal is damaged: how far the edit was is not to be read");
}

bool journal_load(struct journal *journal, struct buffer *bytes, struct edit_list *edits,
                  uint64_t *number, bool *published, struct error *error)
{
    uint64_t count;
    if (!check_pool(journal, error) || !load_list(journal, bytes, edits, error))
        return false;
    if (!(journal->header.durable ? read_records(journal, &count, error)
                                  : read_word(journal, &count, error))) {
        edit_list_release(edits);
        return false;
    }
    journal_map(journal);
    *published = count > 0;
    *number = count > 0 ? count - 1 : 0;
    return true;
}
