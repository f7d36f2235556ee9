/* test_alignment.c - the offsets of --align, near zero and near the last one. */
#include "base/alignment.h"
#include "unit.h"

enum { SMALL = 60 };

static void small_offsets_beside_all_of_them(void)
{
    for (uint64_t step = 0; step < 9; step++)
        for (uint64_t first = 0; first < 20; first++)
            for (uint64_t offset = 0; offset < SMALL; offset++) {
                struct alignment alignment = {step, first};
                uint64_t next = UINT64_MAX, last = UINT64_MAX, before = offset;
                for (uint64_t i = 0; i < SMALL + 20; i++) {
                    bool allowed = step == 0;
                    for (uint64_t at = first; step > 0 && at <= i; at += step)
                        allowed = allowed || at == i;
                    CHECK(alignment_allows(&alignment, i) == allowed);
                    if (allowed && i <= offset)
                        last = i;
                    if (allowed && i >= offset && next == UINT64_MAX)
                        next = i;
                }
                CHECK(alignment_next(&alignment, offset) == next);
                CHECK(alignment_previous(&alignment, &before) == (last != UINT64_MAX));
                CHECK(before == (last != UINT64_MAX ? last : offset));
            }
}

static void the_last_offsets_do_not_wrap(void)
{
    struct alignment alignment = {10, 5};
    CHECK(alignment_next(&alignment, UINT64_MAX - 2) == UINT64_MAX);
    CHECK(alignment_next(&alignment, UINT64_MAX - 10) == UINT64_MAX - 10);
    CHECK(alignment_next(&alignment, UINT64_MAX - 9) == UINT64_MAX);
    CHECK(alignment_next(&alignment, UINT64_MAX - 11) == UINT64_MAX - 10);
}

static const struct unit_case cases[] = {
    {"small offsets, beside all of them", small_offsets_beside_all_of_them},
    {"the last offsets do not wrap around", the_last_offsets_do_not_wrap},
};

UNIT_MAIN(cases)
