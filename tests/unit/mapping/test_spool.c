/* test_spool.c - the bytes of a stream, kept in memory and behind that in a file. */
#include "scratch_files.h"
#include "mapping/spool.h"

/* A byte of the stream, by its offset alone. */
static unsigned char byte_at(uint64_t offset)
{
    return (unsigned char)(offset * 0x9e3779b97f4a7c15u >> 56);
}

static void check_bytes(const struct spool *spool, uint64_t offset, size_t length,
                        unsigned char *room)
{
    struct error error = {0};
    size_t wrong = 0;
    CHECK_SAY(spool_read(spool, offset, room, length, &error), "%s", error.message);
    for (size_t i = 0; i < length; i++)
        wrong += room[i] != byte_at(offset + i);
    CHECK_SAY(wrong == 0, "%zu of %zu at %" PRIu64, wrong, length, offset);
}

static void append_random(struct spool *spool, uint64_t until, unsigned char *room, size_t most)
{
    struct error error = {0};
    while (spool->size < until) {
        size_t length = unit_below(most + 1);
        uint64_t start = spool->size;
        for (size_t i = 0; i < length; i++)
            room[i] = byte_at(start + i);
        CHECK_SAY(spool_append(spool, room, length, &error), "%s", error.message);
        CHECK(spool->size == start + length);
    }
}

static void test_appends(void)
{
    enum { MOST = 300000 };
    struct spool spool = {{NULL, "beside-this"}, {0}, NULL, 0};
    unsigned char *room = malloc(MOST);
    append_random(&spool, SPOOL_MEMORY - 2 * MOST, room, MOST);
    CHECK(!spool.file);
    check_bytes(&spool, spool.size / 2, MOST, room);
    append_random(&spool, SPOOL_MEMORY + MOST, room, MOST);
    CHECK(spool.file && spool.memory.capacity == 0);
    append_random(&spool, SPOOL_MEMORY + 10 * MOST, room, MOST);
    for (unsigned long i = 0; i < unit_rounds(100); i++) {
        size_t length = unit_below(MOST);
        check_bytes(&spool, unit_below(spool.size - length), length, room);
    }
    spool_release(&spool);
    CHECK(spool.size == 0 && !spool.file);
    free(room);
}

static void test_parts(void)
{
    enum { SIZE = 700000 };
    unsigned char *room = malloc(SIZE);
    struct error error = {0};
    for (uint64_t i = 0; i < SIZE; i++)
        room[i] = byte_at(i);
    struct file *file = scratch_file("stream");
    CHECK(file_write(file, 0, room, SIZE, &error));
    scratch_close(file);
    for (unsigned long i = 0; i < unit_rounds(50); i++) {
        struct spool spool = {{NULL, NULL}, {0}, NULL, 0};
        struct spool_part part = {unit_below(SIZE + SIZE / 4), unit_below(SIZE), NULL};
        uint64_t skipped = 0, left = part.skip < SIZE ? SIZE - part.skip : 0;
        file = scratch_open("stream", 0);
        CHECK(spool_take(&spool, file, part, &skipped, &error));
        CHECK(skipped == (part.skip < SIZE ? part.skip : SIZE));
        CHECK(spool.size == (part.most < left ? part.most : left));
        CHECK(spool_read(&spool, 0, room, (size_t)spool.size, &error));
        for (size_t at = 0; at < spool.size; at++)
            CHECK(room[at] == byte_at(skipped + at));
        spool_release(&spool);
        scratch_close(file);
    }
    free(room);
}

int main(void)
{
    static const struct unit_case cases[] = {
        {"appended bytes are read back, from memory and from the file", test_appends},
        {"a part of a stream is taken, what is in front of it dropped", test_parts},
    };
    scratch_enter();
    int status = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return status;
}
