/*
 * image.h - what a crash leaves on the disk, and what becomes of it.
 *
 * An image is the edited file, its mark and the journal beside it, in memory. It
 * is taken from one scene (a directory with those files), changed as the crash
 * would have it, put into another and recovered there by a command; then it is
 * judged: old, new or bad.
 *
 * A recovery believes a journal only if it is of this very inode, which a copy is
 * not: whoever puts an image signs the journal's header anew for the file that it
 * lands in, and points the mark to the journal's new path. The program under test
 * needs no switch for that.
 */
#ifndef MMTOOL_IMAGE_H
#define MMTOOL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MARK_SIZE = 2048, SCENE_PATH = 400 };

struct bytes {
    unsigned char *data; /* owned */
    size_t length;
};

bool bytes_same(const struct bytes *a, const struct bytes *b);

struct image {
    struct bytes file;
    struct bytes journal;
    bool has_journal;
    unsigned char mark[MARK_SIZE];
    size_t mark_length; /* 0: none */
};

void image_release(struct image *image);
bool image_same(const struct image *a, const struct image *b);
struct image image_copy(const struct image *image);
/* A copy whose file has `appended` bytes more, behind `before` that were appended earlier. */
struct image image_append(const struct image *image, size_t before, size_t appended);

struct scene {
    char directory[SCENE_PATH];
    char file[SCENE_PATH];
    char journal[SCENE_PATH];
};

/* Below a new directory; what it makes is removed by scene_remove(). Ends the program on failure.
 */
void scene_make(struct scene *scene, const char *name);
void scene_remove(const struct scene *scene);

/*
 * Where scenes are made: in memory if a file there can bear a mark, else below
 * TMPDIR or /tmp. NULL if none can be made.
 */
const char *scene_root(void);

/* Replaces the scene's files: an inode of its own for each put. */
void scene_put(const struct scene *scene, const struct image *image);
struct image scene_take(const struct scene *scene);
/* Whether nothing but the file is in the directory. */
bool scene_is_clean(const struct scene *scene);

/* ---- judging --------------------------------------------------------------------------------- */

enum verdict { VERDICT_OLD, VERDICT_NEW, VERDICT_BAD };

struct tally {
    unsigned long tried, old, new, bad;
};

/* What recovers an image: a command to which the file's path is added, and what may come out. */
struct judge {
    struct scene scene;    /* where images are recovered */
    char *const *command;  /* ends with NULL */
    struct bytes old, new; /* owned by the caller */
    size_t appended;       /* bytes behind them that another program has appended */
    struct tally tally;
    unsigned long shown; /* bad ones that were told of */
    bool quiet;          /* bad ones are expected */
};

/* `what` says at which point of the run the image was taken. */
enum verdict judge_image(struct judge *judge, const struct image *image, const char *what);

/* The same when another program appends bytes more to the file before it is recovered. */
enum verdict judge_appended(struct judge *judge, const struct image *image, size_t appended,
                            const char *what);

/* Whether a file is `expected` and what was appended behind it. */
bool judge_same(const struct judge *judge, const struct bytes *file, const struct bytes *expected);

/* Runs a command with one more word; its exit status, or 128 + the signal that ended it. */
int run_command_on(char *const *command, const char *path);

#endif
