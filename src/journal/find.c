/* find.c - finds out whether a file is in the middle of an edit. */
#include "journal/journal.h"
#include "journal/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The mark on a file. */
struct mark {
    bool there;
    bool of_undo; /* see journal_mark_undo() */
    unsigned char uuid[JOURNAL_UUID];
    char path[JOURNAL_MARK_FULL]; /* empty when it was too long */
};

/* A search in progress. */
struct hunt {
    struct journal *journal;
    const struct journal_search *search;
    struct journal_finding *finding;
    struct mark mark;
    struct journal_finding first; /* the first doubted journal of several places; owned */
    struct error *error;
};

/* ---- the mark -------------------------------------------------------------------------------- */

static enum journal_found doubtful(struct hunt *hunt, enum journal_doubt doubt)
{
    hunt->finding->doubt = doubt;
    journal_tell_doubt(hunt->finding, hunt->search->mapping, hunt->error);
    return JOURNAL_DOUBTFUL;
}

/* Reads the mark. ABSENT: go on, with or without one. */
static enum journal_found get_mark(struct hunt *hunt)
{
    unsigned char value[JOURNAL_UUID + JOURNAL_MARK_PATH + 1];
    size_t length = sizeof value - 1;
    struct mark *mark = &hunt->mark;
    switch (file_get_mark(hunt->search->mapping->file, JOURNAL_MARK, value, &length, hunt->error)) {
    case MARK_NONE:
    case MARK_UNSUPPORTED:
        return JOURNAL_ABSENT;
    case MARK_FAILED:
        return JOURNAL_ERROR;
    case MARK_OK:
        break;
    }
    hunt->finding->marked = mark->there = true;
    if (length < JOURNAL_UUID)
        return doubtful(hunt, JOURNAL_DOUBT_MARK);
    mark->of_undo = journal_mark_is_of_undo(value, length);
    memcpy(mark->uuid, value, JOURNAL_UUID);
    value[length] = 0;
    journal_mark_path_restore((const char *)value + JOURNAL_UUID, mark->path, sizeof mark->path);
    return mark->of_undo ? JOURNAL_UNDO : JOURNAL_ABSENT;
}

/* The place of a mark's path; NULL if there is none, or it is not absolute. */
static struct place *place_of_mark(const struct mark *mark)
{
    char directory[JOURNAL_MARK_FULL];
    struct place *place = NULL;
    size_t length = place_name_start(mark->path);
    memcpy(directory, mark->path, length);
    directory[length] = 0;
    if (length > 0)
        (void)place_in_directory(directory, mark->path + length, &place, NULL);
    return place;
}

/* ---- whose it is ----------------------------------------------------------------------------- */

static enum journal_identity identity_of(const struct hunt *hunt)
{
    enum journal_identity identity = journal_compare(&hunt->journal->header, hunt->search->mapping);
    return identity == JOURNAL_IDENTITY_UNSURE && hunt->search->insistent ? JOURNAL_IDENTITY_SAME
                                                                          : identity;
}

static bool content_fits(struct hunt *hunt)
{
    const struct journal_search *search = hunt->search;
    return !search->fits || search->fits(search->mapping, hunt->journal);
}

/* ---- what it says ---------------------------------------------------------------------------- */

/* The journal is not believed. If it has not begun and is not of this file, it is only in the way.
 */
static enum journal_found reject(struct hunt *hunt, enum journal_doubt doubt, bool harmless)
{
    journal_reject(hunt->journal, doubt, hunt->finding);
    return harmless ? JOURNAL_OBSTACLE : doubtful(hunt, doubt);
}

static enum journal_found judge_state(const struct hunt *hunt)
{
    switch (hunt->journal->header.state) {
    case JOURNAL_HOT:
        return JOURNAL_FORWARD;
    case JOURNAL_DONE:
        return JOURNAL_WHOLE;
    default:
        return JOURNAL_ROLLBACK;
    }
}

/* For a journal whose uuid is in the mark of the file. */
static enum journal_found judge_marked(struct hunt *hunt)
{
    enum journal_doubt doubt = hunt->finding->doubt;
    if (doubt == JOURNAL_DOUBT_NONE && identity_of(hunt) != JOURNAL_IDENTITY_SAME)
        doubt = JOURNAL_DOUBT_COPY;
    return doubt == JOURNAL_DOUBT_NONE ? judge_state(hunt) : reject(hunt, doubt, false);
}

/* Whether files can be marked here: found out as when the edit began, by setting a mark. */
static enum mark_result try_mark(const struct hunt *hunt)
{
    struct file *file = hunt->search->mapping->file;
    enum mark_result result = file_set_mark(file, JOURNAL_PROBE_MARK, "", 1, hunt->error);
    if (result == MARK_OK)
        result = file_remove_mark(file, JOURNAL_PROBE_MARK, hunt->error);
    /* A full disk: so files can be marked. */
    return result == MARK_FAILED && hunt->error->no_space ? MARK_OK : result;
}

/*
 * The journal says that the file was marked, it can be marked, and it is not: so the edit has
 * ended, or not begun. But after a power loss the file may have grown without its mark on the disk.
 */
static enum journal_found judge_ended(const struct hunt *hunt)
{
    const struct journal_header *header = &hunt->journal->header;
    bool may_have_grown = header->durable && header->state == JOURNAL_PRE;
    return may_have_grown ? JOURNAL_ROLLBACK : JOURNAL_LEFTOVER;
}

/* The journal may be of this file, and no mark decides it: its state, the sizes or bytes do. */
static enum journal_found judge_by_state(struct hunt *hunt, enum journal_identity identity)
{
    const struct journal_header *header = &hunt->journal->header;
    uint64_t size = hunt->search->mapping->size;
    bool hot = header->state == JOURNAL_HOT;
    if (identity == JOURNAL_IDENTITY_UNSURE && !hot && size != header->old_size &&
        size != header->new_size)
        return reject(hunt, JOURNAL_DOUBT_OTHER_FILE, true);
    if (identity == JOURNAL_IDENTITY_UNSURE && hot && !content_fits(hunt))
        return reject(hunt, JOURNAL_DOUBT_OTHER_FILE, false);
    return judge_state(hunt);
}

/* A journal was found by its name, and the file has no mark. */
static enum journal_found judge_unmarked(struct hunt *hunt)
{
    const struct journal_header *header = &hunt->journal->header;
    enum journal_identity identity = identity_of(hunt);
    bool hot = header->state == JOURNAL_HOT;
    if (hunt->finding->doubt != JOURNAL_DOUBT_NONE) {
        bool grown = header->state == JOURNAL_PRE && identity != JOURNAL_IDENTITY_OTHER &&
                     hunt->search->mapping->size != header->old_size;
        return reject(hunt, hunt->finding->doubt, !hot && !grown);
    }
    if (header->state == JOURNAL_DONE && header->marks == JOURNAL_MARKS_NONE)
        return JOURNAL_WHOLE;
    if (identity == JOURNAL_IDENTITY_OTHER)
        return reject(hunt, JOURNAL_DOUBT_OTHER_FILE, !hot);
    if (header->marks == JOURNAL_MARKS_SURE && hunt->search->writable)
        switch (try_mark(hunt)) {
        case MARK_UNSUPPORTED:
            break;
        case MARK_OK:
        case MARK_NONE:
            return identity == JOURNAL_IDENTITY_SAME ? judge_ended(hunt)
                                                     : reject(hunt, JOURNAL_DOUBT_OTHER_FILE, !hot);
        case MARK_FAILED:
            journal_close(hunt->journal);
            return JOURNAL_ERROR;
        }
    return judge_by_state(hunt, identity);
}

/* A file without a header was found by its name. */
static enum journal_found judge_empty(struct hunt *hunt)
{
    if (journal_is_abandoned(hunt->journal, hunt->search))
        return JOURNAL_LEFTOVER;
    return reject(hunt, JOURNAL_DOUBT_UNTRUSTED, true);
}

/* ---- where it is ----------------------------------------------------------------------------- */

/* Prepares to look at the next place. */
static void next_place(struct hunt *hunt)
{
    if (hunt->first.doubt == JOURNAL_DOUBT_NONE)
        hunt->first = *hunt->finding;
    else
        place_free(hunt->finding->place);
    *hunt->finding = (struct journal_finding){.marked = hunt->mark.there};
}

/* Nothing better was found: return the first doubted journal. */
static void take_first(struct hunt *hunt)
{
    place_free(hunt->finding->place);
    *hunt->finding = hunt->first;
    hunt->first = (struct journal_finding){0};
}

/* The place beside the file, or in the directory; NULL if there is none. */
static struct place *named_place(const struct hunt *hunt, const char *directory)
{
    struct place *place = NULL;
    if (strcmp(hunt->search->mapping->path, "-") != 0)
        (void)journal_place(hunt->search->mapping, directory, &place, NULL);
    return place;
}

/* Looks at one place for the journal of a marked file. */
static bool is_marked_at(struct hunt *hunt, struct place *place)
{
    next_place(hunt);
    if (!place)
        return false;
    switch (journal_look(hunt->journal, place, hunt->search, hunt->finding)) {
    case JOURNAL_HERE_JOURNAL:
        if (memcmp(hunt->journal->header.uuid, hunt->mark.uuid, JOURNAL_UUID) == 0)
            return true;
        hunt->finding->doubt = JOURNAL_DOUBT_NONE;
        journal_close(hunt->journal);
        return false;
    case JOURNAL_HERE_EMPTY:
        journal_reject(hunt->journal, JOURNAL_DOUBT_DAMAGED, hunt->finding);
        return false;
    case JOURNAL_HERE_NOTHING:
    case JOURNAL_HERE_DOUBT:
        break;
    }
    return false;
}

static enum journal_found find_marked(struct hunt *hunt)
{
    const char *directory = hunt->search->directory;
    if (is_marked_at(hunt, place_of_mark(&hunt->mark)) ||
        is_marked_at(hunt, named_place(hunt, NULL)) ||
        (directory && is_marked_at(hunt, named_place(hunt, directory))))
        return judge_marked(hunt);
    next_place(hunt);
    take_first(hunt);
    if (hunt->finding->doubt != JOURNAL_DOUBT_NONE)
        return doubtful(hunt, hunt->finding->doubt);
    hunt->finding->marked = true;
    snprintf(hunt->finding->path, sizeof hunt->finding->path, "%.1024s", hunt->mark.path);
    return doubtful(hunt, JOURNAL_DOUBT_MISSING);
}

/* Looks at one place for the journal of a file without a mark; ABSENT if nothing is there. */
static enum journal_found find_at(struct hunt *hunt, struct place *place)
{
    const struct journal *resting = hunt->search->resting;
    next_place(hunt);
    if (place && resting && resting->file && journal_rests_at(resting, place)) {
        place_free(place);
        place = NULL;
    }
    if (!place)
        return JOURNAL_ABSENT;
    switch (journal_look(hunt->journal, place, hunt->search, hunt->finding)) {
    case JOURNAL_HERE_NOTHING:
        return JOURNAL_ABSENT;
    case JOURNAL_HERE_EMPTY:
        return judge_empty(hunt);
    case JOURNAL_HERE_JOURNAL:
        return judge_unmarked(hunt);
    case JOURNAL_HERE_DOUBT:
        break;
    }
    return doubtful(hunt, hunt->finding->doubt);
}

/* Whether the file has no name: it was unlinked, or is memory of memfd_create(). */
static bool is_nameless(const struct mapping *mapping)
{
    struct place *place;
    if (mapping->status.links > 0 || !place_of(mapping->path, &place, NULL))
        return false;
    bool named = place_is_name_of(place, mapping->file);
    place_free(place);
    return !named;
}

/* Looks beside the file. If it has no name, a journal there may be of another file of that name. */
static enum journal_found find_beside(struct hunt *hunt)
{
    enum journal_found found = find_at(hunt, named_place(hunt, NULL));
    bool strange = found == JOURNAL_DOUBTFUL || found == JOURNAL_OBSTACLE;
    if (!strange || !is_nameless(hunt->search->mapping))
        return found;
    journal_finding_release(hunt->finding);
    return JOURNAL_ABSENT;
}

/* Looks in a directory of journals: by name, else for one whose content fits. */
static enum journal_found find_in_directory(struct hunt *hunt)
{
    struct journal_match match;
    char own[100] = "";
    struct place *place = named_place(hunt, hunt->search->directory);
    if (place)
        snprintf(own, sizeof own, "%s", place_name(place));
    enum journal_found found = find_at(hunt, place);
    if (found != JOURNAL_ABSENT || !place)
        return found;
    if (!journal_match_directory(hunt->search, own, &match, hunt->error))
        return JOURNAL_ERROR;
    found = find_at(hunt, match.place);
    bool believed = found == JOURNAL_FORWARD || found == JOURNAL_ROLLBACK;
    if (!believed || match.doubt == JOURNAL_DOUBT_NONE || hunt->search->insistent)
        return found;
    return reject(hunt, match.doubt, false);
}

static enum journal_found find_unmarked(struct hunt *hunt)
{
    const char *directory = hunt->search->directory;
    bool device = hunt->search->mapping->status.kind == FILE_BLOCK_DEVICE;
    enum journal_found found = device ? JOURNAL_ABSENT : find_beside(hunt);
    if (!directory || (found != JOURNAL_ABSENT && found != JOURNAL_OBSTACLE))
        return found;
    enum journal_found there = find_in_directory(hunt);
    if (there != JOURNAL_ABSENT)
        return there;
    take_first(hunt);
    return found;
}

bool journal_is_absent(const struct journal_search *search)
{
    const struct mapping *mapping = search->mapping;
    struct file_status status;
    struct place *place = NULL;
    unsigned char value[1];
    size_t length = sizeof value;
    if (!mapping->file || mapping->is_held || mapping->status.kind != FILE_REGULAR ||
        search->directory || search->resting || !strcmp(mapping->path, "-"))
        return false;
    enum mark_result mark = file_get_mark(mapping->file, JOURNAL_MARK, value, &length, NULL);
    if ((mark != MARK_NONE && mark != MARK_UNSUPPORTED) ||
        !journal_place(mapping, NULL, &place, NULL))
        return false;
    bool is_free = place_look(place, &status, NULL) == PLACE_FREE;
    place_free(place);
    return is_free;
}

enum journal_found journal_find(struct journal *journal, const struct journal_search *search,
                                struct journal_finding *finding, struct error *error)
{
    struct hunt hunt = {.journal = journal, .search = search, .finding = finding, .error = error};
    *journal = (struct journal){0};
    *finding = (struct journal_finding){0};
    if (search->mapping->is_held || !search->mapping->file)
        return JOURNAL_ABSENT;
    enum journal_found found = get_mark(&hunt);
    if (found != JOURNAL_ABSENT)
        return found;
    found = hunt.mark.there ? find_marked(&hunt) : find_unmarked(&hunt);
    place_free(hunt.first.place);
    return found;
}
