/* devices.c - lasting names of devices; the path of shared memory. */
#include "platform/linux/internal.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* The kernel's struct loop_info64, which linux/loop.h has. */
struct loop_reply {
    uint64_t device, inode, number, offset;
    unsigned char behind[200];
};
static_assert(sizeof(struct loop_reply) == 232, "LOOP_GET_STATUS64 fills 232 bytes");

/* A loop device is named after the file that it shows, and the offset in it. */
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

/* A search for links to a device. If there are several, the first in the order of names is taken.
 */
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
    if (fstat(file->descriptor, &status) != 0 || !S_ISBLK(status.st_mode))
        return false;
    if (name_loop(file, &status, name, size))
        return true;
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        struct link_search search = {directories[i], status.st_rdev, name, size, false};
        (void)directory_list(directories[i], look_at_link, &search, NULL);
        if (search.found)
            return true;
    }
    return false;
}

/* shm_open(3) documents that it opens a file in /dev/shm. */
bool file_shared_path(const char *name, char *path, size_t size)
{
    int length = snprintf(path, size, "/dev/shm/%s", name);
    return length > 0 && (size_t)length < size;
}
