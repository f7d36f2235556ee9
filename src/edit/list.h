/*
 * list.h - a list of edits. Each is an offset, an old length and new bytes.
 *
 * Every change of a file is such a list. Pure. A list is sorted by offset, and its edits do not
 * overlap. It is kept in the compact encoding that the journal stores (two to four bytes an edit
 * for a search and replace), with a checkpoint every EDIT_BLOCK edits, so that it can be read from
 * either end and from the middle in a fixed amount of memory.
 *
 * New bytes are not in the list: an edit refers to a range of the pool (bytes from the user, which
 * the journal stores after the list), to zeros, or to a range of the old file.
 *
 * The folder edit: edits as data. Nothing here changes a file. Pool and overlay read mappings, the
 * other files are pure. It does not know journals. In reading order:
 *
 *   list.c              the list and its encoding
 *   plan.c              cuts a list of edits into steps of one pass over the file
 *   assembler.c         assembles bytes of the file after the edits
 *   pool.c              the new bytes of edits
 *   script.c            edit scripts: a list of edits as text
 *   overlay.c           collects the edits of an atomic script, and shows their result meanwhile
 *   overlay_row.c       that result as a row of pieces
 *   overlay_tree.c      the B+ tree of these pieces
 */
#ifndef MMTOOL_EDIT_LIST_H
#define MMTOOL_EDIT_LIST_H

#include "base/buffer.h"
#include "base/checked.h"
#include "base/diag.h"
#include "base/range.h"

enum edit_source {
    EDIT_POOL,  /* pool bytes [source, source + period), repeated to new_length */
    EDIT_ZEROS, /* zeros; a hole where the file system has them */
    EDIT_COPY,  /* bytes of the old file from `source` on; old_length == new_length */
};

struct edit {
    uint64_t offset;     /* in the file before all edits */
    uint64_t old_length; /* bytes that are removed there */
    enum edit_source kind;
    uint64_t source;     /* offset in the pool or in the old file */
    uint64_t period;     /* EDIT_POOL: bytes in the pool; new_length unless repeated */
    uint64_t new_length; /* bytes that are inserted */
    uint64_t new_offset; /* in the file after all edits; filled in by the list */
};

/* Where its old bytes end in the file before all edits, */
static inline uint64_t edit_old_end(const struct edit *edit)
{
    return edit->offset + edit->old_length;
}

/* and its new ones in the file after them. */
static inline uint64_t edit_new_end(const struct edit *edit)
{
    return edit->new_offset + edit->new_length;
}

enum { EDIT_BLOCK = 256 };

/* The state of decoding at the beginning of a block; private to list.c. */
struct edit_checkpoint {
    size_t position; /* in the encoded bytes */
    struct edit before;
};

struct edit_list {
    struct buffer encoded;
    struct edit_checkpoint *checkpoints; /* one a block, except the first block; owned */
    size_t checkpoint_capacity;
    uint64_t count;
    struct edit last;  /* the last edit appended, zeros before the first */
    uint64_t pool_end; /* how much of the pool the edits use */
    uint64_t removed;  /* sum of old lengths */
    uint64_t added;    /* sum of new lengths */
    bool moves_left;   /* bytes after some edit get a smaller offset, */
    bool moves_right;  /*   or a greater one, */
    bool moves_not;    /* some edit is between bytes that keep their offset: see plan.h */
    bool borrowed;     /* encoded.data is not owned (it is a journal in memory) */
};

void edit_list_init(struct edit_list *list);
void edit_list_release(struct edit_list *list);

/*
 * Appends an edit (new_offset need not be set). It is an error if it begins before the end of the
 * last one, or leaves the range of offsets. An edit without old and new bytes is dropped.
 */
bool edit_list_append(struct edit_list *list, const struct edit *edit, struct error *error);

/* Appends the same with `length` bytes of the pool, from `source` on, in place of `old`. */
bool edit_list_append_pool(struct edit_list *list, struct range old, uint64_t source,
                           uint64_t length, struct error *error);

/* Appends the insertion of `length` zeros. */
bool edit_list_append_zeros(struct edit_list *list, uint64_t offset, uint64_t length,
                            struct error *error);

/* A list as a journal stores it. */
struct encoded_edits {
    const unsigned char *bytes;
    size_t length;
    uint64_t count; /* of edits */
};

/*
 * Takes edits that came from a journal, for a file of `old_size` bytes with a pool of
 * `pool_size`. False if it does not fit these, or is damaged. The bytes are borrowed and must
 * outlive the list.
 */
bool edit_list_load(struct edit_list *list, const struct encoded_edits *encoded, uint64_t old_size,
                    uint64_t pool_size, struct error *error);

/* Size of the file after the edits; the list must fit a file of the old size. */
uint64_t edit_list_new_size(const struct edit_list *list, uint64_t old_size);

/* Reads edits by number. Decodes a block at a time, so the next and the previous are cheap. */
struct edit_reader {
    const struct edit_list *list;
    uint64_t block; /* the decoded one; UINT64_MAX: none yet */
    struct edit edits[EDIT_BLOCK];
};

void edit_reader_init(struct edit_reader *reader, const struct edit_list *list);
/* Decodes that block of the list: for edit_reader_get(). */
void edit_reader_load(struct edit_reader *reader, uint64_t block);

/* Edit number `index` < list->count; valid until the next call. */
static inline const struct edit *edit_reader_get(struct edit_reader *reader, uint64_t index)
{
    if (index / EDIT_BLOCK != reader->block)
        edit_reader_load(reader, index / EDIT_BLOCK);
    return &reader->edits[index % EDIT_BLOCK];
}

/* The edit before the decoded block. */
const struct edit *edit_reader_before_block(const struct edit_reader *reader);

/* The edit before number `index`, which is 1 to list->count; valid until the next call. */
static inline const struct edit *edit_reader_before(struct edit_reader *reader, uint64_t index)
{
    /* A caller that visits all edits would load both blocks again and again at a border. */
    if (index / EDIT_BLOCK == reader->block && index % EDIT_BLOCK == 0)
        return edit_reader_before_block(reader);
    return edit_reader_get(reader, index - 1);
}
/* The number of the last edit whose new_offset is at or before `offset`; list->count if none. */
uint64_t edit_reader_find_new(struct edit_reader *reader, uint64_t offset);

#endif
