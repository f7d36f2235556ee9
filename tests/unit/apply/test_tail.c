/* test_tail.c - takes a growth back, and keeps what other programs appended meanwhile. */
#include "scratch_files.h"

#include "apply/tail.h"

enum { LONGEST = 100000, OLD_SIZE = 3000, GROWN = 50000, FILE_MOST = GROWN + 2 * TAIL_MEMORY };

static unsigned char bytes[FILE_MOST], memory[TAIL_MEMORY];

static void open_it(struct mapping *mapping, size_t size)
{
    struct error error = {0};
    scratch_sparse("file", bytes, size);
    *mapping = (struct mapping){0};
    bool opened = mapping_open(mapping, "file", MAPPING_WRITE, &error);
    CHECK_SAY(opened, "%s", error.message);
    if (!opened)
        exit(1);
}

/* ---- where the growth ends ------------------------------------------------------------------- */

static uint64_t slow_end(struct range growth)
{
    uint64_t end = growth.start;
    for (uint64_t i = growth.start; i < growth.end; i++)
        if (bytes[i] != 0)
            end = i + 1;
    return end;
}

static void the_last_byte_that_is_not_zero_is_found(void)
{
    for (unsigned long round = 0; round < unit_rounds(100); round++) {
        struct mapping mapping;
        struct error error = {0};
        uint64_t end = 1, start = unit_below(LONGEST);
        struct range growth = {start, start + unit_below(LONGEST - start + 1)};
        memset(bytes, 0, LONGEST);
        for (unsigned long i = unit_below(4); i > 0; i--)
            bytes[unit_below(LONGEST)] = 1;
        if (unit_below(4) == 0 && growth.end > growth.start)
            bytes[growth.end - 1] = 1;
        if (unit_below(4) == 0)
            bytes[growth.start] = 1;
        open_it(&mapping, LONGEST);
        /* As before the mapping knows that the file has grown, or not. */
        uint64_t known = unit_below(2) ? growth.start : LONGEST;
        mapping.size = known;
        CHECK(tail_find_end(&mapping, growth, unit_below(2), &end, &error));
        CHECK_SAY(end == slow_end(growth), "%llu in %llu-%llu", (unsigned long long)end,
                  (unsigned long long)growth.start, (unsigned long long)growth.end);
        CHECK(mapping.size == (known > growth.end ? known : growth.end));
        CHECK(mapping_close(&mapping, NULL));
    }
}

/* ---- taking back ----------------------------------------------------------------------------- */

struct situation {
    const char *name;
    size_t size;     /* of the file now; a growth makes it GROWN */
    size_t appended; /* bytes that are not zero begin here; 0: there are none */
    size_t wanted;   /* the size that it has then */
};

static const struct situation situations[] = {
    {"grown", GROWN, 0, OLD_SIZE},
    {"not grown", OLD_SIZE, 0, OLD_SIZE},
    {"grown in part", 20000, 0, OLD_SIZE},
    {"appended before it grew", GROWN, OLD_SIZE, GROWN},
    {"taken back, then appended", 20000, OLD_SIZE, 20000},
    {"appended behind the growth", GROWN + 700, GROWN, OLD_SIZE + 700},
    {"appended a byte", GROWN + 1, GROWN, OLD_SIZE + 1},
    {"appended more than the memory holds", FILE_MOST, GROWN, FILE_MOST - GROWN + OLD_SIZE},
    {"taken back, then appended more than the growth", GROWN + 700, OLD_SIZE, GROWN + 700},
};

/* The old bytes, zeros, and what was appended; then without the zeros, if they are taken back. */
static void check_taken_back(const struct situation *situation, bool durable)
{
    struct mapping mapping;
    struct error error = {0};
    size_t start = situation->appended ? situation->appended : situation->size;
    memset(bytes, 0, sizeof bytes);
    fill_random(bytes, OLD_SIZE);
    fill_random(bytes + start, situation->size - start);
    open_it(&mapping, situation->size);
    const struct tail_cut cut = {
        .mapping = &mapping, .durable = durable, .from = GROWN, .to = OLD_SIZE, .memory = memory};
    bool done = tail_take_back(&cut, &error);
    CHECK_SAY(done, "%s: %s", situation->name, error.message);
    if (situation->wanted < situation->size && start < situation->size)
        memmove(bytes + OLD_SIZE, bytes + start, situation->size - start);
    CHECK_SAY(file_is(mapping.file, bytes, situation->wanted), "%s", situation->name);
    CHECK_SAY(mapping.size == situation->wanted, "%s", situation->name);
    CHECK(mapping_close(&mapping, NULL));
}

static void a_growth_is_taken_back_and_no_byte_of_others(void)
{
    for (size_t i = 0; i < sizeof situations / sizeof *situations; i++) {
        check_taken_back(&situations[i], false);
        check_taken_back(&situations[i], true);
    }
}

static const struct unit_case cases[] = {
    {"the last byte that is not zero is found", the_last_byte_that_is_not_zero_is_found},
    {"a growth is taken back, and no byte of others", a_growth_is_taken_back_and_no_byte_of_others},
};

int main(void)
{
    platform_begin();
    scratch_enter();
    int status = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return status;
}
