/* journal_find.c - is the file in the middle of an edit, and which? */
#include "crc32c.h"
#include "journal.h"
#include "journal_internal.h"

#include <stdlib.h>
#include <string.h>

/* The mark on a file. */
struct mark {
    bool there;
    bool of_undo;   /* see journal_mark_undo() */
    bool supported; /* the file system has marks: then a journal without one is not under way */
    unsigned char uuid[JOURNAL_UUID];
    char path[MARK_PATH + 1]; /* empty when it was too long */
};

static bool get_mark(const struct mapping *mapping, struct mark *mark, struct error *error)
{
    unsigned char value[JOURNAL_UUID + MARK_PATH];
    size_t length = sizeof value;
    *mark = (struct mark){.supported = true};
    switch (file_get_mark(mapping->file, JOURNAL_MARK, value, &length, error)) {
    case MARK_NONE:
        return true;
    case MARK_UNSUPPORTED:
        mark->supported = false;
        return true;
    case MARK_FAILED:
        return false;
    case MARK_OK:
        break;
    }
    if (length < JOURNAL_UUID)
        return error_set(error, "its mark user." JOURNAL_MARK " is not one of mmtool's");
    mark->there = true;
    mark->of_undo = journal_mark_is_of_undo(value, length);
    memcpy(mark->uuid, value, JOURNAL_UUID);
    memcpy(mark->path, value + JOURNAL_UUID, length - JOURNAL_UUID);
    return true;
}

/* Splits a mark's path, which must be absolute, into directory and name. */
static bool place_of_mark(const struct mark *mark, struct place **place, struct error *error)
{
    char directory[MARK_PATH + 1];
    size_t length = place_name_start(mark->path);
    if (length == 0)
        return false;
    memcpy(directory, mark->path, length);
    directory[length] = 0;
    return place_in_directory(directory, mark->path + length, place, error);
}

/* Whatever else somebody put there is not opened: a FIFO would be waited for. */
static unsigned open_flags(bool writable)
{
    return FILE_OPEN_REGULAR | (writable ? FILE_OPEN_WRITE : 0);
}

/* Opens the journal at a place and reads its header; false if there is none to be read. */
static bool open_at(struct journal *journal, struct place *place, bool writable,
                    struct error *error)
{
    unsigned char bytes[JOURNAL_HEADER];
    size_t got;
    unsigned flags = open_flags(writable);
    *journal = (struct journal){.place = place, .late_number = UINT64_MAX};
    if (place_open(place, flags, &journal->file, error) == FILE_OPENED &&
        file_read(journal->file, 0, bytes, sizeof bytes, &got, error) && got == sizeof bytes &&
        journal_header_decode(&journal->header, bytes))
        return true;
    return false;
}

/* A journal that somebody else could have planted is not believed. */
static bool is_trusted(const struct journal *journal, const struct mapping *mapping)
{
    struct file_status status;
    struct error ignored = {0};
    if (!file_get_status(journal->file, &status, &ignored))
        return false;
    bool own = status.owner == mapping->status.owner || status.owner == 0 ||
               status.owner == platform_user();
    return status.kind == FILE_REGULAR && status.links == 1 && own && (status.mode & 022) == 0;
}

static bool is_complete(const struct journal *journal)
{
    uint64_t size;
    struct error ignored = {0};
    /* Of one that is DONE no more than the header is needed: see make_room() in journal.c. */
    uint64_t needed =
        journal->header.state == JOURNAL_DONE ? JOURNAL_HEADER : journal->header.length;
    return file_get_size(journal->file, &size, &ignored) && size >= needed;
}

static bool is_of(const struct journal *journal, const struct mapping *mapping)
{
    return journal->header.identity == mapping->status.identity &&
           journal->header.birth == mapping->status.birth;
}

static bool same_uuid(const struct journal *journal, const struct mark *mark)
{
    return memcmp(journal->header.uuid, mark->uuid, JOURNAL_UUID) == 0;
}

static bool open_mark_path(struct journal *journal, const struct mark *mark, bool writable)
{
    struct error ignored = {0};
    struct place *place;
    if (!place_of_mark(mark, &place, &ignored))
        return false;
    if (open_at(journal, place, writable, &ignored) && same_uuid(journal, mark))
        return true;
    journal_close(journal);
    return false;
}

static bool open_in(struct journal *journal, const struct mapping *mapping, const char *directory,
                    bool writable)
{
    struct error ignored = {0};
    struct place *place;
    *journal = (struct journal){0};
    if (!journal_place(mapping, directory, &place, &ignored))
        return false;
    if (open_at(journal, place, writable, &ignored))
        return true;
    journal_close(journal);
    return false;
}

/* By name: beside the file, or in the journal directory. */
static bool open_by_name(struct journal *journal, const struct mapping *mapping,
                         const char *directory, bool writable)
{
    return open_in(journal, mapping, NULL, writable) ||
           (directory && open_in(journal, mapping, directory, writable));
}

/* Nothing but zeros where the header will be: its maker was killed before it wrote one. */
static bool is_headless(struct file *file)
{
    unsigned char bytes[JOURNAL_HEADER];
    struct error ignored = {0};
    size_t got;
    if (!file_read(file, 0, bytes, sizeof bytes, &got, &ignored))
        return false;
    for (size_t i = 0; i < got; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* See hold_name() in journal.c: if it can be locked, nobody is making it. */
static bool is_abandoned(const struct journal *journal, const struct mapping *mapping,
                         bool writable)
{
    struct error ignored = {0};
    enum lock_kind kind = writable ? LOCK_EXCLUSIVE : LOCK_SHARED;
    enum lock_result result = file_lock(journal->file, kind, &ignored);
    return (result == LOCK_HELD || result == LOCK_UNSUPPORTED) && is_headless(journal->file) &&
           is_trusted(journal, mapping);
}

static bool open_headless_in(struct journal *journal, const struct mapping *mapping,
                             const char *directory, bool writable)
{
    struct error ignored = {0};
    unsigned flags = open_flags(writable);
    *journal = (struct journal){.late_number = UINT64_MAX};
    if (journal_place(mapping, directory, &journal->place, &ignored) &&
        place_open(journal->place, flags, &journal->file, &ignored) == FILE_OPENED &&
        is_abandoned(journal, mapping, writable))
        return true;
    journal_close(journal);
    return false;
}

static bool open_headless(struct journal *journal, const struct mapping *mapping,
                          const char *directory, bool writable)
{
    return open_headless_in(journal, mapping, NULL, writable) ||
           (directory && open_headless_in(journal, mapping, directory, writable));
}

static enum journal_found lost(const struct mark *mark, struct error *error)
{
    char path[300];
    error_set(error,
              "it was left in the middle of an edit, and the journal that would finish it is gone "
              "or damaged (%s): bring the journal back, or accept the file as it is with "
              "%s" JOURNAL_MARK,
              diag_escape(path, sizeof path, mark->path), file_mark_remover());
    return JOURNAL_LOST;
}

static enum journal_found distrusted(struct journal *journal, struct error *error)
{
    char path[300];
    error_set(error,
              "it was left in the middle of an edit, and the journal that would finish it (%s) "
              "is another user's, or others may write or link it: that user can finish the edit; "
              "if you trust the journal, give it to the file's owner (chown, chmod 600)",
              diag_escape(path, sizeof path, place_path(journal->place)));
    journal_close(journal);
    return JOURNAL_LOST;
}

static enum journal_found judge_state(const struct journal *journal)
{
    if (journal->header.state == JOURNAL_DONE)
        return JOURNAL_LEFTOVER;
    return journal->header.state == JOURNAL_HOT ? JOURNAL_FORWARD : JOURNAL_ROLLBACK;
}

/* The mark comes before anything is done to the file and goes when all is done. */
static enum journal_found judge_unmarked(const struct journal *journal)
{
    /* But a power loss may have kept the growth that followed and not the mark. */
    bool may_have_grown = journal->header.durable && journal->header.state == JOURNAL_PRE;
    return may_have_grown ? JOURNAL_ROLLBACK : JOURNAL_LEFTOVER;
}

static enum journal_found find_marked(struct journal *journal, const struct mapping *mapping,
                                      const struct mark *mark, const char *directory, bool writable,
                                      struct error *error)
{
    char path[300];
    bool there = open_mark_path(journal, mark, writable);
    if (!there) {
        there = open_by_name(journal, mapping, directory, writable);
        if (there && !same_uuid(journal, mark)) {
            journal_close(journal);
            there = false;
        }
    }
    if (!there)
        return lost(mark, error);
    if (!is_of(journal, mapping)) {
        journal_close(journal);
        error_set(error,
                  "it is a copy of a file that was in the middle of an edit: copy it again when "
                  "the edit is done (journal %s)",
                  diag_escape(path, sizeof path, mark->path));
        return JOURNAL_COPY;
    }
    if (!is_complete(journal)) {
        journal_close(journal);
        return lost(mark, error);
    }
    if (!is_trusted(journal, mapping))
        return distrusted(journal, error);
    return judge_state(journal);
}

enum journal_found journal_find(struct journal *journal, const struct mapping *mapping,
                                const char *directory, bool writable, struct error *error)
{
    struct mark mark;
    *journal = (struct journal){0};
    if (mapping->spooled || !mapping->file)
        return JOURNAL_ABSENT;
    if (!get_mark(mapping, &mark, error))
        return JOURNAL_ERROR;
    if (mark.there && mark.of_undo)
        return JOURNAL_UNDO;
    if (mark.there)
        return find_marked(journal, mapping, &mark, directory, writable, error);
    if (!open_by_name(journal, mapping, directory, writable))
        return open_headless(journal, mapping, directory, writable) ? JOURNAL_LEFTOVER
                                                                    : JOURNAL_ABSENT;
    if (!is_of(journal, mapping) || !is_trusted(journal, mapping) || !is_complete(journal)) {
        journal_close(journal);
        return JOURNAL_ABSENT; /* some other file's, or nobody's */
    }
    return mark.supported ? judge_unmarked(journal) : judge_state(journal);
}

/* ---- loading -------------------------------------------------------------------------------- */

static bool check_pool(struct journal *journal, struct error *error)
{
    unsigned char bytes[16384];
    uint32_t crc = 0;
    for (uint64_t at = 0; at < journal->header.pool_length;) {
        size_t length = (size_t)minimum_u64(sizeof bytes, journal->header.pool_length - at);
        if (!journal_read_pool(journal, at, bytes, length, error))
            return false;
        crc = crc32c(crc, bytes, length);
        at += length;
    }
    return crc == journal->header.pool_crc ||
           error_set(error, "the journal's new bytes are damaged");
}

static bool load_list(struct journal *journal, struct buffer *bytes, struct edit_list *edits,
                      struct error *error)
{
    const struct journal_header *header = &journal->header;
    size_t length, got;
    if (!checked_size(header->list_length, &length) || !buffer_reserve(bytes, length, error) ||
        !file_read(journal->file, LIST_OFFSET, bytes->data, length, &got, error))
        return false;
    bytes->length = length;
    if (got != length || crc32c(0, bytes->data, length) != header->list_crc)
        return error_set(error, "the journal's list of edits is damaged");
    return edit_list_load(edits, bytes->data, length, header->edit_count, header->start_size,
                          header->pool_length, error);
}

bool journal_slot_is_whole(struct journal *journal, const struct journal_record *record)
{
    unsigned char bytes[16384];
    struct error ignored = {0};
    uint32_t crc = 0;
    if (record->slot_length == 0)
        return true;
    if (record->slot_length > journal->header.window ||
        record->slot_start < journal->header.slot_offset ||
        record->slot_start > journal->header.length - record->slot_length)
        return false;
    for (uint64_t at = 0; at < record->slot_length;) {
        size_t length = (size_t)minimum_u64(sizeof bytes, record->slot_length - at);
        if (!journal_read(journal, record->slot_start + at, bytes, length, &ignored))
            return false;
        crc = crc32c(crc, bytes, length);
        at += length;
    }
    return crc == record->slot_crc;
}

/* The greatest step whose record, and slot if it has one, reached the disk; 0 for none. */
static bool read_records(struct journal *journal, uint64_t *published, struct error *error)
{
    *published = 0;
    for (uint64_t i = 0; i < 2; i++) {
        unsigned char bytes[RECORD_LENGTH];
        struct journal_record record;
        size_t got;
        if (!file_read(journal->file, RECORD_OFFSET + i * RECORD_SECTOR, bytes, sizeof bytes, &got,
                       error))
            return false;
        if (got == sizeof bytes && journal_record_decode(&record, bytes) &&
            JOURNAL_SLOT_OF(record.published - 1) == i && record.published > *published &&
            journal_slot_is_whole(journal, &record))
            *published = record.published;
    }
    return true;
}

static bool read_word(struct journal *journal, uint64_t *published, struct error *error)
{
    unsigned char bytes[8];
    size_t got;
    *published = 0;
    if (!file_read(journal->file, PROGRESS_OFFSET, bytes, sizeof bytes, &got, error))
        return false;
    return (got == sizeof bytes &&
            journal_word_number(&journal->header, journal_get64(bytes), published)) ||
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
