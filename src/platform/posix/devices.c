/* devices.c - what a device is called that outlasts its number; names in a directory. */
#include "platform/posix/internal.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#if defined(__linux__)
#include <sys/sysmacros.h>
#endif

/* ---- directories ----------------------------------------------------------------------------- */

enum directory_result directory_list(const char *path,
                                     bool (*visit)(void *context, const char *name), void *context,
                                     struct error *error)
{
    struct dirent *entry;
    DIR *directory = opendir(path);
    if (!directory) {
        posix_error(error, errno);
        return errno == ENOENT ? DIRECTORY_MISSING : DIRECTORY_FAILED;
    }
    while (errno = 0, (entry = readdir(directory)) != NULL)
        if (!visit(context, entry->d_name))
            break;
    int code = entry ? 0 : errno;
    closedir(directory);
    if (code == 0)
        return DIRECTORY_LISTED;
    posix_error(error, code);
    return DIRECTORY_FAILED;
}

/* ---- devices --------------------------------------------------------------------------------- */

#if defined(__linux__)

/* The kernel's struct loop_info64, which linux/loop.h has. */
struct loop_reply {
    uint64_t device, inode, number, offset;
    unsigned char behind[200];
};
static_assert(sizeof(struct loop_reply) == 232, "LOOP_GET_STATUS64 fills 232 bytes");

/* A loop device is the part of a file that it shows. */
static bool name_loop(struct file *file, const struct stat *status, char *name, size_t size)
{
    enum { LOOP_MAJOR = 7, LOOP_GET_STATUS64 = 0x4c05 };
    struct loop_reply reply = {0};
    if (major(status->st_rdev) != LOOP_MAJOR ||
        ioctl(file->descriptor, LOOP_GET_STATUS64, &reply) != 0)
        return false;
    snprintf(name, size, "loop-%llu-%llu", (unsigned long long)reply.inode,
             (unsigned long long)reply.offset);
    return true;
}

/* Of the links to a device, the first by name. */
struct link_search {
    const char *directory;
    dev_t number;
    char *name;
    size_t size;
    bool found;
};

static bool look_at_link(void *context, const char *name)
{
    struct link_search *search = context;
    struct stat status;
    char path[512];
    int length = snprintf(path, sizeof path, "%s/%s", search->directory, name);
    if (length < 0 || (size_t)length >= sizeof path || strlen(name) >= search->size)
        return true;
    if (stat(path, &status) != 0 || !S_ISBLK(status.st_mode) || status.st_rdev != search->number)
        return true;
    if (!search->found || strcmp(name, search->name) < 0)
        snprintf(search->name, search->size, "%s", name);
    search->found = true;
    return true;
}

bool file_lasting_name(struct file *file, char *name, size_t size)
{
    static const char *const directories[] = {"/dev/disk/by-id", "/dev/disk/by-partuuid"};
    struct stat status;
    struct error ignored = {0};
    if (fstat(file->descriptor, &status) != 0 || !S_ISBLK(status.st_mode))
        return false;
    if (name_loop(file, &status, name, size))
        return true;
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        struct link_search search = {directories[i], status.st_rdev, name, size, false};
        (void)directory_list(directories[i], look_at_link, &search, &ignored);
        if (search.found)
            return true;
    }
    return false;
}

#else

bool file_lasting_name(struct file *file, char *name, size_t size)
{
    (void)file;
    (void)name;
    (void)size;
    return false;
}

#endif
