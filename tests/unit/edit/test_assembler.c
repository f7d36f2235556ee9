/*
 * test_assembler.c - bytes of a long new file, from many edits, against the file put together in
 * memory; and by how many reads.
 */
#include "edit/assembler.h"
#include "unit.h"

enum { OLD_SIZE = 200000, POOL_SIZE = 150000, MOST = 1000000 };

/* The file before and after the edits, and what is read of it and of the pool. */
struct example {
    unsigned char old[OLD_SIZE];
    unsigned char pool[POOL_SIZE];
    unsigned char want[MOST];
    size_t want_size;
    struct edit_list list;
    struct plan plan;
    uint64_t old_reads, pool_reads;
    uint64_t pool_held;    /* bytes of the pool in memory */
    bool long_fails;       /* reads of the pool for several edits; then all edits are short */
    uint64_t failing_read; /* of the old file or the pool, from 1 on; 0: none */
};

static struct example example; /* too large for a stack */

static bool read_fails(struct error *error)
{
    bool now = example.old_reads + example.pool_reads == example.failing_read;
    return now && !error_set(error, "a read fails");
}

static bool read_old(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error)
{
    (void)context;
    CHECK(length > 0 && offset + length <= OLD_SIZE);
    memcpy(bytes, example.old + offset, length);
    example.old_reads++;
    return !read_fails(error);
}

static bool read_pool(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    (void)context;
    CHECK(length > 0 && offset + length <= example.list.pool_end);
    example.pool_reads++;
    if ((example.long_fails && length >= 4096) || read_fails(error))
        return false;
    memcpy(bytes, example.pool + offset, length);
    return true;
}

static void want(const unsigned char *bytes, uint64_t length)
{
    memcpy(example.want + example.want_size, bytes, (size_t)length);
    example.want_size += (size_t)length;
}

static void add_edit(const struct edit *edit, uint64_t *at)
{
    struct error error = {0};
    static const unsigned char zero;
    CHECK_SAY(edit_list_append(&example.list, edit, &error), "%s", error.message);
    want(example.old + *at, edit->offset - *at);
    for (uint64_t i = 0; i < edit->new_length; i++)
        want(edit->kind == EDIT_ZEROS ? &zero : example.pool + edit->source + i % edit->period, 1);
    *at = edit->offset + edit->old_length;
}

static void begin(void)
{
    edit_list_release(&example.list);
    example.want_size = 0;
    example.pool_held = 0;
}

static void end_list(uint64_t at)
{
    static const struct plan_sizes sizes = {1 << 20, 1 << 20, 0};
    struct error error = {0};
    want(example.old + at, OLD_SIZE - at);
    CHECK(plan_init(&example.plan, &example.list, OLD_SIZE, &sizes, &error));
    CHECK(example.plan.new_size == example.want_size);
}

static void begin_assembler(struct plan_assembler *assembler, size_t scratch)
{
    struct plan_sources sources = {read_old, read_pool, NULL, example.pool, example.pool_held};
    CHECK(plan_assembler_init(assembler, &example.plan, sources, scratch, &(struct error){0}));
    example.old_reads = example.pool_reads = 0;
}

static void check_part(struct plan_assembler *assembler, uint64_t offset, size_t length)
{
    static unsigned char got[MOST];
    struct error error = {0};
    memset(got, 0xa5, length + 1);
    CHECK(plan_assemble(assembler, offset, got, length, &error));
    CHECK_SAY(memcmp(got, example.want + offset, length) == 0, "%zu at %" PRIu64, length, offset);
    CHECK(got[length] == 0xa5);
}

/* Edits of up to `most` bytes about `gap` bytes apart; of equal lengths if nothing is to move. */
static void random_list(uint64_t most, uint64_t gap, bool stays)
{
    uint64_t at = 0, source = 0;
    begin();
    for (unsigned i = 0; i < 2000 && example.want_size < MOST - OLD_SIZE - 100000; i++) {
        struct edit edit = {.offset = at + unit_below(gap + 1)};
        if (edit.offset >= OLD_SIZE)
            break;
        edit.new_length = unit_below(unit_below(20) || example.long_fails ? most : 20000);
        edit.old_length = stays ? edit.new_length : unit_below(most);
        edit.old_length = minimum_u64(edit.old_length, OLD_SIZE - edit.offset);
        if (stays)
            edit.new_length = edit.old_length;
        edit.period = edit.new_length;
        if (edit.new_length > 1 && unit_below(8) == 0)
            edit.period = 1 + unit_below(edit.new_length);
        if (unit_below(10) == 0 || source + edit.period > POOL_SIZE)
            source = unit_below(POOL_SIZE - edit.period);
        edit.source = source; /* mostly in order, as commands put it there */
        edit.kind = unit_below(10) ? EDIT_POOL : EDIT_ZEROS;
        add_edit(&edit, &at);
        source += edit.period + (unit_below(3) ? 0 : unit_below(10));
    }
    end_list(at);
}

static void assemble_all(size_t scratch, uint64_t part)
{
    struct plan_assembler assembler;
    begin_assembler(&assembler, scratch);
    for (uint64_t at = 0; at < example.want_size;) {
        size_t length = (size_t)minimum_u64(1 + unit_below(part), example.want_size - at);
        check_part(&assembler, at, length);
        at += unit_below(10) ? length : unit_below(length + 1);
    }
    for (unsigned i = 0; i < 10; i++) { /* at any place */
        uint64_t at = unit_below(example.want_size);
        check_part(&assembler, at, (size_t)minimum_u64(part, example.want_size - at));
    }
    plan_assembler_release(&assembler);
}

static void any_part_of_a_long_file(void)
{
    static const uint64_t lengths[] = {3, 40, 600, 9000, 30000};
    for (size_t i = 0; i < sizeof example.old; i++)
        example.old[i] = (unsigned char)unit_random();
    for (size_t i = 0; i < sizeof example.pool; i++)
        example.pool[i] = (unsigned char)unit_random();
    for (unsigned long round = 0; round < unit_rounds(60); round++) {
        example.long_fails = unit_below(4) == 0;
        random_list(lengths[unit_below(example.long_fails ? 3 : 5)], lengths[unit_below(5)],
                    unit_below(3) == 0);
        example.pool_held = unit_below(3) ? 0 : unit_below(POOL_SIZE);
        assemble_all(1 + unit_below(100000), 1 + unit_below(100000));
    }
    example.long_fails = false;
    begin();
}

/* Edits of 2 bytes every 100, of bytes of a pool that is not in memory, in order. */
static void even_list(uint64_t count, uint64_t new_length)
{
    uint64_t at = 0;
    begin();
    for (uint64_t i = 0; i < count; i++)
        add_edit(&(struct edit){.offset = 100 * i + 50,
                                .old_length = 2,
                                .source = new_length * i,
                                .period = new_length,
                                .new_length = new_length},
                 &at);
    end_list(at);
}

/* Assembles the file in parts of this length. */
static void assemble_even(size_t part)
{
    struct plan_assembler assembler;
    begin_assembler(&assembler, 1 << 16);
    for (uint64_t at = 0; at < example.want_size; at += part)
        check_part(&assembler, at, (size_t)minimum_u64(part, example.want_size - at));
    plan_assembler_release(&assembler);
}

static void short_edits_share_reads(void)
{
    uint64_t parts;
    even_list(2000, 3);
    parts = example.want_size / 20000 + 1;
    assemble_even(20000);
    CHECK_SAY(example.old_reads <= 2 * parts, "%" PRIu64, example.old_reads);
    CHECK_SAY(example.pool_reads <= 2, "%" PRIu64, example.pool_reads); /* 6000 bytes */
    even_list(2000, 2);
    assemble_even(20000);
    CHECK_SAY(example.old_reads == OLD_SIZE / 20000, "%" PRIu64, example.old_reads);
    example.pool_held = POOL_SIZE;
    assemble_even(20000);
    CHECK(example.pool_reads == 0);
    even_list(2000, 70);
    assemble_even(20000);
    /* 4, 8, 16 and 32 KiB, then 64. */
    CHECK_SAY(example.pool_reads <= 7, "%" PRIu64, example.pool_reads);
}

static void a_long_kept_part_is_read_where_it_goes(void)
{
    uint64_t at = 0;
    begin();
    add_edit(&(struct edit){.offset = 0, .kind = EDIT_ZEROS, .new_length = 1}, &at);
    add_edit(&(struct edit){.offset = 100, .kind = EDIT_ZEROS, .new_length = 1}, &at);
    end_list(at);
    assemble_even(MOST);
    CHECK_SAY(example.old_reads == 2, "%" PRIu64, example.old_reads);
    begin();
}

/* All of the new file at once, while one read after the other fails. */
static void fail_each_read(uint64_t least)
{
    static unsigned char got[MOST];
    struct plan_assembler assembler;
    struct error error = {0};
    uint64_t failed = 0;
    for (bool done = false; !done; failed += !done) {
        begin_assembler(&assembler, 30000);
        example.failing_read = failed + 1;
        done = plan_assemble(&assembler, 0, got, example.want_size, &error) &&
               example.old_reads + example.pool_reads <= failed;
        if (done)
            CHECK(memcmp(got, example.want, example.want_size) == 0);
        plan_assembler_release(&assembler);
        example.failing_read = 0;
    }
    CHECK_SAY(failed >= least, "%" PRIu64, failed);
    CHECK(!strcmp(error.message, "a read fails"));
}

static void a_read_that_fails_fails_the_assembly(void)
{
    random_list(60, 100, true); /* reads all kept bytes at once, where they go */
    fail_each_read(2);
    random_list(20000, 20000, false);
    fail_each_read(10);
    begin();
}

static const struct unit_case cases[] = {
    {"any part of a long file, from any edits", any_part_of_a_long_file},
    {"short edits share reads", short_edits_share_reads},
    {"a long kept part is read where it goes", a_long_kept_part_is_read_where_it_goes},
    {"a read that fails fails the assembly", a_read_that_fails_fails_the_assembly},
};

UNIT_MAIN(cases)
