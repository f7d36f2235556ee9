/* posix_attributes.c - owner, mode, ACLs and extended attributes of an open file. */
#include "posix_internal.h"

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

#if defined(__linux__)
/* ACLs are attributes, too: system.posix_acl_access. */
static bool copy_attribute(int from, int to, const char *name, struct error *error)
{
    enum { LARGEST = 65536 }; /* XATTR_SIZE_MAX */
    void *value = malloc(LARGEST);
    if (!value)
        return error_memory(error, LARGEST);
    ssize_t size = fgetxattr(from, name, value, LARGEST);
    bool copied = size >= 0 && fsetxattr(to, name, value, (size_t)size, 0) == 0;
    int code = errno;
    free(value);
    return copied || is_tolerated(code) ||
           posix_error_doing(error, code, "copying the attribute %s", name);
}

static bool copy_listed(int from, int to, const char *names, size_t length, struct error *error)
{
    for (size_t i = 0; i < length; i += strlen(names + i) + 1)
        if (!copy_attribute(from, to, names + i, error))
            return false;
    return true;
}

static bool copy_attributes(int from, int to, struct error *error)
{
    ssize_t length = flistxattr(from, NULL, 0);
    if (length <= 0)
        return true;
    char *names = malloc((size_t)length);
    if (!names)
        return error_memory(error, (size_t)length);
    length = flistxattr(from, names, (size_t)length);
    bool copied = length < 0 ? is_tolerated(errno) || posix_error(error, errno)
                             : copy_listed(from, to, names, (size_t)length, error);
    free(names);
    return copied;
}

void posix_drop_inherited(int copy)
{
    (void)fremovexattr(copy, "system.posix_acl_access");
}
#elif defined(__APPLE__)
static bool copy_attributes(int from, int to, struct error *error)
{
    return fcopyfile(from, to, NULL, COPYFILE_ACL | COPYFILE_XATTR) == 0 || is_tolerated(errno) ||
           posix_error_doing(error, errno, "copying the attributes");
}

void posix_drop_inherited(int copy)
{
    (void)copy;
}
#else
static bool copy_attributes(int from, int to, struct error *error)
{
    (void)from;
    (void)to;
    (void)error;
    return true;
}

void posix_drop_inherited(int copy)
{
    (void)copy;
}
#endif

/*
 * Owner and group, each as far as allowed, and the mode that may then be had: a
 * stranger's program must not run with our rights, and what his group could do
 * is no business of ours, beyond what everybody may.
 */
static bool copy_owner(int copy, const struct stat *original, mode_t *mode, struct error *error)
{
    if (fchown(copy, original->st_uid, (gid_t)-1) != 0) {
        if (!is_tolerated(errno))
            return posix_error_doing(error, errno, "setting the owner");
        *mode &= ~(mode_t)S_ISUID;
    }
    if (fchown(copy, (uid_t)-1, original->st_gid) != 0) {
        if (!is_tolerated(errno))
            return posix_error_doing(error, errno, "setting the group");
        *mode &= ~(mode_t)(S_ISGID | S_IRWXG) | (*mode & S_IRWXO) << 3;
    }
    return true;
}

bool file_copy_attributes(struct file *original, struct file *copy, struct error *error)
{
    struct stat status;
    if (fstat(original->descriptor, &status) != 0)
        return posix_error_doing(error, errno, "asking for the owner and mode");
    mode_t mode = status.st_mode & 07777;
    posix_drop_inherited(copy->descriptor);
    if (!copy_owner(copy->descriptor, &status, &mode, error))
        return false;
    /* Behind the owner, whose change takes the set-id bits and capabilities away. */
    if (fchmod(copy->descriptor, mode) != 0 && !is_tolerated(errno))
        return posix_error_doing(error, errno, "setting the mode to %04o", (unsigned)mode);
    return copy_attributes(original->descriptor, copy->descriptor, error);
}

void file_copy_owner(struct file *original, struct file *copy)
{
    struct stat status;
    if (fstat(original->descriptor, &status) != 0)
        return;
    /* The mode last, so that nobody gets rights that go with the other owner. */
    if (fchown(copy->descriptor, status.st_uid, status.st_gid) == 0)
        (void)fchmod(copy->descriptor, (status.st_mode & 0444) | 0600);
}

bool file_set_mode(struct file *file, uint32_t mode, struct error *error)
{
    return fchmod(file->descriptor, (mode_t)mode) == 0 ||
           posix_error_doing(error, errno, "setting the mode to %04o", (unsigned)mode);
}
