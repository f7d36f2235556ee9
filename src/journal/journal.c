/* journal.c - making, committing, publishing and removing a journal. */
#include "journal/journal.h"
#include "base/crc32c.h"
#include "journal/internal.h"
#include "journal/privileges.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COPY_STEP = 64 * 1024 };

/* ---- records --------------------------------------------------------------------------------- */

enum { RECORD_NUMBERS = 5, RECORD_WITNESSES = 8 * RECORD_NUMBERS, RECORD_CRC = RECORD_LENGTH - 8 };

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

/* ---- making ---------------------------------------------------------------------------------- */

static uint64_t page_up(uint64_t offset)
{
    return (offset + JOURNAL_PAGE - 1) / JOURNAL_PAGE * JOURNAL_PAGE;
}

static bool describe_undo(struct journal_header *header, const struct undo_file *undo,
                          struct error *error)
{
    const char *path = place_path(undo->place);
    header->undo_number = undo->number;
    header->undo_length = strlen(path);
    header->undo_crc = crc32c(0, path, header->undo_length);
    return header->undo_length <= JOURNAL_UNDO_PATH ||
           error_set(error, "the path of the undo file is too long (%llu bytes)",
                     (unsigned long long)header->undo_length);
}

static bool write_undo(struct journal *journal, const struct journal_spec *spec,
                       struct error *error)
{
    const struct journal_header *header = &journal->header;
    return !spec->undo || file_write(journal->file, LIST_OFFSET + header->list_length,
                                     place_path(spec->undo->place), header->undo_length, error);
}

/*
 * Whether the file bears marks, as far as reading them tells: a header that promised one where
 * there can be none would wait for ever for it to be taken off.
 */
static enum journal_marks expected_marks(const struct journal *journal,
                                         const struct mapping *mapping)
{
    unsigned char value[JOURNAL_UUID + MARK_PATH];
    size_t length = sizeof value;
    struct error ignored = {0};
    if (mapping->status.kind == FILE_REGULAR &&
        file_get_mark(mapping->file, JOURNAL_MARK, value, &length, &ignored) != MARK_UNSUPPORTED)
        return MARKS_SURE;
    return journal->perhaps_marked ? MARKS_PERHAPS : MARKS_NONE;
}

static bool fill_header(struct journal *journal, const struct journal_spec *spec,
                        struct error *error)
{
    const struct plan *plan = spec->plan;
    const struct edit_list *edits = plan->edits;
    struct journal_header *header = &journal->header;
    unsigned char uuid[JOURNAL_UUID];
    memcpy(uuid, header->uuid, sizeof uuid);
    *header = (struct journal_header){
        .state = JOURNAL_PRE,
        .durable = spec->durable,
        .marks = expected_marks(journal, spec->mapping),
        .device = spec->mapping->status.device,
        .old_size = spec->old_size,
        .new_size = spec->new_size,
        .start_size = plan->old_size,
        .window = plan->window,
        .zero_piece = plan->zero_piece,
        .merge_gap = plan->merge_gap,
        .edit_count = edits->count,
        .list_length = edits->encoded.length,
        .pool_length = edits->pool_end,
        .blocks = spec->blocks,
        .blocks_offset = spec->blocks_offset,
        .blocks_length = spec->blocks_length,
        .privileges = spec->privileges,
        .list_crc = crc32c(0, edits->encoded.data, edits->encoded.length),
    };
    journal_identify(spec->mapping, &header->identity, &header->birth);
    if (spec->undo && !describe_undo(header, spec->undo, error))
        return false;
    header->pool_offset = page_up(LIST_OFFSET + header->list_length + header->undo_length);
    header->slot_offset = page_up(header->pool_offset + header->pool_length);
    header->length = header->slot_offset + 2 * journal_slot_stride(header);
    if (!journal->reused)
        return platform_random(header->uuid, sizeof header->uuid, error);
    memcpy(header->uuid, uuid, sizeof uuid);
    return true;
}

static bool write_header(struct journal *journal, struct error *error)
{
    unsigned char bytes[JOURNAL_HEADER];
    journal_header_encode(&journal->header, bytes);
    return file_write(journal->file, 0, bytes, sizeof bytes, error);
}

/*
 * The progress word, and its whole page: one that is written before it is mapped need not be read
 * in by the system when it is stored to.
 */
static bool write_progress(struct journal *journal, struct error *error)
{
    unsigned char bytes[JOURNAL_PAGE] = {0};
    little_put64(bytes, journal_word(&journal->header, 0));
    return file_write(journal->file, PROGRESS_OFFSET, bytes, sizeof bytes, error);
}

static bool write_pool(struct journal *journal, struct pool *pool, struct error *error)
{
    unsigned char *bytes = malloc(COPY_STEP);
    struct journal_header *header = &journal->header;
    bool done = bytes || error_memory(error, COPY_STEP);
    for (uint64_t at = 0; done && at < header->pool_length;) {
        size_t length = (size_t)minimum_u64(COPY_STEP, header->pool_length - at);
        done = pool_read(pool, at, bytes, length, error) &&
               file_write(journal->file, header->pool_offset + at, bytes, length, error);
        if (done)
            header->pool_crc = crc32c(header->pool_crc, bytes, length);
        at += length;
    }
    free(bytes);
    return done;
}

/* The mark: the uuid, then the journal's path, by which any name of the file finds it. */
static bool set_mark(struct journal *journal, const struct mapping *mapping, struct error *error)
{
    unsigned char value[JOURNAL_UUID + MARK_PATH];
    const char *path = place_path(journal->place);
    size_t length = strlen(path);
    if (journal->header.marks != MARKS_SURE) /* then the journal is found by its name */
        return true;
    length = length <= MARK_PATH ? length : 0;
    memcpy(value, journal->header.uuid, JOURNAL_UUID);
    memcpy(value + JOURNAL_UUID, path, length);
    switch (file_set_mark(mapping->file, JOURNAL_MARK, value, JOURNAL_UUID + length, error)) {
    case MARK_OK:
        journal->marked = true;
        return true;
    case MARK_UNSUPPORTED:
        journal->header.marks = journal->perhaps_marked ? MARKS_PERHAPS : MARKS_NONE;
        return write_header(journal, error);
    case MARK_NONE:
    case MARK_FAILED:
        break;
    }
    return false;
}

/* So that they have blocks that have been written: see apply/space.h. */
static bool write_slots(struct journal *journal, struct error *error)
{
    const struct journal_header *header = &journal->header;
    unsigned char *zeros = calloc(1, COPY_STEP);
    bool done = zeros || error_memory(error, COPY_STEP);
    for (uint64_t at = header->slot_offset; done && at < header->length;) {
        size_t length = (size_t)minimum_u64(COPY_STEP, header->length - at);
        done = file_write(journal->file, at, zeros, length, error);
        at += length;
    }
    free(zeros);
    return done;
}

/* While a journal that is used again has its old header, which says DONE. */
static bool wait_for_disk(const struct journal *journal, const struct journal_spec *spec,
                          struct error *error)
{
    return !spec->durable || !journal->reused || file_sync(journal->file, true, error);
}

static bool write_all(struct journal *journal, const struct journal_spec *spec, struct error *error)
{
    const struct buffer *list = &spec->plan->edits->encoded;
    struct range whole = {0, journal->header.length};
    bool reserved;
    struct error cause = {0};
    if (!file_allocate(journal->file, whole, false, &reserved, &cause))
        return error_set(error, "no room for the journal (%s): %s; --no-journal goes without",
                         place_path(journal->place), cause.message);
    return write_pool(journal, spec->pool, error) &&
           file_write(journal->file, LIST_OFFSET, list->data, list->length, error) &&
           write_undo(journal, spec, error) && write_progress(journal, error) &&
           (!spec->careful || write_slots(journal, error)) && wait_for_disk(journal, spec, error) &&
           write_header(journal, error) &&
           (!spec->durable ||
            (file_sync(journal->file, false, error) && place_sync(journal->place, error)));
}

/*
 * Until it has a header a journal tells nobody whose it is. Its lock does: who
 * meets one that can be locked knows that its maker was killed, and removes it.
 */
static bool hold_name(struct file *file)
{
    struct error ignored = {0};
    struct file_status status;
    enum lock_result result = file_lock(file, LOCK_EXCLUSIVE, &ignored);
    return (result == LOCK_HELD || result == LOCK_UNSUPPORTED) &&
           file_get_status(file, &status, &ignored) && status.links > 0;
}

/*
 * A journal of this file that is DONE and could not be removed, or a file without a header that
 * nobody is making, is used again. Its uuid stays, so that a mark that may still be on the file
 * becomes the new journal's.
 */
static bool open_again(struct journal *journal, const struct mapping *mapping,
                       const char *directory)
{
    const struct journal_search search = {.mapping = mapping, .writable = true};
    struct journal_finding finding = {.doubt = DOUBT_NONE};
    struct place *place;
    struct error ignored = {0};
    if (!journal_place(mapping, directory, &place, &ignored))
        return false;
    enum journal_here here = journal_look(journal, place, &search, &finding);
    const struct journal_header *header = &journal->header;
    bool ours =
        (here == HERE_EMPTY && journal_is_abandoned(journal, &search)) ||
        (here == HERE_JOURNAL && finding.doubt == DOUBT_NONE && header->state == JOURNAL_DONE &&
         (header->marks == MARKS_NONE || journal_compare(header, mapping) != IDENTITY_OTHER));
    journal_finding_release(&finding);
    journal->reused = here == HERE_JOURNAL;
    journal->perhaps_marked = journal->reused && header->marks != MARKS_NONE;
    if (ours && hold_name(journal->file))
        return true;
    journal_close(journal);
    return false;
}

static enum file_open_result open_new(struct journal *journal, const struct mapping *mapping,
                                      const char *directory, struct error *error)
{
    unsigned flags = FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE | FILE_OPEN_PRIVATE;
    if (!journal_place(mapping, directory, &journal->place, error))
        return FILE_FAILED;
    enum file_open_result result = place_open(journal->place, flags, &journal->file, error);
    struct error cause = *error;
    if (result == FILE_OPENED) {
        if (hold_name(journal->file))
            return result;
        (void)file_close(journal->file, &cause);
        journal->file = NULL;
        result = FILE_EXISTS;
    }
    if (result == FILE_EXISTS) {
        error_set(error, "what has the name of its journal is in the way (%s)",
                  place_path(journal->place));
        journal_name_mend(mapping, error);
    } else if (result == FILE_NOT_ALLOWED)
        error_set(error,
                  "no journal can be made in %s (%s): --journal-dir=DIR puts it elsewhere, "
                  "--no-journal goes without",
                  directory ? directory : "the file's directory", cause.message);
    else
        error_set(error, "no journal can be made (%s): %s", place_path(journal->place),
                  cause.message);
    place_free(journal->place);
    journal->place = NULL;
    return result == FILE_EXISTS && open_again(journal, mapping, directory) ? FILE_OPENED : result;
}

/* Beside the file, or where that is not allowed in the directory given. */
static bool open_somewhere(struct journal *journal, const struct journal_spec *spec,
                           struct error *error)
{
    bool device = spec->mapping->status.kind == FILE_BLOCK_DEVICE;
    if (device && !spec->directory)
        return error_set(error, "the journal of a device needs --journal-dir=DIR (--no-journal "
                                "goes without)");
    if (device)
        return open_new(journal, spec->mapping, spec->directory, error) == FILE_OPENED;
    enum file_open_result result = open_new(journal, spec->mapping, NULL, error);
    if (result == FILE_NOT_ALLOWED && spec->directory)
        result = open_new(journal, spec->mapping, spec->directory, error);
    return result == FILE_OPENED;
}

static void store_probe(void *context)
{
    struct journal *journal = context;
    memcpy(journal->progress.bytes + PROBE_OFFSET, journal->header.uuid, JOURNAL_UUID);
}

/*
 * Whether a store through the view is what the next reader of the file gets. Some file
 * systems of other machines map a file and read past what is mapped.
 */
static bool store_is_seen(struct journal *journal)
{
    unsigned char seen[JOURNAL_UUID];
    struct error ignored = {0};
    const void *fault;
    size_t got;
    return view_guard(store_probe, journal, &fault, &ignored) &&
           file_read(journal->file, PROGRESS_OFFSET + PROBE_OFFSET, seen, sizeof seen, &got,
                     &ignored) &&
           got == sizeof seen && !memcmp(seen, journal->header.uuid, sizeof seen);
}

void journal_map(struct journal *journal)
{
    const struct journal_header *header = &journal->header;
    struct range progress = {PROGRESS_OFFSET, PROGRESS_OFFSET + JOURNAL_PAGE};
    struct range slots = {header->slot_offset, header->length};
    struct error ignored = {0};
    journal->late_number = UINT64_MAX;
    /* A store to memory that meets a full disk cannot be told from one that meets a broken one. */
    if (journal->mapped || header->durable || journal->careful || !view_is_shared() ||
        !view_map(journal->file, progress, VIEW_WRITE, 0, &journal->progress, &ignored))
        return;
    journal->mapped = store_is_seen(journal) &&
                      view_map(journal->file, slots, VIEW_WRITE, 0, &journal->slots, &ignored);
    if (!journal->mapped)
        (void)view_unmap(&journal->progress, &ignored);
}

/* Before the journal is removed: Windows removes no file that is mapped. */
static void unmap(struct journal *journal)
{
    struct error ignored = {0};
    if (journal->mapped) {
        (void)view_unmap(&journal->slots, &ignored);
        (void)view_unmap(&journal->progress, &ignored);
    }
    journal->mapped = false;
}

/* Leaves no more than was there before. */
static void drop(struct journal *journal, const struct journal_header *before)
{
    struct error ignored = {0};
    unmap(journal);
    bool was_done = before->length > 0;
    if (was_done)
        journal->header = *before;
    if (was_done || !place_remove(journal->place, &ignored))
        (void)(journal->header.length > 0 && journal_give_up(journal, &ignored));
    journal_close(journal);
}

bool journal_create(struct journal *journal, const struct journal_spec *spec, struct error *error)
{
    *journal = (struct journal){0};
    if (!open_somewhere(journal, spec, error))
        return false;
    journal->careful = spec->careful;
    if (spec->careful)
        file_keep_in_place(journal->file);
    const struct journal_header before = journal->header; /* of one that is used again */
    /*
     * The journal holds bytes of the file: who may not read the one may not read the other.
     * One that gives privileges back stays ours, if its owner alone is believed there.
     */
    if (!privileges_need_trust(&spec->privileges))
        file_copy_owner(spec->mapping->file, journal->file);
    if (fill_header(journal, spec, error) && write_all(journal, spec, error)) {
        journal_map(journal);
        if (set_mark(journal, spec->mapping, error))
            return true;
    }
    drop(journal, &before);
    return false;
}

bool journal_write_witnesses(struct journal *journal, const unsigned char *bytes, size_t length,
                             struct error *error)
{
    journal->header.witness_length = length;
    journal->header.witness_crc = crc32c(0, bytes, length);
    return length == 0 || journal_write(journal, WITNESS_OFFSET, bytes, length, error);
}

bool journal_read_witnesses(struct journal *journal, unsigned char *bytes, struct error *error)
{
    size_t length = (size_t)journal->header.witness_length;
    if (!journal_read(journal, WITNESS_OFFSET, bytes, length, error))
        return false;
    return crc32c(0, bytes, length) == journal->header.witness_crc ||
           error_set(error, "the journal's table of what the file holds is damaged");
}

bool journal_set_sizes(struct journal *journal, uint64_t old_size, uint64_t new_size,
                       struct error *error)
{
    journal->header.old_size = journal->header.start_size = old_size;
    journal->header.new_size = new_size;
    return write_header(journal, error);
}

bool journal_commit(struct journal *journal, struct error *error)
{
    journal->header.state = JOURNAL_HOT;
    return write_header(journal, error) &&
           (!journal->header.durable || file_sync(journal->file, true, error));
}

bool journal_retract(struct journal *journal, struct error *error)
{
    if (journal->header.state == JOURNAL_PRE)
        return true;
    journal->header.state = JOURNAL_PRE;
    return write_header(journal, error) &&
           (!journal->header.durable || file_sync(journal->file, true, error));
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
           JOURNAL_SLOT_OF(number) * journal_slot_stride(&journal->header) + placement;
}

unsigned char *journal_slot(struct journal *journal, uint64_t slot_start)
{
    return journal->slots.bytes + (size_t)(slot_start - journal->header.slot_offset);
}

bool journal_write(struct journal *journal, uint64_t offset, const void *bytes, size_t length,
                   struct error *error)
{
    return file_write(journal->file, offset, bytes, length, error);
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

/* One aligned store: whoever looks at the page sees the old number or the new one. */
static void store_word(struct journal *journal, uint64_t published)
{
    unsigned char bytes[8];
    uint64_t word;
    little_put64(bytes, journal_word(&journal->header, published));
    memcpy(&word, bytes, sizeof word);
    *(volatile uint64_t *)(void *)journal->progress.bytes = word;
}

static bool publish_record(struct journal *journal, const struct journal_record *record,
                           struct error *error)
{
    unsigned char bytes[RECORD_LENGTH];
    uint64_t sector = JOURNAL_SLOT_OF(record->published - 1);
    journal_record_encode(record, bytes);
    return file_write(journal->file, RECORD_OFFSET + sector * RECORD_SECTOR, bytes, sizeof bytes,
                      error) &&
           JOURNAL_BARRIER(file_sync(journal->file, true, error));
}

bool journal_publish(struct journal *journal, const struct journal_record *record,
                     struct error *error)
{
    unsigned char bytes[8];
    journal->published = true;
    if (journal->header.durable)
        return publish_record(journal, record, error);
    if (journal->mapped) {
        /* The slot's stores come before this one: a kill stops the program between two of its
         * instructions, so the order of the program is the order that is seen. */
        atomic_signal_fence(memory_order_seq_cst);
        store_word(journal, record->published);
        atomic_signal_fence(memory_order_seq_cst);
        return true;
    }
    little_put64(bytes, journal_word(&journal->header, record->published));
    return file_write(journal->file, PROGRESS_OFFSET, bytes, sizeof bytes, error);
}

bool journal_make_room(struct journal *journal)
{
    struct error ignored = {0};
    unmap(journal);
    return journal->header.state != JOURNAL_HOT &&
           file_set_size(journal->file, journal_needed_length(&journal->header), &ignored);
}

bool journal_must_stop(struct error *error)
{
    int signal = platform_signal_pending();
    if (signal == 0)
        return false;
    error_set(error, "stopped by signal %d", signal);
    error->signal = signal;
    return true;
}

/* ---- end ------------------------------------------------------------------------------------- */

bool journal_give_up(struct journal *journal, struct error *error)
{
    journal->header.state = JOURNAL_DONE;
    return write_header(journal, error) &&
           (!journal->header.durable || file_sync(journal->file, true, error));
}

/* The journal of an edit that has ended needs its header only. */
static bool shrink(struct journal *journal, struct error *error)
{
    /* Of one without a header, whose maker was killed, nothing is needed. */
    return journal->header.length == 0 ||
           (journal_give_up(journal, error) && journal_make_room(journal));
}

/*
 * xfs needs free blocks to take off a mark: then the journal makes room. Where marks cannot be
 * taken off, the journal tells that what is left of them stands for nothing.
 */
static bool remove_mark(struct journal *journal, const struct mapping *mapping, struct error *error)
{
    struct error cause = {0};
    enum mark_result result = file_remove_mark(mapping->file, JOURNAL_MARK, &cause);
    if (result == MARK_FAILED && cause.no_space && shrink(journal, error))
        result = file_remove_mark(mapping->file, JOURNAL_MARK, &cause);
    bool unsure = result == MARK_UNSUPPORTED && journal->header.marks != MARKS_NONE;
    journal->kept = unsure || result == MARK_FAILED;
    journal->marked = false;
    if (result == MARK_FAILED)
        error_set(&journal->left, "its mark could not be taken off: %s", cause.message);
    return !journal->kept || shrink(journal, error);
}

/* In a directory that only grows, for one, the journal stays, and the next edit uses it again. */
static bool remove_name(struct journal *journal, struct error *error)
{
    struct file_status status;
    struct error cause = {0}, ignored = {0};
    unmap(journal);
    if (place_remove(journal->place, &cause) ||
        place_look(journal->place, &status, &ignored) == PLACE_FREE)
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
    if (durable && !file_sync(mapping->file, false, &cause))
        return explain_left("it is not known to be on disk", &cause, error);
    if (!journal->kept && !remove_name(journal, &cause))
        return explain_left("its journal is left for the next mmtool command", &cause, error);
    if (durable && !journal->kept && !place_sync(journal->place, &cause))
        return explain_left("that its journal is gone is not known to be on disk", &cause, error);
    if (journal->left.status != STATUS_DONE)
        journal_name_mend(mapping, &journal->left);
    return true;
}

void journal_close(struct journal *journal)
{
    struct error ignored = {0};
    unmap(journal);
    (void)file_close(journal->file, &ignored);
    place_free(journal->place);
    *journal = (struct journal){0};
}
