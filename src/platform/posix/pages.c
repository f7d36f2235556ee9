/*
 * pages.c - mmap(), and flush, advice and residency of the pages.
 */
#include "platform/linux/internal.h"

#include <sys/mman.h>

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif
/* There is no mincore(), or (FreeBSD, vm.mincore_mapped) one that tells of this process's mapping,
 * not of the page cache. */
#if defined(__OpenBSD__) || defined(__CYGWIN__) || defined(__FreeBSD__)
#define mincore(first, length, resident) (errno = ENOSYS, -1)
#endif

/* The caller's flags. If they do not say shared or private, `access` decides. */
static int map_options(struct file *file, enum view_access access, uint64_t flags)
{
    int options = (int)(flags & ~VIEW_EXECUTE);
    if (!(options & (MAP_SHARED | MAP_PRIVATE)))
        options |= access == VIEW_COPY ? MAP_PRIVATE : MAP_SHARED;
#if defined(MAP_NORESERVE)
    /* A program stores to few pages of a private mapping: do not reserve swap for all of it. */
    if (!(options & MAP_SHARED))
        options |= MAP_NORESERVE;
#endif
    return file ? options : options | MAP_ANONYMOUS;
}

/*
 * The errors of file systems that have no shared mappings, or none of a file that is open for
 * writing: ENODEV for FUSE with direct_io, EINVAL for 9p without a cache, EACCES for others. EPERM:
 * the file is sealed, or a security policy forbids it.
 */
static bool is_unsupported(int code)
{
    return code == ENODEV || code == EINVAL || code == EACCES || code == EPERM || code == ENOSYS ||
           code == EOPNOTSUPP;
}

static bool map_failure(struct range range, int code, struct posix_pages *pages,
                        struct error *error)
{
    pages->unsupported = is_unsupported(code);
    if (code == EINVAL)
        return error_set(error,
                         "this system cannot map the file that way (mapping %" PRIu64
                         " byte%s at %" PRIu64 ")",
                         range_length(range), diag_plural(range_length(range)), range.start);
    return posix_error_doing(error, code, "mapping %" PRIu64 " byte%s at %" PRIu64,
                             range_length(range), diag_plural(range_length(range)), range.start);
}

/* MAP_FAILED and errno if it cannot be mapped. */
static void *map_at_best(size_t length, int protection, int options, int descriptor, off_t offset)
{
    void *place = linux_reserve_for_huge_pages(length, offset);
    if (!place)
        return mmap(NULL, length, protection, options, descriptor, offset);
    void *base = mmap(place, length, protection, options | MAP_FIXED, descriptor, offset);
    int code = errno;
    if (base == MAP_FAILED)
        (void)munmap(place, length);
    errno = code;
    return base;
}

bool posix_pages_map(struct file *file, struct range range, enum view_access access, uint64_t flags,
                     struct posix_pages *pages, struct error *error)
{
    size_t delta = (size_t)(range.start % platform_page_size());
    *pages = (struct posix_pages){0};
    if (range_length(range) == 0) /* mmap() refuses a length of 0 */
        return true;
    if (file && flags & MAP_ANONYMOUS)
        return error_set(error, "anonymous memory cannot show a file");
    if (range_length(range) > PTRDIFF_MAX - delta)
        return error_set(error, "too much for this machine's address space (%" PRIu64 " bytes)",
                         range_length(range));
    size_t length = (size_t)range_length(range) + delta;
    int protection = access == VIEW_READ ? PROT_READ : PROT_READ | PROT_WRITE;
    if (flags & VIEW_EXECUTE)
        protection |= PROT_EXEC;
    int descriptor = file ? file->descriptor : -1;
    off_t offset = file ? (off_t)(range.start - delta) : 0;
    int options = map_options(file, access, flags);
    void *base = map_at_best(length, protection, options, descriptor, offset);
    if (base == MAP_FAILED)
        return map_failure(range, errno, pages, error);
    *pages = (struct posix_pages){.base = base, .length = length, .delta = delta};
    return true;
}

bool posix_pages_unmap(struct posix_pages *pages, struct error *error)
{
    bool unmapped = !pages->base || munmap(pages->base, pages->length) == 0;
    int code = errno;
    *pages = (struct posix_pages){0};
    return unmapped || posix_error_doing(error, code, "unmapping");
}

size_t posix_whole_pages(const struct posix_pages *pages, size_t start, size_t end,
                         unsigned char **first)
{
    size_t page = platform_page_size();
    *first = NULL;
    if (start >= end)
        return 0;
    size_t begin = start - start % page;
    *first = pages->base + begin;
    return (end - begin + page - 1) / page * page;
}

void posix_pages_drop(const struct posix_pages *pages, size_t start, size_t end)
{
    unsigned char *first;
    size_t length = posix_whole_pages(pages, start, end, &first);
    if (length > 0)
        linux_drop_pages(first, length);
}

int posix_pages_advise(const struct posix_pages *pages, size_t start, size_t end, int value)
{
    unsigned char *first;
    size_t length = posix_whole_pages(pages, start, end, &first);
    int result;
    if (length == 0)
        return 0;
    do
        result = madvise(first, length, value);
    while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

bool posix_pages_flush(const struct posix_pages *pages, size_t start, size_t end, unsigned flags,
                       struct error *error)
{
    unsigned char *first;
    size_t length = posix_whole_pages(pages, start, end, &first);
    int options = flags & VIEW_FLUSH_ASYNC ? MS_ASYNC : MS_SYNC;
    if (flags & VIEW_FLUSH_INVALIDATE)
        options |= MS_INVALIDATE;
    if (length == 0)
        return true;
    int result;
    do
        result = msync(first, length, options);
    while (result != 0 && errno == EINTR);
    return result == 0 || posix_error_doing(error, errno, "flushing %zu byte%s", end - start,
                                            diag_plural(end - start));
}

/* ---- the page cache -------------------------------------------------------------------------- */

/*
 * If the file is open for reading only, Linux treats a shared mapping of it as one without stores:
 * msync() does nothing, and the flush needs calls on the file.
 */
bool posix_flush_behind(struct file *file, struct range range, unsigned flags, struct error *error)
{
    if (!file || range_length(range) == 0)
        return true;
    if (flags & VIEW_FLUSH_ASYNC) {
        file_start_writing(file, range);
        return true;
    }
    return file->writable || file_sync_data(file, error);
}

enum residency_result posix_pages_residency(const struct posix_pages *pages, struct file *file,
                                            size_t start, size_t end, unsigned char *resident,
                                            struct error *error)
{
    unsigned char *first;
    size_t length = posix_whole_pages(pages, start, end, &first);
    if (length == 0)
        return RESIDENCY_KNOWN;
    if (linux_hides_residency(file))
        return RESIDENCY_UNKNOWN;
    int result;
    do
        result = mincore(first, length, (void *)resident);
    while (result != 0 && (errno == EAGAIN || errno == EINTR));
    if (result != 0 && errno == ENOSYS)
        return RESIDENCY_UNKNOWN;
    if (result != 0) {
        posix_error_doing(error, errno, "asking which pages are in memory (%zu byte%s)",
                          end - start, diag_plural(end - start));
        return RESIDENCY_FAILED;
    }
    for (size_t i = 0; i < length / platform_page_size(); i++)
        resident[i] &= 1; /* the other bits differ between systems */
    return RESIDENCY_KNOWN;
}
