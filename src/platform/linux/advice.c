/*
 * advice.c - advice that has to be given in chunks. See mm/madvise.c and mm/readahead.c in
 * Linux.
 *
 * - A call of MADV_WILLNEED starts about one read-ahead, so a long range needs many calls.
 * - MADV_COLD and MADV_PAGEOUT affect only pages in the page table, which is empty at first. So
 *   resident pages are put into it before.
 * - MADV_POPULATE_READ would fill memory with zeros for holes, so holes are skipped.
 * - MADV_DONTNEED only empties the page table, so the page cache is dropped by another call.
 */
#include "platform/linux/internal.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { COLD = 20, PAGEOUT = 21, POPULATE_READ = 22 }; /* MADV_*, which older headers lack */

/* ---- resident pages into the page table ------------------------------------------------------ */

/* The next run of resident pages in [*at, count). */
static bool next_resident(const unsigned char *resident, size_t count, size_t *at, size_t *stop)
{
    while (*at < count && !(resident[*at] & 1))
        ++*at;
    *stop = *at;
    while (*stop < count && resident[*stop] & 1)
        ++*stop;
    return *at < *stop;
}

/* Ignores failures: the advice then affects fewer pages. */
static void fill_page_table(const struct posix_pages *pages, struct file *file, size_t start,
                            size_t end)
{
    size_t page = platform_page_size(), first = start / page;
    size_t count = (end + page - 1) / page - first, stop;
    unsigned char *resident = malloc(count);
    if (resident &&
        posix_pages_residency(pages, file, start, end, resident, NULL) == RESIDENCY_KNOWN)
        for (size_t at = 0; next_resident(resident, count, &at, &stop); at = stop)
            (void)posix_pages_advise(pages, (first + at) * page, (first + stop) * page,
                                     POPULATE_READ);
    free(resident);
}

/* ---- in chunks ------------------------------------------------------------------------------- */

/* The most bytes of one call; 0 for advice that is given on a whole range at once. */
static size_t chunk_length(int value)
{
    switch (value) {
    case MADV_WILLNEED:
        return (size_t)128 << 10; /* the default of read_ahead_kb */
    case COLD:
    case PAGEOUT:
        return (size_t)16 << 20; /* keeps the array in fill_page_table() small */
    case POPULATE_READ:
        return (size_t)1 << 30;
    default:
        return 0;
    }
}

static int advise_run(const struct posix_advice *advice, size_t start, size_t end)
{
    size_t chunk = chunk_length(advice->value);
    int code = 0;
    while (code == 0 && start < end) {
        size_t stop = start - start % chunk + chunk;
        stop = stop < end ? stop : end;
        if (advice->value == COLD || advice->value == PAGEOUT)
            fill_page_table(advice->pages, advice->file, start, stop);
        code = posix_pages_advise(advice->pages, start, stop, advice->value);
        start = stop;
    }
    return code;
}

bool linux_advise_data(const struct posix_advice *advice, struct error *error)
{
    uint64_t at = advice->offset + advice->start, end = advice->offset + advice->end;
    while (at < end) {
        struct range data;
        if (!file_next_data(advice->file, at, end, &data, error))
            return false;
        int code = advise_run(advice, (size_t)(data.start - advice->offset),
                              (size_t)(data.end - advice->offset));
        if (code != 0)
            return posix_advice_error(error, code, advice->end - advice->start);
        at = data.end;
    }
    return true;
}

bool linux_advises_data(const struct posix_advice *advice)
{
    return advice->file && chunk_length(advice->value) > 0;
}

/* The kernel keeps dirty pages. */
void linux_drop_cache(const struct posix_advice *advice)
{
    uint64_t page = platform_page_size();
    uint64_t start = advice->offset + advice->start, end = advice->offset + advice->end;
    start -= start % page;
    end += (page - end % page) % page;
    if (advice->file && advice->value == MADV_DONTNEED && start < end && end <= OFFSET_MAX)
        (void)posix_fadvise(advice->file->descriptor, (off_t)start, (off_t)(end - start),
                            POSIX_FADV_DONTNEED);
}
