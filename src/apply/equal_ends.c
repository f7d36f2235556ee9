/*
 * equal_ends.c - leaves out of a long edit what the file has already, at both ends of it.
 *
 * What is left out needs neither a copy in the journal nor a write: to compare costs a third of
 * that. Programs that do not lock may write to these bytes at any time. If they do so after the
 * comparison, it is as if they had done it after the edit.
 */
#include "apply/equal_ends.h"
#include "base/io_buffer.h"
#include "base/test_faults.h"
#include "journal/journal.h"

#include <string.h>

enum {
    CHUNK = TEST_LIMIT(128 * 1024, 1), /* compared at once; it fits a second-level cache twice */
    LONG_EDIT = 8 * CHUNK,             /* shorter ones are not worth it */
};

struct comparison {
    const struct mapping *mapping;
    struct pool *pool;
    const struct edit *edit;
    unsigned char *memory; /* two chunks */
};

/* Whether the file has the new bytes of a chunk. What cannot be read counts as different. */
static bool is_equal(const struct comparison *comparison, uint64_t at)
{
    const struct edit *edit = comparison->edit;
    unsigned char *new_bytes = comparison->memory, *old_bytes = new_bytes + CHUNK;
    return pool_read(comparison->pool, edit->source + at, new_bytes, CHUNK, NULL) &&
           mapping_read(comparison->mapping, edit->offset + at, old_bytes, CHUNK, NULL) &&
           memcmp(new_bytes, old_bytes, CHUNK) == 0;
}

/* Sets the part of the edit that stays: at least one byte, at most a chunk if all are equal. */
static bool compare_ends(const struct comparison *comparison, struct range *part,
                         struct error *error)
{
    *part = (struct range){0, comparison->edit->new_length};
    while (range_length(*part) > CHUNK && is_equal(comparison, part->start)) {
        part->start += CHUNK;
        if (journal_must_stop(error))
            return false;
    }
    while (range_length(*part) > CHUNK && is_equal(comparison, part->end - CHUNK)) {
        part->end -= CHUNK;
        if (journal_must_stop(error))
            return false;
    }
    return true;
}

static bool is_long_patch(const struct mapping *mapping, const struct edit_list *edits,
                          const struct pool *pool)
{
    const struct edit *edit = &edits->last;
    return edits->count == 1 && edit->kind == EDIT_POOL && edit->new_length >= LONG_EDIT &&
           edit->old_length == edit->new_length && edit->period == edit->new_length &&
           pool->has_file && pool->bytes.length == 0 && mapping_is_read_plainly(mapping);
}

/* The list of that part of the edit. The pool then begins with its bytes. */
static bool shorten(const struct edit *edit, struct range part, struct pool *pool,
                    struct edit_list *shorter, struct error *error)
{
    struct range old = {edit->offset + part.start, edit->offset + part.end};
    if (!edit_list_append_pool(shorter, old, 0, range_length(part), error))
        return false;
    uint64_t start = pool->file_range.start + edit->source;
    pool->file_range = (struct range){start + part.start, start + part.end};
    return true;
}

bool equal_ends_drop(const struct mapping *mapping, const struct edit_list *edits,
                     struct pool *pool, struct edit_list *shorter, uint64_t *left_out,
                     struct error *error)
{
    const struct edit *edit = &edits->last;
    struct comparison comparison = {mapping, pool, edit, NULL};
    struct range part;
    if (!is_long_patch(mapping, edits, pool))
        return true;
    comparison.memory = io_buffer_new((size_t)2 * CHUNK, error);
    if (!comparison.memory)
        return false;
    bool done = compare_ends(&comparison, &part, error);
    io_buffer_free(comparison.memory);
    if (!done || range_length(part) == edit->new_length)
        return done;
    *left_out += edit->new_length - range_length(part);
    return shorten(edit, part, pool, shorter, error);
}
