/* test_progress.c - the line of the progress bar. */
#include "output/progress.h"
#include "unit.h"

static void check_line(const char *name, uint64_t total, uint64_t done, double took,
                       unsigned columns, const char *want)
{
    char line[PROGRESS_LINE];
    struct progress progress = {.name = name, .total = total};
    progress_format(&progress, done, took, columns, line);
    CHECK_SAY(!strcmp(line, want), "%u columns: \"%s\"", columns, line);
}

static void line_of_a_window(void)
{
    check_line("find", 4000000000, 2000000000, 10, 80,
               "find: [###############................]  50% of 3.7 GiB, 190.7 MiB/s, 0:10 left");
    check_line(
        "find", 4000000000, 2000000000, 10, 200,
        "find: [####################....................]  50% of 3.7 GiB, 190.7 MiB/s, 0:10 "
        "left");
}

static void narrow_windows_keep_what_tells_most(void)
{
    check_line("find", 4000000000, 2000000000, 10, 48,
               "find:  50% of 3.7 GiB, 190.7 MiB/s, 0:10 left");
    check_line("find", 4000000000, 2000000000, 10, 40, "find: [#######........]  50%, 0:10 left");
    check_line("find", 4000000000, 2000000000, 10, 22, "find:  50%, 0:10 left");
    check_line("find", 4000000000, 2000000000, 10, 12, "find:  50%");
    check_line("find", 4000000000, 2000000000, 10, 10, " 50%");
    check_line("find", 4000000000, 2000000000, 10, 4, "");
    check_line("find", 4000000000, 2000000000, 10, 0, "");
}

/* Whatever the numbers are, nothing passes the last column but one. */
static void every_width(void)
{
    static const char *const names[] = {"find", "splice", "a name that is longer than any is"};
    for (unsigned round = 0; round < unit_rounds(20000); round++) {
        char line[PROGRESS_LINE];
        unsigned columns = (unsigned)(unit_random() % 260);
        uint64_t total = 1 + unit_random() % ((uint64_t)1 << (unit_random() % 63));
        struct progress progress = {.name = names[unit_random() % 3], .total = total};
        double took = (double)(unit_random() % 1000000) / (double)(1 + unit_random() % 1000);
        progress_format(&progress, unit_random() % (total + 1), took, columns, line);
        CHECK_SAY(strlen(line) < (columns > 0 ? columns : 1), "%u columns: \"%s\"", columns, line);
        CHECK_SAY(columns < 6 || strchr(line, '%'), "%u columns: \"%s\"", columns, line);
        CHECK_SAY(columns < 80 || strstr(line, " left"), "%u columns: \"%s\"", columns, line);
        CHECK_SAY(columns < 90 || strchr(line, '['), "%u columns: \"%s\"", columns, line);
    }
}

static const struct unit_case cases[] = {
    {"name, bar and numbers in a usual window", line_of_a_window},
    {"a narrow window has less, and never half of a number", narrow_windows_keep_what_tells_most},
    {"no window is too narrow, none is written full", every_width},
};
UNIT_MAIN(cases)
