/* edit_example.h - a file, edits of it at random, and what must come out, put together in memory.
 */
#ifndef MMTOOL_EDIT_EXAMPLE_H
#define MMTOOL_EDIT_EXAMPLE_H

#include "scratch_files.h"

#include "apply/apply.h"
#include "apply/claim.h"

enum { EXAMPLE_OLD = 1200000, EXAMPLE_POOL = 2500000, EXAMPLE_MOST = 4 * EXAMPLE_OLD };

struct example {
    unsigned char old[EXAMPLE_OLD];
    size_t old_size;
    unsigned char pool_bytes[EXAMPLE_POOL];
    struct pool pool;
    struct edit_list list;
    unsigned char want[EXAMPLE_MOST];
    size_t want_size;
};

static struct example example; /* too large for a stack */

static inline void example_want(const unsigned char *bytes, uint64_t length)
{
    memcpy(example.want + example.want_size, bytes, (size_t)length);
    example.want_size += (size_t)length;
}

/* Adds an edit that begins at or behind `*at`, the end of the one before it. */
static inline void example_add(const struct edit *edit, uint64_t *at)
{
    struct error error = {0};
    CHECK_SAY(edit_list_append(&example.list, edit, &error), "%s", error.message);
    example_want(example.old + *at, edit->offset - *at);
    if (edit->kind == EDIT_COPY)
        example_want(example.old + edit->source, edit->new_length);
    if (edit->kind == EDIT_ZEROS) {
        memset(example.want + example.want_size, 0, (size_t)edit->new_length);
        example.want_size += (size_t)edit->new_length;
    }
    for (uint64_t i = 0; edit->kind == EDIT_POOL && i < edit->new_length; i++)
        example_want(example.pool_bytes + edit->source + i % edit->period, 1);
    *at = edit->offset + edit->old_length;
}

/* Begins with a file "file" of this size; one of `holes` has blocks of zeros. */
static inline void example_begin(size_t size, bool holes)
{
    example.old_size = size;
    example.want_size = 0;
    fill_random(example.old, size);
    for (size_t at = unit_below(100000); holes && at < size; at += 50000 + unit_below(200000))
        memset(example.old + at, 0, minimum_size(unit_below(150000), size - at));
    if (example.pool_bytes[0] == 0) /* the same for all */
        fill_random(example.pool_bytes, sizeof example.pool_bytes);
    edit_list_init(&example.list);
    pool_init(&example.pool);
    CHECK(buffer_append(&example.pool.bytes, example.pool_bytes, sizeof example.pool_bytes,
                        &(struct error){0}));
    scratch_sparse("file", example.old, size);
}

static inline void example_end_list(uint64_t at)
{
    example_want(example.old + at, example.old_size - at);
}

static inline void example_release(void)
{
    edit_list_release(&example.list);
    CHECK(pool_release(&example.pool, &(struct error){0}));
}

static inline struct edit example_edit(uint64_t offset, uint64_t old_length, uint64_t new_length)
{
    struct edit edit = {.offset = offset, .old_length = old_length, .new_length = new_length};
    edit.period = new_length > 1 && unit_below(8) == 0 ? 1 + unit_below(new_length) : new_length;
    /* Now and then a journal has to hold more than it writes at once. */
    edit.source = unit_below((unit_below(6) ? 500000 : EXAMPLE_POOL) - edit.period);
    if (unit_below(6) == 0)
        edit.kind = EDIT_ZEROS;
    return edit;
}

/* Edits of up to `most` bytes; `shift`: -1 shorter, 0 as long, 1 longer, 2 any. */
static inline void example_edits(uint64_t count, uint64_t most, int shift)
{
    uint64_t at = 0, gap = example.old_size / (count + 1) + 1;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t offset = minimum_u64(at + unit_below(gap), example.old_size);
        uint64_t length = minimum_u64(unit_below(most + 1), example.old_size - offset);
        uint64_t other = shift == 0 ? length : unit_below(shift == 2 ? most + 1 : length + 1);
        struct edit edit =
            shift == 1 ? example_edit(offset, other, length) : example_edit(offset, length, other);
        example_add(&edit, &at);
    }
    example_end_list(at);
}

static inline void example_move(void)
{
    struct edit edit = {.kind = EDIT_COPY};
    uint64_t at = 0;
    edit.new_length = edit.old_length = 1 + unit_below(example.old_size / 2);
    edit.offset = unit_below(example.old_size - edit.old_length);
    edit.source = unit_below(example.old_size - edit.old_length);
    example_add(&edit, &at);
    example_end_list(at);
}

/* Cuts the end off, or adds to it. */
static inline void example_end_edit(void)
{
    uint64_t at = 0, cut = unit_below(2) ? unit_below(example.old_size + 1) : 0;
    struct edit edit = example_edit(example.old_size - cut, cut, cut ? 0 : unit_below(300000));
    example_add(&edit, &at);
    example_end_list(at);
}

static inline void example_random(void)
{
    example_begin(100 + (size_t)unit_below(EXAMPLE_OLD - 100), unit_below(3) == 0);
    switch (unit_below(8)) {
    case 0:
        example_move();
        break;
    case 1:
        example_end_edit();
        break;
    case 2: /* so many that they are merged */
        example_edits(5000, 20, (int)unit_below(4) - 1);
        break;
    case 3: /* whole blocks, as a file system may insert or cut them */
        example_edits(1, 4096 * (1 + unit_below(100)), unit_below(2) ? 1 : -1);
        break;
    default:
        example_edits(1 + unit_below(6), unit_below(2) ? 100 : 300000, (int)unit_below(4) - 1);
    }
}

static struct claim_notice example_notice; /* of the last claim */

/* Opens "file" as an editor does, which recovers it. */
static inline void example_open(struct mapping *mapping)
{
    struct claim_options options = {.flags = MAPPING_WRITE | MAPPING_EDIT};
    struct error error = {0};
    *mapping = (struct mapping){0};
    bool opened = claim_open(mapping, "file", &options, &example_notice, &error);
    CHECK_SAY(opened, "%s", error.message);
    if (!opened)
        exit(1);
}

static inline bool file_has(const unsigned char *bytes, size_t length)
{
    struct file *file = scratch_open("file", 0);
    bool same = file_is(file, bytes, length);
    scratch_close(file);
    return same;
}

#endif
