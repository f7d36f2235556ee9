/*
 * power_loss.c - cuts the power at each system call of a durable edit.
 *
 * A model, harder than any disk: what was not waited for may be on the disk or
 * not, each 512-byte sector for itself and in any of the versions that it has had
 * since, and so may sizes, the mark, and the journal's name. What fsync() answered
 * for is there. Each image of such a disk is recovered and judged. When the
 * program has ended, only what is surely on the disk counts, and it must be new.
 */
#define _GNU_SOURCE
#include "harness.h"
#include "tracee.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    SECTOR = 512,
    IMAGES = 12,      /* for each change, times MMTOOL_TEST_ROUNDS */
    APPENDED = 12000, /* most bytes appended between a power loss and the recovery */
};

/* What reaches the disk each for itself. */
enum aspect {
    FILE_DATA,
    FILE_SIZE,
    FILE_MARK,
    JOURNAL_DATA,
    JOURNAL_SIZE,
    JOURNAL_NAME,
    ASPECTS,
};

/* All that the scene was, from the oldest that may still be on the disk to now. */
struct history {
    struct image *versions; /* owned */
    size_t count, capacity;
    size_t durable[ASPECTS]; /* the oldest version of each that may be on the disk */
};

struct run {
    struct harness *harness;
    struct history history;
    unsigned long calls;
    size_t to_append; /* bytes that another program appends at the first store */
};

/* ---- history --------------------------------------------------------------------------------- */

static struct image *newest(struct history *history)
{
    return &history->versions[history->count - 1];
}

/* Takes the image over. */
static void history_add(struct history *history, const struct image *image)
{
    if (history->count == history->capacity) {
        history->capacity = history->capacity * 2 + 16;
        history->versions =
            realloc(history->versions, history->capacity * sizeof *history->versions);
        if (!history->versions)
            abort();
    }
    history->versions[history->count++] = *image;
}

/* Forgets the versions of which nothing can be on the disk any more. */
static void history_forget(struct history *history)
{
    size_t first = history->count - 1;
    for (int i = 0; i < ASPECTS; i++)
        first = history->durable[i] < first ? history->durable[i] : first;
    for (size_t i = 0; i < first; i++)
        image_release(&history->versions[i]);
    history->count -= first;
    memmove(history->versions, history->versions + first,
            history->count * sizeof *history->versions);
    for (int i = 0; i < ASPECTS; i++)
        history->durable[i] -= first;
}

static void history_release(struct history *history)
{
    for (size_t i = 0; i < history->count; i++)
        image_release(&history->versions[i]);
    free(history->versions);
}

/* ---- what may be on the disk ----------------------------------------------------------------- */

/* How an image is mixed. */
enum mix {
    MIX_OLDEST,
    MIX_NEWEST,
    MIX_NEW_DATA,
    MIX_OLD_DATA,
    MIX_MOSTLY_OLD,
    MIX_MOSTLY_NEW,
    MIX_ANY
};

static size_t any_version(const struct history *history, enum aspect aspect)
{
    size_t oldest = history->durable[aspect];
    return oldest + harness_random() % (history->count - oldest);
}

static size_t pick(const struct history *history, enum aspect aspect, enum mix mix)
{
    size_t oldest = history->durable[aspect], now = history->count - 1;
    bool data = aspect == FILE_DATA || aspect == JOURNAL_DATA;
    bool rarely = harness_random() % 8 == 0;
    switch (mix) {
    case MIX_OLDEST:
        return oldest;
    case MIX_NEWEST:
        return now;
    case MIX_NEW_DATA:
        return data ? now : oldest;
    case MIX_OLD_DATA:
        return data ? oldest : now;
    case MIX_MOSTLY_OLD:
        return rarely ? any_version(history, aspect) : oldest;
    case MIX_MOSTLY_NEW:
        return rarely ? any_version(history, aspect) : now;
    case MIX_ANY:
        break;
    }
    return any_version(history, aspect);
}

static const struct bytes *bytes_of(const struct history *history, size_t version, bool journal)
{
    const struct image *image = &history->versions[version];
    return journal ? &image->journal : &image->file;
}

/* A file of which each sector and the size are of some version. */
static struct bytes mix_bytes(const struct history *history, bool journal, enum mix mix)
{
    enum aspect data = journal ? JOURNAL_DATA : FILE_DATA;
    enum aspect size = journal ? JOURNAL_SIZE : FILE_SIZE;
    size_t length = bytes_of(history, pick(history, size, mix), journal)->length;
    struct bytes mixed = {calloc(1, length + 1), length};
    if (!mixed.data)
        abort();
    for (size_t at = 0; at < length; at += SECTOR) {
        const struct bytes *from = bytes_of(history, pick(history, data, mix), journal);
        size_t end = at + SECTOR < length ? at + SECTOR : length;
        end = end < from->length ? end : from->length;
        if (end > at)
            memcpy(mixed.data + at, from->data + at, end - at);
    }
    return mixed;
}

static struct image mix_image(const struct history *history, enum mix mix)
{
    const struct image *mark = &history->versions[pick(history, FILE_MARK, mix)];
    const struct image *name = &history->versions[pick(history, JOURNAL_NAME, mix)];
    struct image image = {.file = mix_bytes(history, false, mix)};
    image.mark_length = mark->mark_length;
    memcpy(image.mark, mark->mark, mark->mark_length);
    image.has_journal = name->has_journal;
    if (image.has_journal)
        image.journal = mix_bytes(history, true, mix);
    return image;
}

/* ---- the run --------------------------------------------------------------------------------- */

static void judge_mixes(struct run *run)
{
    unsigned long images = IMAGES * run->harness->rounds;
    for (unsigned long i = 0; i < images; i++) {
        enum mix mix = i < MIX_ANY ? (enum mix)i : MIX_MOSTLY_OLD + harness_random() % 3;
        char where[100];
        struct image image = mix_image(&run->history, mix);
        snprintf(where, sizeof where, "power lost behind system call %lu, mix %d", run->calls,
                 (int)mix);
        judge_image(&run->harness->judge, &image, where);
        if (i % 4 == run->calls % 4)
            judge_appended(&run->harness->judge, &image, 1 + harness_random() % APPENDED, where);
        image_release(&image);
    }
}

static void is_on_disk(struct history *history, enum aspect aspect)
{
    history->durable[aspect] = history->count - 1;
}

/* Data, and of the size what is needed to find it: fdatasync() promises no more. */
static void data_is_on_disk(struct history *history, bool journal)
{
    enum aspect size = journal ? JOURNAL_SIZE : FILE_SIZE;
    is_on_disk(history, journal ? JOURNAL_DATA : FILE_DATA);
    if (bytes_of(history, history->count - 1, journal)->length >=
        bytes_of(history, history->durable[size], journal)->length)
        is_on_disk(history, size);
}

static void file_is_on_disk(struct history *history)
{
    data_is_on_disk(history, false);
    is_on_disk(history, FILE_SIZE);
    is_on_disk(history, FILE_MARK);
}

/* Another program appends as soon as the edit has changed the file. It waits for the disk: a power
 * loss may take bytes that nobody waited for. */
static void append_meanwhile(struct run *run)
{
    harness_append(run->harness, run->to_append, true);
    run->to_append = 0;
    struct image now = scene_take(&run->harness->work);
    history_add(&run->history, &now);
    file_is_on_disk(&run->history);
    history_forget(&run->history);
}

static void look(struct run *run)
{
    const struct image *before = newest(&run->history);
    struct image now = scene_take(&run->harness->work);
    if (image_same(&now, before)) {
        image_release(&now);
        return;
    }
    bool stored = !bytes_same(&now.file, &before->file);
    history_add(&run->history, &now);
    judge_mixes(run);
    if (stored && run->to_append > 0)
        append_meanwhile(run);
}

/* A system call has waited for the disk to have what this descriptor stands for. */
static void note_sync(struct run *run, const struct tracee *tracee, const struct tracee_call *call)
{
    const struct scene *work = &run->harness->work;
    struct history *history = &run->history;
    char link[64], path[SCENE_PATH] = "";
    bool all = call->number == SYS_fsync;
    snprintf(link, sizeof link, "/proc/%ld/fd/%d", (long)tracee->process, (int)call->arguments[0]);
    if (readlink(link, path, sizeof path - 1) < 0)
        return;
    if (!strcmp(path, work->file)) {
        if (all)
            file_is_on_disk(history);
        else
            data_is_on_disk(history, false);
    } else if (!strcmp(path, work->journal)) {
        data_is_on_disk(history, true);
        if (all)
            is_on_disk(history, JOURNAL_SIZE);
    } else if (!strcmp(path, work->directory)) {
        is_on_disk(history, JOURNAL_NAME);
    }
    history_forget(history);
}

static void after_call(struct run *run, const struct tracee *tracee, const struct tracee_call *call)
{
    run->calls++;
    look(run);
    if (call->result == 0 && (call->number == SYS_fsync || call->number == SYS_fdatasync))
        note_sync(run, tracee, call);
}

/* The program said that it is done: then it is done on the disk. */
static void judge_end(struct run *run, const struct tracee *tracee)
{
    struct harness *harness = run->harness;
    struct image image = mix_image(&run->history, MIX_OLDEST);
    if (tracee->status != 0)
        harness_bad(harness, "the program failed where no power was lost");
    else if (judge_image(&harness->judge, &image, "at the end") != VERDICT_NEW)
        harness_bad(harness, "what was said to be durable was not on the disk");
    if (!scene_is_clean(&harness->work))
        harness_bad(harness, "the program left something");
    image_release(&image);
}

static void run_case(struct harness *harness, const struct edit_case *edit_case)
{
    struct run run = {.harness = harness, .to_append = edit_case->appended};
    struct tracee_call call;
    struct tracee tracee;
    struct image first = scene_take(&harness->work);
    char **words = harness_words(harness, edit_case);
    history_add(&run.history, &first);
    if (tracee_start(&tracee, words)) {
        while (tracee_next_call(&tracee, &call))
            if (!tracee.in_call)
                after_call(&run, &tracee, &call);
        judge_end(&run, &tracee);
    } else {
        harness_bad(harness, "the program cannot be started");
    }
    history_release(&run.history);
    free(words);
}

int main(int argc, char **argv)
{
    return harness_main(argc, argv, "when the power is lost it is old or new", run_case);
}
