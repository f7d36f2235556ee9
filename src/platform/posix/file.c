/*
 * file.c - bytes in and out of an open file.
 *
 * All I/O on files with offsets is positioned: other processes may share the file offset.
 */
#include "platform/linux/internal.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* Limits a transfer to a length that all systems accept in one call (Linux: 2 GiB less a page). */
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
        /* EAGAIN: another process made this descriptor non-blocking. */
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            posix_wait_ready(file->descriptor, POLLIN);
        else if (errno != EINTR) {
            *got = 0;
            return posix_error_doing(error, errno, "reading");
        }
    }
    *got = (size_t)part;
    return true;
}

/* Whether there may be a byte. If the read fails, there may be one: it may be unreadable, or not
 * readable alone. ESPIPE: the file has no offsets. */
static bool may_have_byte(struct file *file, off_t offset)
{
    char byte;
    ssize_t got;
    do
        got = pread(file->descriptor, &byte, 1, offset);
    while (got < 0 && errno == EINTR);
    return got > 0 || (got < 0 && errno != ESPIPE);
}

/*
 * Seeks before it reads. A device such as /dev/zero accepts any seek but stays where it is, so
 * lseek() does not return `there`. A device without offsets would lose the byte that is read.
 */
bool file_may_reach(struct file *file, uint64_t ahead)
{
    off_t now = lseek(file->descriptor, 0, SEEK_CUR);
    if (now < 0 || ahead > OFFSET_MAX - (uint64_t)now)
        return false;
    off_t there = now + (off_t)ahead;
    bool may = lseek(file->descriptor, there, SEEK_SET) == there && may_have_byte(file, there);
    (void)lseek(file->descriptor, now, SEEK_SET);
    return may;
}

bool file_skip(struct file *file, uint64_t length)
{
    return file_may_reach(file, length) && lseek(file->descriptor, (off_t)length, SEEK_CUR) >= 0;
}

bool file_has_input(struct file *file, double patience)
{
    struct pollfd wait = {.fd = file->descriptor, .events = POLLIN};
    return poll(&wait, 1, (int)(patience * 1000)) > 0;
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

bool file_append(struct file *file, const void *bytes, size_t length, struct error *error)
{
    const unsigned char *in = bytes;
    uint64_t size;
    for (size_t part = 1; part > 0 && length > 0; in += part, length -= part)
        part = linux_append(file->descriptor, in, one_transfer(length));
    return length == 0 ||
           (file_get_newest_size(file, &size, error) && file_write(file, size, in, length, error));
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

#if defined(__APPLE__)
/* On macOS fsync() does not flush the drive's cache. F_FULLFSYNC does, but not every file system
 * has it. */
static int sync_all(int descriptor)
{
    int result = fcntl(descriptor, F_FULLFSYNC);
    return result != 0 && errno != EINTR && errno != EIO ? fsync(descriptor) : result;
}
#define sync_data sync_all
#else
#define sync_all  fsync
#define sync_data fdatasync
#endif

/* `call` is sync_all or sync_data. */
static bool sync_by(int (*call)(int descriptor), struct file *file, struct error *error)
{
    int result;
    do
        result = call(file->descriptor);
    while (result != 0 && errno == EINTR);
    return result == 0 || posix_error_doing(error, errno, "waiting for the disk");
}

bool file_sync(struct file *file, struct error *error)
{
    return sync_by(sync_all, file, error);
}

bool file_sync_data(struct file *file, struct error *error)
{
    return sync_by(sync_data, file, error);
}

bool file_wait_written(struct file *file, struct range range, struct error *error)
{
    if (range_length(range) == 0)
        return true;
    int code = linux_wait_written(file->descriptor, range);
    if (code == ENOSYS)
        return file_sync_data(file, error);
    return code == 0 || posix_error_doing(error, code, "waiting for the disk");
}
