/*
 * huge.c - huge pages: where a mapping must lie to have them, and whether a
 * file has them.
 *
 * What one entry of the second level of page tables maps. Only Linux tells of
 * them, in /proc/self/smaps (proc(5)), and only of what the page table holds.
 */
#include "platform/posix/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__linux__)

/* A page of page table has entries of 8 bytes. */
static size_t huge_page_size(void)
{
    size_t page = platform_page_size();
    return page * (page / 8);
}

/* ---- a place for a mapping ------------------------------------------------------------------- */

void *posix_reserve_for_huge_pages(size_t length, off_t offset)
{
    size_t huge = huge_page_size(), page = platform_page_size();
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

/* ---- how much of a file lies in them --------------------------------------------------------- */

/*
 * Puts pages that are in memory into the page table: one of each huge page, which
 * brings all of it. False where the system cannot (before Linux 5.14).
 */
static bool fill_page_table(const struct posix_pages *pages, struct range range,
                            const unsigned char *resident)
{
    enum { POPULATE_READ = 22 }; /* MADV_POPULATE_READ */
    size_t page = platform_page_size(), huge = huge_page_size();
    uint64_t base = range.start - pages->delta;
    for (size_t at = 0; at < pages->length;) {
        if (!(resident[at / page] & 1)) {
            at += page;
            continue;
        }
        if (madvise(pages->base + at, page, POPULATE_READ) != 0 && errno != EFAULT)
            return false;
        at += huge - (size_t)((base + at) % huge);
    }
    return true;
}

/* The line's number of KiB, if it counts huge pages. */
static uint64_t huge_kibibytes(const char *line)
{
    static const char *const names[] = {"AnonHugePages:", "ShmemPmdMapped:", "FilePmdMapped:"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strncmp(line, names[i], strlen(names[i])))
            return strtoull(line + strlen(names[i]), NULL, 10);
    return 0;
}

/* Adds up what /proc/self/smaps says of the areas inside the mapping. */
static bool count_huge(const struct posix_pages *pages, uint64_t *bytes)
{
    char line[512];
    bool inside = false;
    uintptr_t start, end, first = (uintptr_t)pages->base, last = first + pages->length;
    FILE *areas = fopen("/proc/self/smaps", "re");
    if (!areas)
        return false;
    while (fgets(line, sizeof line, areas)) {
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &start, &end) == 2)
            inside = start >= first && start < last;
        else if (inside)
            *bytes += huge_kibibytes(line) * 1024;
    }
    return fclose(areas) == 0;
}

static bool ask(struct file *file, struct range range, const struct posix_pages *pages,
                uint64_t *bytes)
{
    struct error ignored = {0};
    size_t page = platform_page_size();
    unsigned char *resident = malloc((pages->length + page - 1) / page);
    bool known = resident &&
                 posix_pages_residency(pages, file, 0, pages->length, resident, &ignored) ==
                     RESIDENCY_KNOWN &&
                 fill_page_table(pages, range, resident) && count_huge(pages, bytes);
    free(resident);
    return known;
}

bool file_huge_bytes(struct file *file, struct range range, uint64_t *bytes)
{
    struct posix_pages pages;
    struct error ignored = {0};
    *bytes = 0;
    if (range_length(range) == 0)
        return true;
    if (!posix_pages_map(file, range, VIEW_READ, 0, &pages, &ignored))
        return false;
    bool known = ask(file, range, &pages, bytes);
    (void)posix_pages_unmap(&pages, &ignored);
    return known;
}

#else

void *posix_reserve_for_huge_pages(size_t length, off_t offset)
{
    (void)length;
    (void)offset;
    return NULL;
}

bool file_huge_bytes(struct file *file, struct range range, uint64_t *bytes)
{
    (void)file;
    (void)range;
    (void)bytes;
    return false;
}

#endif
