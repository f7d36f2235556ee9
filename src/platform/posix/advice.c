/*
 * advice.c - advice on the pages of a file, so that it does what its name
 * says of the file, however the system takes it of a mapping made for the moment.
 *
 * On Linux (mm/madvise.c, mm/readahead.c)
 * - MADV_WILLNEED starts no more than about one read-ahead a call, so a range is
 *   asked for piece by piece;
 * - MADV_COLD and MADV_PAGEOUT look at the pages in the page table alone, which is
 *   empty at first: what is in memory is put into it before;
 * - MADV_POPULATE_READ would fill the memory with the zeros of holes;
 * - MADV_DONTNEED only empties the page table.
 */
#include "platform/posix/internal.h"

#include <stdlib.h>
#include <sys/mman.h>

/* Advice on pages [start, end) of a mapping, counted from its base. */
struct advice {
    const struct posix_pages *pages;
    struct file *file;
    uint64_t offset; /* in the file, of pages->base */
    size_t start, end;
    int value;
};

/* Answers 0 or an errno. */
static int advise_pages(const struct posix_pages *pages, size_t start, size_t end, int value)
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

static bool advice_failure(int code, size_t length, struct error *error)
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
                         "the memory could not be had: the file was cut short, or the disk is "
                         "full or failed (%zu byte%s)",
                         length, plural);
    default:
        return posix_error_doing(error, code, "advising on %zu byte%s", length, plural);
    }
}

#if defined(__linux__)

enum { COLD = 20, PAGEOUT = 21, POPULATE_READ = 22 }; /* MADV_*, which older headers lack */

/* ---- pages in memory into the page table ----------------------------------------------------- */

/* The next run of pages in memory in [*at, count). */
static bool next_resident(const unsigned char *resident, size_t count, size_t *at, size_t *stop)
{
    while (*at < count && !(resident[*at] & 1))
        ++*at;
    *stop = *at;
    while (*stop < count && resident[*stop] & 1)
        ++*stop;
    return *at < *stop;
}

/* Leaves out what it cannot do: the advice then finds fewer pages. */
static void fill_page_table(const struct posix_pages *pages, struct file *file, size_t start,
                            size_t end)
{
    struct error ignored = {0};
    size_t page = platform_page_size(), first = start / page;
    size_t count = (end + page - 1) / page - first, stop;
    unsigned char *resident = malloc(count);
    if (resident &&
        posix_pages_residency(pages, file, start, end, resident, &ignored) == RESIDENCY_KNOWN)
        for (size_t at = 0; next_resident(resident, count, &at, &stop); at = stop)
            (void)advise_pages(pages, (first + at) * page, (first + stop) * page, POPULATE_READ);
    free(resident);
}

/* ---- piece by piece -------------------------------------------------------------------------- */

/* How far one call goes; 0 for advice that is given on all of a range at once. */
static size_t piece_of(int value)
{
    switch (value) {
    case MADV_WILLNEED:
        return (size_t)128 << 10; /* the least that is read ahead where nobody has changed it */
    case COLD:
    case PAGEOUT:
        return (size_t)16 << 20; /* what fill_page_table() holds of it is small */
    case POPULATE_READ:
        return (size_t)1 << 30;
    default:
        return 0;
    }
}

static int advise_run(const struct advice *advice, size_t start, size_t end)
{
    size_t piece = piece_of(advice->value);
    int code = 0;
    while (code == 0 && start < end) {
        size_t stop = start - start % piece + piece;
        stop = stop < end ? stop : end;
        if (advice->value == COLD || advice->value == PAGEOUT)
            fill_page_table(advice->pages, advice->file, start, stop);
        code = advise_pages(advice->pages, start, stop, advice->value);
        start = stop;
    }
    return code;
}

/* Goes over the file's data: there is nothing to be had of holes. */
static bool advise_data(const struct advice *advice, struct error *error)
{
    uint64_t at = advice->offset + advice->start, end = advice->offset + advice->end;
    while (at < end) {
        struct range data;
        if (!file_next_data(advice->file, at, end, &data, error))
            return false;
        int code = advise_run(advice, (size_t)(data.start - advice->offset),
                              (size_t)(data.end - advice->offset));
        if (code != 0)
            return advice_failure(code, advice->end - advice->start, error);
        at = data.end;
    }
    return true;
}

static bool is_of_data(const struct advice *advice)
{
    return advice->file && piece_of(advice->value) > 0;
}

/* Dirty pages stay. */
static void drop_cache(const struct advice *advice)
{
    uint64_t page = platform_page_size();
    uint64_t start = advice->offset + advice->start, end = advice->offset + advice->end;
    start -= start % page;
    end += (page - end % page) % page;
    if (advice->file && advice->value == MADV_DONTNEED && start < end && end <= OFFSET_MAX)
        (void)posix_fadvise(advice->file->descriptor, (off_t)start, (off_t)(end - start),
                            POSIX_FADV_DONTNEED);
}

#else

static bool is_of_data(const struct advice *advice)
{
    (void)advice;
    return false;
}

static bool advise_data(const struct advice *advice, struct error *error)
{
    (void)advice;
    (void)error;
    return true;
}

static void drop_cache(const struct advice *advice)
{
    (void)advice;
}

#endif

bool posix_advise(const struct posix_pages *pages, struct file *file, uint64_t offset, size_t start,
                  size_t end, int value, struct error *error)
{
    struct advice advice = {pages, file, offset, start, end, value};
    if (start >= end)
        return true;
    if (is_of_data(&advice))
        return advise_data(&advice, error);
    int code = advise_pages(pages, start, end, value);
    if (code != 0)
        return advice_failure(code, end - start, error);
    drop_cache(&advice);
    return true;
}
