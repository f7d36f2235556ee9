/*
 * harness.h - what the harnesses that trace crash_edit share: their command line
 * and their table. They print TAP: a line for each edit of edit_case.h, with what
 * became of the images.
 */
#ifndef MMTOOL_HARNESS_H
#define MMTOOL_HARNESS_H

#include "edit_case.h"
#include "image.h"

/*
 * harness [--expect-bad] [--flag-of-crash_edit...] [--only=NAME] EDITOR RECOVER...
 *
 * EDITOR is a crash_edit, RECOVER the command that is given the path of a torn
 * file. With --expect-bad the run passes only if bad images were seen: that is
 * for programs whose journal was broken on purpose.
 */
struct harness {
    bool expect_bad;
    const char *only; /* the one case to try, or NULL */
    char *flags[4];   /* for the editor */
    size_t flag_count;
    char *editor;
    char **recover;       /* ends with NULL */
    unsigned long rounds; /* MMTOOL_TEST_ROUNDS, or 1 */
    struct scene work;    /* where edits are killed */
    struct judge judge;
    struct tally sum;
};

/* One case: the file before it is in the work scene, the judge knows old and new. */
typedef void harness_case(struct harness *harness, const struct edit_case *edit_case);

/* Runs all cases; the exit status. */
int harness_main(int argc, char **argv, const char *what, harness_case *run);

/* The editor's command line for a case, and for a recovery (NULL); the caller frees the array. */
char **harness_words(const struct harness *harness, const struct edit_case *edit_case);

/* Counts something that is wrong without an image: a run that failed. */
void harness_bad(struct harness *harness, const char *what);

/* What another program does: appends so many bytes to the edited file, in one write. With `wait` it
 * also waits for the disk to have them. */
void harness_append(struct harness *harness, size_t count, bool wait);

/* splitmix64, always the same row of numbers in a run. */
uint64_t harness_random(void);

#endif
