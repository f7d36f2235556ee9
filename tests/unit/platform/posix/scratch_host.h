/* scratch_host.h - directories, names and processes for the tests, on POSIX systems. */
#ifndef MMTOOL_SCRATCH_HOST_H
#define MMTOOL_SCRATCH_HOST_H

#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE 1
#endif

#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#if defined(__linux__)
#include <sys/xattr.h>
#endif
#include <unistd.h>

static char scratch_path[512];

/* Makes a new directory below TMPDIR (or /tmp) the current one. */
static inline bool host_enter_scratch(void)
{
    const char *root = getenv("TMPDIR");
    snprintf(scratch_path, sizeof scratch_path, "%s/mmtool-test-XXXXXX", root ? root : "/tmp");
    return mkdtemp(scratch_path) && chdir(scratch_path) == 0;
}

static inline void host_remove(const char *name)
{
    if (unlink(name) != 0)
        rmdir(name);
}

static inline void host_leave_scratch(void)
{
    DIR *directory = opendir(".");
    struct dirent *entry;
    while (directory && (entry = readdir(directory)))
        if (entry->d_name[0] != '.')
            host_remove(entry->d_name);
    if (directory)
        closedir(directory);
    if (chdir("/") == 0)
        rmdir(scratch_path);
}

/* Whether a file can be cut while somebody has a view of it. */
static inline bool host_cuts_viewed_files(void)
{
    return true;
}

/* Whether the system knows of holes; the file is one. */
static inline bool host_tells_holes(const char *name)
{
#if defined(SEEK_HOLE)
    int descriptor = open(name, O_RDONLY);
    bool tells = lseek(descriptor, 0, SEEK_HOLE) == 0;
    close(descriptor);
    return tells;
#else
    (void)name;
    return false;
#endif
}

/* Whether the build uses what only Linux has: see the option linux_calls of Meson. */
static inline bool host_has_linux_calls(void)
{
#if defined(LINUX_CALLS)
    return true;
#else
    return false;
#endif
}

#define HOST_NO_LINUX_CALLS "this build has none of Linux's own calls"

static inline bool host_has_marks(const char *name)
{
#if defined(LINUX_CALLS)
    return setxattr(name, "user.mmtool.probe", "", 0, 0) == 0;
#else
    (void)name;
    return false;
#endif
}

/* An emulator may take any advice and do nothing. */
static inline bool host_heeds_advice(void)
{
    void *page = mmap(NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool heeds = page != MAP_FAILED && madvise(page, 1, 9999) != 0;
    munmap(page, 1);
    return heeds;
}

/*
 * Runs `body` in a process of its own, its standard error put away, and answers
 * how that ended, as wait() says it. What body returns is the exit status.
 */
static inline int in_child(int (*body)(void *context), void *context)
{
    int status = -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(99);
        _exit(body(context));
    }
    waitpid(child, &status, 0);
    return status;
}

static inline bool exited_with(int status, int code)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

#endif
