/*
 * test_needle_table.c - what the table of needles keeps of a block, and what it finds there,
 * against the slow reference.
 */
#include "search_reference.h"

#include "search/needle_table.h"

/* The needles of a case, compiled, longest first. */
struct compiled {
    struct search_needle needles[MANY_NEEDLES];
    unsigned char *storage;
};

static void compile(struct compiled *compiled, const struct random_case *given)
{
    size_t total = 0, used = 0, count = 0, longest = 0;
    for (size_t i = 0; i < given->count; i++) {
        total += 2 * given->needles[i].length;
        longest = given->needles[i].length > longest ? given->needles[i].length : longest;
    }
    compiled->storage = allocate(total);
    for (size_t length = longest; length > 0; length--)
        for (size_t i = 0; i < given->count; i++)
            if (given->needles[i].length == length) {
                needle_compile(&compiled->needles[count++], &given->needles[i], given->ignore_case,
                               compiled->storage + used);
                used += 2 * length;
            }
}

/* Needles copied from the span; all as long as each other, or of lengths in a range. */
static void make_needles_of(struct random_case *given, size_t shortest, size_t longest)
{
    size_t alphabet = unit_below(2) ? 0 : 256;
    make_span(given, 200 + unit_below(400), unit_below(8), alphabet);
    make_needles(given, 1 + unit_below(MANY_NEEDLES), longest, alphabet);
    for (size_t i = 0; i < given->count; i++) {
        struct needle *needle = &given->needles[i];
        free((void *)needle->mask);
        needle->mask = NULL;
        if (needle->length >= shortest)
            continue;
        unsigned char *bytes = allocate(shortest);
        memcpy(bytes, given->span + unit_below(given->length - shortest), shortest);
        free((void *)needle->bytes);
        *needle = (struct needle){bytes, NULL, shortest};
    }
}

/* All offsets of a block are asked about, or each with a chance. */
static uint64_t random_bits(size_t count)
{
    uint64_t bits = unit_below(2) ? UINT64_MAX : unit_random() & unit_random();
    return bits & bits_before(count);
}

static void check_blocks(const struct needle_table *table, const struct random_case *given,
                         size_t limit)
{
    size_t end = limit - table->shortest + 1, count;
    for (size_t block = unit_below(end); block < end; block += count) {
        count = end - block < FILTER_BLOCK ? end - block : FILTER_BLOCK;
        struct needle_candidates candidates = {.block = block, .bits = random_bits(count)};
        uint64_t asked = candidates.bits;
        needle_table_sift(table, given->span, limit, &candidates);
        CHECK((candidates.bits & ~asked) == 0);
        for (size_t i = 0; i < count; i++) {
            uint64_t work = 0;
            if (!(asked >> i & 1))
                continue;
            unsigned classes = candidates.bits >> i & 1 ? candidates.classes[i] : 0;
            const unsigned char *at = given->span + block + i;
            size_t found = needle_table_longest(table, classes, at, limit - block - i, &work);
            size_t wanted = longest_at(given, block + i, limit);
            CHECK_SAY(found == wanted, "(%zu, not %zu bytes at %zu, %zu needles from %zu on)",
                      found, wanted, block + i, given->count, table->shortest);
        }
    }
}

static void check_random(size_t shortest, size_t longest)
{
    struct random_case given;
    struct compiled compiled;
    struct needle_table table;
    struct error error = {.status = STATUS_DONE};
    make_needles_of(&given, shortest, longest);
    compile(&compiled, &given);
    CHECK(needle_table_init(&table, compiled.needles, given.count, &error));
    check_blocks(&table, &given, given.length);
    check_blocks(&table, &given, table.shortest + unit_below(given.length - table.shortest));
    needle_table_release(&table);
    free(compiled.storage);
    release_case(&given);
}

static void all_lengths(void)
{
    for (unsigned long round = unit_rounds(300); round; round--)
        check_random(1, 1 + unit_below(30));
}

static void one_length(void)
{
    for (unsigned long round = unit_rounds(300); round; round--) {
        size_t length = 1 + unit_below(20);
        check_random(length, length);
    }
}

static void no_very_short_ones(void)
{
    for (unsigned long round = unit_rounds(300); round; round--)
        check_random(4 + unit_below(6), 4 + unit_below(20));
}

static const struct unit_case cases[] = {
    {"needles of all lengths are found", all_lengths},
    {"needles of one length are found", one_length},
    {"needles of four bytes and more are found", no_very_short_ones},
};
UNIT_MAIN(cases)
