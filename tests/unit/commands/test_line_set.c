/* test_line_set.c - what comes out of a set of lines is what was put in, and little is kept. */
#include "commands/line_set.h"
#include "unit.h"

enum { MOST_LINES = 500 };

/* Lines fall from `end`; the lengths and the distances have from 1 to 9 bytes. */
static size_t random_lines(struct range *lines, uint64_t end)
{
    size_t count = unit_below(MOST_LINES);
    unsigned size = 1 + (unsigned)unit_below(40);
    for (size_t i = 0; i < count; i++) {
        uint64_t most = (uint64_t)1 << unit_below(size);
        lines[i].end = end - (unit_below(2) ? unit_below(most) : 0);
        lines[i].start = lines[i].end - 1 - unit_below(most);
        end = lines[i].start;
    }
    return count;
}

static void check_set(struct line_set *set, const struct range *lines, size_t count)
{
    struct error error;
    struct range taken;
    for (size_t i = 0; i < count; i++)
        CHECK(line_set_add(set, lines[i], &error));
    while (line_set_take(set, &taken)) {
        uint64_t at = taken.start;
        while (count > 0 && lines[count - 1].start == at)
            at = lines[--count].end;
        CHECK(taken.start < taken.end && at == taken.end);
        CHECK(count == 0 || lines[count - 1].start > taken.end);
    }
    CHECK(count == 0 && line_set_is_empty(set));
}

static void random_runs(void)
{
    struct range lines[MOST_LINES];
    struct line_set set = {0};
    for (unsigned long i = 0; i < unit_rounds(2000); i++)
        check_set(&set, lines, random_lines(lines, INT64_MAX));
    line_set_release(&set);
    CHECK(line_set_is_empty(&set));
}

static void little_memory(void)
{
    struct line_set set = {0};
    struct error error;
    for (uint64_t at = 1000000; at > 0; at -= 100)
        CHECK(line_set_add(&set, (struct range){at - 100, at}, &error));
    CHECK(set.above.length == 0);
    line_set_release(&set);
    for (uint64_t at = 1000000; at > 0; at -= 100)
        CHECK(line_set_add(&set, (struct range){at - 50, at}, &error));
    CHECK(set.above.length <= 2 * 10000);
    line_set_release(&set);
}

static const struct unit_case cases[] = {
    {"lines come out from the first to the last, neighbours as one", random_runs},
    {"neighbours take nothing, others two bytes", little_memory},
};

int main(void)
{
    return unit_main(cases, sizeof cases / sizeof *cases);
}
