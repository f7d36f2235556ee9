/*
 * recover_parts.h - reports which parts of a half-edited file are old, new or neither.
 *
 * It goes step by step, as far as the journal knows the bytes: from the table of witnesses
 * (journal/witness.h), from the slots, and from new bytes that can be assembled again. Where it
 * knows none, the number of steps that were done decides, unless the file was written anew since.
 * Changes nothing. Parts that the edit does not write are not reported.
 */
#ifndef MMTOOL_RECOVER_PARTS_H
#define MMTOOL_RECOVER_PARTS_H

#include "journal/journal.h"
#include "mapping.h"

enum recover_part {
    RECOVER_PART_OLD,
    RECOVER_PART_NEW,
    RECOVER_PART_NEITHER,
    RECOVER_PART_UNKNOWN,
    RECOVER_PART_KINDS
};

struct recover_parts {
    /* Called for each row of steps with one result, in the order of the edit. */
    bool (*tell)(void *context, struct range range, enum recover_part part, struct error *error);
    void *context;
    uint64_t bytes[RECOVER_PART_KINDS]; /* filled in: of each kind */
};

/* For a committed journal. False: it or the file cannot be read, or tell() failed. */
bool recover_parts_tell(struct mapping *mapping, struct journal *journal,
                        struct recover_parts *parts, struct error *error);

#endif
