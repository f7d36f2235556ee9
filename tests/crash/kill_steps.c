/*
 * kill_steps.c - kills an edit after each of its instructions.
 *
 * The program runs by single steps; by system calls only as long as it has mapped
 * no file for writing, since until then nothing else can change one. Whenever file, mark or journal
 * have changed, what is there is what a SIGKILL at this instruction leaves: the page cache
 * survives, so stores reach the file in the order of the program. A system call
 * is no single step to a kill, though: the kernel leaves a write half done at a
 * page's end. So its prefixes are images, too. Each image is recovered and
 * judged; some that are torn are recovered by a program which is itself killed
 * after each of its instructions.
 */
#define _GNU_SOURCE
#include "harness.h"
#include "tracee.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
    PAGE = 4096,
    SECTOR = 512,
    RANDOM_PREFIXES = 2, /* besides those at pages' ends, for each object a call has changed */
    TORN_KEPT = 4,       /* images whose recovery is stepped, of each way; 1 in a short run */
    SLOTS = 20480,       /* in the journal: what is in front of them is small and counts most */
    STRIDE = 251,        /* of the other instructions every so many are judged in a short run */
    APPENDED = 12000,    /* most bytes appended between a kill and its recovery */
};

/* ---- seeing a file change -------------------------------------------------------------------- */

/* A file of the scene as memory, so that looking at it after each step is cheap. */
struct window {
    const char *path;
    ino_t inode;        /* 0: not there */
    struct bytes bytes; /* mapped */
};

static void window_close(struct window *window)
{
    if (window->bytes.length > 0)
        munmap(window->bytes.data, window->bytes.length);
    window->bytes = (struct bytes){0};
    window->inode = 0;
}

/* Maps what is under the path now, if it is another file or of another size. */
static void window_update(struct window *window)
{
    struct stat status = {0};
    bool there = stat(window->path, &status) == 0;
    if (there && status.st_ino == window->inode && (size_t)status.st_size == window->bytes.length)
        return;
    window_close(window);
    if (!there)
        return;
    window->inode = status.st_ino;
    int file = open(window->path, O_RDONLY | O_CLOEXEC);
    if (file >= 0 && status.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
        if (bytes != MAP_FAILED)
            window->bytes = (struct bytes){bytes, (size_t)status.st_size};
    }
    if (file >= 0)
        close(file);
}

/* ---- one run --------------------------------------------------------------------------------- */

/*
 * Torn images of which the recovery makes the same, old or new: before the commit
 * a file that has grown is torn, too, and goes back.
 */
struct torn {
    unsigned long seen;
    struct image kept[TORN_KEPT]; /* owned */
};

struct run {
    struct harness *harness;
    struct window file, journal;
    struct image last;    /* the last one judged; owned */
    unsigned long steps;  /* instructions, and system calls before the first of them */
    unsigned long passed; /* instructions that were looked at in passing only */
    bool stepping;
    struct torn torn[VERDICT_BAD]; /* of each way that is not bad */
    size_t to_append;              /* bytes that another program appends at the first store */
};

static bool is_torn(const struct run *run, const struct image *image)
{
    const struct judge *judge = &run->harness->judge;
    return !judge_same(judge, &image->file, &judge->old) &&
           !judge_same(judge, &image->file, &judge->new);
}

/* Keeps a few of the torn images, each of them as likely (Vitter's algorithm R). */
static void keep_torn(struct run *run, const struct image *image, enum verdict verdict)
{
    if (verdict == VERDICT_BAD || run->to_append > 0 || !is_torn(run, image) || !image->has_journal)
        return;
    struct torn *torn = &run->torn[verdict];
    uint64_t room = run->harness->rounds == 1 ? 1 : TORN_KEPT;
    uint64_t place = torn->seen < room ? torn->seen : harness_random() % (torn->seen + 1);
    torn->seen++;
    if (place >= room)
        return;
    image_release(&torn->kept[place]);
    torn->kept[place] = image_copy(image);
}

static void judge_at(struct run *run, const struct image *image, const char *what)
{
    char where[100];
    snprintf(where, sizeof where, "after step %lu%s", run->steps, what);
    struct judge *judge = &run->harness->judge;
    keep_torn(run, image, judge_image(judge, image, where));
    judge_appended(judge, image, 1 + harness_random() % APPENDED, where);
}

/* Where two byte strings of one length differ, from the first to behind the last place. */
static bool difference(const struct bytes *a, const struct bytes *b, size_t *start, size_t *end)
{
    *start = 0;
    *end = a->length;
    while (*start < *end && a->data[*start] == b->data[*start])
        ++*start;
    while (*end > *start && a->data[*end - 1] == b->data[*end - 1])
        --*end;
    return *end > *start;
}

/* The images in which only bytes before `cut` have got their new values. */
static void judge_prefix(struct run *run, const struct image *now, bool of_journal, size_t start,
                         size_t cut)
{
    struct image image = image_copy(&run->last);
    struct bytes *to = of_journal ? &image.journal : &image.file;
    const struct bytes *from = of_journal ? &now->journal : &now->file;
    memcpy(to->data + start, from->data + start, cut - start);
    judge_at(run, &image, of_journal ? ", in a write to the journal" : ", in a write to the file");
    image_release(&image);
}

/* What a kill inside a system call may leave of the bytes that it has changed. */
static void judge_prefixes(struct run *run, const struct image *now, bool of_journal)
{
    const struct bytes *before = of_journal ? &run->last.journal : &run->last.file;
    const struct bytes *behind = of_journal ? &now->journal : &now->file;
    size_t start, end;
    if (before->length != behind->length || !difference(before, behind, &start, &end))
        return;
    for (size_t cut = (start / PAGE + 1) * PAGE; cut < end; cut += PAGE)
        judge_prefix(run, now, of_journal, start, cut);
    /* A header or a record is one sector within one page: that much is written at once. */
    if (of_journal && start / SECTOR == (end - 1) / SECTOR)
        return;
    for (unsigned i = 0; i < RANDOM_PREFIXES && end - start > 1; i++)
        judge_prefix(run, now, of_journal, start, start + 1 + harness_random() % (end - start - 1));
}

static bool has_changed(const struct run *run)
{
    return !bytes_same(&run->journal.bytes, &run->last.journal) ||
           !bytes_same(&run->file.bytes, &run->last.file);
}

static bool has_changed_by_call(struct run *run)
{
    window_update(&run->file);
    window_update(&run->journal);
    return has_changed(run) || (run->journal.inode != 0) != run->last.has_journal ||
           (getxattr(run->file.path, "user.mmtool.journal", NULL, 0) > 0) !=
               (run->last.mark_length > 0);
}

/* One of very many instructions that at most fill a slot or the file, between two that publish. */
static bool is_passed_over(struct run *run)
{
    return run->harness->rounds == 1 && run->journal.bytes.length >= SLOTS &&
           run->last.journal.length >= SLOTS &&
           memcmp(run->journal.bytes.data, run->last.journal.data, SLOTS) == 0 &&
           ++run->passed % STRIDE != 0;
}

/* What was passed over belongs to what a system call finds, not to what it does. */
static void catch_up(struct run *run)
{
    if (!has_changed(run))
        return;
    image_release(&run->last);
    run->last = scene_take(&run->harness->work);
}

/* Another program appends, in one write, as soon as the edit has changed the file. */
static void append_meanwhile(struct run *run)
{
    harness_append(run->harness, run->to_append, false);
    run->to_append = 0;
    window_update(&run->file);
    image_release(&run->last);
    run->last = scene_take(&run->harness->work);
}

/* Judges what is there now, if that is something new. */
static void look(struct run *run, bool was_call)
{
    if (!was_call && is_passed_over(run))
        return;
    if (was_call ? !has_changed_by_call(run) : !has_changed(run))
        return;
    struct image now = scene_take(&run->harness->work);
    if (was_call) {
        judge_prefixes(run, &now, true);
        judge_prefixes(run, &now, false);
    }
    judge_at(run, &now, was_call ? ", a system call" : "");
    bool stored = !bytes_same(&now.file, &run->last.file);
    image_release(&run->last);
    run->last = now;
    if (stored && run->to_append > 0)
        append_meanwhile(run);
}

static bool maps_for_writing(const struct tracee_call *call)
{
    return call->number == SYS_mmap && call->arguments[2] & PROT_WRITE &&
           call->arguments[3] & MAP_SHARED;
}

/* One instruction or system call more; false at the program's end. */
static bool advance(struct run *run, struct tracee *tracee, bool *was_call)
{
    struct tracee_call call;
    run->steps++;
    *was_call = true;
    if (run->stepping) {
        *was_call = tracee_is_at_call(tracee);
        if (*was_call)
            catch_up(run);
        return tracee_step(tracee);
    }
    if (!tracee_next_call(tracee, &call) || !tracee_next_call(tracee, &call))
        return false;
    run->stepping = maps_for_writing(&call);
    return true;
}

/* Runs a program to its end; it must succeed and leave what is wanted. */
static void step_through(struct run *run, char **words, const struct bytes *wanted)
{
    struct harness *harness = run->harness;
    struct tracee tracee;
    run->file.path = harness->work.file;
    run->journal.path = harness->work.journal;
    window_update(&run->file);
    window_update(&run->journal);
    run->last = scene_take(&harness->work);
    if (!tracee_start(&tracee, words)) {
        harness_bad(harness, "the program cannot be started");
        return;
    }
    bool was_call;
    while (advance(run, &tracee, &was_call))
        look(run, was_call);
    window_update(&run->file);
    if (tracee.status != 0)
        harness_bad(harness, "the program failed where nobody killed it");
    else if (!judge_same(&harness->judge, &run->file.bytes, wanted))
        harness_bad(harness, "the file is not what it must be though nobody killed the program");
    else if (!scene_is_clean(&harness->work))
        harness_bad(harness, "the program left something beside the file or on it");
    window_close(&run->file);
    window_close(&run->journal);
    image_release(&run->last);
}

static void release_torn(struct run *run)
{
    for (size_t way = 0; way < VERDICT_BAD; way++)
        for (size_t i = 0; i < TORN_KEPT; i++)
            image_release(&run->torn[way].kept[i]);
}

/*
 * Kills the recovery of a torn file after each of its instructions. Wherever that
 * is, the next one must go the same way: back as before the commit, forward as
 * behind it.
 */
static void step_recovery(struct harness *harness, const struct image *torn, enum verdict way)
{
    struct run run = {.harness = harness};
    struct judge *judge = &harness->judge;
    bool back = way == VERDICT_OLD;
    const unsigned long *other = back ? &judge->tally.new : &judge->tally.old;
    unsigned long before = *other;
    char **words = harness_words(harness, NULL);
    scene_put(&harness->work, torn);
    step_through(&run, words, back ? &judge->old : &judge->new);
    if (*other != before)
        harness_bad(harness, "a recovery that was killed was followed by one of the other way");
    release_torn(&run);
    free(words);
}

/* The same when another program has appended to the torn file before. */
static void step_recovery_appended(struct harness *harness, const struct image *torn,
                                   enum verdict way)
{
    size_t before = harness->judge.appended, appended = 1 + harness_random() % APPENDED;
    struct image longer = image_append(torn, before, appended);
    harness->judge.appended += appended;
    step_recovery(harness, &longer, way);
    harness->judge.appended = before;
    image_release(&longer);
}

static void step_recoveries(struct run *run)
{
    for (size_t way = 0; way < VERDICT_BAD; way++)
        for (size_t i = 0; i < TORN_KEPT; i++) {
            const struct image *torn = &run->torn[way].kept[i];
            if (!torn->file.data)
                continue;
            step_recovery(run->harness, torn, (enum verdict)way);
            /* Going back takes few steps; going forward is the same but for its end. */
            if (way == VERDICT_OLD || run->harness->rounds > 1)
                step_recovery_appended(run->harness, torn, (enum verdict)way);
        }
}

static void run_case(struct harness *harness, const struct edit_case *edit_case)
{
    struct run run = {.harness = harness, .to_append = edit_case->appended};
    char **words = harness_words(harness, edit_case);
    step_through(&run, words, &harness->judge.new);
    if (!harness->expect_bad)
        step_recoveries(&run);
    release_torn(&run);
    free(words);
}

/*
 * The C library copies and fills by an instruction that is one step a byte. The long
 * form takes each of them; a short run asks for plain loops, a register at a time.
 */
static void prefer_large_steps(void)
{
    const char *times = getenv("MMTOOL_TEST_ROUNDS");
    if (!times || strtoul(times, NULL, 10) <= 1)
        setenv("GLIBC_TUNABLES",
               "glibc.cpu.x86_rep_movsb_threshold=0x40000000:"
               "glibc.cpu.x86_rep_stosb_threshold=0x40000000",
               1);
}

int main(int argc, char **argv)
{
    prefer_large_steps();
    return harness_main(argc, argv, "killed at any instruction it is old or new", run_case);
}
