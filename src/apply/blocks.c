/* blocks.c - insertions and deletions that the file system can do by moving whole blocks. */
#include "apply/blocks.h"
#include "base/test_faults.h"

enum {
    /* Moving less is as fast as the call. */
    LEAST_TAIL = TEST_LIMIT(8 * 1024 * 1024, 1),
    MOST_DIRTY = 4 * 1024 * 1024,      /* more is slower to write to the disk than to move */
    UNKNOWN_TAIL = 1024 * 1024 * 1024, /* where the system does not tell how much is dirty */
};

/*
 * Whether the call is faster than moving the tail; or it is a cut beside a program that appends.
 * Those are whole blocks less without a moment in which what is appended is lost: see tail.h.
 */
static bool is_worthwhile(const struct mapping *mapping, uint64_t offset, bool grows)
{
    struct range tail = {offset, mapping->size};
    uint64_t dirty;
    if (mapping->in_use && !grows)
        return true;
    if (range_length(tail) < LEAST_TAIL)
        return false;
    if (!file_dirty_bytes(mapping->file, tail, &dirty))
        return range_length(tail) >= UNKNOWN_TAIL;
    return dirty <= MOST_DIRTY;
}

/* Adds an edit for the bytes between the block boundary and the edit: less than a block. */
static bool add_head(struct blocks_edit *blocks, struct edit head, uint64_t length,
                     struct error *error)
{
    head.offset = blocks->offset;
    head.old_length = head.new_length = head.period = length;
    return edit_list_append(&blocks->edits, &head, error);
}

/* After n bytes of blocks are inserted at b, the old bytes [b, o) lie at b + n: copy them back. */
static bool plan_insertion(const struct edit *edit, struct blocks_edit *blocks, struct error *error)
{
    struct edit head = {.kind = EDIT_COPY, .source = blocks->offset + blocks->length};
    blocks->kind = JOURNAL_BLOCKS_INSERT;
    return add_head(blocks, head, edit->offset - blocks->offset, error);
}

/* After n bytes of blocks are cut at b, the old bytes [b, o) are gone: keep them in the pool. */
static bool plan_cut(const struct mapping *mapping, const struct edit *edit, struct pool *pool,
                     struct blocks_edit *blocks, struct error *error)
{
    size_t length = (size_t)(edit->offset - blocks->offset);
    struct edit head = {.kind = EDIT_POOL, .source = pool->bytes.length};
    blocks->kind = JOURNAL_BLOCKS_CUT;
    if (!buffer_reserve(&pool->bytes, length, error) ||
        !mapping_read(mapping, blocks->offset, pool->bytes.data + pool->bytes.length, length,
                      error))
        return false;
    pool->bytes.length += length;
    return add_head(blocks, head, length, error);
}

bool blocks_plan(const struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                 struct blocks_edit *blocks, struct error *error)
{
    const struct edit *edit = &edits->last;
    uint64_t block = mapping->status.block_size;
    *blocks = (struct blocks_edit){.kind = JOURNAL_BLOCKS_NONE};
    edit_list_init(&blocks->edits);
    if (edits->count != 1 || edit->kind == EDIT_COPY || edit->new_length == edit->old_length ||
        mapping->status.kind != FILE_REGULAR || block == 0)
        return true;
    bool grows = edit->new_length > edit->old_length;
    blocks->length =
        grows ? edit->new_length - edit->old_length : edit->old_length - edit->new_length;
    blocks->offset = edit->offset / block * block;
    uint64_t end = blocks->offset + (grows ? 0 : blocks->length);
    if (blocks->length % block != 0 || end >= mapping->size ||
        !is_worthwhile(mapping, blocks->offset, grows) || !file_moves_blocks(mapping->file))
        return true;
    if (!grows && pool->has_file)
        return true;
    if (!(grows ? plan_insertion(edit, blocks, error)
                : plan_cut(mapping, edit, pool, blocks, error)))
        return false;
    /* The new bytes end where the old ones behind the edit now begin. */
    struct edit fresh = *edit;
    fresh.old_length = fresh.new_length;
    return edit_list_append(&blocks->edits, &fresh, error);
}
