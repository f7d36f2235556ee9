/*
 * journal_damage.c - damages the journal of a killed edit, byte by byte, and recovers.
 *
 * The edit is stopped at each system call; of what a kill would leave there, some images with a
 * committed journal are taken: the first, one in the middle, the last. In each of them the
 * bytes of the journal that a recovery believes are changed one at a time, in three ways. The
 * recovery, by the shipped program's code in this process, must then end soon, and either
 * leave the file old or new and nothing beside it, or refuse and change nothing.
 *
 * A short run takes each seventh byte, and few of the new bytes and slots; with
 * MMTOOL_TEST_ROUNDS above 1 it takes each but of slots. Where MMTOOL_JOURNAL_CORPUS names a
 * directory, the journals are left there, for the fuzzer.
 */
#define _GNU_SOURCE
#include "apply/claim.h"
#include "harness.h"
#include "journal/internal.h"
#include "tracee.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MOST_IMAGES = 400, /* calls behind which the scene has changed */
    SECONDS = 20,      /* longer is an endless recovery */
    STRIDE = 7,        /* in a short run every so many bytes are damaged, */
    POOL_STRIDE = 499, /*   of new bytes every so many, and of slots; */
    SLOT_STRIDE = 61,  /*   in a long run so many of slots, and each of all others */
    WAYS = 3,
};

struct run {
    struct harness *harness;
    struct image images[MOST_IMAGES]; /* owned; with a committed journal */
    size_t count;
    unsigned long refused;
};

/* What is being tried, for the handler of the alarm. */
static volatile size_t tried_offset;

/* ---- killing --------------------------------------------------------------------------------- */

static bool is_committed(const struct image *image)
{
    struct journal_header header;
    return image->has_journal && image->journal.length >= JOURNAL_LIST_OFFSET &&
           journal_header_decode(&header, image->journal.data) && header.state == JOURNAL_HOT;
}

static void look(struct run *run)
{
    struct image now = scene_take(&run->harness->work);
    bool seen = run->count > 0 && image_same(&now, &run->images[run->count - 1]);
    if (seen || run->count == MOST_IMAGES || !is_committed(&now))
        image_release(&now);
    else
        run->images[run->count++] = now;
}

static void collect(struct run *run, const struct edit_case *edit_case)
{
    struct tracee tracee;
    struct tracee_call call;
    char **words = harness_words(run->harness, edit_case);
    if (!tracee_start(&tracee, words)) {
        harness_bad(run->harness, "the program cannot be started");
    } else {
        while (tracee_next_call(&tracee, &call))
            if (!tracee.in_call)
                look(run);
        if (tracee.status != 0)
            harness_bad(run->harness, "the program failed where nobody killed it");
    }
    free(words);
}

/* ---- recovering ------------------------------------------------------------------------------ */

static void too_long(int number)
{
    char text[80];
    (void)number;
    int length = snprintf(text, sizeof text, "Bail out! no end of a recovery, byte %zu damaged\n",
                          tried_offset);
    if (length > 0)
        (void)!write(STDOUT_FILENO, text, (size_t)length);
    _exit(1);
}

static bool recover(const char *path)
{
    struct claim_options options = {.flags = MAPPING_WRITE};
    struct claim_notice notice;
    struct mapping mapping;
    struct error error = {0};
    alarm(SECONDS);
    bool done = claim_open(&mapping, path, &options, &notice, &error);
    alarm(0);
    if (done)
        (void)mapping_close(&mapping, &error);
    return done;
}

/* ---- judging --------------------------------------------------------------------------------- */

static void count_bad(struct run *run, const char *what, const char *area, size_t at, unsigned way)
{
    char text[200];
    snprintf(text, sizeof text, "%s: byte %zu of the %s, way %u", what, at, area, way);
    if (run->harness->judge.shown++ < 10)
        harness_bad(run->harness, text);
    else
        run->harness->judge.tally.bad++;
}

/* The recovery said that it had succeeded. */
static void judge_recovered(struct run *run, const struct image *after, const char *area, size_t at,
                            unsigned way)
{
    struct judge *judge = &run->harness->judge;
    if (after->has_journal || after->mark_length > 0)
        count_bad(run, "recovered, but something is left", area, at, way);
    else if (judge_same(judge, &after->file, &judge->old))
        judge->tally.old++;
    else if (judge_same(judge, &after->file, &judge->new))
        judge->tally.new ++;
    else
        count_bad(run, "recovered, and neither old nor new", area, at, way);
}

static unsigned char damaged(unsigned char byte, size_t at, unsigned way)
{
    const unsigned char ways[WAYS] = {byte ^ (unsigned char)(1u << at % 8), 0, 255};
    return ways[way];
}

/* One byte in one way; `journal` is the one in the scene, where the byte is mended again. */
static void try_byte(struct run *run, const struct image *image, const struct bytes *journal,
                     const char *area, size_t at, unsigned way)
{
    struct judge *judge = &run->harness->judge;
    unsigned char byte = damaged(journal->data[at], at, way);
    if (byte == journal->data[at])
        return;
    int file = open(judge->scene.journal, O_WRONLY | O_CLOEXEC);
    bool written = file >= 0 && pwrite(file, &byte, 1, (off_t)at) == 1;
    tried_offset = at;
    judge->tally.tried++;
    bool done = written && recover(judge->scene.file);
    struct image after = scene_take(&judge->scene);
    if (!written)
        count_bad(run, "the journal cannot be damaged", area, at, way);
    else if (done)
        judge_recovered(run, &after, area, at, way);
    else if (!bytes_same(&after.file, &image->file) || !after.has_journal)
        count_bad(run, "refused, but not left alone", area, at, way);
    else
        run->refused++;
    if (written && !done)
        written = pwrite(file, &journal->data[at], 1, (off_t)at) == 1;
    image_release(&after);
    if (file >= 0)
        close(file);
    if (!written)
        count_bad(run, "the journal cannot be mended", area, at, way);
}

/* The journal as it stands in the scene, where it is signed for the file there. */
static struct image put(const struct judge *judge, const struct image *image)
{
    scene_put(&judge->scene, image);
    return scene_take(&judge->scene);
}

static bool stands(const struct judge *judge, const struct image *put)
{
    struct image now = scene_take(&judge->scene);
    bool same = image_same(&now, put);
    image_release(&now);
    return same;
}

struct area {
    const char *name;
    uint64_t start, length;
    size_t stride, long_stride;
};

static void damage_area(struct run *run, const struct image *image, const struct area *area)
{
    const struct judge *judge = &run->harness->judge;
    size_t stride = run->harness->rounds > 1 ? area->long_stride : area->stride;
    struct image there = put(judge, image);
    for (size_t at = 0; at < area->length; at += stride)
        for (unsigned way = 0; way < WAYS; way++) {
            try_byte(run, image, &there.journal, area->name, (size_t)area->start + at, way);
            if (stands(judge, &there))
                continue;
            image_release(&there);
            there = put(judge, image);
        }
    image_release(&there);
}

/* What a recovery believes of a journal. Slots of edits that are not durable have no checksum. */
static void damage(struct run *run, const struct image *image)
{
    struct journal_header header;
    if (!journal_header_decode(&header, image->journal.data))
        return;
    uint64_t slots = header.durable ? header.length - header.slot_offset : 0;
    const struct area areas[] = {
        {"header", 0, JOURNAL_HEADER, STRIDE, 1},
        {"progress word", JOURNAL_PROGRESS_OFFSET, 8, STRIDE, 1},
        {"records", JOURNAL_RECORD_OFFSET, header.durable ? 2 * JOURNAL_RECORD_SECTOR : 0, STRIDE,
         1},
        {"records of the end", JOURNAL_TAIL_OFFSET, 2 * JOURNAL_RECORD_SECTOR, STRIDE, 1},
        {"witnesses", JOURNAL_WITNESS_OFFSET, header.witness_length, STRIDE, 1},
        {"list", JOURNAL_LIST_OFFSET, header.list_length, STRIDE, 1},
        {"new bytes", header.pool_offset, header.pool_length, POOL_STRIDE, 1},
        {"slots", header.slot_offset, slots, POOL_STRIDE, SLOT_STRIDE},
    };
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
        damage_area(run, image, &areas[i]);
}

/* ---- a case ---------------------------------------------------------------------------------- */

/* All in front of the slots: those are what anybody may have written to a file. */
static void keep_for_fuzzer(struct judge *judge, const struct image *image, const char *path)
{
    struct journal_header header;
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool kept = file >= 0 && journal_header_decode(&header, image->journal.data) &&
                write(file, image->journal.data, header.slot_offset) == (ssize_t)header.slot_offset;
    judge->tally.tried++;
    judge->tally.bad += !kept;
    if (file >= 0)
        close(file);
}

static void keep_or_damage(struct run *run, const struct image *image, const char *name,
                           size_t number)
{
    char path[SCENE_PATH + 200];
    const char *directory = getenv("MMTOOL_JOURNAL_CORPUS");
    snprintf(path, sizeof path, "%s/%s %zu", directory ? directory : "", name, number);
    if (directory)
        keep_for_fuzzer(&run->harness->judge, image, path);
    else
        damage(run, image);
}

static void run_case(struct harness *harness, const struct edit_case *edit_case)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        exit(1);
    run->harness = harness;
    collect(run, edit_case);
    const size_t chosen[] = {0, run->count / 2, run->count - 1};
    for (size_t i = 0; run->count > 0 && i < 3; i++) {
        if (i > 0 && chosen[i] == chosen[i - 1])
            continue;
        keep_or_damage(run, &run->images[chosen[i]], edit_case->name, i);
    }
    if (run->count == 0)
        harness_bad(harness, "no committed journal was seen");
    printf("# refused %lu\n", run->refused);
    for (size_t i = 0; i < run->count; i++)
        image_release(&run->images[i]);
    free(run);
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = too_long};
    sigaction(SIGALRM, &action, NULL);
    return harness_main(argc, argv, "a damaged journal is not believed", run_case);
}
