/*
 * list.h - every edit is the same thing: a list of (offset, old length, new bytes).
 *
 * Pure. A list is sorted by offset and its edits do not overlap. It is held as
 * the compact bytes that the journal stores (two to four bytes an edit for a
 * search and replace), with a checkpoint every EDIT_BLOCK edits, so that it can
 * be read from either end and from the middle in fixed memory.
 *
 * New bytes are not in the list: an edit names a range of the pool (bytes the
 * user gave, which the journal keeps behind the list), zeros, or a range of the
 * old file.
 *
 * The folder edit: edits as data. Nothing here changes a file; list, plan, script and overlay_row
 * are pure, pool and overlay read mappings. In reading order:
 *
 *   list.c              every edit is the same thing: a list of (offset, old length, new bytes)
 *   plan.c              a list of edits becomes the steps of one pass over the file
 *   pool.c              the new bytes of an edit
 *   script.c            a list of edits as text
 *   overlay.c           the edits of a script, seen at once and done together
 *   overlay_row.c       the bytes that a script has come to, as a row of pieces
 */
#ifndef MMTOOL_EDIT_LIST_H
#define MMTOOL_EDIT_LIST_H

#include "base/buffer.h"
#include "base/checked.h"
#include "base/diag.h"

enum edit_source {
    EDIT_POOL,  /* pool bytes [source, source + period), repeated to new_length */
    EDIT_ZEROS, /* zeros; a hole where the file system has them */
    EDIT_COPY,  /* bytes of the old file from `source` on; old_length == new_length */
};

struct edit {
    uint64_t offset;     /* in the file as it is before any edit */
    uint64_t old_length; /* bytes that go away there */
    enum edit_source kind;
    uint64_t source;     /* offset in the pool or in the old file */
    uint64_t period;     /* EDIT_POOL: bytes in the pool; new_length unless repeated */
    uint64_t new_length; /* bytes that come in */
    uint64_t new_offset; /* in the file as it is after all edits; filled in by the list */
};

enum { EDIT_BLOCK = 256 };

/* What decoding needs to know of the edits before; private to list.c. */
struct edit_checkpoint {
    size_t position; /* in the encoded bytes */
    struct edit before;
};

struct edit_list {
    struct buffer encoded;
    struct edit_checkpoint *checkpoints; /* one for each EDIT_BLOCK edits but the first; owned */
    size_t checkpoint_capacity;
    uint64_t count;
    struct edit last;  /* the last edit appended, zeros before the first */
    uint64_t pool_end; /* how much of the pool the edits use */
    uint64_t removed;  /* sum of old lengths */
    uint64_t added;    /* sum of new lengths */
    bool moves_left;   /* bytes behind some edit get a smaller offset, */
    bool moves_right;  /*   or a greater one, */
    bool moves_not;    /*   or the same */
    bool borrowed;     /* encoded.data belongs to somebody else (a journal in memory) */
};

void edit_list_init(struct edit_list *list);
void edit_list_release(struct edit_list *list);

/*
 * Appends an edit (new_offset need not be set). It must not lie before the end
 * of the last one; a list that would break its own rules is an error, never a
 * wrong edit. Edits that change nothing (no old and no new bytes) are dropped.
 */
bool edit_list_append(struct edit_list *list, const struct edit *edit, struct error *error);

/* A list as it stands in a journal. */
struct encoded_edits {
    const unsigned char *bytes;
    size_t length;
    uint64_t count; /* of edits */
};

/*
 * Takes edits that came from a journal, for a file of `old_size` bytes with a pool of
 * `pool_size`. Everything is checked before it is believed. The bytes are borrowed and must
 * outlive the list.
 */
bool edit_list_load(struct edit_list *list, const struct encoded_edits *encoded, uint64_t old_size,
                    uint64_t pool_size, struct error *error);

/* Size of the file after the edits; the list must have been made for that old size. */
uint64_t edit_list_new_size(const struct edit_list *list, uint64_t old_size);

/* Reads edits by number; decodes a block at a time, so neighbours are cheap either way. */
struct edit_reader {
    const struct edit_list *list;
    uint64_t block; /* the decoded one; UINT64_MAX: none yet */
    struct edit edits[EDIT_BLOCK];
};

void edit_reader_init(struct edit_reader *reader, const struct edit_list *list);
/* Edit number `index` < list->count; valid until the next call. */
const struct edit *edit_reader_get(struct edit_reader *reader, uint64_t index);
/* The edit before number `index`, from 1 to list->count; likewise. */
const struct edit *edit_reader_before(struct edit_reader *reader, uint64_t index);
/* The number of the last edit whose new_offset is at or before `offset`; list->count if none. */
uint64_t edit_reader_find_new(struct edit_reader *reader, uint64_t offset);

#endif
