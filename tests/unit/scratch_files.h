/*
 * scratch_files.h - real files for the tests of code that makes system calls.
 *
 * Each test program works in a new directory among the temporary ones and enters
 * it; scratch_leave() removes it with all the files that are in it. What that
 * takes of the system is in scratch_host.h, one of posix/ and windows/.
 */
#ifndef MMTOOL_SCRATCH_FILES_H
#define MMTOOL_SCRATCH_FILES_H

#include "scratch_host.h" /* first: it asks the system's headers for all they have */

#include "platform/platform.h"
#include "unit.h"

static inline void scratch_enter(void)
{
    if (!host_enter_scratch()) {
        printf("Bail out! no directory to work in\n");
        exit(1);
    }
}

static inline void scratch_leave(void)
{
    host_leave_scratch();
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
    host_remove(name);
    return scratch_open(name, FILE_OPEN_WRITE | FILE_OPEN_CREATE | FILE_OPEN_EXCLUSIVE);
}

static inline void scratch_close(struct file *file)
{
    struct error error;
    CHECK(file_close(file, &error));
}

/* Cuts the file of that name, as another program would. */
static inline void scratch_cut(const char *name, uint64_t size)
{
    struct error error;
    struct file *file = scratch_open(name, FILE_OPEN_WRITE);
    CHECK(file_set_size(file, size, &error));
    scratch_close(file);
}

static inline void fill_random(unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)(1 + unit_below(255)); /* never what a hole has */
}

/* A new file of that name with these bytes; blocks of zeros in it are holes. */
static inline void scratch_sparse(const char *name, const unsigned char *bytes, size_t length)
{
    enum { BLOCK_OF_HOLES = 4096 };
    static const unsigned char zeros[BLOCK_OF_HOLES];
    struct error error;
    struct file *file = scratch_file(name);
    CHECK(file_set_size(file, length, &error));
    for (size_t start = 0; start < length; start += BLOCK_OF_HOLES) {
        size_t part = length - start < BLOCK_OF_HOLES ? length - start : BLOCK_OF_HOLES;
        if (memcmp(bytes + start, zeros, part) != 0)
            CHECK(file_write(file, start, bytes + start, part, &error));
    }
    scratch_close(file);
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

#endif
