/* attributes.c - extended attributes, which ACLs and file capabilities are, too. */
#include "platform/linux/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#define ACL        "system.posix_acl_access"
#define CAPABILITY "security.capability"

enum { VALUE_MAX = 65536 }; /* XATTR_SIZE_MAX */

static void add_uncarried(struct file_uncarried *uncarried, const char *name)
{
    char text[300], shown[270];
    snprintf(text, sizeof text, "attribute %s", diag_escape(shown, sizeof shown, name));
    file_uncarried_add(uncarried, !strcmp(name, ACL)          ? "ACL"
                                  : !strcmp(name, CAPABILITY) ? "file capabilities"
                                                              : text);
}

/*
 * An ACL as bytes: a version of 32 bits, then entries of tag (16 bits), rights (16) and id (32),
 * little-endian. The copy has another group than the original: limits the rights of the group to
 * those of all others.
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

/* Whether the copy has the same value already. A security module may have given it its label. */
static bool has_equal(int file, const char *name, const unsigned char *value, size_t length)
{
    unsigned char *there = malloc(VALUE_MAX);
    ssize_t got = there ? fgetxattr(file, name, there, VALUE_MAX) : -1;
    bool equal = got >= 0 && (size_t)got == length && memcmp(there, value, length) == 0;
    free(there);
    return equal;
}

/* `value` has room for VALUE_MAX bytes. */
static bool copy_value(const struct posix_copying *copying, const char *name, unsigned char *value,
                       struct error *error)
{
    ssize_t size = fgetxattr(copying->from, name, value, VALUE_MAX);
    if (size < 0 && errno == ENODATA)
        return true; /* it was removed meanwhile */
    if (size >= 0 && copying->foreign_group && !strcmp(name, ACL))
        narrow_group(value, (size_t)size);
    if (size >= 0 && fsetxattr(copying->to, name, value, (size_t)size, 0) == 0)
        return true;
    int code = errno;
    if (!posix_is_tolerated(code) && code != EOVERFLOW)
        return posix_error_doing(error, code, "copying the attribute %s", name);
    if (size < 0 || !has_equal(copying->to, name, value, (size_t)size))
        add_uncarried(copying->uncarried, name);
    return true;
}

static bool copy_attribute(const struct posix_copying *copying, const char *name,
                           struct error *error)
{
    unsigned char *value = malloc(VALUE_MAX);
    bool copied = value ? copy_value(copying, name, value, error) : error_memory(error, VALUE_MAX);
    free(value);
    return copied;
}

static bool copy_listed(const struct posix_copying *copying, const char *names, size_t length,
                        struct error *error)
{
    for (size_t i = 0; i < length; i += strlen(names + i) + 1)
        if (!copy_attribute(copying, names + i, error))
            return false;
    return true;
}

bool linux_copy_attributes(const struct posix_copying *copying, struct error *error)
{
    ssize_t length = flistxattr(copying->from, NULL, 0);
    if (length <= 0)
        return length == 0 || posix_is_tolerated(errno) ||
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

void linux_drop_inherited(int copy)
{
    /* Reading costs less than removing an attribute that does not exist. */
    if (has_acl(copy))
        (void)fremovexattr(copy, ACL);
}

/*
 * Capabilities of another user name space exist but cannot be read (EOVERFLOW). They are kept as a
 * value that cannot be set, so that their loss is reported.
 */
int linux_get_capability(int descriptor, struct file_privileges *privileges)
{
    ssize_t length =
        fgetxattr(descriptor, CAPABILITY, privileges->capability, sizeof privileges->capability);
    if (length < 0 && (errno == EOVERFLOW || errno == ERANGE))
        length = 1;
    privileges->capability_length = length > 0 ? (uint32_t)length : 0;
    return length >= 0 || posix_is_tolerated(errno) ? 0 : errno;
}

bool linux_lacks_capability(int descriptor)
{
    return fgetxattr(descriptor, CAPABILITY, NULL, 0) < 0 && errno != EOVERFLOW;
}

void linux_restore_capability(int descriptor, const struct file_privileges *privileges)
{
    (void)fsetxattr(descriptor, CAPABILITY, privileges->capability, privileges->capability_length,
                    XATTR_CREATE);
}

/* ---- any attribute --------------------------------------------------------------------------- */

ssize_t linux_get_attribute(int descriptor, const char *name, void *value, size_t size)
{
    return fgetxattr(descriptor, name, value, size);
}

int linux_set_attribute(int descriptor, const char *name, const void *value, size_t size)
{
    return fsetxattr(descriptor, name, value, size, 0);
}

int linux_remove_attribute(int descriptor, const char *name)
{
    return fremovexattr(descriptor, name);
}
