/*
 * undo_file.h - the file of --undo: the whole script, or what it was before.
 *
 * The script is written to a new file beside FILE, named after it and by a random
 * number, and renamed over FILE when the edit is done. An edit that fails removes
 * it. The journal holds FILE's path and the number, from which a recovery makes both
 * names: it renames the script of an edit that it finishes, and removes that of one
 * that it takes back.
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
    bool made;               /* the temporary is there, and is this edit's */
    bool left;               /* it may be there: a killed edit left it ... */
    uint64_t owner;          /* ... on the word of a journal that belongs to this user */
};

/*
 * Refuses what a script cannot replace: a directory, a device, the edited file
 * itself. Makes nothing. A symbolic link is taken for what it is, not followed.
 */
bool undo_file_init(struct undo_file *undo, const char *path, const struct mapping *edited,
                    struct error *error);

/* The same of what a killed edit may have left, by what the journal of user `owner` holds. */
bool undo_file_init_left(struct undo_file *undo, const char *path, uint64_t number, uint64_t owner,
                         struct error *error);

/* Leaves the files as they are. */
void undo_file_release(struct undo_file *undo);

/* Makes the temporary, open for writing: mode 0600, less what an earlier FILE lacks. */
bool undo_file_create(struct undo_file *undo, struct file **file, struct error *error);

/* Removes the temporary, if there is one. NULL-safe. */
void undo_file_drop(struct undo_file *undo);

/*
 * Renames the temporary, if there is one, over FILE; `durable` waits for the disk. When
 * that fails the script stays where it is, and the error names the place. Of what was
 * left, nothing is renamed that the journal's owner could not have renamed, unless it is
 * our own. NULL-safe.
 */
bool undo_file_publish(struct undo_file *undo, bool durable, struct error *error);

#endif
