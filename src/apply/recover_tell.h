/*
 * recover_tell.h - what of a half-edited file is as before the edit, as behind it, or neither.
 *
 * Told window by window of the edit, as far as its journal knows the bytes: by the table of
 * witnesses (journal/witness.h), by what the slots hold, and by new bytes that can be put together
 * again. Where it knows none, the number of steps that were done decides, unless the file was
 * written anew since. Changes nothing. What the edit does not write is not told of.
 */
#ifndef MMTOOL_RECOVER_TELL_H
#define MMTOOL_RECOVER_TELL_H

#include "journal/journal.h"
#include "mapping.h"

enum recover_part { PART_OLD, PART_NEW, PART_NEITHER, PART_UNKNOWN, PART_KINDS };

struct recover_parts {
    /* Called for windows of one kind that follow each other, as the edit comes to them. */
    bool (*tell)(void *context, struct range range, enum recover_part part, struct error *error);
    void *context;
    uint64_t bytes[PART_KINDS]; /* of windows of each kind; filled in */
};

/* The journal is committed. False: it or the file cannot be read, or tell() failed. */
bool recover_tell(struct mapping *mapping, struct journal *journal, struct recover_parts *parts,
                  struct error *error);

#endif
