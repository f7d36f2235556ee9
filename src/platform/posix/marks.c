/* marks.c - small values on the inode: extended attributes of the user's name space. */
#include "platform/linux/internal.h"

#include <string.h>
#include <sys/stat.h>

#if defined(__APPLE__)
#include <sys/xattr.h>
#define get_attribute(file, name, value, size) fgetxattr(file, name, value, size, 0, 0)
#define set_attribute(file, name, value, size) fsetxattr(file, name, value, size, 0, 0)
#define remove_attribute(file, name)           fremovexattr(file, name, 0)
#else
#define get_attribute    linux_get_attribute
#define set_attribute    linux_set_attribute
#define remove_attribute linux_remove_attribute
#endif

enum { MARK_NAME_SIZE = 256 }; /* XATTR_NAME_MAX and the final 0 */

/* A search of many files asks for a mark of each: snprintf() would be a tenth of its own time. */
static const char *attribute_name(const char *name, char *room)
{
    static const char prefix[] = "user.";
    size_t length = strlen(name), most = MARK_NAME_SIZE - sizeof prefix;
    length = length < most ? length : most;
    memcpy(room, prefix, sizeof prefix - 1);
    memcpy(room + sizeof prefix - 1, name, length);
    room[sizeof prefix - 1 + length] = 0;
    return room;
}

/* Only files and directories have user attributes; the others answer EPERM. */
static bool may_have_marks(struct file *file)
{
    struct stat status;
    return fstat(file->descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

static enum mark_result mark_failure(struct file *file, int code, const char *doing,
                                     const char *name, struct error *error)
{
    if (code == POSIX_NO_ATTRIBUTE)
        return MARK_NONE;
    posix_error_doing(error, code, "%s the file's mark %s", doing, name);
    if (code == EOPNOTSUPP || code == ENOTSUP || code == ENOSYS)
        return MARK_UNSUPPORTED;
    return code == EPERM && !may_have_marks(file) ? MARK_UNSUPPORTED : MARK_FAILED;
}

/* Nearly no file has a mark: ask without a buffer, since Linux allocates and zeroes one as long. */
static ssize_t get_if_there(int descriptor, const char *name, void *value, size_t size)
{
    ssize_t length = get_attribute(descriptor, name, NULL, 0);
    return length < 0 ? length : get_attribute(descriptor, name, value, size);
}

enum mark_result file_get_mark(struct file *file, const char *name, void *value, size_t *length,
                               struct error *error)
{
    char room[MARK_NAME_SIZE];
    size_t size = *length;
    *length = 0;
    if (size == 0) { /* it would mean: how long is it? */
        error_set(error, "no room for the file's mark %s", name);
        return MARK_FAILED;
    }
    ssize_t got = get_if_there(file->descriptor, attribute_name(name, room), value, size);
    if (got < 0 && errno == ERANGE) {
        error_set(error, "the file's mark %s is longer than %zu bytes", name, size);
        return MARK_FAILED;
    }
    if (got < 0)
        return mark_failure(file, errno, "reading", name, error);
    *length = (size_t)got;
    return MARK_OK;
}

enum mark_result file_set_mark(struct file *file, const char *name, const void *value,
                               size_t length, struct error *error)
{
    char room[MARK_NAME_SIZE];
    if (set_attribute(file->descriptor, attribute_name(name, room), value, length) == 0)
        return MARK_OK;
    return mark_failure(file, errno, "setting", name, error);
}

enum mark_result file_remove_mark(struct file *file, const char *name, struct error *error)
{
    char room[MARK_NAME_SIZE];
    if (remove_attribute(file->descriptor, attribute_name(name, room)) == 0)
        return MARK_OK;
    return mark_failure(file, errno, "removing", name, error);
}
