/* test_equal_ends.c - what is left of a long edit of which the file has parts already. */
#include "scratch_files.h"

#include "apply/equal_ends.h"

enum {
    MOST = 3 * 1024 * 1024,
    CHUNK = 128 * 1024, /* that equal_ends.c compares at once */
    AT = 4097,          /* where DATA goes in the file, and where it begins in its own file */
    DATA_AT = 1234,
};

static unsigned char old_bytes[AT + MOST + 100], data[DATA_AT + MOST];

static void make(const char *name, const unsigned char *bytes, size_t length)
{
    struct error error;
    struct file *file = scratch_file(name);
    CHECK(file_write(file, 0, bytes, length, &error));
    scratch_close(file);
}

/* Fills both files with the same random bytes where DATA goes. */
static void make_equal(size_t length)
{
    fill_random(old_bytes, sizeof old_bytes);
    fill_random(data, sizeof data);
    memcpy(data + DATA_AT, old_bytes + AT, length);
}

static void open_pool(struct pool *pool, size_t length)
{
    struct error error;
    pool_init(pool);
    make("data", data, sizeof data);
    CHECK(mapping_open(&pool->file, "data", 0, &error));
    pool->file_range = (struct range){DATA_AT, DATA_AT + length};
    pool->has_file = true;
}

/* Applies the list to the old bytes, with the pool as it is now. */
static void apply_plainly(const struct edit_list *list, struct pool *pool)
{
    struct error error;
    const struct edit *edit = &list->last;
    CHECK(list->count == 1 && edit->old_length == edit->new_length);
    CHECK(pool_size(pool) == edit->source + edit->new_length);
    CHECK(pool_read_edit(pool, NULL, edit, (struct range){0, edit->new_length},
                         old_bytes + edit->offset, &error));
}

/* What was left is at most what differs, and a chunk on each side; or one chunk, if nothing. */
static void check_left(const struct edit *edit, size_t first, size_t last, size_t length)
{
    uint64_t start = edit->offset - AT, end = start + edit->new_length;
    CHECK(edit->new_length > 0 && end <= length);
    if (first > last) {
        CHECK(edit->new_length <= CHUNK);
        return;
    }
    CHECK(start <= first && first - start < CHUNK);
    CHECK(last < end && end - last <= CHUNK);
}

/* Drops the ends of the edit in the files that were made. */
static void check_drop(size_t first, size_t last, size_t length)
{
    struct error error;
    struct mapping mapping = {0};
    struct pool pool;
    struct edit_list edits, shorter;
    uint64_t left_out = 0;
    make("file", old_bytes, sizeof old_bytes);
    open_pool(&pool, length);
    CHECK(mapping_open(&mapping, "file", 0, &error));
    edit_list_init(&edits);
    edit_list_init(&shorter);
    CHECK(edit_list_append_pool(&edits, (struct range){AT, AT + length}, 0, length, &error));
    CHECK(equal_ends_drop(&mapping, &edits, &pool, &shorter, &left_out, &error));
    const struct edit_list *list = shorter.count > 0 ? &shorter : &edits;
    CHECK(left_out + list->last.new_length == length);
    apply_plainly(list, &pool);
    CHECK(memcmp(old_bytes + AT, data + DATA_AT, length) == 0);
    if (length >= 8 * CHUNK)
        check_left(&list->last, first, last, length);
    edit_list_release(&edits);
    edit_list_release(&shorter);
    CHECK(mapping_close(&mapping, &error) && pool_release(&pool, &error));
}

static void test_equal(void)
{
    for (size_t length = 8 * CHUNK - 1; length <= 8 * CHUNK + CHUNK + 1; length += CHUNK / 2 + 1) {
        make_equal(length);
        check_drop(1, 0, length);
    }
}

static void test_one_byte(void)
{
    const size_t places[] = {
        0, 1, CHUNK - 1, CHUNK, 5 * CHUNK, MOST - CHUNK - 1, MOST - CHUNK, MOST - 1};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        make_equal(MOST);
        data[DATA_AT + places[i]] ^= 1;
        check_drop(places[i], places[i], MOST);
    }
}

static void test_random(void)
{
    for (unsigned long round = unit_rounds(20); round > 0; round--) {
        size_t length = (size_t)(MOST - unit_below(2 * MOST / 3)), first = length, last = 0;
        make_equal(length);
        for (uint64_t count = 1 + unit_below(4); count > 0; count--) {
            size_t place = (size_t)unit_below(length);
            data[DATA_AT + place] ^= 255;
            if (data[DATA_AT + place] == old_bytes[AT + place])
                continue; /* the same place twice */
            first = place < first ? place : first;
            last = place > last ? place : last;
        }
        check_drop(first, last, length);
    }
}

/* What the comparison must leave alone. */
static void test_others(void)
{
    struct error error;
    struct mapping mapping = {0};
    struct pool pool;
    const struct range old = {AT, AT + MOST};
    make_equal(MOST);
    make("file", old_bytes, sizeof old_bytes);
    open_pool(&pool, MOST);
    CHECK(mapping_open(&mapping, "file", 0, &error));
    for (int kind = 0; kind < 6; kind++) {
        struct edit edit = {.offset = AT, .old_length = MOST, .new_length = MOST, .period = MOST};
        struct edit_list edits, shorter;
        uint64_t left_out = 0;
        edit_list_init(&edits);
        edit_list_init(&shorter);
        edit.kind = kind == 0 ? EDIT_COPY : kind == 1 ? EDIT_ZEROS : EDIT_POOL;
        edit.period = kind == 2 ? MOST / 2 : MOST; /* DATA is repeated */
        edit.old_length = kind == 3 ? MOST - 1 : MOST;
        edit.source = kind == 0 ? old.start : 0;
        pool.has_file = kind != 4; /* the new bytes are in memory, */
        if (kind == 5)             /* or the first of them */
            CHECK(buffer_append_byte(&pool.bytes, 'x', &error));
        CHECK(edit_list_append(&edits, &edit, &error));
        CHECK(equal_ends_drop(&mapping, &edits, &pool, &shorter, &left_out, &error));
        CHECK(shorter.count == 0 && left_out == 0);
        pool.has_file = true;
        CHECK(pool_size(&pool) == MOST + (kind == 5));
        edit_list_release(&edits);
    }
    CHECK(mapping_close(&mapping, &error) && pool_release(&pool, &error));
}

static const struct unit_case cases[] = {
    {"of DATA that the file has already, at most a chunk is written", test_equal},
    {"one byte that differs is written, wherever it is", test_one_byte},
    {"all bytes that differ are written", test_random},
    {"copies, zeros, repeated DATA, DATA in memory and other lengths are written whole",
     test_others},
};

int main(void)
{
    scratch_enter();
    int status = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return status;
}
