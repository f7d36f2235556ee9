/*
 * place.h - names of files, and directories.
 */
#ifndef MMTOOL_PLATFORM_PLACE_H
#define MMTOOL_PLATFORM_PLACE_H

#include "platform/file.h"

/*
 * An open directory and a name in it: a journal is found beside its file even if the directory is
 * renamed meanwhile. Owned by the caller, who releases it with place_free(). place_of() follows
 * symbolic links in the last component.
 */
struct place;

bool place_of(const char *path, struct place **place, struct error *error);
/*
 * The same for the path by which a file was opened (`opened` may be NULL): of use if that was no
 * link. Costs less if the place is in the directory of `neighbour`, another place; or NULL.
 */
bool place_of_opened(const char *path, const struct file *opened, const struct place *neighbour,
                     struct place **place, struct error *error);
/* The same, but does not follow a link in the last component. */
bool place_of_name(const char *path, struct place **place, struct error *error);
/*
 * The place of `path` in the directory that `neighbour` (or NULL) holds open, if the path of that
 * directory was written in the same way. Does not look whether this path still leads there. NULL if
 * it was written otherwise, or this cannot be told.
 */
struct place *place_beside(const struct place *neighbour, const char *path);
bool place_in_directory(const char *directory, const char *name, struct place **place,
                        struct error *error);
/* The index of the last component in a path of place_path(). */
size_t place_name_start(const char *path);
/* The path up to the last component, to be freed; NULL if memory is short. */
char *place_directory(const struct place *place, struct error *error);
/* Another name in the same directory. */
bool place_sibling(const struct place *place, const char *name, struct place **sibling,
                   struct error *error);
void place_free(struct place *place);
const char *place_name(const struct place *place); /* the last component */
const char *place_path(const struct place *place); /* absolute, for messages and marks */
enum file_open_result place_open(const struct place *place, unsigned flags, struct file **file,
                                 struct error *error);

enum place_use {
    PLACE_FREE,
    PLACE_FILE,  /* a regular file */
    PLACE_LINK,  /* a symbolic link to one, or to nothing */
    PLACE_OTHER, /* a directory, device, FIFO, socket, or a link to one */
    PLACE_FAILED,
};
/*
 * The kind of file that has the name, without opening it. For a regular file, fills device,
 * identity, links, owner and mode of `status`; for a link on POSIX, the owner.
 */
enum place_use place_look(const struct place *place, struct file_status *status,
                          struct error *error);
/* Whether the place is a name of the open file. */
bool place_is_name_of(const struct place *place, struct file *file);
bool place_remove(const struct place *place, struct error *error);
/* Whether a removed name can be used at once for another file, although the removed one is open. */
bool place_is_free_when_removed(void);
/* As place_remove(), for any kind of file: a link, not its target; a directory if it is empty. */
bool place_clear(const struct place *place, struct error *error);
/* Renames over `to`, in one step. */
bool place_rename(const struct place *from, const struct place *to, struct error *error);
/*
 * Makes the entries of the directory durable. The first call opens the directory and keeps it open:
 * later calls need no new descriptor.
 */
bool place_sync(struct place *place, struct error *error);

enum directory_result { DIRECTORY_LISTED, DIRECTORY_MISSING, DIRECTORY_FAILED };
/* Calls `visit` for each name in a directory, in any order, until it returns false. */
enum directory_result directory_list(const char *path,
                                     bool (*visit)(void *context, const char *name), void *context,
                                     struct error *error);

/*
 * A name of a block device that stays the same when the system is restarted or the device is
 * attached again; false if it has none.
 */
bool file_lasting_name(struct file *file, char *name, size_t size);

#endif
