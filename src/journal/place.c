/* place.c - where the journal of a file goes, and how a file is identified. */
#include "journal/journal.h"
#include "journal/internal.h"

#include <stdio.h>
#include <string.h>

/* The hash FNV-1a with 64 bits, by Fowler, Noll and Vo. */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}

/* ---- whose it is ----------------------------------------------------------------------------- */

void journal_identify(const struct mapping *mapping, uint64_t *identity, uint64_t *birth)
{
    char name[256];
    *identity = mapping->status.identity;
    *birth = mapping->status.birth;
    if (mapping->status.kind != FILE_BLOCK_DEVICE)
        return;
    *birth = 0;
    *identity = file_lasting_name(mapping->file, name, sizeof name) ? hash_text(name) : 0;
}

/*
 * Some file systems make inode numbers up at each mount, and some do not know when a file was
 * created: then the comparison is UNSURE.
 */
enum journal_identity journal_compare(const struct journal_header *header,
                                      const struct mapping *mapping)
{
    uint64_t identity, birth;
    journal_identify(mapping, &identity, &birth);
    if (mapping->status.kind == FILE_BLOCK_DEVICE)
        return identity != 0 && identity == header->identity ? JOURNAL_IDENTITY_SAME
                                                             : JOURNAL_IDENTITY_UNSURE;
    if (birth != 0 && header->birth != 0 && birth != header->birth)
        return JOURNAL_IDENTITY_OTHER;
    return identity == header->identity ? JOURNAL_IDENTITY_SAME : JOURNAL_IDENTITY_UNSURE;
}

/* ---- names ----------------------------------------------------------------------------------- */

enum { NAME_LENGTH = 255 }; /* most bytes of a name on nearly all file systems */

static void name_by_inode(const struct mapping *mapping, char *name, size_t size)
{
    snprintf(name, size, ".%llx-%llx" JOURNAL_SUFFIX, (unsigned long long)mapping->status.device,
             (unsigned long long)mapping->status.identity);
}

static void name_beside(const char *own, char name[NAME_LENGTH + 1])
{
    size_t length = strlen(own);
    if (length > NAME_LENGTH - strlen(JOURNAL_SUFFIX) - 1) { /* no room for more */
        snprintf(name, NAME_LENGTH + 1, ".name-%016llx" JOURNAL_SUFFIX,
                 (unsigned long long)hash_text(own));
        return;
    }
    name[0] = '.';
    memcpy(name + 1, own, length);
    memcpy(name + 1 + length, JOURNAL_SUFFIX, sizeof JOURNAL_SUFFIX);
}

static bool beside(const struct mapping *mapping, struct place **place, struct error *error)
{
    struct place *found = NULL;
    char name[NAME_LENGTH + 1];
    if (mapping->shared_memory && !mapping->shared_path)
        return error_set(error, "shared memory has no place here where a journal could be: "
                                "--no-journal changes it without one, not all or nothing");
    if (!mapping->place && !place_of(mapping->path, &found, error))
        return false;
    const struct place *target = mapping->place ? mapping->place : found;
    name_beside(place_name(target), name);
    bool made = place_sibling(target, name, place, error);
    place_free(found);
    return made;
}

/* For a device without a lasting name the journal's name has its size; match.c compares bytes. */
static bool name_of_device(const struct mapping *mapping, char *name, size_t size,
                           struct error *error)
{
    uint64_t identity, birth;
    journal_identify(mapping, &identity, &birth);
    if (identity == 0 && !platform_random(&identity, sizeof identity, error))
        return false;
    snprintf(name, size, JOURNAL_OF_DEVICE "%llu-%016llx" JOURNAL_SUFFIX,
             (unsigned long long)mapping->status.size, (unsigned long long)identity);
    return true;
}

/* In a directory of journals the inode number keeps files of the same name apart. */
static bool elsewhere(const struct mapping *mapping, const char *directory, struct place **place,
                      struct error *error)
{
    char name[96];
    if (mapping->status.kind != FILE_BLOCK_DEVICE)
        name_by_inode(mapping, name, sizeof name);
    else if (!name_of_device(mapping, name, sizeof name, error))
        return false;
    return place_in_directory(directory, name, place, error) ||
           error_prefix(error, "the journal's directory cannot be used");
}

bool journal_place(const struct mapping *mapping, const char *directory, struct place **place,
                   struct error *error)
{
    *place = NULL;
    return directory ? elsewhere(mapping, directory, place, error) : beside(mapping, place, error);
}

/* ---- in a mark ------------------------------------------------------------------------------- */

static bool has_suffix(const char *text, size_t length)
{
    const size_t suffix = strlen(JOURNAL_SUFFIX);
    return length >= suffix && memcmp(text + length - suffix, JOURNAL_SUFFIX, suffix) == 0;
}

size_t journal_mark_path_shorten(const char *path, char *room)
{
    size_t length = strlen(path), start = place_name_start(path);
    size_t end = has_suffix(path, length) ? length - strlen(JOURNAL_SUFFIX) : 0;
    /* A path that begins with a slash or ends with the suffix means itself. */
    bool may_be_short = path[0] == '/' && path[1] != '/' && path[start] == '.' && end > start + 1 &&
                        !has_suffix(path, end);
    if (!may_be_short) {
        memcpy(room, path, length);
        return length;
    }
    memcpy(room, path + 1, start - 1);
    memcpy(room + start - 1, path + start + 1, end - start - 1);
    return end - 2;
}

void journal_mark_path_restore(const char *stored, char *path, size_t size)
{
    int start = (int)place_name_start(stored);
    bool is_short = *stored && *stored != '/' && !has_suffix(stored, strlen(stored));
    if (is_short)
        snprintf(path, size, "/%.*s.%s" JOURNAL_SUFFIX, start, stored, stored + start);
    else
        snprintf(path, size, "%s", stored);
}
