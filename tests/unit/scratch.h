/*
 * scratch.h - real files for the tests of the rooms with system calls.
 *
 * Each test program works in a new directory below TMPDIR (or /tmp) and enters
 * it; scratch_leave() removes it with all the files that are in it.
 */
#ifndef MMTOOL_SCRATCH_H
#define MMTOOL_SCRATCH_H

#include "platform/platform.h"
#include "unit.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char scratch_path[512];

static inline void scratch_enter(void)
{
    const char *root = getenv("TMPDIR");
    snprintf(scratch_path, sizeof scratch_path, "%s/mmtool-test-XXXXXX", root ? root : "/tmp");
    if (!mkdtemp(scratch_path) || chdir(scratch_path) != 0) {
        printf("Bail out! no directory to work in: %s\n", scratch_path);
        exit(1);
    }
}

static inline void scratch_empty(void)
{
    DIR *directory = opendir(".");
    struct dirent *entry;
    while (directory && (entry = readdir(directory)))
        if (entry->d_name[0] != '.' && unlink(entry->d_name) != 0)
            rmdir(entry->d_name);
    if (directory)
        closedir(directory);
}

static inline void scratch_leave(void)
{
    scratch_empty();
    if (chdir("/") == 0)
        rmdir(scratch_path);
}

/* Opens or makes a file that must open; prints why if it does not. */
static inline struct file *scratch_open(const char *name, unsigned flags)
{
    struct file *file;
    struct error error;
    enum file_open_result result = file_open(name, flags, &file, &error);
    CHECK_SAY(result == FILE_OPENED, "%s: %s", name, error.message);
    if (result != FILE_OPENED) /* nothing that follows makes sense */
        exit(1);
    return file;
}

/* An empty file of that name, open for writing. */
static inline struct file *scratch_file(const char *name)
{
    unlink(name);
    return scratch_open(name, FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE);
}

static inline void scratch_close(struct file *file)
{
    struct error error;
    CHECK(file_close(file, &error));
}

static inline void fill_random(unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)(1 + unit_below(255)); /* never what a hole has */
}

/* Whether the whole file is these bytes. */
static inline bool file_is(struct file *file, const unsigned char *bytes, size_t length)
{
    size_t got = 0;
    struct error error;
    unsigned char *read = malloc(length + 1);
    bool same = read && file_read(file, 0, read, length + 1, &got, &error) && got == length &&
                memcmp(read, bytes, length) == 0;
    free(read);
    return same;
}

static inline uint64_t size_of(struct file *file)
{
    struct file_status status = {0};
    struct error error;
    CHECK(file_get_status(file, &status, &error));
    return status.size;
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
