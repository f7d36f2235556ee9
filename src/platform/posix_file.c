/*
 * posix_file.c - bytes in and out of an open file.
 *
 * Everything is positioned I/O: the file offset, which may be shared with other
 * processes, is left alone.
 */
#include "posix_internal.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#if defined(__linux__)
#include <sys/xattr.h>
#elif defined(__APPLE__)
#include <copyfile.h>
#endif

/* One transfer is cut to what every system takes in one call (Linux: 2 GiB less a page). */
static size_t one_transfer(size_t length)
{
    const size_t most = (size_t)1 << 30;
    return length < most ? length : most;
}

void posix_wait_ready(int descriptor, short events)
{
    struct pollfd wait = {.fd = descriptor, .events = events};
    poll(&wait, 1, -1);
}

static bool check_transfer(const char *doing, uint64_t offset, size_t length, struct error *error)
{
    uint64_t end;
    return checked_add(offset, length, &end) ||
           error_set(error, "past the largest offset of a file (%s %zu byte%s at %" PRIu64 ")",
                     doing, length, diag_plural(length), offset);
}

bool file_read(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
               struct error *error)
{
    unsigned char *out = bytes;
    *got = 0;
    if (!check_transfer("reading", offset, length, error))
        return false;
    while (*got < length) {
        ssize_t part = pread(file->descriptor, out + *got, one_transfer(length - *got),
                             (off_t)(offset + *got));
        if (part == 0)
            return true;
        if (part > 0)
            *got += (size_t)part;
        else if (errno != EINTR)
            return posix_error_doing(error, errno, "reading %zu byte%s at %" PRIu64, length - *got,
                                     diag_plural(length - *got), offset + *got);
    }
    return true;
}

bool file_read_stream(struct file *file, void *bytes, size_t length, size_t *got,
                      struct error *error)
{
    ssize_t part;
    while ((part = read(file->descriptor, bytes, one_transfer(length))) < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) /* whom we share it with has set it so */
            posix_wait_ready(file->descriptor, POLLIN);
        else if (errno != EINTR) {
            *got = 0;
            return posix_error_doing(error, errno, "reading");
        }
    }
    *got = (size_t)part;
    return true;
}

bool file_write(struct file *file, uint64_t offset, const void *bytes, size_t length,
                struct error *error)
{
    const unsigned char *in = bytes;
    size_t done = 0;
    if (!check_transfer("writing", offset, length, error))
        return false;
    while (done < length) {
        ssize_t part = pwrite(file->descriptor, in + done, one_transfer(length - done),
                              (off_t)(offset + done));
        if (part > 0)
            done += (size_t)part;
        else if (part == 0 || errno != EINTR)
            return posix_error_doing(error, part == 0 ? ENOSPC : errno,
                                     "writing %zu byte%s at %" PRIu64, length - done,
                                     diag_plural(length - done), offset + done);
    }
    return true;
}

bool file_set_size(struct file *file, uint64_t size, struct error *error)
{
    int result;
    if (size > OFFSET_MAX)
        return posix_error_doing(error, EFBIG, "setting the size to %" PRIu64, size);
    do
        result = ftruncate(file->descriptor, (off_t)size);
    while (result != 0 && errno == EINTR);
    return result == 0 || posix_error_doing(error, errno, "setting the size to %" PRIu64, size);
}

void file_will_read(struct file *file, struct range range)
{
#if defined(POSIX_FADV_SEQUENTIAL)
    /* A length of 0 would mean: to the end. */
    if (range_length(range) > 0)
        (void)posix_fadvise(file->descriptor, (off_t)range.start, (off_t)range_length(range),
                            POSIX_FADV_SEQUENTIAL);
#else
    (void)file;
    (void)range;
#endif
}

bool file_sync(struct file *file, bool data_only, struct error *error)
{
    int result;
    do {
#if defined(__APPLE__)
        /* There fsync() ends at the drive's cache. File systems that know no full one get fsync().
         */
        (void)data_only;
        result = fcntl(file->descriptor, F_FULLFSYNC);
        if (result != 0 && errno != EINTR && errno != EIO)
            result = fsync(file->descriptor);
#else
        result = data_only ? fdatasync(file->descriptor) : fsync(file->descriptor);
#endif
    } while (result != 0 && errno == EINTR);
    return result == 0 || posix_error_doing(error, errno, "waiting for the disk");
}

/* ---- owner, mode, attributes ---------------------------------------------------------------- */

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

/* What the copy inherited from its directory would widen the mode. */
static void drop_inherited(int copy)
{
    (void)fremovexattr(copy, "system.posix_acl_access");
}
#elif defined(__APPLE__)
static bool copy_attributes(int from, int to, struct error *error)
{
    return fcopyfile(from, to, NULL, COPYFILE_ACL | COPYFILE_XATTR) == 0 || is_tolerated(errno) ||
           posix_error_doing(error, errno, "copying the attributes");
}

static void drop_inherited(int copy)
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

static void drop_inherited(int copy)
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
    drop_inherited(copy->descriptor);
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

#if defined(__linux__)
bool file_dirty_bytes(struct file *file, struct range range, uint64_t *bytes)
{
    enum { CACHESTAT = 451 }; /* one number for all architectures, since Linux 6.5 */
    struct {
        uint64_t offset, length;
    } where = {range.start, range_length(range)};
    struct {
        uint64_t cached, dirty, in_write_back, evicted, recently_evicted;
    } pages = {0, 0, 0, 0, 0};
    if (range_length(range) == 0 || syscall(CACHESTAT, file->descriptor, &where, &pages, 0) != 0)
        return false;
    *bytes = (pages.dirty + pages.in_write_back) * platform_page_size();
    return true;
}
#else
bool file_dirty_bytes(struct file *file, struct range range, uint64_t *bytes)
{
    (void)file;
    (void)range;
    (void)bytes;
    return false;
}
#endif
