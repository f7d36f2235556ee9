/* harness.c - command line, cases and table of the crash harnesses. */
#define _GNU_SOURCE
#include "harness.h"
#include "tracee.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint64_t harness_random(void)
{
    static uint64_t state = 20240229;
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static bool take_options(struct harness *harness, int argc, char **argv)
{
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (!strcmp(argv[at], "--expect-bad"))
            harness->expect_bad = harness->judge.quiet = true;
        else if (!strncmp(argv[at], "--only=", 7))
            harness->only = argv[at] + 7;
        else if (harness->flag_count < sizeof harness->flags / sizeof *harness->flags)
            harness->flags[harness->flag_count++] = argv[at];
    }
    if (argc - at < 2)
        return false;
    harness->editor = argv[at];
    harness->recover = argv + at + 1;
    return true;
}

char **harness_words(const struct harness *harness, const struct edit_case *edit_case)
{
    static char edit[] = "edit", recover[] = "recover";
    char **words = calloc(harness->flag_count + 5, sizeof *words);
    size_t count = 0;
    if (!words)
        exit(1);
    words[count++] = harness->editor;
    for (size_t i = 0; i < harness->flag_count; i++)
        words[count++] = harness->flags[i];
    words[count++] = edit_case ? edit : recover;
    if (edit_case)
        words[count++] = (char *)(uintptr_t)edit_case->name; /* exec does not change it */
    words[count] = (char *)(uintptr_t)harness->work.file;
    return words;
}

void harness_bad(struct harness *harness, const char *what)
{
    harness->judge.tally.bad++;
    if (!harness->judge.quiet)
        printf("# bad: %s\n", what);
}

void harness_append(struct harness *harness, size_t count, bool wait)
{
    unsigned char *bytes = malloc(count);
    int file = open(harness->work.file, O_WRONLY | O_APPEND | O_CLOEXEC);
    for (size_t i = 0; bytes && i < count; i++)
        bytes[i] = case_appended_byte(i);
    if (!bytes || file < 0 || write(file, bytes, count) != (ssize_t)count ||
        (wait && fsync(file) != 0))
        harness_bad(harness, "nothing can be appended");
    harness->judge.appended = count;
    if (file >= 0)
        close(file);
    free(bytes);
}

static void add_tally(struct tally *sum, const struct tally *tally)
{
    sum->tried += tally->tried;
    sum->old += tally->old;
    sum->new += tally->new;
    sum->bad += tally->bad;
}

static void print_tally(const struct tally *tally)
{
    printf("tried %lu, old %lu, new %lu, bad %lu", tally->tried, tally->old, tally->new,
           tally->bad);
}

/* Prepares the scene and the judge for a case, runs it, and prints what came of it. */
static void run_case(struct harness *harness, const struct edit_case *edit_case, const char *what,
                     unsigned number, harness_case *run)
{
    struct buffer old = {0}, new = {0};
    struct error error = {0};
    if (!edit_case_old(edit_case, &old, &error) || !edit_case_new(edit_case, &new, &error)) {
        printf("Bail out! %s\n", error.message);
        exit(1);
    }
    struct judge *judge = &harness->judge;
    judge->old = (struct bytes){old.data, old.length};
    judge->new = (struct bytes){new.data, new.length};
    judge->appended = 0;
    judge->tally = (struct tally){0};
    judge->shown = 0;
    scene_put(&harness->work, &(struct image){.file = judge->old});
    run(harness, edit_case);
    bool good = harness->expect_bad || (judge->tally.bad == 0 && judge->tally.tried > 0);
    printf("%s %u - %s: %s # ", good ? "ok" : "not ok", number, edit_case->name, what);
    print_tally(&judge->tally);
    printf("\n");
    add_tally(&harness->sum, &judge->tally);
    buffer_release(&old);
    buffer_release(&new);
}

/* That a broken journal is broken need not be shown for every edit in a short run. */
static bool has_seen_enough(const struct harness *harness)
{
    return harness->expect_bad && harness->rounds == 1 && harness->sum.bad >= 25;
}

static int run_cases(struct harness *harness, const char *what, harness_case *run)
{
    unsigned number = 0;
    for (const struct edit_case *row = edit_cases; row->name && !has_seen_enough(harness); row++)
        if (!harness->only || !strcmp(harness->only, row->name))
            run_case(harness, row, what, ++number, run);
    bool good = harness->sum.tried > 0 && (harness->sum.bad > 0) == harness->expect_bad;
    printf("%s %u - all together%s # ", good ? "ok" : "not ok", number + 1,
           harness->expect_bad ? ": a broken journal is seen to be broken" : "");
    print_tally(&harness->sum);
    printf("\n1..%u\n", number + 1);
    return good ? 0 : 1;
}

int harness_main(int argc, char **argv, const char *what, harness_case *run)
{
    struct harness harness = {0};
    const char *times = getenv("MMTOOL_TEST_ROUNDS");
    const char *obstacle = tracee_obstacle();
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    harness.rounds = times ? strtoul(times, NULL, 10) : 1;
    if (!take_options(&harness, argc, argv)) {
        fprintf(stderr, "usage: %s [--expect-bad] [--only=NAME] [--durable] EDITOR RECOVER...\n",
                argv[0]);
        return 2;
    }
    if (!obstacle && !scene_root())
        obstacle = "no directory whose files bear user attributes";
    if (obstacle) {
        printf("1..0 # SKIP %s\n", obstacle);
        return 0;
    }
    tracee_stay();
    scene_make(&harness.work, "killed");
    scene_make(&harness.judge.scene, "recovered");
    harness.judge.command = harness.recover;
    int status = run_cases(&harness, what, run);
    scene_remove(&harness.work);
    scene_remove(&harness.judge.scene);
    return status;
}
