/*
 * open.c - opening and closing.
 *
 * Files are opened with O_NONBLOCK, for two reasons. The open of a FIFO that is to be edited must
 * return at once, so that the caller can refuse it. And if another program holds a lease, the
 * result must be FILE_BUSY, not a wait of up to /proc/sys/fs/lease-break-time seconds. There are
 * two exceptions: for a FIFO that is only read wait for its writer, and with FILE_OPEN_PATIENT the
 * open waits until the lease ends or the kernel breaks it.
 */
#include "platform/linux/internal.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifndef O_CLOEXEC
#define O_CLOEXEC 0
#endif

/* ---- open ------------------------------------------------------------------------------------ */

static int open_flags(unsigned flags)
{
    int result = O_CLOEXEC | O_NOCTTY;
    result |= flags & FILE_OPEN_WRITE ? O_RDWR : O_RDONLY;
    if (flags & FILE_OPEN_CREATE)
        result |= O_CREAT;
    if (flags & FILE_OPEN_EXCLUSIVE)
        result |= O_EXCL | O_NOFOLLOW;
    if (flags & FILE_OPEN_REGULAR)
        result |= O_NOFOLLOW;
    return result;
}

static bool waits_for_writer(unsigned flags)
{
    return !(flags & (FILE_OPEN_WRITE | FILE_OPEN_NO_WAIT));
}

/*
 * Whether the open of it should wait: for a FIFO's writer, or for the end of a lease on a file.
 * On Linux settle() waits for the writer: that saves a look at each file.
 */
static bool may_wait(int directory, const char *name, unsigned flags)
{
    struct stat status;
    bool never = !waits_for_writer(flags) || linux_polls_for_writer();
    if ((never && !(flags & FILE_OPEN_PATIENT)) || fstatat(directory, name, &status, 0) != 0)
        return false;
    if (S_ISFIFO(status.st_mode))
        return waits_for_writer(flags);
    return S_ISREG(status.st_mode) && flags & FILE_OPEN_PATIENT;
}

/*
 * The first try makes the kernel ask the holder of a lease to give it up. A file server, which only
 * wants to know of other users, does so at once. Try again after a moment, then answer busy.
 */
static int open_patiently(int directory, const char *name, int options, mode_t mode)
{
    int descriptor;
    int leases = 0;
    do {
        descriptor = openat(directory, name, options, mode);
        if (descriptor < 0 && errno == EWOULDBLOCK && ++leases <= 20) {
            platform_sleep(0.01);
            errno = EINTR; /* once more */
        }
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

/* A value of errno that the system does not use: its own are positive. */
enum { NOT_REGULAR = -1 };

static bool is_regular(int descriptor)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return false;
    if (S_ISREG(status.st_mode))
        return true;
    errno = S_ISLNK(status.st_mode) ? ELOOP : NOT_REGULAR;
    return false;
}

/* Closes a descriptor and keeps errno. */
static void close_quietly(int descriptor)
{
    int code = errno;
    close(descriptor);
    errno = code;
}

/* The descriptor if it is of a regular file; else -1, and it is closed. */
static int only_regular(int descriptor)
{
    if (descriptor < 0 || is_regular(descriptor))
        return descriptor;
    close_quietly(descriptor);
    return -1;
}

/* Looks at the name first. Another process may replace the file before the open. */
static int open_looked_at(int directory, const char *name, int options, mode_t mode)
{
    struct stat status;
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(status.st_mode)) {
        errno = S_ISLNK(status.st_mode) ? ELOOP : NOT_REGULAR;
        return -1;
    }
    return only_regular(open_patiently(directory, name, options, mode));
}

/*
 * FILE_OPEN_REGULAR. To open a FIFO may wait, and to open a device may do something to it. Linux
 * therefore opens the name without opening the file, looks at it, and opens that very file through
 * /proc. Other systems, or Linux without /proc, may open what another process puts under the name
 * between the look and the open; it is closed again.
 */
static int open_regular(int directory, const char *name, int options, mode_t mode)
{
    char path[LINUX_PATH_SIZE];
    int found = linux_open_name(directory, name);
    if (found < 0 && errno == ENOSYS)
        return open_looked_at(directory, name, options, mode);
    if (found < 0 && (errno != ENOENT || !(options & O_CREAT)))
        return -1;
    if (found >= 0) {
        linux_descriptor_path(found, path);
        bool regular = is_regular(found);
        int descriptor = regular ? open_patiently(AT_FDCWD, path, options & ~O_NOFOLLOW, mode) : -1;
        close_quietly(found);
        if (descriptor >= 0 || !regular || errno != ENOENT)
            return descriptor;
    }
    return only_regular(open_patiently(directory, name, options, mode));
}

static bool is_error_of_link(int code)
{
#if defined(EFTYPE)
    if (code == EFTYPE) /* NetBSD */
        return true;
#endif
    return code == ELOOP || code == EMLINK; /* EMLINK: FreeBSD */
}

/* Notes whether the name is a symbolic link: if not, nobody needs to ask for its target. */
static int open_named(int directory, const char *name, int options, mode_t mode, struct file *file)
{
    int descriptor = open_patiently(directory, name, options | O_NOFOLLOW, mode);
    file->by_own_name = descriptor >= 0 && !(options & O_NOFOLLOW);
    if (descriptor >= 0 || options & O_NOFOLLOW || !is_error_of_link(errno))
        return descriptor;
    return open_patiently(directory, name, options, mode);
}

static void wait_for_writer(int descriptor)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    while (poll(&wait, 1, -1) < 0 && errno == EINTR)
        continue;
}

/*
 * Takes O_NONBLOCK back. To the reads of a regular file it makes no difference, so that call is
 * saved. A FIFO has to have a writer first, or the first read would find its end. The lock of
 * FILE_OPEN_PASSING comes before the look, which then tells the state under the lock.
 */
static void settle(struct file *file, unsigned flags)
{
    file->locked_first = flags & FILE_OPEN_PASSING && file_lock_passing(file, NULL) == LOCK_HELD;
    file->looked_at = posix_status(file->descriptor, &file->opened, &file->birth);
    mode_t mode = file->looked_at ? file->opened.st_mode : 0;
    if (S_ISREG(mode) && !file->writable)
        return;
    if (file->locked_first)
        file_unlock(file);
    if (S_ISFIFO(mode) && waits_for_writer(flags))
        wait_for_writer(file->descriptor);
    /* The other flags that F_SETFL sets are not set: O_APPEND, O_DIRECT. */
    (void)fcntl(file->descriptor, F_SETFL, 0);
}

static void open_descriptor(int directory, const char *name, unsigned flags, struct file *file)
{
    mode_t mode = flags & FILE_OPEN_PRIVATE ? 0600 : 0666;
    int options = open_flags(flags);
    bool is_new = flags & FILE_OPEN_EXCLUSIVE;
    if (!is_new && (flags & FILE_OPEN_REGULAR || !may_wait(directory, name, flags)))
        options |= O_NONBLOCK;
    file->descriptor = flags & FILE_OPEN_REGULAR ? open_regular(directory, name, options, mode)
                                                 : open_named(directory, name, options, mode, file);
    if (file->descriptor >= 0 && options & O_NONBLOCK)
        settle(file, flags);
}

/* Whether the directory of `name` exists: tells a missing file from a missing directory. */
static bool has_directory(int directory, const char *name)
{
    const char *slash = strrchr(name, '/');
    if (!slash || slash == name)
        return true;
    char *parent = strdup(name);
    if (!parent)
        return true;
    parent[slash - name] = 0;
    struct stat status;
    bool there = fstatat(directory, parent, &status, 0) == 0;
    free(parent);
    return there;
}

static enum file_open_result missing(int directory, const char *name, unsigned flags,
                                     struct error *error)
{
    if (!*name) {
        error_set(error, "the file name is empty");
        return FILE_FAILED;
    }
    if (flags & FILE_OPEN_CREATE || !has_directory(directory, name)) {
        error_set(error, "no such directory");
        return FILE_FAILED;
    }
    posix_error(error, ENOENT);
    return FILE_MISSING;
}

static enum file_open_result open_failure(int directory, const char *name, unsigned flags, int code,
                                          struct error *error)
{
    struct stat status;
    posix_error(error, code);
    switch (code) {
    case NOT_REGULAR:
        error_set(error, "it is not a regular file");
        return FILE_FAILED;
    case ENOENT:
        return missing(directory, name, flags, error);
    case EEXIST:
        return FILE_EXISTS;
    case EPERM:
        posix_not_permitted(directory, name, error);
        return FILE_NOT_ALLOWED;
    case EACCES:
    case EROFS:
    case ETXTBSY:
        return FILE_NOT_ALLOWED;
    case EWOULDBLOCK:
        error_set(error, "another program holds a lease on the file");
        return FILE_BUSY;
    case ELOOP:
    case EMLINK: /* FreeBSD's ELOOP for O_NOFOLLOW */
        if (flags & FILE_OPEN_REGULAR)
            error_set(error, "it is a symbolic link");
        else
            posix_error(error, ELOOP);
        return FILE_FAILED;
    case ENXIO:
    case EOPNOTSUPP:
        if (fstatat(directory, name, &status, 0) == 0 && S_ISSOCK(status.st_mode))
            error_set(error, "it is a socket");
        return FILE_FAILED;
    default:
        return FILE_FAILED;
    }
}

struct file *posix_new_file(int descriptor, bool writable, bool borrowed)
{
    struct file *file = calloc(1, sizeof *file);
    if (file)
        *file = (struct file){.descriptor = descriptor, .borrowed = borrowed, .writable = writable};
    return file;
}

enum file_open_result posix_open_at(int directory, const char *name, unsigned flags,
                                    struct file **file, struct error *error)
{
    *file = NULL;
    /* Allocate before the open: that may create a file, which must not be left behind. */
    struct file *opened = posix_new_file(-1, flags & FILE_OPEN_WRITE, false);
    if (!opened) {
        error_memory(error, sizeof *opened);
        return FILE_FAILED;
    }
    open_descriptor(directory, name, flags, opened);
    if (opened->descriptor < 0) {
        int code = errno;
        free(opened);
        return open_failure(directory, name, flags, code, error);
    }
    if (flags & FILE_OPEN_PRIVATE && flags & FILE_OPEN_EXCLUSIVE)
        linux_drop_inherited(opened->descriptor);
    *file = opened;
    return FILE_OPENED;
}

enum file_open_result file_open(const char *path, unsigned flags, struct file **file,
                                struct error *error)
{
    return posix_open_at(AT_FDCWD, path, flags, file, error);
}

bool file_has_own_name(const struct file *file)
{
    return file->by_own_name;
}

bool file_open_standard_input(struct file **file, struct error *error)
{
    *file = NULL;
    int mode = fcntl(STDIN_FILENO, F_GETFL);
    /* If standard input was closed, platform_begin() opened it for writing only. */
    if (mode < 0 || (mode & O_ACCMODE) == O_WRONLY)
        return error_set(error, "standard input is closed");
    *file = posix_new_file(STDIN_FILENO, false, true);
    return *file || error_memory(error, sizeof **file);
}

bool file_close(struct file *file, struct error *error)
{
    if (!file)
        return true;
    if (file->borrowed)
        file_unlock(file);
    /* On Linux close() frees the descriptor even if it fails with EINTR. A second close() could
     * close a file that another thread has just opened. */
    bool closed = file->borrowed || close(file->descriptor) == 0 || errno == EINTR;
    int code = errno;
    free(file);
    return closed || posix_error_doing(error, code, "closing");
}
