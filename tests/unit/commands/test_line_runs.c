/* test_line_runs.c - what comes out of runs of lines is what was put in, and little is kept. */
#include "commands/line_runs.h"
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

static void check_runs(struct line_runs *runs, const struct range *lines, size_t count)
{
    struct error error;
    struct range run;
    for (size_t i = 0; i < count; i++)
        CHECK(line_runs_add(runs, lines[i], &error));
    while (line_runs_take(runs, &run)) {
        uint64_t at = run.start;
        while (count > 0 && lines[count - 1].start == at)
            at = lines[--count].end;
        CHECK(run.start < run.end && at == run.end);
        CHECK(count == 0 || lines[count - 1].start > run.end);
    }
    CHECK(count == 0 && line_runs_is_empty(runs));
}

static void random_runs(void)
{
    struct range lines[MOST_LINES];
    struct line_runs runs = {0};
    for (unsigned long i = 0; i < unit_rounds(2000); i++)
        check_runs(&runs, lines, random_lines(lines, INT64_MAX));
    line_runs_release(&runs);
    CHECK(line_runs_is_empty(&runs));
}

static void little_memory(void)
{
    struct line_runs runs = {0};
    struct error error;
    for (uint64_t at = 1000000; at > 0; at -= 100)
        CHECK(line_runs_add(&runs, (struct range){at - 100, at}, &error));
    CHECK(runs.above.length == 0);
    line_runs_release(&runs);
    for (uint64_t at = 1000000; at > 0; at -= 100)
        CHECK(line_runs_add(&runs, (struct range){at - 50, at}, &error));
    CHECK(runs.above.length <= 2 * 10000);
    line_runs_release(&runs);
}

static const struct unit_case cases[] = {
    {"lines come out from the first to the last, neighbours as one", random_runs},
    {"neighbours take nothing, others two bytes", little_memory},
};

int main(void)
{
    return unit_main(cases, sizeof cases / sizeof *cases);
}
