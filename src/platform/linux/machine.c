/* machine.c - processors, and disk reads and page faults so far. */
#include "platform/linux/internal.h"

#include <sched.h>
#include <sys/auxv.h>
#include <sys/resource.h>

/* Fails on a machine of more than CPU_SETSIZE processors. */
unsigned linux_processors(void)
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (unsigned)CPU_COUNT(&allowed) : 0;
}

const char *platform_name(void)
{
    return "POSIX with Linux calls";
}

bool linux_is_static(void)
{
    return getauxval(AT_BASE) == 0;
}

uint64_t platform_page_faults(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_THREAD, &usage) != 0)
        return 0;
    return (uint64_t)usage.ru_minflt + (uint64_t)usage.ru_majflt;
}

uint64_t platform_disk_reads(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_inblock : 0;
}
