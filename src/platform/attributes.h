/*
 * attributes.h - owner, mode, privileges and marks of a file.
 */
#ifndef MMTOOL_PLATFORM_ATTRIBUTES_H
#define MMTOOL_PLATFORM_ATTRIBUTES_H

#include "platform/file.h"

/* The attributes that a copy of a file lacks, in words, separated by commas; "": none. */
struct file_uncarried {
    char list[400];
};
/*
 * Gives `copy` the owner, mode, ACLs and extended attributes of `original`. Those that the user may
 * not set or the file system does not have are listed in `uncarried`; nobody gets more rights to
 * the copy than to the original.
 */
bool file_copy_attributes(struct file *original, struct file *copy,
                          struct file_uncarried *uncarried, struct error *error);
/* For the implementations: appends to the list, cut if it is full. */
void file_uncarried_add(struct file_uncarried *uncarried, const char *what);

/* Sets the permission bits. Nothing on Windows. */
bool file_set_mode(struct file *file, uint32_t mode, struct error *error);

/* The rights that a program has if it is run from the file, beyond those of its user. */
enum file_privilege { PRIVILEGE_USER = 1, PRIVILEGE_GROUP = 2, PRIVILEGE_CAPABILITIES = 4 };
enum { FILE_MODE_SET_USER = 04000, FILE_MODE_SET_GROUP = 02000, FILE_CAPABILITIES = 64 };
struct file_privileges {
    uint64_t owner, group;
    uint32_t mode;                               /* permission bits */
    uint32_t capability_length;                  /* bytes of it; 0: none */
    unsigned char capability[FILE_CAPABILITIES]; /* the value of security.capability on Linux */
};
/* All zeros on Windows and for anything but a regular file: they lose no privileges. */
bool file_get_privileges(struct file *file, struct file_privileges *privileges,
                         struct error *error);
/*
 * The privileges (enum file_privilege) that the file had before and has lost. 0 if its owner, group
 * or another mode bit has changed: to restore them would give them to somebody else.
 */
unsigned file_lost_privileges(struct file *file, const struct file_privileges *before);
/* Restores the privileges in `which`, as far as the system allows. */
void file_restore_privileges(struct file *file, const struct file_privileges *before,
                             unsigned which);

/* Gives the file that owner and group if that is allowed; never fails. */
void file_set_owner(struct file *file, uint64_t owner, uint64_t group);

/* ---- marks ----------------------------------------------------------------------------------- */

enum mark_result {
    MARK_OK,
    MARK_NONE, /* the file has no such mark; `error` is not filled */
    MARK_UNSUPPORTED,
    MARK_FAILED,
};
/*
 * A mark is a small named value on the inode (the extended attribute `user.` + name). `*length` is
 * the room in `value`, and then the bytes of the mark.
 */
enum mark_result file_get_mark(struct file *file, const char *name, void *value, size_t *length,
                               struct error *error);
enum mark_result file_set_mark(struct file *file, const char *name, const void *value,
                               size_t length, struct error *error);
enum mark_result file_remove_mark(struct file *file, const char *name, struct error *error);

#endif
