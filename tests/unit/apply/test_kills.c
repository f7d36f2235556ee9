/*
 * test_kills.c - an edit that dies at any of its writes, and its recovery, too: the next command
 * finds the old file or the new one. tests/crash does the same with every instruction.
 */
#define _GNU_SOURCE
#include "edit_example.h"

#include <sys/syscall.h>

#if defined(__linux__) && defined(__LP64__)
#define DIES_AT_WRITES 1
#else
#define DIES_AT_WRITES 0
#endif

static uint64_t calls_left = UINT64_MAX; /* until this process dies */

static bool dies_now(void)
{
    return calls_left != UINT64_MAX && calls_left-- == 0;
}

#if DIES_AT_WRITES
/* These take the place of the C library's. */
ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset);
ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset)
{
    bool dies = dies_now();
    uint64_t half = ((uint64_t)offset + length / 2) / 4096 * 4096; /* a kill tears no page */
    if (dies)
        length = half > (uint64_t)offset ? (size_t)(half - (uint64_t)offset) : 0;
    ssize_t done = syscall(SYS_pwrite64, descriptor, bytes, length, offset);
    if (dies)
        _exit(9);
    return done;
}

int ftruncate(int descriptor, off_t size);
int ftruncate(int descriptor, off_t size)
{
    if (dies_now())
        _exit(9);
    return (int)syscall(SYS_ftruncate, descriptor, size);
}

int unlinkat(int directory, const char *name, int flags);
int unlinkat(int directory, const char *name, int flags)
{
    if (dies_now())
        _exit(9);
    return (int)syscall(SYS_unlinkat, directory, name, flags);
}
#endif

/* Edits the file, or only opens it; dies after `calls`. Returns the exit status of the process. */
static int run_child(bool edits, struct apply_options *options, uint64_t calls)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct mapping mapping;
        struct apply_report report;
        struct error error = {0};
        calls_left = calls;
        example_open(&mapping);
        bool done =
            !edits || apply_edits(&mapping, &example.list, &example.pool, options, &report, &error);
        _exit(done && mapping_close(&mapping, &error) ? 0 : 3);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

enum outcome { OLD, NEW, BAD };
static unsigned long notices;

/* Whether a command that has recovered the file says so. */
static void check_notice(enum outcome outcome)
{
    static const char dropped[] = "an interrupted edit that had not begun was dropped";
    char finished[200];
    snprintf(finished, sizeof finished, "an interrupted edit was finished (size was %zu, is %zu)",
             example.old_size, example.want_size);
    const char *text = example_notice.text;
    CHECK_SAY(!*text || !strcmp(text, outcome == OLD ? dropped : finished), "%s", text);
    notices += *text != 0;
}

/* What the next command finds, perhaps after others that die in the recovery. */
static enum outcome recovered(void)
{
    struct mapping mapping;
    enum outcome outcome = BAD;
    for (unsigned i = unit_below(3) ? 0 : 1 + (unsigned)unit_below(2); i > 0; i--)
        CHECK(run_child(false, NULL, unit_below(6)) != 3);
    example_open(&mapping);
    CHECK(mapping_close(&mapping, &(struct error){0}));
    if (file_has(example.want, example.want_size))
        outcome = NEW;
    else if (file_has(example.old, example.old_size))
        outcome = OLD;
    check_notice(outcome);
    return outcome;
}

/* Dies at each of the first calls, and at some of the others, until the edit ends before. */
static void kill_everywhere(struct apply_options *options, unsigned long counts[BAD + 1])
{
    bool was_new = false;
    int status = 9;
    for (uint64_t calls = 0; status != 0; calls += calls < 8 ? 1 : 1 + unit_below(calls / 2)) {
        scratch_sparse("file", example.old, example.old_size);
        status = run_child(true, options, calls);
        CHECK_SAY(status == 0 || status == 9, "%d", status);
        enum outcome outcome = recovered();
        CHECK_SAY(outcome != BAD, "after %" PRIu64 " calls", calls);
        CHECK(outcome == NEW || !was_new);
        CHECK(outcome == NEW || status != 0);
        was_new = outcome == NEW && example.list.count > 0;
        counts[outcome]++;
        if (status != 0 && status != 9)
            break;
    }
}

static void an_edit_that_dies_leaves_the_old_file_or_the_new_one(void)
{
    unsigned long counts[BAD + 1] = {0};
    if (!DIES_AT_WRITES)
        SKIP("the calls of the C library are not replaced here");
    unsigned long rounds = unit_rounds(14);
    for (unsigned long round = 0; round < rounds; round++) {
        struct apply_options options = {.durable = round % 10 == 9, .allocate = unit_below(4) == 0};
        example_random();
        kill_everywhere(&options, counts);
        example_release();
    }
    printf("# old %lu, new %lu, bad %lu, notices %lu\n", counts[OLD], counts[NEW], counts[BAD],
           notices);
    CHECK(14 * counts[OLD] > 20 * rounds && 14 * counts[NEW] > 20 * rounds);
    CHECK(2 * notices >= counts[NEW]); /* most edits that are new were finished by a recovery */
}

static const struct unit_case cases[] = {
    {"an edit that dies leaves the old file or the new one",
     an_edit_that_dies_leaves_the_old_file_or_the_new_one},
};

int main(void)
{
    platform_begin();
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
