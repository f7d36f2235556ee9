/*
 * undo_file.h - the file of --undo, and the temporary that becomes it.
 *
 * The undo script is written to a new file beside FILE, whose name is made of FILE's and a random
 * number. When the edit is done it is renamed over FILE; an edit that fails removes it. The journal
 * holds FILE's path and the number, so that recovery can do the same: it renames the script when it
 * finishes the edit, and removes it when it takes the edit back.
 */
#ifndef MMTOOL_UNDO_FILE_H
#define MMTOOL_UNDO_FILE_H

#include "mapping.h"

struct undo_file {
    const char *given;       /* FILE as the user wrote it, for messages; or NULL */
    struct place *place;     /* FILE; owned */
    struct place *temporary; /* beside it; owned */
    uint64_t number;         /* random; in the temporary's name */
    uint32_t mode;           /* of the script */
    bool made;               /* the temporary exists, made by this edit */
    bool left;               /* the temporary may exist, left by an interrupted edit; */
    uint64_t owner;          /*   then: the user who owns the journal that says so */
};

/*
 * Fails if the script cannot replace FILE: it is a directory, a device, or the edited file itself.
 * Creates nothing. A symbolic link is not followed; the script will replace it.
 */
bool undo_file_init(struct undo_file *undo, const char *path, const struct mapping *edited,
                    struct error *error);

/* The same for a script that an interrupted edit left, from the journal of user `owner`. */
bool undo_file_init_left(struct undo_file *undo, const char *path, uint64_t number, uint64_t owner,
                         struct error *error);

/* Frees memory; leaves the files as they are. */
void undo_file_release(struct undo_file *undo);

/* Creates the temporary and opens it for writing: mode 0600, or less if an earlier FILE had less.
 * The caller closes `*file`. A failure leaves no new temporary. */
bool undo_file_create(struct undo_file *undo, struct file **file, struct error *error);

/* Removes the temporary, if there is one. `undo` may be NULL. */
void undo_file_drop(struct undo_file *undo);

/*
 * Renames the temporary, if there is one, over FILE; with `durable`, waits for the disk. On failure
 * the script stays where it is, and the error names its path. A script left by an interrupted edit
 * is renamed only if the journal's owner could have done so himself, or if it is the user's own.
 * `undo` may be NULL.
 */
bool undo_file_publish(struct undo_file *undo, bool durable, struct error *error);

#endif
