/* machine.c - the machine: its memory, processors, clock, users and random bytes. */
#include "platform/linux/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

size_t platform_page_size(void)
{
    long size = sysconf(_SC_PAGESIZE);
    return size > 0 ? (size_t)size : 4096;
}

size_t platform_granularity(void)
{
    return platform_page_size();
}

unsigned platform_processors(void)
{
    unsigned allowed = linux_processors();
    long online = allowed > 0 ? (long)allowed : sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

uint64_t platform_memory(void)
{
#if defined(_SC_PHYS_PAGES)
    long pages = sysconf(_SC_PHYS_PAGES);
    if (pages > 0)
        return (uint64_t)pages * platform_page_size();
#endif
    return SIZE_MAX;
}

uint64_t platform_user(void)
{
    return (uint64_t)geteuid();
}

/* Reads the user's name from /etc/passwd into `line`. getpwuid() could ask a server. */
static bool find_name(uint64_t user, char *line, int size)
{
    FILE *users = fopen("/etc/passwd", "re");
    bool found = false;
    while (users && !found && fgets(line, size, users)) {
        char *password = strchr(line, ':');
        char *id = password ? strchr(password + 1, ':') : NULL;
        found = id && strtoull(id + 1, NULL, 10) == user;
        if (password)
            *password = 0;
    }
    if (users)
        fclose(users);
    return found;
}

void platform_describe_user(uint64_t user, char *text, size_t size)
{
    char line[1024], shown[80] = "";
    if (find_name(user, line, sizeof line))
        diag_escape(shown, sizeof shown, line);
    snprintf(text, size, "%s%suser %llu", shown, *shown ? ", " : "", (unsigned long long)user);
}

void platform_describe_library(char *text, size_t size)
{
    const char *kind = linux_is_static() ? "static" : "";
#if defined(__GLIBC__)
    snprintf(text, size, "glibc %d.%d%s%s", __GLIBC__, __GLIBC_MINOR__, *kind ? ", " : "", kind);
#else
    snprintf(text, size, "%s", kind);
#endif
}

double platform_seconds(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void platform_sleep(double seconds)
{
    if (!(seconds > 0))
        return;
    time_t whole = (time_t)seconds;
    struct timespec left = {whole, (long)((seconds - (double)whole) * 1e9)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

bool platform_random(void *bytes, size_t length, struct error *error)
{
    unsigned char *out = bytes;
    while (length > 0) {
        size_t part = length < 256 ? length : 256; /* the most that getentropy() takes */
        if (getentropy(out, part) != 0)
            return posix_error_doing(error, errno, "asking for %zu random bytes", part);
        out += part;
        length -= part;
    }
    return true;
}

const char *platform_environment(const char *name)
{
    return getenv(name);
}
