/*
 * match.c - finds a file's journal in a directory when its name does not tell.
 *
 * In a directory of journals the names contain device and inode numbers. These may change: a device
 * may get another number after a reboot, and some file systems make inode numbers up at each mount.
 * So all journals of the directory are looked at, and the bytes of the file decide.
 */
#include "journal/journal.h"
#include "journal/internal.h"

#include <stdio.h>
#include <string.h>

struct match_search {
    const struct journal_search *search; /* with writable false */
    char own[96];                        /* the name that was looked for before */
    char prefix[48];                     /* of the names of devices' journals of this size */
    struct journal_match *match;
};

static bool is_device(const struct journal_search *search)
{
    return search->mapping->status.kind == FILE_BLOCK_DEVICE;
}

static bool is_candidate(const struct match_search *match, const char *name)
{
    const size_t suffix = sizeof JOURNAL_SUFFIX - 1, prefix = strlen(match->prefix);
    size_t length = strlen(name);
    if (length < suffix || strcmp(name + length - suffix, JOURNAL_SUFFIX) != 0)
        return false;
    bool of_device = !strncmp(name, JOURNAL_OF_DEVICE, sizeof JOURNAL_OF_DEVICE - 1);
    if (is_device(match->search))
        return !strncmp(name, match->prefix, prefix) && strcmp(name, match->own) != 0;
    return !of_device && strcmp(name, match->own) != 0;
}

/* A process that uses the journal holds its lock: then it is of another file. */
static bool is_in_use(struct journal *journal)
{
    return file_lock(journal->file, LOCK_SHARED, NULL) == LOCK_BUSY;
}

/* Whether device and inode numbers suffice to tell that a journal is of this file. */
static bool is_certain(const struct journal_header *header, const struct journal_search *search)
{
    return journal_compare(header, search->mapping) == JOURNAL_IDENTITY_SAME &&
           (is_device(search) || header->birth != 0);
}

/* Whether both devices have lasting names, and these differ. */
static bool is_of_other_device(const struct journal_header *header,
                               const struct journal_search *search)
{
    uint64_t identity, birth;
    journal_identify(search->mapping, &identity, &birth);
    return is_device(search) && identity != 0 && header->identity != 0 &&
           identity != header->identity;
}

/* Whether the journal has work to do on a file that may be this one. */
static bool may_be_of(const struct journal_header *header, const struct journal_search *search)
{
    uint64_t size = search->mapping->size;
    if (journal_compare(header, search->mapping) == JOURNAL_IDENTITY_OTHER)
        return false;
    if (header->state == JOURNAL_HOT)
        return !is_device(search) || size == header->old_size;
    return header->state == JOURNAL_PRE && size != header->old_size && size == header->new_size;
}

static bool fits(struct journal *journal, const struct journal_search *search)
{
    return is_certain(&journal->header, search) || !search->fits ||
           search->fits(search->mapping, journal);
}

/* Looks at one journal; takes `place` over. */
static void add(struct journal_match *match, struct place *place, enum journal_doubt doubt)
{
    bool first = match->count++ == 0;
    match->doubt = first ? doubt : JOURNAL_DOUBT_SEVERAL;
    if (first)
        match->place = place;
    else
        place_free(place);
}

static void consider(struct match_search *match, struct journal *journal)
{
    const struct journal_header *header = &journal->header;
    if (!may_be_of(header, match->search) || is_in_use(journal) || !fits(journal, match->search))
        return;
    bool guess = header->state != JOURNAL_HOT || is_of_other_device(header, match->search);
    add(match->match, journal->place, guess ? JOURNAL_DOUBT_OTHER_FILE : JOURNAL_DOUBT_NONE);
    journal->place = NULL;
}

static bool look_at_name(void *context, const char *name)
{
    struct match_search *match = context;
    struct journal journal;
    struct journal_finding finding = {.doubt = JOURNAL_DOUBT_NONE};
    struct place *place;
    if (!is_candidate(match, name) ||
        !place_in_directory(match->search->directory, name, &place, NULL))
        return true;
    switch (journal_look(&journal, place, match->search, &finding)) {
    case JOURNAL_HERE_JOURNAL:
        consider(match, &journal);
        break;
    case JOURNAL_HERE_DOUBT: /* a device may need it; a file most likely does not */
        if (is_device(match->search)) {
            add(match->match, finding.place, finding.doubt);
            finding.place = NULL;
        }
        break;
    case JOURNAL_HERE_NOTHING:
    case JOURNAL_HERE_EMPTY:
        break;
    }
    journal_close(&journal);
    journal_finding_release(&finding);
    return true;
}

bool journal_match_directory(const struct journal_search *search, const char *own,
                             struct journal_match *match, struct error *error)
{
    struct journal_search look = *search;
    struct match_search context = {.search = &look, .match = match};
    *match = (struct journal_match){.place = NULL};
    look.writable = false;
    snprintf(context.own, sizeof context.own, "%s", own);
    snprintf(context.prefix, sizeof context.prefix, JOURNAL_OF_DEVICE "%llu-",
             (unsigned long long)search->mapping->status.size);
    return directory_list(search->directory, look_at_name, &context, error) != DIRECTORY_FAILED ||
           !is_device(search);
}
