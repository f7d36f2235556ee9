/* test_copy.c - copies of a few bytes. */
#include "base/copy.h"
#include "unit.h"

static void copies_are_those_of_memcpy(void)
{
    for (size_t length = 0; length < 200; length++) {
        unsigned char from[200], to[202] = {0}, want[202] = {0};
        for (size_t i = 0; i < sizeof from; i++)
            from[i] = (unsigned char)unit_random();
        memcpy(want + 1, from, length);
        copy_short(to + 1, from, length);
        CHECK(memcmp(to, want, sizeof to) == 0);
    }
}

static const struct unit_case cases[] = {
    {"short copies are those of memcpy()", copies_are_those_of_memcpy},
};
UNIT_MAIN(cases)
