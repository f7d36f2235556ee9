/* test_count.c - how often a byte occurs, counted many at once. */
#include "base/count.h"
#include "base/eight_bytes.h"
#include "unit.h"

#include <stdlib.h>

enum { MOST = 70000 };

static size_t slow_count(const unsigned char *bytes, size_t length, unsigned char byte)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == byte)
            count++;
    return count;
}

static void as_one_byte_at_a_time(void)
{
    static unsigned char bytes[MOST];
    for (unsigned long round = 0; round < unit_rounds(300); round++) {
        size_t start = (size_t)unit_below(64);
        size_t length = (size_t)unit_below(round % 3 == 0 ? MOST - start : 1200);
        unsigned char byte = (unsigned char)unit_random();
        uint64_t values = 1 + unit_below(256); /* few: most bytes are `byte` */
        for (size_t i = 0; i < MOST; i++)
            bytes[i] = (unsigned char)(byte + unit_below(values));
        CHECK(count_byte(bytes + start, length, byte) == slow_count(bytes + start, length, byte));
    }
}

static void every_byte_beside_every_other(void)
{
    unsigned char bytes[9];
    for (unsigned byte = 0; byte < 256; byte++)
        for (unsigned other = 0; other < 256; other++) {
            for (size_t i = 0; i < sizeof bytes; i++)
                bytes[i] = (unsigned char)(i % 3 ? byte : other);
            CHECK(count_byte(bytes, sizeof bytes, (unsigned char)byte) ==
                  slow_count(bytes, sizeof bytes, (unsigned char)byte));
        }
}

static void pairs_at_even_offsets(void)
{
    static const unsigned char bytes[] = "\0\n\n\0\n\n\0\0\0\n\0\n";
    CHECK(count_pair(bytes, 12, 0, '\n') == 3);
    CHECK(count_pair(bytes, 12, '\n', 0) == 1);
    CHECK(count_pair(bytes + 1, 10, 0, '\n') == 1);
    CHECK(count_pair(bytes, 0, 0, 0) == 0);
}

static void as_one_pair_at_a_time(void)
{
    static unsigned char bytes[MOST * 64];
    for (unsigned long round = 0; round < unit_rounds(100); round++) {
        size_t length = (size_t)unit_below(round % 20 == 0 ? sizeof bytes / 2 : 300) * 2;
        size_t expected = 0;
        uint64_t values = 1 + unit_below(3); /* 1: all pairs are alike */
        for (size_t i = 0; i < length; i++)
            bytes[i] = (unsigned char)unit_below(values);
        for (size_t i = 0; i < length; i += 2)
            expected += bytes[i] == 0 && bytes[i + 1] == values - 1;
        CHECK(count_pair(bytes, length, 0, (unsigned char)(values - 1)) == expected);
    }
}

static void the_first_zero_of_whole_words(void)
{
    for (unsigned long round = 0; round < unit_rounds(2000); round++) {
        unsigned char bytes[80];
        size_t length = (size_t)unit_below(sizeof bytes + 1), first = 0;
        for (size_t i = 0; i < length; i++)
            bytes[i] = (unsigned char)(unit_below(40) ? 0x7e + unit_below(4) : unit_below(2));
        while (first < length / 8 * 8 && bytes[first] != 0)
            first++;
        CHECK(eight_bytes_zero(bytes, length) == (first < length / 8 * 8 ? first : length));
    }
}

/* In memory of just that length: nothing else is read. */
static void few_bytes(void)
{
    for (size_t round = 0; round < unit_rounds(2000); round++) {
        size_t length = 1 + unit_below(8);
        unsigned char *a = malloc(length), *b = malloc(length);
        CHECK(a && b);
        uint64_t wanted = 0, word = 0;
        for (size_t i = 0; i < length; i++) {
            a[i] = (unsigned char)unit_random();
            b[i] = unit_below(2) ? a[i] : (unsigned char)(a[i] ^ 1u << unit_below(8));
            word |= (uint64_t)a[i] << 8 * i;
            wanted |= (uint64_t)(a[i] != b[i]) << (8 * i + 7);
        }
        CHECK(eight_bytes_few(a, length) == word);
        CHECK(eight_bytes_unequal(word, eight_bytes_few(b, length)) == wanted);
        free(a);
        free(b);
    }
}

static const struct unit_case cases[] = {
    {"bytes are counted as one at a time", as_one_byte_at_a_time},
    {"a byte is told from all others", every_byte_beside_every_other},
    {"pairs are counted at even offsets only", pairs_at_even_offsets},
    {"pairs are counted as one at a time", as_one_pair_at_a_time},
    {"the first zero of whole words is found", the_first_zero_of_whole_words},
    {"one to eight bytes as a word, and which of two words differ", few_bytes},
};

UNIT_MAIN(cases)
