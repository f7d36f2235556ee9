/* test_files.c - bytes, sizes, disk blocks, locks and marks of real files, on any system. */
#include "scratch_files.h"

#include "mapping.h"

static void test_random_writes(void)
{
    enum { SIZE = 100000 };
    unsigned char *model = calloc(1, SIZE), *bytes = malloc(SIZE);
    struct file *file = scratch_file("file");
    struct error error;
    size_t size = 0, got = 0;
    for (unsigned long i = 0; i < unit_rounds(300); i++) {
        size_t offset = unit_below(SIZE), length = unit_below(SIZE - offset + 1);
        fill_random(bytes, length);
        CHECK(file_write(file, offset, bytes, length, &error));
        memcpy(model + offset, bytes, length);
        if (length > 0 && offset + length > size)
            size = offset + length;
        offset = unit_below(SIZE);
        CHECK(file_read(file, offset, bytes, SIZE, &got, &error));
        CHECK(got == (offset < size ? size - offset : 0));
        CHECK(memcmp(bytes, model + offset, got) == 0);
    }
    CHECK(file_is(file, model, size));
    scratch_close(file);
    free(model);
    free(bytes);
}

static void test_offsets_too_large(void)
{
    struct error error = {0};
    unsigned char byte = 0;
    size_t got = 1;
    struct file *file = scratch_file("file");
    CHECK(!file_read(file, OFFSET_MAX, &byte, 1, &got, &error) && got == 0);
    CHECK(strstr(error.message, "9223372036854775807"));
    CHECK(!file_write(file, OFFSET_MAX, &byte, 1, &error));
    CHECK(!file_set_size(file, OFFSET_MAX + 1, &error));
    CHECK(size_of(file) == 0);
    scratch_close(file);
}

static void test_allocate(void)
{
    struct file_status status;
    struct error error;
    bool reserved = false;
    struct file *file = scratch_file("file");
    CHECK(file_write(file, 0, "abc", 3, &error));
    CHECK(file_allocate(file, (struct range){0, 1 << 20}, true, &reserved, &error));
    CHECK(size_of(file) == 3);
    CHECK(file_allocate(file, (struct range){2, 1 << 20}, false, &reserved, &error));
    CHECK(file_get_status(file, &status, &error) && status.size == 1 << 20);
    if (reserved)
        CHECK(status.allocated >= 1 << 20);
    unsigned char *model = calloc(1, 1 << 20);
    memcpy(model, "abc", 3);
    CHECK(file_is(file, model, 1 << 20));
    CHECK(file_allocate(file, (struct range){5, 5}, false, &reserved, &error) && reserved);
    free(model);
    scratch_close(file);
}

static void test_zero(void)
{
    enum { SIZE = 300000 };
    unsigned char *model = malloc(SIZE);
    struct error error;
    struct file *file = scratch_file("file");
    fill_random(model, SIZE);
    CHECK(file_write(file, 0, model, SIZE, &error));
    for (unsigned long i = 0; i < unit_rounds(30); i++) {
        size_t start = unit_below(SIZE), end = start + unit_below(SIZE / 8);
        if (end > SIZE)
            end = SIZE;
        CHECK(file_zero(file, (struct range){start, end}, &error));
        memset(model + start, 0, end - start);
    }
    CHECK(file_is(file, model, SIZE));
    free(model);
    scratch_close(file);
}

/* What file_next_data() calls holes must be zeros, and it must come to the end. */
static uint64_t check_holes(struct file *file, const unsigned char *model, uint64_t size)
{
    struct error error;
    struct range data;
    uint64_t offset = 0, in_data = 0;
    while (offset < size) {
        CHECK(file_next_data(file, offset, size, &data, &error));
        CHECK(data.start >= offset && data.end <= size && data.start <= data.end);
        for (uint64_t i = offset; i < data.start; i++)
            CHECK(model[i] == 0);
        CHECK(data.end > offset);
        in_data += range_length(data);
        if (data.end <= offset)
            break;
        offset = data.end;
    }
    return in_data;
}

static void test_holes(void)
{
    enum { SIZE = 1 << 20 };
    unsigned char *model = calloc(1, SIZE), bytes[5000];
    struct error error;
    struct range data;
    struct file *file = scratch_file("file");
    CHECK(file_set_size(file, SIZE, &error) && size_of(file) == SIZE);
    CHECK(file_next_data(file, SIZE, SIZE, &data, &error));
    CHECK(data.start == SIZE && data.end == SIZE);
    bool tells = host_tells_holes("file");
    uint64_t in_data = check_holes(file, model, SIZE);
    CHECK(in_data == (tells ? 0 : SIZE));
    for (int i = 0; i < 10; i++) {
        size_t offset = unit_below(SIZE - sizeof bytes);
        fill_random(bytes, sizeof bytes);
        CHECK(file_write(file, offset, bytes, sizeof bytes, &error));
        memcpy(model + offset, bytes, sizeof bytes);
    }
    in_data = check_holes(file, model, SIZE);
    CHECK(!tells || in_data < SIZE / 2);
    scratch_close(file);
    free(model);
}

static void test_insert_and_cut_blocks(void)
{
    struct file_status status;
    struct error error = {0};
    struct file *file = scratch_file("file");
    CHECK(file_get_status(file, &status, &error));
    size_t block = (size_t)status.block_size, size = 5 * block + 7;
    unsigned char *old = malloc(size), *model = calloc(1, size + 2 * block);
    fill_random(old, size);
    CHECK(file_write(file, 0, old, size, &error));
    enum file_blocks_result result = file_insert_blocks(file, 3 * block, 2 * block, &error);
    CHECK(result != FILE_BLOCKS_FAILED);
    if (result == FILE_BLOCKS_DONE) {
        memcpy(model, old, 3 * block);
        memcpy(model + 5 * block, old + 3 * block, size - 3 * block);
        CHECK(file_is(file, model, size + 2 * block));
        CHECK(file_cut_blocks(file, 3 * block, 2 * block, &error) == FILE_BLOCKS_DONE);
        /* Not a multiple: refused, not done in part. */
        CHECK(file_cut_blocks(file, 1, block, &error) == FILE_BLOCKS_UNSUPPORTED);
    }
    CHECK(file_is(file, old, size));
    free(old);
    free(model);
    scratch_close(file);
    if (result == FILE_BLOCKS_UNSUPPORTED)
        SKIP("this file system cannot insert blocks");
}

static void test_marks(void)
{
    struct error error = {0};
    char value[8];
    size_t length = sizeof value;
    struct file *file = scratch_file("file"), *reader = scratch_open("file", 0);
    enum mark_result marked = file_set_mark(file, "mmtool.test", "12345678", 8, &error);
    CHECK(marked == MARK_OK || (marked == MARK_UNSUPPORTED && !host_has_marks("file")));
    if (marked != MARK_OK) {
        scratch_close(reader);
        scratch_close(file);
        SKIP("this file system keeps no marks");
    }
    CHECK(file_get_mark(reader, "mmtool.test", value, &length, &error) == MARK_OK);
    CHECK(length == 8 && memcmp(value, "12345678", 8) == 0);
    length = 7;
    CHECK(file_get_mark(reader, "mmtool.test", value, &length, &error) == MARK_FAILED);
    length = 0;
    CHECK(file_get_mark(reader, "mmtool.test", value, &length, &error) == MARK_FAILED);
    length = sizeof value;
    CHECK(file_get_mark(file, "mmtool.other", value, &length, &error) == MARK_NONE);
    CHECK(length == 0);
    CHECK(file_remove_mark(file, "mmtool.test", &error) == MARK_OK);
    CHECK(file_remove_mark(file, "mmtool.test", &error) == MARK_NONE);
    scratch_close(reader);
    scratch_close(file);
}

static void test_locks(void)
{
    struct error error = {0};
    struct file *one = scratch_file("file"), *two = scratch_open("file", FILE_OPEN_WRITE);
    struct file *reader = scratch_open("file", 0);
    if (file_lock(one, LOCK_EXCLUSIVE, &error) == LOCK_UNSUPPORTED)
        SKIP("this file system has no locks");
    CHECK(file_lock(two, LOCK_EXCLUSIVE, &error) == LOCK_BUSY);
    CHECK(file_lock(reader, LOCK_SHARED, &error) == LOCK_BUSY);
    file_unlock(one);
    CHECK(file_lock(reader, LOCK_SHARED, &error) == LOCK_HELD);
    CHECK(file_lock(one, LOCK_SHARED, &error) == LOCK_HELD);
    CHECK(file_lock(two, LOCK_EXCLUSIVE, &error) != LOCK_HELD);
    scratch_close(reader);
    CHECK(file_lock(one, LOCK_EXCLUSIVE, &error) == LOCK_HELD); /* a shared one becomes it */
    scratch_close(one);
    CHECK(file_lock(two, LOCK_EXCLUSIVE, &error) == LOCK_HELD);
    scratch_close(two);
}

static void test_unnamed(void)
{
    struct file *one = NULL, *two = NULL, *none;
    struct error error = {0};
    CHECK(file_open_unnamed(".", &one, &error) && file_open_unnamed(NULL, &two, &error));
    CHECK(file_write(one, 3, "abc", 3, &error));
    CHECK(file_is(one, (const unsigned char *)"\0\0\0abc", 6) && size_of(two) == 0);
    scratch_close(one);
    scratch_close(two);
    CHECK(!file_open_unnamed("no", &none, &error) && !none);
    CHECK_SAY(strstr(error.message, "no temporary file can be made in no: no such directory"), "%s",
              error.message);
}

/* ---- files that a command makes -------------------------------------------------------------- */

static bool is_there(const char *name)
{
    struct file *file;
    struct error error;
    if (file_open(name, 0, &file, &error) != FILE_OPENED)
        return false;
    scratch_close(file);
    return true;
}

/* Makes it as --create does, lets `meanwhile` happen, and takes it back. */
static bool stays(const char *name, void meanwhile(struct mapping *mapping))
{
    struct mapping mapping;
    struct error error = {0};
    CHECK_SAY(mapping_open(&mapping, name, MAPPING_WRITE | MAPPING_CREATE, &error), "%s",
              error.message);
    meanwhile(&mapping);
    mapping_remove_created(&mapping);
    CHECK(mapping_close(&mapping, &error));
    return is_there(name);
}

static void nothing(struct mapping *mapping)
{
    CHECK(mapping->created);
}

static void it_is_written(struct mapping *mapping)
{
    struct error error;
    CHECK(mapping_write(mapping, 0, "x", 1, &error));
}

static void it_was_there(struct mapping *mapping)
{
    CHECK(!mapping->created);
}

static void test_made_and_removed(void)
{
    CHECK(!stays("made", nothing));
    CHECK(stays("written", it_is_written));
    scratch_close(scratch_file("old"));
    CHECK(stays("old", it_was_there));
}

static const struct unit_case cases[] = {
    {"random writes read back", test_random_writes},
    {"offsets too large are refused", test_offsets_too_large},
    {"allocate reserves, and grows only when it may", test_allocate},
    {"zeroed ranges read as zeros, the rest stays", test_zero},
    {"holes are zeros and data is found", test_holes},
    {"inserted and cut blocks shift the rest", test_insert_and_cut_blocks},
    {"marks are set, read and removed", test_marks},
    {"locks keep others out", test_locks},
    {"a file that is made goes again if nothing came of it", test_made_and_removed},
    {"a file without a name takes bytes and leaves nothing", test_unnamed},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
