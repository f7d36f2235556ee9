/*
 * edit_sides.h - the bytes that edits remove and the bytes that they insert, and where they differ.
 */
#ifndef MMTOOL_EDIT_SIDES_H
#define MMTOOL_EDIT_SIDES_H

#include "edit/pool.h"
#include "mapping/reader.h"

enum { EDIT_SIDES_STEP = 16384 }; /* bytes of one side of an edit that are read at once */

/* A struct with the first two members set, and zeros else, is ready for use. */
struct edit_sides {
    struct reader old; /* of the file; owned */
    struct pool *pool; /* not owned */
    struct range data; /* of the file: known not to be a hole */

    /* Bytes of both sides of an edit, from `start` on. */
    uint64_t start;
    size_t length;
    const unsigned char *old_bytes, *new_bytes;
    unsigned char memory[EDIT_SIDES_STEP]; /* new_bytes, unless they are in memory elsewhere */
};

void edit_sides_release(struct edit_sides *sides);

/* Whether the range is a hole of the file. */
bool edit_sides_is_hole(struct edit_sides *sides, struct range range, bool *hole,
                        struct error *error);

/*
 * New bytes of an edit that is not EDIT_ZEROS; `part`, at most EDIT_SIDES_STEP bytes, counts from
 * the first. They are read to `memory` unless they lie in memory. NULL and an error on failure.
 */
const unsigned char *edit_sides_new(struct edit_sides *sides, const struct edit *edit,
                                    struct range part, unsigned char *memory, struct error *error);

/* To be called before the first edit_sides_next() of an edit. */
void edit_sides_begin(struct edit_sides *sides);

/*
 * Of an edit whose sides have one length: the next bytes at or behind *at that differ, counted from
 * the start of the edit; moves *at to their end. An empty range if there are no more. Holes that
 * stay zeros are not read. The caller may read through `old` between two calls.
 */
bool edit_sides_next(struct edit_sides *sides, const struct edit *edit, uint64_t *at,
                     struct range *run, struct error *error);

#endif
