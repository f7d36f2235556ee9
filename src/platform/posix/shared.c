/*
 * shared.c - shared memory by name, and memory without a name, as files.
 *
 * Linux documents that shm_open(3) opens a file in /dev/shm. Opening that path gives a journal a
 * place. On other systems shm_open() is called.
 */
#include "platform/linux/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

static enum file_open_result open_failure(int code, struct error *error)
{
    posix_error(error, code);
    switch (code) {
    case ENOENT:
        return FILE_MISSING;
    case EEXIST:
        return FILE_EXISTS;
    case EACCES:
    case EPERM:
        return FILE_NOT_ALLOWED;
    default:
        return FILE_FAILED;
    }
}

/* By shm_open(), for systems where shared memory has no path. */
static enum file_open_result open_by_name(const char *name, unsigned flags, struct file **file,
                                          struct error *error)
{
    char path[SHARED_NAME_MAX + 2];
    int options = flags & FILE_OPEN_WRITE ? O_RDWR : O_RDONLY;
    if (flags & FILE_OPEN_CREATE)
        options |= O_CREAT;
    if (flags & FILE_OPEN_EXCLUSIVE)
        options |= O_EXCL;
    snprintf(path, sizeof path, "/%s", name);
    /* Allocate before shm_open(): that may create memory, which must not be left behind. */
    struct file *opened = posix_new_file(-1, flags & FILE_OPEN_WRITE, false);
    if (!opened) {
        error_memory(error, sizeof *opened);
        return FILE_FAILED;
    }
    opened->descriptor = shm_open(path, options, flags & FILE_OPEN_PRIVATE ? 0600 : 0666);
    if (opened->descriptor < 0) {
        int code = errno;
        free(opened);
        return open_failure(code, error);
    }
    *file = opened;
    return FILE_OPENED;
}

enum file_open_result file_open_shared(const char *name, unsigned flags, struct file **file,
                                       struct error *error)
{
    char path[SHARED_NAME_MAX + 16];
    *file = NULL;
    if (!shared_name_check(name, error))
        return FILE_FAILED;
    enum file_open_result result =
        file_shared_path(name, path, sizeof path)
            ? posix_open_at(AT_FDCWD, path, flags | FILE_OPEN_REGULAR, file, error)
            : open_by_name(name, flags, file, error);
    if (result == FILE_MISSING)
        error_set(error, "no such shared memory");
    return result;
}

bool file_unlink_shared(const char *name, struct error *error)
{
    char path[SHARED_NAME_MAX + 16];
    if (!shared_name_check(name, error))
        return false;
    if (file_shared_path(name, path, sizeof path))
        return unlink(path) == 0 || posix_error_doing(error, errno, "removing shared memory");
    snprintf(path, sizeof path, "/%s", name);
    return shm_unlink(path) == 0 || posix_error_doing(error, errno, "removing shared memory");
}

/* ---- memory without a name ------------------------------------------------------------------- */

/* On systems without memfd_create() an unnamed file is used instead. */
static bool open_memory(struct file **file, struct error *error)
{
    int descriptor = linux_open_memory();
    if (descriptor < 0)
        return file_open_unnamed(NULL, file, error);
    *file = posix_new_file(descriptor, true, false);
    if (*file)
        return true;
    close(descriptor);
    return error_memory(error, sizeof **file);
}

bool file_open_anonymous(uint64_t size, const char *tag, struct file **file, struct error *error)
{
    *file = NULL;
    if (!open_memory(file, error))
        return false;
    if ((!tag || file_set_tag(*file, tag, error)) && file_set_size(*file, size, error))
        return true;
    (void)file_close(*file, NULL);
    *file = NULL;
    return false;
}
