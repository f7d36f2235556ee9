/*
 * room.c - what a disk has free, and what overwriting a file takes of it.
 *
 * Linux tells whether blocks are written in place; elsewhere they are taken to be.
 */
#include "platform/posix/internal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>

bool file_get_free_space(struct file *file, uint64_t *bytes)
{
    struct statvfs counts;
    *bytes = UINT64_MAX;
    if (fstatvfs(file->descriptor, &counts) != 0 || counts.f_blocks == 0)
        return false;
    return checked_multiply((uint64_t)counts.f_bavail, (uint64_t)counts.f_frsize, bytes);
}

#if defined(__linux__)
/* From linux/fs.h and linux/fiemap.h, which do not go together with every C library's headers. */
#define GET_FLAGS   _IOR('f', 1, long)             /* FS_IOC_GETFLAGS, of an int all the same */
#define SET_FLAGS   _IOW('f', 2, long)             /* FS_IOC_SETFLAGS */
#define GET_EXTENTS _IOWR('f', 11, struct extents) /* FS_IOC_FIEMAP */
enum { FLAG_IN_PLACE = 0x00800000 /* FS_NOCOW_FL */, FLAG_SHARED = 0x2000, FLAG_LAST = 1 };
enum { EXTENTS = 64 }; /* asked for at a time */

struct extent {
    uint64_t logical, physical, length, reserved[2];
    uint32_t flags, reserved_too[3];
};

/* Behind its first 32 bytes, which the number of the call is made of, come the extents. */
struct extents {
    uint64_t start, length;
    uint32_t flags, mapped, count, reserved;
};
static_assert(sizeof(struct extent) == 56 && sizeof(struct extents) == 32,
              "as the kernel has them");

struct extent_reply {
    struct extents head;
    struct extent extents[EXTENTS];
};

static bool overwrites_nothing(struct file *file)
{
    static const uint32_t magics[] = {
        0x9123683e /* btrfs */,
        0xca451a4e /* bcachefs */,
        0x2fc12fc1 /* zfs */,
        0x3434 /* nilfs */,
    };
    return posix_is_on(file, magics, sizeof magics / sizeof *magics);
}

bool file_is_copied_on_write(struct file *file)
{
    int flags = 0;
    if (!overwrites_nothing(file))
        return false;
    return ioctl(file->descriptor, (ioctl_number)GET_FLAGS, &flags) != 0 ||
           !(flags & FLAG_IN_PLACE);
}

void file_keep_in_place(struct file *file)
{
    int flags = 0;
    if (!overwrites_nothing(file) || ioctl(file->descriptor, (ioctl_number)GET_FLAGS, &flags) != 0)
        return;
    flags |= FLAG_IN_PLACE;
    (void)ioctl(file->descriptor, (ioctl_number)SET_FLAGS, &flags);
}

/* How much of it lies in the range, if it is shared. */
static uint64_t shared_part(const struct extent *extent, struct range range)
{
    uint64_t start = maximum_u64(extent->logical, range.start);
    uint64_t end = minimum_u64(extent->logical + extent->length, range.end);
    return extent->flags & FLAG_SHARED && start < end ? end - start : 0;
}

uint64_t file_shared_bytes(struct file *file, struct range range)
{
    struct extent_reply reply;
    uint64_t shared = 0;
    struct range rest = range;
    while (rest.start < rest.end) {
        memset(&reply, 0, sizeof reply);
        reply.head.start = rest.start;
        reply.head.length = range_length(rest);
        reply.head.count = EXTENTS;
        if (ioctl(file->descriptor, (ioctl_number)GET_EXTENTS, &reply) != 0 ||
            reply.head.mapped == 0)
            return shared;
        uint32_t count = reply.head.mapped < EXTENTS ? reply.head.mapped : EXTENTS;
        for (uint32_t i = 0; i < count; i++)
            shared += shared_part(&reply.extents[i], range);
        const struct extent *last = &reply.extents[count - 1];
        if (last->flags & FLAG_LAST || last->logical + last->length <= rest.start)
            return shared;
        rest.start = last->logical + last->length;
    }
    return shared;
}
#else
bool file_is_copied_on_write(struct file *file)
{
    (void)file;
    return false;
}

void file_keep_in_place(struct file *file)
{
    (void)file;
}

uint64_t file_shared_bytes(struct file *file, struct range range)
{
    (void)file;
    (void)range;
    return 0;
}
#endif

#if defined(SYNC_FILE_RANGE_WRITE)
bool file_wait_written(struct file *file, struct range range, struct error *error)
{
    const unsigned flags =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    /* A length of 0 would mean: to the end. */
    if (range_length(range) == 0 || sync_file_range(file->descriptor, (off_t)range.start,
                                                    (off_t)range_length(range), flags) == 0)
        return true;
    return errno == ENOSYS ? file_sync(file, true, error)
                           : posix_error_doing(error, errno, "waiting for the disk");
}
#else
bool file_wait_written(struct file *file, struct range range, struct error *error)
{
    return range_length(range) == 0 || file_sync(file, true, error);
}
#endif
