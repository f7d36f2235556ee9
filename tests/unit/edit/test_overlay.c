/*
 * test_overlay.c - the edits of an atomic script and their new bytes, against a file that is edited
 * in memory, one edit after the other.
 */
#define _GNU_SOURCE
#include "scratch_files.h"

#include "edit/overlay.h"

enum { OLD_SIZE = 3000, POOL_FILE = 20000, MOST = 400000 };

/* The bytes of the file before the edits, and after those so far. */
struct model {
    unsigned char old[OLD_SIZE];
    unsigned char bytes[MOST];
    size_t length;
    unsigned char pool_file[POOL_FILE];
};

static struct model model; /* too large for a stack */

static void open_file(struct mapping *mapping, const char *name)
{
    struct error error = {0};
    bool done = mapping_open(mapping, name, 0, &error);
    CHECK_SAY(done, "%s", error.message);
    if (!done)
        exit(1);
}

/* A pool of `length` bytes in memory and of a range of the file "pool" behind them. */
static void make_pool(struct pool *pool, const void *bytes, size_t length, struct range range)
{
    struct error error = {0};
    pool_init(pool);
    CHECK(buffer_append(&pool->bytes, bytes, length, &error));
    pool->has_file = range_length(range) > 0;
    pool->file_range = range;
    if (pool->has_file)
        open_file(&pool->file, "pool");
}

static void end_pool(struct pool *pool)
{
    CHECK(pool_release(pool, &(struct error){0}));
}

/* The byte of a pool that make_pool() has made, the slow way. */
static unsigned char pool_byte(const struct pool *pool, uint64_t at)
{
    size_t held = pool->bytes.length;
    return at < held ? pool->bytes.data[at] : model.pool_file[pool->file_range.start + at - held];
}

/* ---- the model ------------------------------------------------------------------------------- */

/* The new bytes of an edit; copies are of `before`, what the file was before the command. */
static size_t new_bytes(const struct edit *edit, const struct pool *pool,
                        const unsigned char *before, unsigned char *out)
{
    for (uint64_t i = 0; i < edit->new_length; i++)
        out[i] = edit->kind == EDIT_ZEROS  ? 0
                 : edit->kind == EDIT_COPY ? before[edit->source + i]
                                           : pool_byte(pool, edit->source + i % edit->period);
    return (size_t)edit->new_length;
}

/* Applies a list to bytes; returns how many come out. */
static size_t apply(const struct edit_list *list, const struct pool *pool,
                    const unsigned char *before, size_t size, unsigned char *out)
{
    static struct edit_reader reader;
    size_t length = 0;
    uint64_t at = 0;
    edit_reader_init(&reader, list);
    for (uint64_t i = 0; i < list->count; i++) {
        const struct edit *edit = edit_reader_get(&reader, i);
        memcpy(out + length, before + at, (size_t)(edit->offset - at));
        length += (size_t)(edit->offset - at);
        length += new_bytes(edit, pool, before, out + length);
        at = edit->offset + edit->old_length;
    }
    memcpy(out + length, before + at, size - (size_t)at);
    return length + size - (size_t)at;
}

/* ---- random commands ------------------------------------------------------------------------- */

static struct edit random_edit(uint64_t from, uint64_t size, uint64_t pool)
{
    static const uint64_t lengths[] = {0, 1, 2, 9, 50};
    uint64_t most = unit_below(30) ? lengths[unit_below(5)] : 9000; /* more than a read at once */
    struct edit edit = {.offset = from + unit_below(minimum_u64(size - from, 100) + 1)};
    edit.old_length = unit_below(minimum_u64(most, size - edit.offset) + 1);
    edit.kind = unit_below(4) ? EDIT_POOL : EDIT_ZEROS;
    edit.new_length = unit_below(minimum_u64(most, pool) + 1);
    edit.period = edit.new_length;
    if (edit.new_length > 1 && unit_below(3) == 0)
        edit.period = 1 + unit_below(edit.new_length);
    edit.source = edit.kind == EDIT_POOL ? unit_below(pool - edit.period + 1) : 0;
    return edit;
}

static void random_command(struct edit_list *list, uint64_t size, uint64_t pool)
{
    struct error error = {0};
    uint64_t at = 0;
    if (size > 0 && unit_below(5) == 0) { /* a move */
        struct edit edit = {.kind = EDIT_COPY, .old_length = 1 + unit_below(size)};
        edit.new_length = edit.old_length;
        edit.offset = unit_below(size - edit.old_length + 1);
        edit.source = unit_below(size - edit.old_length + 1);
        CHECK(edit_list_append(list, &edit, &error));
        return;
    }
    at = unit_below(size + 1);
    for (uint64_t i = 1 + unit_below(4); i > 0; i--) {
        struct edit edit = random_edit(at, size, pool);
        CHECK_SAY(edit_list_append(list, &edit, &error), "%s", error.message);
        at = edit.offset + edit.old_length;
    }
}

static void random_pool(struct pool *pool)
{
    unsigned char bytes[100];
    uint64_t start = unit_below(POOL_FILE);
    fill_random(bytes, sizeof bytes);
    make_pool(pool, bytes, 1 + unit_below(sizeof bytes),
              (struct range){start, start + (unit_below(3) ? 0 : unit_below(POOL_FILE - start))});
}

static void check_reads(const struct mapping *mapping)
{
    static unsigned char read[MOST];
    struct error error = {0};
    CHECK_SAY(mapping->size == model.length, "%" PRIu64 " not %zu", mapping->size, model.length);
    for (unsigned i = 0; i < 4 && mapping->size == model.length; i++) {
        size_t start = i == 0 ? 0 : unit_below(model.length + 1);
        size_t length = i == 0 ? model.length : unit_below(model.length - start + 1);
        CHECK(mapping_read(mapping, start, read, length, &error));
        CHECK(memcmp(read, model.bytes + start, length) == 0);
    }
}

static void add_command(struct overlay *overlay, const struct mapping *mapping)
{
    static unsigned char after[MOST];
    struct edit_list list;
    struct pool pool;
    struct error error = {0};
    edit_list_init(&list);
    random_pool(&pool);
    random_command(&list, model.length, pool_size(&pool));
    model.length = apply(&list, &pool, model.bytes, model.length, after);
    memcpy(model.bytes, after, model.length);
    CHECK_SAY(overlay_add(overlay, &list, &pool, &error), "%s", error.message);
    check_reads(mapping);
    edit_list_release(&list);
    end_pool(&pool);
}

/* Every way to the new bytes of the list gives the same, and they are those of the model. */
static void check_list(const struct edit_list *list, struct pool *pool, size_t old_size)
{
    static unsigned char out[MOST], part[MOST];
    static struct edit_reader reader;
    struct error error = {0};
    size_t length = apply(list, pool, model.old, old_size, out);
    CHECK(length == model.length && memcmp(out, model.bytes, length) == 0);
    CHECK(edit_list_new_size(list, old_size) == length);
    edit_reader_init(&reader, list);
    for (uint64_t i = 0; i < list->count; i++) {
        const struct edit *edit = edit_reader_get(&reader, i);
        struct range some = {unit_below(edit->new_length + 1), edit->new_length};
        some.end -= unit_below(range_length(some) + 1);
        if (edit->kind == EDIT_ZEROS || range_length(some) == 0)
            continue;
        CHECK(pool_read_edit(pool, NULL, edit, some, part, &error));
        CHECK(!memcmp(part, out + edit->new_offset + some.start, (size_t)range_length(some)));
        const unsigned char *memory = pool_memory(pool, edit, some);
        CHECK((memory != NULL) == (some.end <= edit->period));
        CHECK(!memory || !memcmp(part, memory, (size_t)range_length(some)));
    }
}

static void finish(struct overlay *overlay, const struct mapping *mapping, size_t old_size)
{
    struct edit_list list;
    struct pool pool;
    struct error error = {0};
    edit_list_init(&list);
    pool_init(&pool);
    CHECK_SAY(overlay_finish(overlay, &list, &pool, &error), "%s", error.message);
    CHECK(!mapping->overlay && mapping->size == old_size);
    check_list(&list, &pool, old_size);
    edit_list_release(&list);
    end_pool(&pool);
}

static void begin(struct mapping *mapping, struct overlay **overlay, size_t old_size)
{
    struct error error = {0};
    fill_random(model.old, old_size);
    memcpy(model.bytes, model.old, old_size);
    model.length = old_size;
    scratch_sparse("file", model.old, old_size);
    open_file(mapping, "file");
    *overlay = overlay_new(mapping, &error);
    CHECK(*overlay && mapping->overlay && mapping->size == old_size);
}

static void end(struct mapping *mapping, struct overlay *overlay)
{
    overlay_free(overlay);
    CHECK(mapping_close(mapping, &(struct error){0}));
}

static void commands_edit_what_those_before_them_left(void)
{
    fill_random(model.pool_file, POOL_FILE);
    scratch_sparse("pool", model.pool_file, POOL_FILE);
    for (unsigned long round = 0; round < unit_rounds(300); round++) {
        struct mapping mapping;
        struct overlay *overlay;
        size_t old_size = unit_below(10) ? unit_below(OLD_SIZE) : 0;
        begin(&mapping, &overlay, old_size);
        for (uint64_t i = unit_below(unit_below(2) ? 4 : 30); i > 0 && model.length < MOST / 2; i--)
            add_command(overlay, &mapping);
        finish(overlay, &mapping, old_size);
        end(&mapping, overlay);
    }
}

static void nothing_done_is_no_edit(void)
{
    struct mapping mapping;
    struct overlay *overlay;
    struct edit_list list;
    struct pool pool;
    struct error error = {0};
    begin(&mapping, &overlay, 100);
    edit_list_init(&list);
    pool_init(&pool);
    CHECK(overlay_finish(overlay, &list, &pool, &error));
    CHECK(list.count == 0 && pool_size(&pool) == 0);
    end_pool(&pool);
    end(&mapping, overlay);
}

/* As after an error of the script: the mapping shows the file again. */
static void an_overlay_that_is_given_up_leaves_the_file(void)
{
    struct mapping mapping;
    struct overlay *overlay;
    unsigned char read[100];
    struct error error = {0};
    scratch_sparse("pool", model.pool_file, POOL_FILE);
    begin(&mapping, &overlay, 100);
    for (unsigned i = 0; i < 5; i++)
        add_command(overlay, &mapping);
    overlay_free(overlay);
    CHECK(!mapping.overlay && mapping.size == 100);
    CHECK(mapping_read(&mapping, 0, read, 100, &error) && !memcmp(read, model.old, 100));
    overlay_free(NULL);
    CHECK(mapping_close(&mapping, &error));
}

/* Another program cuts the file with the new bytes short. */
static void a_command_that_fails_changes_nothing(void)
{
    struct mapping mapping;
    struct overlay *overlay;
    struct edit_list list;
    struct pool pool;
    struct error error = {0};
    unsigned char bytes[100];
    if (!host_cuts_viewed_files())
        SKIP("no file that is in use can be cut here");
    scratch_sparse("pool", model.pool_file, POOL_FILE);
    begin(&mapping, &overlay, 100);
    add_command(overlay, &mapping);
    edit_list_init(&list);
    make_pool(&pool, "0123456789", 10, (struct range){0, POOL_FILE});
    CHECK(edit_list_append_pool(&list, (struct range){0, 0}, 0, POOL_FILE, &error));
    scratch_cut("pool", 10);
    CHECK(!overlay_add(overlay, &list, &pool, &error) && error.message[0]);
    error_clear(&error);
    CHECK(!pool_read(&pool, 5000, bytes, sizeof bytes, &error) && error.message[0]);
    check_reads(&mapping);
    edit_list_release(&list);
    end_pool(&pool);
    scratch_sparse("pool", model.pool_file, POOL_FILE);
    add_command(overlay, &mapping);
    finish(overlay, &mapping, 100);
    end(&mapping, overlay);
}

/* ---- the pool -------------------------------------------------------------------------------- */

static void a_pool_is_its_memory_and_then_its_file(void)
{
    static unsigned char read[POOL_FILE + 10];
    struct pool pool;
    struct error error = {0};
    scratch_sparse("pool", model.pool_file, POOL_FILE);
    make_pool(&pool, "0123456789", 10, (struct range){7, POOL_FILE - 3});
    CHECK(pool_size(&pool) == POOL_FILE);
    for (unsigned i = 0; i < 3000; i++) {
        size_t start = unit_below(unit_below(2) ? 20 : POOL_FILE), most = POOL_FILE - start;
        size_t length = unit_below(minimum_size(most, unit_below(3) ? 30 : POOL_FILE) + 1);
        CHECK(pool_read(&pool, start, read, length, &error));
        for (size_t j = 0; j < length; j++)
            CHECK(read[j] == pool_byte(&pool, start + j));
    }
    end_pool(&pool);
}

static void bytes_in_memory_are_told_from_others(void)
{
    struct pool pool;
    struct edit edit = {.source = 2, .period = 9, .new_length = 20};
    make_pool(&pool, "0123456789", 10, (struct range){0, 5});
    CHECK(pool_memory(&pool, &edit, (struct range){0, 8}) == pool.bytes.data + 2);
    CHECK(pool_memory(&pool, &edit, (struct range){3, 8}) == pool.bytes.data + 5);
    CHECK(!pool_memory(&pool, &edit, (struct range){3, 9})); /* the last one is in the file */
    edit.period = 4;
    CHECK(pool_memory(&pool, &edit, (struct range){0, 4}) &&
          pool_memory(&pool, &edit, (struct range){2, 4}));
    CHECK(!pool_memory(&pool, &edit, (struct range){2, 5})); /* it begins again */
    edit.source = 10;
    CHECK(pool_memory(&pool, &edit, (struct range){0, 0}) &&
          !pool_memory(&pool, &edit, (struct range){0, 1}));
    edit.source = 11;
    CHECK(!pool_memory(&pool, &edit, (struct range){0, 0}));
    edit = (struct edit){.kind = EDIT_COPY, .old_length = 3, .new_length = 3, .period = 3};
    CHECK(!pool_memory(&pool, &edit, (struct range){0, 3}));
    end_pool(&pool);
}

static void bytes_of_a_move_are_those_of_the_file(void)
{
    struct mapping mapping;
    struct pool pool;
    unsigned char read[10];
    struct error error = {0};
    struct edit edit = {.kind = EDIT_COPY, .old_length = 10, .new_length = 10, .source = 50};
    fill_random(model.old, 100);
    scratch_sparse("file", model.old, 100);
    open_file(&mapping, "file");
    pool_init(&pool);
    CHECK(pool_read_edit(&pool, &mapping, &edit, (struct range){3, 10}, read, &error));
    CHECK(!memcmp(read, model.old + 53, 7));
    end_pool(&pool);
    CHECK(mapping_close(&mapping, &error));
}

static const struct unit_case cases[] = {
    {"commands edit what those before them left, and all become one list",
     commands_edit_what_those_before_them_left},
    {"nothing done is no edit", nothing_done_is_no_edit},
    {"an overlay that is given up leaves the file", an_overlay_that_is_given_up_leaves_the_file},
    {"a command that fails changes nothing", a_command_that_fails_changes_nothing},
    {"a pool is its memory, and then its file", a_pool_is_its_memory_and_then_its_file},
    {"bytes in memory are told from others", bytes_in_memory_are_told_from_others},
    {"bytes of a move are those of the file", bytes_of_a_move_are_those_of_the_file},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
