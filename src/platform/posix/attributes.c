/* attributes.c - owner, mode, ACLs and extended attributes of an open file. */
#include "platform/linux/internal.h"

#include <sys/stat.h>
#if defined(__APPLE__)
#include <copyfile.h>
#endif

/* ---- copying --------------------------------------------------------------------------------- */

#if defined(__APPLE__)
static bool copy_attributes(const struct posix_copying *copying, struct error *error)
{
    if (fcopyfile(copying->from, copying->to, NULL, COPYFILE_ACL | COPYFILE_XATTR) == 0)
        return true;
    if (!posix_is_tolerated(errno))
        return posix_error_doing(error, errno, "copying the attributes");
    file_uncarried_add(copying->uncarried, "ACL and attributes");
    return true;
}
#else
static bool copy_attributes(const struct posix_copying *copying, struct error *error)
{
    return linux_copy_attributes(copying, error);
}
#endif

/*
 * Sets owner and group, each if that is allowed, and narrows `*mode` if one could not be set. If
 * the owner differs, the set-user-ID bit goes: the program would run with our rights. If the group
 * differs, the set-group-ID bit goes, and the group keeps only the rights that all others have.
 */
static bool copy_owner(struct posix_copying *copying, const struct stat *original, mode_t *mode,
                       struct error *error)
{
    struct stat now;
    if (fchown(copying->to, original->st_uid, (gid_t)-1) != 0 && !posix_is_tolerated(errno))
        return posix_error_doing(error, errno, "setting the owner");
    if (fchown(copying->to, (uid_t)-1, original->st_gid) != 0 && !posix_is_tolerated(errno))
        return posix_error_doing(error, errno, "setting the group");
    if (fstat(copying->to, &now) != 0)
        return posix_error_doing(error, errno, "asking for the owner and mode");
    copying->foreign_group = now.st_gid != original->st_gid;
    if (now.st_uid != original->st_uid) {
        file_uncarried_add(copying->uncarried, "owner");
        *mode &= ~(mode_t)S_ISUID;
    }
    if (copying->foreign_group) {
        file_uncarried_add(copying->uncarried, "group");
        *mode &= ~(mode_t)(S_ISGID | S_IRWXG) | (*mode & S_IRWXO) << 3;
    }
    return true;
}

/* Lists the mode bits that the copy lacks. With an ACL the group's bits are those of its mask. */
static bool tell_mode(const struct posix_copying *copying, mode_t wanted, struct error *error)
{
    struct stat now;
    if (fstat(copying->to, &now) != 0)
        return posix_error_doing(error, errno, "asking for the owner and mode");
    mode_t missing = wanted & ~now.st_mode & 07777;
    if (missing & S_ISUID)
        file_uncarried_add(copying->uncarried, "set-user-ID");
    if (missing & S_ISGID)
        file_uncarried_add(copying->uncarried, "set-group-ID");
    if (missing & ~(mode_t)(S_ISUID | S_ISGID))
        file_uncarried_add(copying->uncarried, "mode");
    return true;
}

bool file_copy_attributes(struct file *original, struct file *copy,
                          struct file_uncarried *uncarried, struct error *error)
{
    struct stat status;
    struct posix_copying copying = {original->descriptor, copy->descriptor, false, uncarried};
    *uncarried = (struct file_uncarried){{0}};
    if (fstat(original->descriptor, &status) != 0)
        return posix_error_doing(error, errno, "asking for the owner and mode");
    mode_t mode = status.st_mode & 07777;
    linux_drop_inherited(copy->descriptor);
    if (!copy_owner(&copying, &status, &mode, error))
        return false;
    /* After the owner: to change that clears the set-id bits and the capabilities. */
    if (fchmod(copy->descriptor, mode) != 0 && !posix_is_tolerated(errno))
        return posix_error_doing(error, errno, "setting the mode to %04o", (unsigned)mode);
    return copy_attributes(&copying, error) && tell_mode(&copying, status.st_mode & 07777, error);
}

void file_set_owner(struct file *file, uint64_t owner, uint64_t group)
{
    (void)!fchown(file->descriptor, (uid_t)owner, (gid_t)group);
}

bool file_set_mode(struct file *file, uint32_t mode, struct error *error)
{
    return fchmod(file->descriptor, (mode_t)mode) == 0 ||
           posix_error_doing(error, errno, "setting the mode to %04o", (unsigned)mode);
}

/* ---- privileges ------------------------------------------------------------------------------ */

enum { SET_IDS = S_ISUID | S_ISGID };
static_assert(FILE_MODE_SET_USER == S_ISUID && FILE_MODE_SET_GROUP == S_ISGID, "as everywhere");

bool file_get_privileges(struct file *file, struct file_privileges *privileges, struct error *error)
{
    struct stat status;
    *privileges = (struct file_privileges){0};
    if (fstat(file->descriptor, &status) != 0)
        return posix_error_doing(error, errno, "asking for the owner and mode");
    if (!S_ISREG(status.st_mode))
        return true;
    privileges->owner = (uint64_t)status.st_uid;
    privileges->group = (uint64_t)status.st_gid;
    privileges->mode = (uint32_t)(status.st_mode & 07777);
    int code = linux_get_capability(file->descriptor, privileges);
    return code == 0 || posix_error_doing(error, code, "asking for the file's capabilities");
}

/* Whether owner, group and mode, except for the set-id bits, are as before. */
static bool is_as_before(const struct stat *status, const struct file_privileges *before)
{
    return (uint64_t)status->st_uid == before->owner && (uint64_t)status->st_gid == before->group &&
           ((status->st_mode ^ (mode_t)before->mode) & (07777 & ~(mode_t)SET_IDS)) == 0;
}

static unsigned all_of(const struct file_privileges *privileges)
{
    return (privileges->mode & S_ISUID ? PRIVILEGE_USER : 0u) |
           (privileges->mode & S_ISGID ? PRIVILEGE_GROUP : 0u) |
           (privileges->capability_length > 0 ? PRIVILEGE_CAPABILITIES : 0u);
}

unsigned file_lost_privileges(struct file *file, const struct file_privileges *before)
{
    struct stat status;
    struct file_privileges gone = *before;
    if (fstat(file->descriptor, &status) != 0)
        return all_of(before); /* not known: assume that all are lost */
    if (!is_as_before(&status, before))
        return 0;
    gone.mode &= ~(uint32_t)status.st_mode;
    if (!linux_lacks_capability(file->descriptor))
        gone.capability_length = 0;
    return all_of(&gone);
}

void file_restore_privileges(struct file *file, const struct file_privileges *before,
                             unsigned which)
{
    struct stat status;
    mode_t bits = (which & PRIVILEGE_USER ? S_ISUID : 0) | (which & PRIVILEGE_GROUP ? S_ISGID : 0);
    if (fstat(file->descriptor, &status) != 0 || !is_as_before(&status, before))
        return;
    if (which & PRIVILEGE_CAPABILITIES)
        linux_restore_capability(file->descriptor, before);
    bits &= (mode_t)before->mode;
    if (bits == 0 || fchmod(file->descriptor, (status.st_mode & 07777) | bits) != 0)
        return;
    /* If the owner changed between the check and fchmod(), take the bits back. */
    if (fstat(file->descriptor, &status) != 0 || !is_as_before(&status, before))
        (void)fchmod(file->descriptor, status.st_mode & 07777 & ~(mode_t)SET_IDS);
}
