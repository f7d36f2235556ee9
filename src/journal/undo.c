/* undo.c - finds the undo script of an interrupted edit. */
#include "base/crc32c.h"
#include "journal/internal.h"
#include "journal/journal.h"

#include <string.h>

/* ---- by a journal ---------------------------------------------------------------------------- */

/* Reads the path and ends it with a NUL. */
static bool read_path(struct journal *journal, struct buffer *path, struct error *error)
{
    const struct journal_header *header = &journal->header;
    size_t length = (size_t)header->undo_length;
    if (!buffer_reserve(path, length + 1, error) ||
        !journal_read(journal, JOURNAL_LIST_OFFSET + header->list_length, path->data, length,
                      error))
        return false;
    path->data[length] = 0;
    return (crc32c(0, path->data, length) == header->undo_crc &&
            strlen((const char *)path->data) == length) ||
           error_set(error, "the journal's path of the undo file is damaged");
}

bool journal_load_undo(struct journal *journal, struct undo_file *undo, struct error *error)
{
    struct buffer path = {0};
    struct file_status status;
    *undo = (struct undo_file){0};
    if (journal->header.undo_length == 0)
        return true;
    bool loaded = file_get_status(journal->file, &status, error) &&
                  read_path(journal, &path, error) &&
                  undo_file_init_left(undo, (const char *)path.data, journal->header.undo_number,
                                      status.owner, error);
    buffer_release(&path);
    return loaded;
}

/* ---- by a mark ------------------------------------------------------------------------------- */

/* This mark has zeros in place of a uuid, then the number and the path. */
enum {
    NUMBER_AT = JOURNAL_UUID,
    PATH_AT = JOURNAL_UUID + 8,
    MARK_SIZE = JOURNAL_UUID + JOURNAL_MARK_PATH
};

bool journal_mark_undo(struct file *file, const struct undo_file *undo, struct error *error)
{
    unsigned char value[MARK_SIZE] = {0};
    const char *path = place_path(undo->place);
    size_t length = strlen(path);
    if (length > MARK_SIZE - PATH_AT)
        return true;
    little_put64(value + NUMBER_AT, undo->number);
    memcpy(value + PATH_AT, path, length);
    return file_set_mark(file, JOURNAL_MARK, value, PATH_AT + length, error) != MARK_FAILED;
}

bool journal_mark_is_of_undo(const unsigned char *value, size_t length)
{
    static const unsigned char zeros[JOURNAL_UUID];
    return length > PATH_AT && memcmp(value, zeros, sizeof zeros) == 0;
}

bool journal_load_marked_undo(struct file *file, struct undo_file *undo, struct error *error)
{
    unsigned char value[MARK_SIZE + 1];
    size_t length = MARK_SIZE;
    struct file_status status;
    *undo = (struct undo_file){0};
    if (!file_get_status(file, &status, error))
        return false;
    enum mark_result result = file_get_mark(file, JOURNAL_MARK, value, &length, error);
    if (result == MARK_NONE)
        return error_set(error, "its mark user." JOURNAL_MARK " is gone");
    if (result != MARK_OK)
        return false;
    value[length] = 0;
    return (journal_mark_is_of_undo(value, length) ||
            error_set(error, "its mark user." JOURNAL_MARK " is not one of mmtool's")) &&
           undo_file_init_left(undo, (const char *)value + PATH_AT, little_get64(value + NUMBER_AT),
                               status.owner, error);
}

bool journal_unmark_undo(struct file *file, struct error *error)
{
    return file_remove_mark(file, JOURNAL_MARK, error) != MARK_FAILED;
}
