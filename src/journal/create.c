/* create.c - creates a journal: its place, its header, its content, and the mark on the file. */
#include "base/crc32c.h"
#include "base/io_buffer.h"
#include "journal/internal.h"
#include "journal/privileges.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COPY_STEP = 64 * 1024,
    CHUNK_MOST = 1024 * 1024, /* the fastest to write to a new file, as measured on ext4 */
};

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

/*
 * Whether the file can be marked, as far as reading a mark tells. If the header promised a mark
 * where files cannot be marked, recovery would wait forever for it to be removed.
 */
static enum journal_marks expected_marks(const struct journal *journal,
                                         const struct mapping *mapping)
{
    unsigned char value[JOURNAL_UUID + JOURNAL_MARK_PATH];
    size_t length = sizeof value;
    if (journal->woken)
        return JOURNAL_MARKS_SURE;
    if (mapping->status.kind == FILE_REGULAR &&
        file_get_mark(mapping->file, JOURNAL_MARK, value, &length, NULL) != MARK_UNSUPPORTED)
        return JOURNAL_MARKS_SURE;
    return journal->perhaps_marked ? JOURNAL_MARKS_PERHAPS : JOURNAL_MARKS_NONE;
}

/* The pool and the slots begin at pages, since much is copied there; a short pool need not. */
static void place_content(struct journal_header *header, bool slots)
{
    uint64_t list_end = JOURNAL_LIST_OFFSET + header->list_length + header->undo_length;
    header->pool_offset = header->pool_length < JOURNAL_PAGE ? list_end : page_up(list_end);
    header->slot_offset = header->length = header->pool_offset + header->pool_length;
    if (!slots)
        return;
    header->slot_offset = page_up(header->slot_offset);
    header->length = header->slot_offset + 2 * journal_slot_stride(header);
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
        .sizes = plan->sizes,
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
    place_content(header, spec->slots);
    if (!journal->reused && !journal->woken)
        return platform_random(header->uuid, sizeof header->uuid, error);
    memcpy(header->uuid, uuid, sizeof uuid);
    return true;
}

/*
 * Writes the progress word. With its whole page if that may have records of an earlier edit, or if
 * the word will be stored to through a view: then the system need not read the page from the disk.
 */
static bool write_progress(struct journal *journal, bool mapped, struct error *error)
{
    if (journal->front) /* it says DONE until the commit */
        return true;
    unsigned char bytes[JOURNAL_PAGE] = {0};
    bool whole = mapped || journal->reused;
    little_put64(bytes, journal_word(&journal->header, 0));
    return file_write(journal->file, JOURNAL_PROGRESS_OFFSET, bytes, whole ? sizeof bytes : 8,
                      error);
}

/* What is written to the journal between list and slots, in chunks. */
struct content {
    struct journal *journal;
    unsigned char *bytes; /* the bytes that are not written yet: they end at `end` in the journal */
    size_t held, room;
    uint64_t end;
    bool unread; /* it was the pool that failed, not the journal */
};

static bool write_chunk(struct content *content, struct error *error)
{
    uint64_t start = content->end - content->held;
    size_t length = content->held;
    content->held = 0;
    return length == 0 || journal_write(content->journal, start, content->bytes, length, error);
}

/* Where the next bytes go, at most `*length` of them. NULL: the chunk before cannot be written. */
static unsigned char *next_bytes(struct content *content, size_t *length, struct error *error)
{
    if (content->held == content->room && !write_chunk(content, error))
        return NULL;
    unsigned char *bytes = content->bytes + content->held;
    *length = *length < content->room - content->held ? *length : content->room - content->held;
    content->held += *length;
    content->end += *length;
    return bytes;
}

static bool add_bytes(struct content *content, const void *bytes, size_t length,
                      struct error *error)
{
    const unsigned char *in = bytes;
    for (size_t part; length > 0; in += part, length -= part) {
        part = length;
        unsigned char *out = next_bytes(content, &part, error);
        if (!out)
            return false;
        memcpy(out, in, part);
    }
    return true;
}

static bool add_pool(struct content *content, struct pool *pool, struct error *error)
{
    struct journal_header *header = &content->journal->header;
    if (header->pool_offset != content->end && !write_chunk(content, error))
        return false;
    content->end = header->pool_offset;
    for (uint64_t at = 0; at < header->pool_length;) {
        size_t length = (size_t)minimum_u64(content->room, header->pool_length - at);
        unsigned char *bytes = next_bytes(content, &length, error);
        if (!bytes)
            return false;
        content->unread = !pool_read(pool, at, bytes, length, error);
        if (content->unread)
            return false;
        header->pool_crc = crc32c(header->pool_crc, bytes, length);
        at += length;
    }
    return true;
}

static bool no_room(const struct journal *journal, struct error *error)
{
    struct error cause = *error;
    return error_set(error, "no room for the journal (%s): %s; --no-journal goes without",
                     place_path(journal->place), cause.message);
}

/* Writes the list, the path of the undo script, and the pool. */
static bool write_content(struct journal *journal, const struct journal_spec *spec,
                          struct error *error)
{
    const struct journal_header *header = &journal->header;
    struct content content = {.journal = journal, .end = JOURNAL_LIST_OFFSET};
    const struct buffer *list = &spec->plan->edits->encoded;
    const char *undo = spec->undo ? place_path(spec->undo->place) : "";
    content.room = (size_t)minimum_u64(
        CHUNK_MOST, page_up(header->pool_offset - JOURNAL_LIST_OFFSET + header->pool_length + 1));
    content.bytes = io_buffer_new(content.room, error);
    bool done = content.bytes && add_bytes(&content, list->data, list->length, error) &&
                add_bytes(&content, undo, strlen(undo), error) &&
                add_pool(&content, spec->pool, error) && write_chunk(&content, error);
    bool is_full = content.bytes && !content.unread;
    io_buffer_free(content.bytes);
    return done || (is_full && no_room(journal, error));
}

/* Sets the mark: the uuid and the journal's path, so that it is found by any name of the file. */
static bool set_mark(struct journal *journal, const struct mapping *mapping, struct error *error)
{
    char value[JOURNAL_UUID + JOURNAL_MARK_PATH];
    const char *path = place_path(journal->place);
    size_t length = 0;
    if (journal->header.marks != JOURNAL_MARKS_SURE) /* the journal will be found by its name */
        return true;
    memcpy(value, journal->header.uuid, JOURNAL_UUID);
    if (strlen(path) <= JOURNAL_MARK_PATH)
        length = journal_mark_path_shorten(path, value + JOURNAL_UUID);
    switch (file_set_mark(mapping->file, JOURNAL_MARK, value, JOURNAL_UUID + length, error)) {
    case MARK_OK:
        journal->marked = true;
        return true;
    case MARK_UNSUPPORTED:
        journal->header.marks =
            journal->perhaps_marked ? JOURNAL_MARKS_PERHAPS : JOURNAL_MARKS_NONE;
        return journal_write_header(journal, error);
    case MARK_NONE:
    case MARK_FAILED:
        break;
    }
    return false;
}

/* Writes zeros to the slots, so that later stores need no new blocks: see apply/space.h. */
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

/* A reused journal still has its old header, which says DONE: sync the rest before the new one. */
static bool wait_for_disk(const struct journal *journal, const struct journal_spec *spec,
                          struct error *error)
{
    return !spec->durable || !journal->reused || file_sync_data(journal->file, error);
}

/*
 * Reserves the journal's blocks. A short journal without slots is only written: that needs the
 * blocks as well, and comes before the commit.
 */
static bool reserve(struct journal *journal, const struct journal_spec *spec, struct error *error)
{
    struct range whole = {0, journal->header.length};
    bool reserved;
    bool is_short = whole.end <= CHUNK_MOST && !spec->slots && !spec->durable;
    return (is_short && !spec->careful) ||
           file_allocate(journal->file, whole, false, &reserved, error);
}

/* A journal that is DONE until the commit has nothing to take back, unless there is an undo script.
 */
static bool needs_no_header(const struct journal *journal, const struct journal_spec *spec)
{
    return journal->front && !spec->undo;
}

static bool write_all(struct journal *journal, const struct journal_spec *spec, struct error *error)
{
    if (!reserve(journal, spec, error))
        return no_room(journal, error);
    return write_content(journal, spec, error) && (!spec->careful || write_slots(journal, error)) &&
           (write_progress(journal, spec->views, error) || no_room(journal, error)) &&
           wait_for_disk(journal, spec, error) &&
           (needs_no_header(journal, spec) || journal_write_header(journal, error) ||
            no_room(journal, error)) &&
           (!spec->durable ||
            (file_sync(journal->file, error) && place_sync(journal->place, error)));
}

/*
 * Locks the new journal. Without a header it does not say whose it is, but its lock says that it is
 * being created: a journal without a header that can be locked was left by a kill.
 */
static bool hold_name(struct file *file)
{
    enum lock_result result = file_lock(file, LOCK_EXCLUSIVE, NULL);
    return (result == LOCK_HELD || result == LOCK_UNSUPPORTED) && file_has_name(file);
}

/* Lets the header say DONE before the progress word says anything else. */
static bool write_done(struct journal *journal)
{
    return !journal->done_by_word ||
           (journal_mark_done(journal, NULL) && file_sync_data(journal->file, NULL));
}

/*
 * Reuses what has the journal's name, if it is a journal of this file that is DONE and could not be
 * removed, or a file without a header that no process is creating. The uuid is kept, so that an old
 * mark that may still be on the file belongs to the new journal.
 */
static bool open_again(struct journal *journal, const struct mapping *mapping,
                       const char *directory)
{
    const struct journal_search search = {.mapping = mapping, .writable = true};
    struct journal_finding finding = {.doubt = JOURNAL_DOUBT_NONE};
    struct place *place;
    if (!journal_place(mapping, directory, &place, NULL))
        return false;
    enum journal_here here = journal_look(journal, place, &search, &finding);
    const struct journal_header *header = &journal->header;
    bool ours = (here == JOURNAL_HERE_EMPTY && journal_is_abandoned(journal, &search)) ||
                (here == JOURNAL_HERE_JOURNAL && finding.doubt == JOURNAL_DOUBT_NONE &&
                 header->state == JOURNAL_DONE &&
                 (header->marks == JOURNAL_MARKS_NONE ||
                  journal_compare(header, mapping) != JOURNAL_IDENTITY_OTHER));
    journal_finding_release(&finding);
    journal->reused = here == JOURNAL_HERE_JOURNAL;
    journal->perhaps_marked = journal->reused && header->marks != JOURNAL_MARKS_NONE;
    if (ours && hold_name(journal->file) && write_done(journal))
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
        journal_add_hint(mapping, error);
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

/* Opens it beside the file, or if that is not allowed in the given directory. */
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

/* After a failure: removes the journal, or gives a reused one its old header back. */
static void drop(struct journal *journal, const struct journal_header *before)
{
    journal_unmap(journal);
    bool was_done = before->length > 0;
    if (was_done)
        journal->header = *before;
    if (was_done || !place_remove(journal->place, NULL))
        (void)(journal->header.length > 0 && journal_mark_done(journal, NULL));
    journal_close(journal);
}

static void give_owner(struct journal *journal, const struct journal_spec *spec)
{
    const struct file_privileges *now = &spec->privileges;
    const struct file_status *opened = &spec->mapping->status;
    if (opened->kind == FILE_REGULAR)
        file_set_owner(journal->file, now->owner, now->group);
    else
        file_set_owner(journal->file, opened->owner, opened->group);
}

/* Whether a resting journal is whose the new one would be: see journal_create(). */
static bool is_owned_alike(const struct journal *resting, const struct journal_spec *spec)
{
    const struct file_privileges *then = &resting->header.privileges, *now = &spec->privileges;
    return then->owner == now->owner && then->group == now->group &&
           privileges_need_trust(then) == privileges_need_trust(now);
}

/* Takes over the resting journal of an earlier edit, or else removes it. */
static bool wake(struct journal *journal, const struct journal_spec *spec)
{
    struct journal *resting = spec->resting;
    if (!resting || !resting->file)
        return false;
    if (spec->slots || spec->durable || spec->careful || !is_owned_alike(resting, spec) ||
        !journal_wake(resting)) {
        journal_end_rest(resting, spec->mapping, NULL);
        return false;
    }
    *journal = *resting;
    *resting = (struct journal){0};
    journal->resting = false;
    return journal->woken = true;
}

static bool fill_and_mark(struct journal *journal, const struct journal_spec *spec,
                          struct error *error)
{
    if (!fill_header(journal, spec, error) || !write_all(journal, spec, error))
        return false;
    if (spec->views)
        journal_map(journal);
    return set_mark(journal, spec->mapping, error);
}

bool journal_create(struct journal *journal, const struct journal_spec *spec, struct error *error)
{
    static const struct journal_header none;
    *journal = (struct journal){0};
    if (wake(journal, spec)) {
        if (fill_and_mark(journal, spec, error))
            return true;
        drop(journal, &none);
        return false;
    }
    if (!open_somewhere(journal, spec, error))
        return false;
    journal->careful = spec->careful;
    if (spec->careful)
        file_keep_in_place(journal->file);
    const struct journal_header before = journal->header; /* of a reused journal, else zeros */
    /*
     * The journal holds bytes of the file, so it gets the file's owner. But privileges are restored
     * only from one's own journal (privileges_need_trust()): then it stays ours.
     */
    if (!privileges_need_trust(&spec->privileges))
        give_owner(journal, spec);
    if (fill_and_mark(journal, spec, error))
        return true;
    drop(journal, &before);
    return false;
}
