/*
 * open.c - opening, closing, and what an open file is.
 *
 * Every open asks not to block (O_NONBLOCK), for two reasons: a FIFO that is to
 * be edited must come back at once so that it can be refused, and a file on
 * which somebody holds a lease must be an answer (FILE_BUSY), not a wait of up to
 * /proc/sys/fs/lease-break-time seconds. A FIFO that is only read is the
 * exception: to wait for its writer is what its reader wants. So is a file whose
 * lease the caller chose to wait for; the kernel ends that wait at the latest.
 */
#include "platform/posix/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <sys/vfs.h>
#ifndef BLKGETSIZE64
#define BLKGETSIZE64 _IOR(0x12, 114, size_t)
#endif
#endif

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

/* Whether an open of it may wait: for a FIFO's writer, or for the end of a lease on a file. */
static bool may_wait(int directory, const char *name, unsigned flags)
{
    struct stat status;
    if (fstatat(directory, name, &status, 0) != 0)
        return false;
    if (S_ISFIFO(status.st_mode))
        return !(flags & (FILE_OPEN_WRITE | FILE_OPEN_NO_WAIT));
    return S_ISREG(status.st_mode) && flags & FILE_OPEN_PATIENT;
}

/*
 * A file server that holds a lease, to hear of others, gives it up as soon as it
 * is asked to, which the first try does: so it is given a moment. A program that
 * means it does not.
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

/* Among the system's numbers of errors, which are positive. */
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

/*
 * FILE_OPEN_REGULAR. To open a FIFO may wait, and to open a device may do something to it. So
 * Linux opens what it has looked at by a descriptor that only stands for the name; elsewhere,
 * or without /proc, who swaps the name in between gets it opened, and closed.
 */
static int open_regular(int directory, const char *name, int options, mode_t mode)
{
#if defined(__linux__) && defined(O_PATH)
    char path[64];
    int found = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (found >= 0) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", found);
        bool regular = is_regular(found);
        int descriptor = regular ? open_patiently(AT_FDCWD, path, options & ~O_NOFOLLOW, mode) : -1;
        int code = errno;
        close(found);
        errno = code;
        if (descriptor >= 0 || !regular || code != ENOENT)
            return descriptor;
    } else if (errno != ENOENT || !(options & O_CREAT)) {
        return -1;
    }
#else
    struct stat status;
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(status.st_mode)) {
        errno = S_ISLNK(status.st_mode) ? ELOOP : NOT_REGULAR;
        return -1;
    }
#endif
    int descriptor = open_patiently(directory, name, options, mode);
    if (descriptor < 0 || is_regular(descriptor))
        return descriptor;
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
}

static int open_descriptor(int directory, const char *name, unsigned flags)
{
    mode_t mode = flags & FILE_OPEN_PRIVATE ? 0600 : 0666;
    int options = open_flags(flags);
    if (flags & FILE_OPEN_REGULAR || !may_wait(directory, name, flags))
        options |= O_NONBLOCK;
    int descriptor = flags & FILE_OPEN_REGULAR ? open_regular(directory, name, options, mode)
                                               : open_patiently(directory, name, options, mode);
    if (descriptor >= 0 && options & O_NONBLOCK) {
        int now = fcntl(descriptor, F_GETFL);
        if (now >= 0) /* else it would be set to append, among all others */
            (void)fcntl(descriptor, F_SETFL, now & ~O_NONBLOCK);
    }
    return descriptor;
}

/* Whether the directory part of `name` is there: it tells a missing file from a missing path. */
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
    switch (code) {
    case NOT_REGULAR:
        error_set(error, "it is not a regular file");
        return FILE_FAILED;
    case ENOENT:
        return missing(directory, name, flags, error);
    case EEXIST:
        posix_error(error, code);
        return FILE_EXISTS;
    case EPERM:
        posix_not_permitted(directory, name, error);
        return FILE_NOT_ALLOWED;
    case EACCES:
    case EROFS:
    case ETXTBSY:
        posix_error(error, code);
        return FILE_NOT_ALLOWED;
    case EWOULDBLOCK:
        error_set(error, "another program holds a lease on the file");
        return FILE_BUSY;
    case ELOOP:
    case EMLINK: /* FreeBSD's word for it */
        if (flags & FILE_OPEN_REGULAR)
            error_set(error, "it is a symbolic link");
        else
            posix_error(error, ELOOP);
        return FILE_FAILED;
    case ENXIO:
    case EOPNOTSUPP:
        if (fstatat(directory, name, &status, 0) == 0 && S_ISSOCK(status.st_mode))
            error_set(error, "it is a socket");
        else
            posix_error(error, code);
        return FILE_FAILED;
    default:
        posix_error(error, code);
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
    /* Before the open, which may make a file. */
    struct file *opened = posix_new_file(-1, flags & FILE_OPEN_WRITE, false);
    if (!opened) {
        error_memory(error, sizeof *opened);
        return FILE_FAILED;
    }
    opened->descriptor = open_descriptor(directory, name, flags);
    if (opened->descriptor < 0) {
        int code = errno;
        free(opened);
        return open_failure(directory, name, flags, code, error);
    }
    if (flags & FILE_OPEN_PRIVATE && flags & FILE_OPEN_EXCLUSIVE)
        posix_drop_inherited(opened->descriptor);
    *file = opened;
    return FILE_OPENED;
}

enum file_open_result file_open(const char *path, unsigned flags, struct file **file,
                                struct error *error)
{
    return posix_open_at(AT_FDCWD, path, flags, file, error);
}

bool file_open_standard_input(struct file **file, struct error *error)
{
    *file = NULL;
    int mode = fcntl(STDIN_FILENO, F_GETFL);
    /* platform_begin() puts something that cannot be read in the place of a closed one. */
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
    /* After EINTR the descriptor is closed all the same on Linux; a second close could hit
     * another's. */
    bool closed = file->borrowed || close(file->descriptor) == 0 || errno == EINTR;
    int code = errno;
    free(file);
    return closed || posix_error_doing(error, code, "closing");
}

/* ---- status ---------------------------------------------------------------------------------- */

static enum file_kind kind_of(mode_t mode)
{
    if (S_ISREG(mode))
        return FILE_REGULAR;
    if (S_ISBLK(mode))
        return FILE_BLOCK_DEVICE;
    if (S_ISDIR(mode))
        return FILE_DIRECTORY;
    if (S_ISSOCK(mode))
        return FILE_SOCKET;
    return FILE_STREAM;
}

static bool device_size(struct file *file, uint64_t *size, struct error *error)
{
#if defined(__linux__)
    /* The number has its highest bit set; musl's ioctl() takes it as an int, which keeps the bits.
     */
    if (ioctl(file->descriptor, (ioctl_number)BLKGETSIZE64, size) == 0)
        return true;
#endif
    off_t before = lseek(file->descriptor, 0, SEEK_CUR);
    off_t end = lseek(file->descriptor, 0, SEEK_END);
    if (before < 0 || end < 0)
        return posix_error_doing(error, errno, "asking for the size of the device");
    lseek(file->descriptor, before, SEEK_SET);
    *size = (uint64_t)end;
    return true;
}

#if defined(__linux__)
bool posix_is_on(struct file *file, const uint32_t *magics, size_t count)
{
    struct statfs system;
    if (fstatfs(file->descriptor, &system) != 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if ((uint32_t)system.f_type == magics[i])
            return true;
    return false;
}

/* File systems whose files are made while they are read. */
static bool is_made_up(struct file *file)
{
    static const uint32_t magics[] = {
        0x9fa0 /* proc */,         0x62656572 /* sysfs */,      0x64626720 /* debugfs */,
        0x74726163 /* tracefs */,  0x27e0eb /* cgroup */,       0x63677270 /* cgroup2 */,
        0x62656570 /* configfs */, 0x73636673 /* securityfs */, 0xf97cff8c /* selinuxfs */,
    };
    return posix_is_on(file, magics, sizeof magics / sizeof *magics);
}
#else
static bool is_made_up(struct file *file)
{
    (void)file;
    return false;
}
#endif

/* An "empty" file without blocks that has a byte all the same, and was not just grown. */
static bool has_hidden_bytes(struct file *file, const struct stat *status)
{
    char byte;
    struct stat again;
    return status->st_size == 0 && status->st_blocks == 0 &&
           pread(file->descriptor, &byte, 1, 0) == 1 && fstat(file->descriptor, &again) == 0 &&
           again.st_size == 0;
}

static uint64_t nanoseconds(int64_t seconds, int64_t rest)
{
    return seconds <= 0 ? 0 : (uint64_t)seconds * 1000000000u + (uint64_t)rest;
}

#if defined(__linux__) && defined(SYS_statx)
/* The kernel's struct statx as far as it is needed; not every libc declares it. */
struct statx_reply {
    uint32_t mask;
    uint32_t before[9];
    uint64_t size;
    uint32_t between[8];
    int64_t seconds; /* of the birth */
    uint32_t nanoseconds;
    uint32_t behind[41];
};
static_assert(sizeof(struct statx_reply) == 256, "statx(2) fills 256 bytes");
enum { STATX_EMPTY_PATH = 0x1000, STATX_FROM_SERVER = 0x2000 };

static uint64_t birth_of(struct file *file, const struct stat *status)
{
    enum { WANT_BIRTH = 0x800 };
    struct statx_reply reply = {0};
    (void)status;
    if (syscall(SYS_statx, file->descriptor, "", STATX_EMPTY_PATH, WANT_BIRTH, &reply) != 0 ||
        !(reply.mask & WANT_BIRTH))
        return 0;
    return nanoseconds(reply.seconds, reply.nanoseconds);
}
#elif defined(__APPLE__) || defined(__NetBSD__)
static uint64_t birth_of(struct file *file, const struct stat *status)
{
    (void)file;
    return nanoseconds(status->st_birthtimespec.tv_sec, status->st_birthtimespec.tv_nsec);
}
#elif defined(__FreeBSD__)
static uint64_t birth_of(struct file *file, const struct stat *status)
{
    (void)file;
    return nanoseconds(status->st_birthtim.tv_sec, status->st_birthtim.tv_nsec);
}
#else
static uint64_t birth_of(struct file *file, const struct stat *status)
{
    (void)file;
    (void)status;
    return 0;
}
#endif

/* st_blksize is what is good to transfer; blocks are inserted and cut by the file system's unit. */
static uint64_t block_size_of(struct file *file, const struct stat *status)
{
    struct statvfs system;
    if (fstatvfs(file->descriptor, &system) == 0 && system.f_frsize > 0)
        return system.f_frsize;
    return (uint64_t)status->st_blksize;
}

bool file_get_status(struct file *file, struct file_status *status, struct error *error)
{
    struct stat raw;
    if (fstat(file->descriptor, &raw) != 0)
        return posix_error_doing(error, errno, "asking for the file's status");
    *status = (struct file_status){
        .kind = kind_of(raw.st_mode),
        .size = (uint64_t)raw.st_size,
        .allocated = (uint64_t)raw.st_blocks * 512,
        .block_size = block_size_of(file, &raw),
        .device = (uint64_t)raw.st_dev,
        .identity = (uint64_t)raw.st_ino,
        .birth = birth_of(file, &raw),
        .links = (uint64_t)raw.st_nlink,
        .owner = (uint64_t)raw.st_uid,
        .mode = (uint32_t)(raw.st_mode & 07777),
    };
    if (status->kind == FILE_REGULAR)
        status->size_unknown = is_made_up(file) || has_hidden_bytes(file, &raw);
    if (status->kind == FILE_BLOCK_DEVICE)
        return device_size(file, &status->size, error);
    return true;
}

bool file_get_size(struct file *file, uint64_t *size, struct error *error)
{
    struct stat raw;
    if (fstat(file->descriptor, &raw) != 0)
        return posix_error_doing(error, errno, "asking for the file's size");
    *size = (uint64_t)raw.st_size;
    return !S_ISBLK(raw.st_mode) || device_size(file, size, error);
}

#if defined(__linux__) && defined(SYS_statx)
bool file_get_newest_size(struct file *file, uint64_t *size, struct error *error)
{
    enum { WANT_SIZE = 0x200 };
    struct statx_reply reply = {0};
    if (syscall(SYS_statx, file->descriptor, "", STATX_EMPTY_PATH | STATX_FROM_SERVER, WANT_SIZE,
                &reply) != 0 ||
        reply.size == 0) /* it may be a device */
        return file_get_size(file, size, error);
    *size = reply.size;
    return true;
}
#else
bool file_get_newest_size(struct file *file, uint64_t *size, struct error *error)
{
    return file_get_size(file, size, error);
}
#endif

#if defined(__linux__)
bool file_is_served(struct file *file)
{
    static const uint32_t magics[] = {
        0x65735546 /* fuse */, 0x6969 /* nfs */,    0xff534d42 /* cifs */, 0xfe534d42 /* smb2 */,
        0x1021997 /* 9p */,    0xc36400 /* ceph */, 0x5346414f /* afs */,
    };
    return posix_is_on(file, magics, sizeof magics / sizeof *magics);
}
#else
bool file_is_served(struct file *file)
{
    (void)file;
    return false;
}
#endif
