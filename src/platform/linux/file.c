/* file.c - pipes, appending, copies, and bytes that are not on the disk yet. */
#include "platform/linux/internal.h"

#include <sys/syscall.h>
#include <sys/uio.h>

void file_widen_pipe(struct file *file)
{
    enum { WIDE = 1024 * 1024 }; /* /proc/sys/fs/pipe-max-size, unless it was changed */
    if (fcntl(file->descriptor, F_GETPIPE_SZ) < WIDE)
        (void)fcntl(file->descriptor, F_SETPIPE_SZ, WIDE);
}

/* A direct system call: older C libraries have no wrapper. */
size_t linux_append(int descriptor, const void *bytes, size_t length)
{
#if defined(SYS_pwritev2)
    const unsigned long append = 0x10; /* RWF_APPEND, since Linux 4.16 */
    struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = length};
    long done = syscall(SYS_pwritev2, descriptor, &part, 1UL, 0UL, 0UL, append);
    return done > 0 ? (size_t)done : 0;
#else
    return descriptor < 0 && bytes ? length : 0;
#endif
}

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

/* Only between regular files: fails for a pipe, and for a file that is opened to append. */
uint64_t stream_copy_file(enum stream stream, struct file *file, struct range range)
{
    uint64_t done = 0;
#if defined(SYS_copy_file_range)
    const uint64_t most = (uint64_t)1 << 30;
    int to = stream == STREAM_OUTPUT ? STDOUT_FILENO : STDERR_FILENO;
    long part = 1;
    while (done < range_length(range) && part > 0) {
        int64_t from = (int64_t)(range.start + done);
        size_t length = (size_t)minimum_u64(most, range_length(range) - done);
        part = syscall(SYS_copy_file_range, file->descriptor, &from, to, NULL, length, 0U);
        done += part > 0 ? (uint64_t)part : 0;
    }
#endif
    return done;
}

/* msync(MS_ASYNC) has done nothing since Linux 2.6.19. */
void file_start_writing(struct file *file, struct range range)
{
    if (file && range_length(range) > 0)
        (void)sync_file_range(file->descriptor, (off_t)range.start, (off_t)range_length(range),
                              SYNC_FILE_RANGE_WRITE);
}

/* An empty range is left out: a length of 0 would mean "to the end". */
int linux_wait_written(int descriptor, struct range range)
{
    const unsigned flags =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    if (range_length(range) == 0 ||
        sync_file_range(descriptor, (off_t)range.start, (off_t)range_length(range), flags) == 0)
        return 0;
    return errno;
}
