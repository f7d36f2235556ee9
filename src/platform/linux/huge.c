/*
 * huge.c - how much of a file is in huge pages.
 *
 * One entry of the second level of the page table maps a huge page. /proc/self/smaps (proc(5))
 * counts huge pages, but only those in the page table.
 */
#include "platform/linux/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * Puts resident pages into the page table. One page of each huge page is enough: it brings in the
 * rest. False before Linux 5.14, which cannot do that.
 */
static bool fill_page_table(const struct posix_pages *pages, struct range range,
                            const unsigned char *resident)
{
    enum { POPULATE_READ = 22 }; /* MADV_POPULATE_READ */
    size_t page = platform_page_size(), huge = linux_huge_page_size();
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

/* The number of KiB in a line that counts huge pages; 0 for any other line. */
static uint64_t huge_kibibytes(const char *line)
{
    static const char *const names[] = {"AnonHugePages:", "ShmemPmdMapped:", "FilePmdMapped:"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strncmp(line, names[i], strlen(names[i])))
            return strtoull(line + strlen(names[i]), NULL, 10);
    return 0;
}

/* Adds up the counts of /proc/self/smaps for the areas inside the mapping. */
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

static bool count_resident(struct file *file, struct range range, const struct posix_pages *pages,
                           uint64_t *bytes)
{
    size_t page = platform_page_size();
    unsigned char *resident = malloc((pages->length + page - 1) / page);
    bool known =
        resident &&
        posix_pages_residency(pages, file, 0, pages->length, resident, NULL) == RESIDENCY_KNOWN &&
        fill_page_table(pages, range, resident) && count_huge(pages, bytes);
    free(resident);
    return known;
}

bool file_huge_bytes(struct file *file, struct range range, uint64_t *bytes)
{
    struct posix_pages pages;
    *bytes = 0;
    if (range_length(range) == 0)
        return true;
    if (!posix_pages_map(file, range, VIEW_READ, 0, &pages, NULL))
        return false;
    bool known = count_resident(file, range, &pages, bytes);
    (void)posix_pages_unmap(&pages, NULL);
    return known;
}
