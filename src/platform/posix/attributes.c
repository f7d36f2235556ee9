/* attributes.c - owner, mode, ACLs and extended attributes of an open file. */
#include "platform/posix/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#if defined(__linux__)
#include <sys/xattr.h>
#elif defined(__APPLE__)
#include <copyfile.h>
#endif

/* What a file system or a lack of rights may keep us from, without making the copy wrong. */
static bool is_tolerated(int code)
{
    return code == EPERM || code == EACCES || code == EOPNOTSUPP || code == ENOTSUP ||
           code == ENOSYS || code == ENODATA || code == EINVAL;
}

/* ---- copying --------------------------------------------------------------------------------- */

/* An attribute's copy under way. */
struct copying {
    int from, to;
    bool foreign_group; /* the copy has another group than the original */
    struct file_uncarried *uncarried;
};

#if defined(__linux__)
#define ACL        "system.posix_acl_access"
#define CAPABILITY "security.capability"

enum { LARGEST = 65536 }; /* XATTR_SIZE_MAX */

static void tell_attribute(struct file_uncarried *uncarried, const char *name)
{
    char text[300], shown[270];
    snprintf(text, sizeof text, "attribute %s", diag_escape(shown, sizeof shown, name));
    file_uncarried_add(uncarried, !strcmp(name, ACL)          ? "ACL"
                                  : !strcmp(name, CAPABILITY) ? "file capabilities"
                                                              : text);
}

/*
 * An ACL as bytes: a version of 32 bits, then entries of tag (16 bits), rights (16) and id
 * (32), little-endian. The group's entry is of another group now, which may do no more
 * than others may.
 */
static void narrow_group(unsigned char *acl, size_t length)
{
    enum { HEADER = 4, ENTRY = 8, RIGHTS = 2, OF_GROUP = 0x04, OF_OTHERS = 0x20 };
    unsigned others = 0;
    for (size_t at = HEADER; at + ENTRY <= length; at += ENTRY)
        if (acl[at] == OF_OTHERS)
            others = acl[at + RIGHTS];
    for (size_t at = HEADER; at + ENTRY <= length; at += ENTRY)
        if (acl[at] == OF_GROUP)
            acl[at + RIGHTS] &= (unsigned char)others;
}

/* Whether the copy has it by itself, as labels of a security module may be. */
static bool has_equal(int file, const char *name, const unsigned char *value, size_t length)
{
    unsigned char *there = malloc(LARGEST);
    ssize_t got = there ? fgetxattr(file, name, there, LARGEST) : -1;
    bool equal = got >= 0 && (size_t)got == length && memcmp(there, value, length) == 0;
    free(there);
    return equal;
}

/* `value` has room for the largest. */
static bool copy_value(const struct copying *copying, const char *name, unsigned char *value,
                       struct error *error)
{
    ssize_t size = fgetxattr(copying->from, name, value, LARGEST);
    if (size < 0 && errno == ENODATA)
        return true; /* gone meanwhile */
    if (size >= 0 && copying->foreign_group && !strcmp(name, ACL))
        narrow_group(value, (size_t)size);
    if (size >= 0 && fsetxattr(copying->to, name, value, (size_t)size, 0) == 0)
        return true;
    int code = errno;
    if (!is_tolerated(code) && code != EOVERFLOW)
        return posix_error_doing(error, code, "copying the attribute %s", name);
    if (size < 0 || !has_equal(copying->to, name, value, (size_t)size))
        tell_attribute(copying->uncarried, name);
    return true;
}

/* ACLs are attributes, too. */
static bool copy_attribute(const struct copying *copying, const char *name, struct error *error)
{
    unsigned char *value = malloc(LARGEST);
    bool copied = value ? copy_value(copying, name, value, error) : error_memory(error, LARGEST);
    free(value);
    return copied;
}

static bool copy_listed(const struct copying *copying, const char *names, size_t length,
                        struct error *error)
{
    for (size_t i = 0; i < length; i += strlen(names + i) + 1)
        if (!copy_attribute(copying, names + i, error))
            return false;
    return true;
}

static bool copy_attributes(const struct copying *copying, struct error *error)
{
    ssize_t length = flistxattr(copying->from, NULL, 0);
    if (length <= 0)
        return length == 0 || is_tolerated(errno) ||
               posix_error_doing(error, errno, "listing the attributes");
    char *names = malloc((size_t)length);
    if (!names)
        return error_memory(error, (size_t)length);
    length = flistxattr(copying->from, names, (size_t)length);
    bool copied = length < 0 ? posix_error_doing(error, errno, "listing the attributes")
                             : copy_listed(copying, names, (size_t)length, error);
    free(names);
    return copied;
}

static bool has_acl(int file)
{
    return fgetxattr(file, ACL, NULL, 0) >= 0;
}

void posix_drop_inherited(int copy)
{
    /* To ask costs less than to remove what is not there. */
    if (has_acl(copy))
        (void)fremovexattr(copy, ACL);
}
#elif defined(__APPLE__)
static bool copy_attributes(const struct copying *copying, struct error *error)
{
    if (fcopyfile(copying->from, copying->to, NULL, COPYFILE_ACL | COPYFILE_XATTR) == 0)
        return true;
    if (!is_tolerated(errno))
        return posix_error_doing(error, errno, "copying the attributes");
    file_uncarried_add(copying->uncarried, "ACL and attributes");
    return true;
}
#else
static bool copy_attributes(const struct copying *copying, struct error *error)
{
    (void)copying;
    (void)error;
    return true;
}
#endif

/*
 * Owner and group, each as far as allowed, and the mode that may then be had: a
 * stranger's program must not run with our rights, and what his group could do
 * is no business of ours, beyond what everybody may.
 */
static bool copy_owner(struct copying *copying, const struct stat *original, mode_t *mode,
                       struct error *error)
{
    struct stat now;
    if (fchown(copying->to, original->st_uid, (gid_t)-1) != 0 && !is_tolerated(errno))
        return posix_error_doing(error, errno, "setting the owner");
    if (fchown(copying->to, (uid_t)-1, original->st_gid) != 0 && !is_tolerated(errno))
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

/* The group's bits are those of an ACL's mask, where the copy has one. */
static bool tell_mode(const struct copying *copying, mode_t wanted, struct error *error)
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
    struct copying copying = {original->descriptor, copy->descriptor, false, uncarried};
    *uncarried = (struct file_uncarried){{0}};
    if (fstat(original->descriptor, &status) != 0)
        return posix_error_doing(error, errno, "asking for the owner and mode");
    mode_t mode = status.st_mode & 07777;
    posix_drop_inherited(copy->descriptor);
    if (!copy_owner(&copying, &status, &mode, error))
        return false;
    /* Behind the owner, whose change takes the set-id bits and capabilities away. */
    if (fchmod(copy->descriptor, mode) != 0 && !is_tolerated(errno))
        return posix_error_doing(error, errno, "setting the mode to %04o", (unsigned)mode);
    return copy_attributes(&copying, error) && tell_mode(&copying, status.st_mode & 07777, error);
}

void file_copy_owner(struct file *original, struct file *copy)
{
    struct stat status;
    if (fstat(original->descriptor, &status) == 0)
        (void)!fchown(copy->descriptor, status.st_uid, status.st_gid);
}

bool file_set_mode(struct file *file, uint32_t mode, struct error *error)
{
    return fchmod(file->descriptor, (mode_t)mode) == 0 ||
           posix_error_doing(error, errno, "setting the mode to %04o", (unsigned)mode);
}

/* ---- privileges ------------------------------------------------------------------------------ */

enum { SET_IDS = S_ISUID | S_ISGID };
static_assert(FILE_MODE_SET_USER == S_ISUID && FILE_MODE_SET_GROUP == S_ISGID, "as everywhere");

#if defined(__linux__)
/*
 * Capabilities of another user name space are there and cannot be read (EOVERFLOW). They are
 * kept as a value that cannot be set, so that their loss is told.
 */
static bool get_capability(int descriptor, struct file_privileges *privileges, struct error *error)
{
    ssize_t length =
        fgetxattr(descriptor, CAPABILITY, privileges->capability, sizeof privileges->capability);
    if (length < 0 && (errno == EOVERFLOW || errno == ERANGE))
        length = 1;
    privileges->capability_length = length > 0 ? (uint32_t)length : 0;
    return length >= 0 || is_tolerated(errno) ||
           posix_error_doing(error, errno, "asking for the file's capabilities");
}

static bool lacks_capability(int descriptor)
{
    return fgetxattr(descriptor, CAPABILITY, NULL, 0) < 0 && errno != EOVERFLOW;
}

static void set_capability(int descriptor, const struct file_privileges *privileges)
{
    (void)fsetxattr(descriptor, CAPABILITY, privileges->capability, privileges->capability_length,
                    XATTR_CREATE);
}
#else
static bool get_capability(int descriptor, struct file_privileges *privileges, struct error *error)
{
    (void)descriptor;
    (void)privileges;
    (void)error;
    return true;
}

static bool lacks_capability(int descriptor)
{
    (void)descriptor;
    return false;
}

static void set_capability(int descriptor, const struct file_privileges *privileges)
{
    (void)descriptor;
    (void)privileges;
}
#endif

#if !defined(__linux__)
void posix_drop_inherited(int copy)
{
    (void)copy;
}
#endif

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
    return get_capability(file->descriptor, privileges, error);
}

/* The same file to the same people, but for the set-id bits. */
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
        return all_of(before); /* as far as anybody can tell */
    if (!is_as_before(&status, before))
        return 0;
    gone.mode &= ~(uint32_t)status.st_mode;
    if (!lacks_capability(file->descriptor))
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
        set_capability(file->descriptor, before);
    bits &= (mode_t)before->mode;
    if (bits == 0 || fchmod(file->descriptor, (status.st_mode & 07777) | bits) != 0)
        return;
    /* It may have been given to somebody else in this very moment. */
    if (fstat(file->descriptor, &status) != 0 || !is_as_before(&status, before))
        (void)fchmod(file->descriptor, status.st_mode & 07777 & ~(mode_t)SET_IDS);
}
