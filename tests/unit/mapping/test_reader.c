/* test_reader.c - bytes read at rising offsets are those of the file. */
#define _GNU_SOURCE
#include "scratch_files.h"

#include "mapping/reader.h"

enum { FILE_LENGTH = 512 * 1024 };

/* Walks the file with gaps and lengths up to these. */
static void walk(const struct mapping *mapping, const unsigned char *bytes, uint64_t gap,
                 uint64_t most)
{
    struct reader reader = {.mapping = mapping};
    struct error error = {0};
    for (uint64_t at = unit_below(gap); at < FILE_LENGTH; at += unit_below(gap)) {
        size_t length = (size_t)minimum_u64(1 + unit_below(most), FILE_LENGTH - at);
        const unsigned char *found = reader_rising(&reader, at, length, &error);
        CHECK_SAY(found && !memcmp(found, bytes + at, length), "%s", error.message);
        if (unit_below(8) == 0) /* not the only user of the reader */
            CHECK(reader_read(&reader, unit_below(FILE_LENGTH), 1, &error) != NULL);
        at += length - unit_below(length);
    }
    reader_release(&reader);
}

static void rising_offsets(void)
{
    static const uint64_t most[] = {1, 50, 5000, 100000};
    static unsigned char bytes[FILE_LENGTH];
    struct mapping mapping;
    struct error error = {0};
    fill_random(bytes, FILE_LENGTH);
    scratch_sparse("f", bytes, FILE_LENGTH);
    CHECK_SAY(mapping_open(&mapping, "f", 0, &error), "%s", error.message);
    for (unsigned long i = 0; i < unit_rounds(4); i++)
        for (size_t gap = 0; gap < sizeof most / sizeof *most; gap++)
            for (size_t length = 0; length < sizeof most / sizeof *most; length++)
                walk(&mapping, bytes, most[gap] * 4, most[length]);
    CHECK(mapping_close(&mapping, &error));
}

static const struct unit_case cases[] = {
    {"rising offsets, near and far apart", rising_offsets},
};

int main(void)
{
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
