/* test_progress_line.c - the line of the progress bar. */
#include "output/progress_line.h"
#include "unit.h"

static void check_state(const struct progress_state *state, unsigned columns, const char *want)
{
    char line[PROGRESS_LINE];
    progress_line(state, columns, line);
    CHECK_SAY(!strcmp(line, want), "%u columns: \"%s\"", columns, line);
}

static void check_line(const char *file, unsigned columns, const char *want)
{
    struct progress_state state = {.work = "find",
                                   .file = file,
                                   .seconds = 10,
                                   .part = 0.5,
                                   .bytes = 2000000000,
                                   .total = 4000000000};
    check_state(&state, columns, want);
}

static void line_of_a_window(void)
{
    check_line("a/log", 80,
               "find log: [#############..............]  50% of 3.7 GiB, 190.7 MiB/s, 0:10 left");
    check_line("log", 200,
               "find log: [####################....................]  50% of 3.7 GiB, 190.7 MiB/s, "
               "0:10 left");
}

static void narrow_windows_keep_what_tells_most(void)
{
    check_line("log", 70, "find log: [########.........]  50% of 3.7 GiB, 190.7 MiB/s, 0:10 left");
    check_line("log", 60, "find: [#####......]  50% of 3.7 GiB, 190.7 MiB/s, 0:10 left");
    check_line("log", 48, "find:  50% of 3.7 GiB, 190.7 MiB/s, 0:10 left");
    check_line("log", 40, "find log: [#####......]  50%, 0:10 left");
    check_line("log", 22, "find:  50%, 0:10 left");
    check_line("log", 12, "find:  50%");
    check_line("log", 10, " 50%");
    check_line("log", 4, "");
    check_line("log", 0, "");
}

static void names_are_safe(void)
{
    check_line("a\033[2Jb\n\xff\xc2\x9b\xe2\x80\xae.log", 90,
               "find a?[2Jb????.log: [#############.............]  50% of 3.7 GiB, 190.7 MiB/s, "
               "0:10 left");
    check_line("\xe6\x97\xa5\xe6\x9c\xac\xc3\xa9", 80,
               "find \xe6\x97\xa5\xe6\x9c\xac\xc3\xa9: [############.............]  50% of 3.7 "
               "GiB, 190.7 MiB/s, 0:10 left");
    check_line("a name that is longer than any should be", 100,
               "find a name that is longer...: [#############.............]  50% of 3.7 GiB, 190.7 "
               "MiB/s, 0:10 left");
}

static void several_files(void)
{
    struct progress_state state = {.work = "find",
                                   .seconds = 10,
                                   .part = 0.5,
                                   .bytes = 2000000000,
                                   .files = 3,
                                   .all_files = 6};
    check_state(&state, 90,
                "find: [##############...............]  50%, 3 of 6 files, 1.9 GiB, 190.7 MiB/s, "
                "0:10 left");
    check_state(&state, 50, "find: [#####......]  50%, 3 of 6 files, 0:10 left");
    check_state(&state, 30, "find: [##...]  50%, 0:10 left");
    check_state(&state, 12, "find:  50%");
    state.bytes = 0;
    check_state(&state, 50, "find: [#####......]  50%, 3 of 6 files, 0:10 left");
    state.all_files = UINT64_MAX;
    state.part = -1;
    check_state(&state, 50, "find: 3 files");
    state.bytes = 2000000000;
    check_state(&state, 50, "find: 3 files, 1.9 GiB, 190.7 MiB/s");
    check_state(&state, 20, "find: 3 files");
    state.files = 1;
    check_state(&state, 14, "find: 1 file");
}

/* Wide and fullwidth characters of Unicode Standard Annex 11, in coarse blocks. */
static bool is_wide(uint32_t c)
{
    static const uint32_t blocks[][2] = {
        {0x1100, 0x115f},   {0x231a, 0x23f3},   {0x25fd, 0x27bf},   {0x2b1b, 0x2b55},
        {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},
        {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},
        {0xffe0, 0xffe6},   {0x16fe0, 0x18cff}, {0x1aff0, 0x1b2ff}, {0x1d300, 0x1d37f},
        {0x1f000, 0x1fbff}, {0x20000, 0x3fffd},
    };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (c >= blocks[i][0] && c <= blocks[i][1])
            return true;
    return false;
}

/* The columns of a line, a character at a time; SIZE_MAX: it is not text that is safe to print. */
static size_t slow_columns(const char *line)
{
    size_t columns = 0;
    while (*line) {
        unsigned char first = (unsigned char)*line++;
        int more = first < 0x80    ? 0
                   : first >= 0xf0 ? 3
                   : first >= 0xe0 ? 2
                   : first >= 0xc2 ? 1
                                   : -1;
        uint32_t c = more == 3   ? first & 7
                     : more == 2 ? first & 15
                     : more == 1 ? first & 31
                                 : first;
        if (more < 0)
            return SIZE_MAX;
        while (more-- > 0) {
            if (((unsigned char)*line & 0xc0) != 0x80)
                return SIZE_MAX;
            c = c << 6 | ((unsigned char)*line++ & 0x3f);
        }
        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e))
            return SIZE_MAX;
        columns += is_wide(c) ? 2 : 1;
    }
    return columns;
}

/* A name of random bytes, of random characters, or of both. */
static void random_name(char name[200])
{
    static const char *const pieces[] = {"a",
                                         "/",
                                         "\t",
                                         "\033[H",
                                         "\xc3\xa9",
                                         "\xe6\x97\xa5",
                                         "\xff",
                                         "\xf0\x9f\x98\x80",
                                         "\xe2\x80\xae",
                                         "\xed\xa0\x80",
                                         "long.name",
                                         "\xef\xbc\xa1"};
    size_t length = unit_below(120), used = 0;
    while (used < length) {
        if (unit_below(4) == 0) {
            name[used++] = (char)(1 + unit_below(255));
            continue;
        }
        const char *piece = pieces[unit_below(sizeof pieces / sizeof *pieces)];
        memcpy(name + used, piece, strlen(piece));
        used += strlen(piece);
    }
    name[used] = 0;
}

static struct progress_state random_state(const char *name)
{
    static const char *const works[] = {"find", "splice", "a name that is longer than any is"};
    struct progress_state state = {.work = works[unit_below(3)]};
    state.total = 1 + unit_random() % ((uint64_t)1 << unit_below(63));
    state.bytes = unit_random() % (state.total + 1);
    state.part = (double)state.bytes / (double)state.total;
    state.seconds = (double)unit_below(1000000) / (double)(1 + unit_below(1000000000));
    if (unit_below(2)) {
        state.file = name;
        return state;
    }
    state.all_files =
        unit_below(3) ? 1 + unit_random() % ((uint64_t)1 << unit_below(63)) : UINT64_MAX;
    state.files = unit_random() % state.all_files;
    if (state.all_files == UINT64_MAX)
        state.part = -1;
    return state;
}

/* Whatever name and numbers are, nothing passes the last column but one. */
static void every_width(void)
{
    for (unsigned round = 0; round < unit_rounds(50000); round++) {
        char line[PROGRESS_LINE], name[200];
        unsigned columns = (unsigned)unit_below(260);
        random_name(name);
        struct progress_state state = random_state(name);
        progress_line(&state, columns, line);
        CHECK_SAY(slow_columns(line) < (columns > 0 ? columns : 1), "%u columns: \"%s\"", columns,
                  line);
        if (state.part < 0)
            continue;
        CHECK_SAY(columns < 6 || strchr(line, '%'), "%u columns: \"%s\"", columns, line);
        CHECK_SAY(columns < 80 || strstr(line, " left"), "%u columns: \"%s\"", columns, line);
        CHECK_SAY(columns < 130 || strchr(line, '['), "%u columns: \"%s\"", columns, line);
    }
}

static const struct unit_case cases[] = {
    {"name, bar and numbers in a usual window", line_of_a_window},
    {"a narrow window has less, and never half of a number", narrow_windows_keep_what_tells_most},
    {"a name of any bytes: no control characters, cut where it is long", names_are_safe},
    {"several FILEs: how many are done, of how many where that is known", several_files},
    {"no window is too narrow, none is written full, whatever the name", every_width},
};
UNIT_MAIN(cases)
