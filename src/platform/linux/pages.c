/* pages.c - the pages in the page cache; address space for huge pages. */
#include "platform/linux/internal.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

/* The bytes that one entry of the second level maps: a table fills a page, with 8 bytes an entry.
 */
size_t linux_huge_page_size(void)
{
    size_t page = platform_page_size();
    return page * (page / 8);
}

void *linux_reserve_for_huge_pages(size_t length, off_t offset)
{
    size_t huge = linux_huge_page_size(), page = platform_page_size();
    if (length < huge || length > PTRDIFF_MAX - huge)
        return NULL;
    unsigned char *base =
        mmap(NULL, length + huge, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return NULL;
    size_t before = ((size_t)offset - (size_t)(uintptr_t)base) % huge;
    size_t end = before + (length + page - 1) / page * page;
    if (before > 0)
        (void)munmap(base, before);
    if (end < length + huge)
        (void)munmap(base + end, length + huge - end);
    return base + before;
}

void linux_drop_pages(void *first, size_t length)
{
    (void)madvise(first, length, MADV_DONTNEED);
}

/*
 * Since Linux 5.2 mincore() reports every page as resident if the process neither owns the file nor
 * may write to it, so that it cannot be used to spy.
 */
bool linux_hides_residency(struct file *file)
{
    char path[LINUX_PATH_SIZE];
    struct stat status;
    enum { NOBODY = 65534 }; /* stands for an owner outside our user name space */
    if (!file || file->writable)
        return false;
    if (fstat(file->descriptor, &status) != 0)
        return true;
    if (status.st_uid == geteuid() || (geteuid() == 0 && status.st_uid != NOBODY))
        return false;
    linux_descriptor_path(file->descriptor, path);
    return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0;
}

/*
 * A read with RWF_NOWAIT fails if it would have to wait. Unlike mincore() and cachestat() this
 * works for everybody who may read the file, and a page that is being read does not count as
 * cached. A direct system call: older C libraries have no wrapper.
 */
static bool is_byte_cached(struct file *file, uint64_t offset)
{
#if defined(SYS_preadv2)
    enum { NO_WAIT = 8 }; /* RWF_NOWAIT, since Linux 4.14 */
    char byte;
    struct iovec place = {&byte, 1};
    return syscall(SYS_preadv2, file->descriptor, &place, 1L, (long)offset, (long)(offset >> 32),
                   (long)NO_WAIT) == 1;
#else
    return !file && offset;
#endif
}

bool file_is_cached(struct file *file, struct range range)
{
    enum { SAMPLE = 1024 * 1024 };
    if (range.start >= range.end)
        return true;
    for (uint64_t at = range.start; at < range.end; at += SAMPLE)
        if (!is_byte_cached(file, at))
            return false;
    return is_byte_cached(file, range.end - 1);
}
