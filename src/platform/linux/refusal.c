/* refusal.c - immutable and append-only files, read-only devices. */
#include "platform/linux/internal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* The beginning of the kernel's struct statx, which some C libraries do not declare. */
struct attributes_reply {
    uint32_t mask, block_size;
    uint64_t attributes;
    unsigned char behind[240];
};
static_assert(sizeof(struct attributes_reply) == 256, "statx(2) fills 256 bytes");

/* STATX_ATTR_* */
enum { IS_IMMUTABLE = 0x10, IS_APPEND_ONLY = 0x20 };

static uint64_t attributes_of(int directory, const char *name)
{
    struct attributes_reply reply = {0};
#if defined(SYS_statx)
    if (syscall(SYS_statx, directory, name, 0, 0, &reply) != 0)
        return 0;
#endif
    return reply.attributes;
}

/* The directory that a missing file would be made in. */
static uint64_t attributes_of_parent(int directory, const char *name)
{
    char parent[4096];
    const char *slash = strrchr(name, '/');
    size_t length = slash ? (size_t)(slash - name) + 1 : 0;
    if (length + 2 > sizeof parent)
        return 0;
    memcpy(parent, name, length);
    memcpy(parent + length, ".", 2);
    return attributes_of(directory, parent);
}

const char linux_not_permitted_words[] = "operation not permitted";

const char *linux_not_permitted(int directory, const char *name)
{
    struct stat status;
    bool exists = fstatat(directory, name, &status, 0) == 0;
    if (exists && (S_ISBLK(status.st_mode) || S_ISCHR(status.st_mode)))
        return "the system does not permit this device to be used";
    uint64_t attributes = exists ? attributes_of(directory, name) //
                                 : attributes_of_parent(directory, name);
    if (attributes & IS_IMMUTABLE)
        return exists ? "the file is immutable; chattr -i takes that off"
                      : "the directory is immutable; chattr -i takes that off";
    if (attributes & IS_APPEND_ONLY)
        return exists ? "the file is append-only; chattr -a takes that off"
                      : "the directory is append-only; chattr -a takes that off";
    return NULL;
}

bool linux_is_read_only_device(int descriptor)
{
    /* From linux/fs.h, which conflicts with the headers of some C libraries. */
    const unsigned long ask_read_only = _IO(0x12, 94); /* BLKROGET */
    int read_only = 0;
    return ioctl(descriptor, (ioctl_number)ask_read_only, &read_only) == 0 && read_only != 0;
}
