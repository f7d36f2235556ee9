/* error.c - errno in the user's words. */
#include "platform/linux/internal.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static const struct {
    int code;
    const char *words;
} meanings[] = {
    {ENOENT, "no such file"},
    {EACCES, "permission denied"},
    {EROFS, "the file system is read-only"},
    {ETXTBSY,
     "the file is a running program; --new-inode would put the edited bytes in a new file"},
    {EPERM, linux_not_permitted_words},
    {ENOSPC, "no space left on the disk"},
    {EDQUOT, "the disk quota is used up"},
    {EFBIG, "larger than a file may be here: see the limit that ulimit -f shows"},
    {EOVERFLOW, "too large for this system"},
    {EISDIR, "it is a directory"},
    {ENOTDIR, "a part of the path is not a directory"},
    {EIO, "input/output error"},
    /* Our buffers are valid: EFAULT can only come from the pages of a mapped file. */
    {EFAULT, "no space left on the disk for a mapped file, or the disk fails"},
    {ELOOP, "too many symbolic links"},
    {ENAMETOOLONG, "the name is too long"},
    {EEXIST, "the file exists"},
    {EBUSY, "it is in use"},
    {EMFILE, "too many open files in this process: see ulimit -n"},
    {ENFILE, "too many open files on this system"},
    {ENOMEM, "out of memory or address space"},
    {ENODEV, "the file cannot be mapped: its file system does not support that"},
    {ENXIO, "there is no such device, or it is a socket"},
    {ESTALE, "the file on the server is gone"},
    {EOPNOTSUPP, "the file system cannot do that"},
    {EXDEV, "source and destination are on different file systems"},
};

/* Whether EFBIG may come from the process's own limit (ulimit -f). */
static bool has_size_limit(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

/* strerror(), its first letter in lower case unless an acronym ("NFS") begins there. */
static const char *system_words(int code, char *room, size_t size)
{
    snprintf(room, size, "%s", strerror(code));
    if (room[0] && !isupper((unsigned char)room[1]))
        room[0] = (char)tolower((unsigned char)room[0]);
    return room;
}

const char *posix_words(int code, char *room, size_t size)
{
    if (code == EFBIG && !has_size_limit())
        return "larger than a file can be on this file system";
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].code == code)
            return meanings[i].words;
    return system_words(code, room, size);
}

static bool mark_no_space(struct error *error, int code)
{
    if (error)
        error->no_space = code == ENOSPC || code == EDQUOT;
    return false;
}

bool posix_error(struct error *error, int code)
{
    char room[128];
    error_set(error, "%s", posix_words(code, room, sizeof room));
    return mark_no_space(error, code);
}

bool posix_error_doing(struct error *error, int code, const char *format, ...)
{
    char room[128], doing[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(doing, sizeof doing, format, arguments);
    va_end(arguments);
    error_set(error, "%s (%s)", posix_words(code, room, sizeof room), doing);
    return mark_no_space(error, code);
}

bool posix_advice_error(struct error *error, int code, size_t length)
{
    const char *plural = diag_plural(length);
    switch (code) {
    case EINVAL:
    case ENOSYS:
    case EOPNOTSUPP:
        return error_set(error, "this system cannot apply the advice to such memory (%zu byte%s)",
                         length, plural);
    case EPERM:
    case EACCES:
        return error_set(error, "the advice is not permitted here (%zu byte%s)", length, plural);
    case EFAULT:
        return error_set(error,
                         "the memory could not be accessed: the file was cut short, or the disk is "
                         "full or failed (%zu byte%s)",
                         length, plural);
    default:
        return posix_error_doing(error, code, "advising on %zu byte%s", length, plural);
    }
}

bool posix_is_tolerated(int code)
{
    return code == EPERM || code == EACCES || code == EOPNOTSUPP || code == ENOTSUP ||
           code == ENOSYS || code == POSIX_NO_ATTRIBUTE || code == EINVAL;
}
