/* renamed.c - finds the file that still needs a journal, if it was renamed. */
#include "journal/internal.h"
#include "journal/journal.h"

#include <stdlib.h>
#include <string.h>

/* A search through the journal's directory. */
struct renamed_search {
    const struct place *journal;
    const struct mapping *except; /* or NULL */
    struct journal_header header; /* of the journal */
    struct place *found;          /* NULL so far */
};

/* Reads the header of a journal; false if it is not sound. */
static bool read_header(const struct place *place, struct journal_header *header)
{
    struct file *file;
    unsigned char bytes[JOURNAL_HEADER];
    size_t got;
    if (place_open(place, FILE_OPEN_REGULAR, &file, NULL) != FILE_OPENED)
        return false;
    bool sound = file_read(file, 0, bytes, sizeof bytes, &got, NULL) &&
                 journal_header_read(header, bytes, got) == JOURNAL_HEADER_SOUND;
    (void)file_close(file, NULL);
    return sound;
}

/* Where files cannot be marked, the state of the journal and the size decide. */
static bool looks_unfinished(const struct journal_header *header, uint64_t size)
{
    return header->state == JOURNAL_HOT ||
           (header->state == JOURNAL_PRE && size != header->old_size);
}

/* Whether the file has its journal at another place: then this one is a copy of that. */
static bool has_other_journal(const struct mapping *mapping, const struct place *place)
{
    struct journal journal;
    struct journal_finding finding;
    const struct journal_search search = {.mapping = mapping};
    struct error ignored = {0}; /* journal_find() reads it */
    (void)journal_find(&journal, &search, &finding, &ignored);
    bool other = journal.place && strcmp(place_path(journal.place), place_path(place)) != 0;
    journal_close(&journal);
    journal_finding_release(&finding);
    return other;
}

/*
 * Whether an open file is in the middle of the edit with this header. If it was marked then and is
 * not now, its edit has ended. If the mark cannot be read, the result is true, so that no journal
 * is removed on a guess.
 */
static bool is_interrupted(const struct journal_header *header, const struct mapping *mapping)
{
    unsigned char value[JOURNAL_UUID + JOURNAL_MARK_PATH];
    size_t length = sizeof value;
    if (journal_compare(header, mapping) != JOURNAL_IDENTITY_SAME)
        return false;
    switch (file_get_mark(mapping->file, JOURNAL_MARK, value, &length, NULL)) {
    case MARK_OK:
        return length >= JOURNAL_UUID && memcmp(value, header->uuid, JOURNAL_UUID) == 0;
    case MARK_NONE:
        return header->marks == JOURNAL_MARKS_NONE && looks_unfinished(header, mapping->size);
    case MARK_UNSUPPORTED:
        return looks_unfinished(header, mapping->size);
    case MARK_FAILED:
        break;
    }
    return true;
}

static bool needs_journal(const struct renamed_search *search, const struct place *place,
                          struct file *file)
{
    struct mapping mapping = {.file = file, .path = place_path(place)};
    if (!file_get_status(file, &mapping.status, NULL))
        return true;
    mapping.size = mapping.status.size;
    return is_interrupted(&search->header, &mapping) &&
           !has_other_journal(&mapping, search->journal);
}

static bool place_needs_journal(const struct renamed_search *search, const struct place *place)
{
    struct file_status status;
    struct file *file;
    if (place_look(place, &status, NULL) != PLACE_FILE ||
        status.identity != search->header.identity ||
        (search->except && place_is_name_of(place, search->except->file)))
        return false;
    enum file_open_result opened = place_open(place, FILE_OPEN_REGULAR, &file, NULL);
    if (opened != FILE_OPENED)
        return opened != FILE_MISSING;
    bool needs = needs_journal(search, place, file);
    (void)file_close(file, NULL);
    return needs;
}

/* For directory_list(): false, to stop, when the file is found. */
static bool visit(void *context, const char *name)
{
    struct renamed_search *search = context;
    struct place *place;
    if (!place_sibling(search->journal, name, &place, NULL))
        return true;
    if (!place_needs_journal(search, place)) {
        place_free(place);
        return true;
    }
    search->found = place;
    return false;
}

bool journal_find_renamed(const struct place *journal, const struct mapping *except,
                          struct place **renamed, struct error *error)
{
    struct renamed_search search = {.journal = journal, .except = except};
    *renamed = NULL;
    if (!read_header(journal, &search.header))
        return true;
    char *directory = place_directory(journal, error);
    if (!directory)
        return false;
    bool listed = directory_list(directory, visit, &search, error) != DIRECTORY_FAILED;
    free(directory);
    *renamed = search.found;
    return listed || search.found;
}
