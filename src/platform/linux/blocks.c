/* blocks.c - fallocate(2) and extents. */
#include "platform/linux/internal.h"

#include <string.h>
#include <sys/ioctl.h>

/* ---- fallocate ------------------------------------------------------------------------------- */

/* From linux/falloc.h, which some C libraries lack or do not include. */
#ifndef FALLOC_FL_KEEP_SIZE
#define FALLOC_FL_KEEP_SIZE 0x01
#endif
#ifndef FALLOC_FL_PUNCH_HOLE
#define FALLOC_FL_PUNCH_HOLE 0x02
#endif
#ifndef FALLOC_FL_COLLAPSE_RANGE
#define FALLOC_FL_COLLAPSE_RANGE 0x08
#endif
#ifndef FALLOC_FL_ZERO_RANGE
#define FALLOC_FL_ZERO_RANGE 0x10
#endif
#ifndef FALLOC_FL_INSERT_RANGE
#define FALLOC_FL_INSERT_RANGE 0x20
#endif

static const int modes[] = {
    [LINUX_RESERVE] = 0,
    [LINUX_RESERVE_KEEP_SIZE] = FALLOC_FL_KEEP_SIZE,
    [LINUX_MAKE_HOLE] = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
    [LINUX_MAKE_ZEROS] = FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
    [LINUX_INSERT] = FALLOC_FL_INSERT_RANGE,
    [LINUX_CUT] = FALLOC_FL_COLLAPSE_RANGE,
};

/* An interrupted call keeps the blocks it has reserved, so trying again gets further. */
int linux_change_blocks(int descriptor, enum linux_blocks change, uint64_t offset, uint64_t length)
{
    int result;
    do
        result = fallocate(descriptor, modes[change], (off_t)offset, (off_t)length);
    while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

/* ---- extents --------------------------------------------------------------------------------- */

/* From linux/fs.h and linux/fiemap.h, which conflict with the headers of some C libraries. */
#define GET_FLAGS   _IOR('f', 1, long)             /* FS_IOC_GETFLAGS; the value is an int */
#define SET_FLAGS   _IOW('f', 2, long)             /* FS_IOC_SETFLAGS */
#define GET_EXTENTS _IOWR('f', 11, struct extents) /* FS_IOC_FIEMAP */
enum { FLAG_IN_PLACE = 0x00800000 /* FS_NOCOW_FL */, FLAG_SHARED = 0x2000, FLAG_LAST = 1 };
enum { EXTENTS = 64 }; /* the most that one call returns */

struct extent {
    uint64_t logical, physical, length, reserved[2];
    uint32_t flags, reserved_too[3];
};

/* An array of extents follows. GET_EXTENTS counts only the size of this part. */
struct extents {
    uint64_t start, length;
    uint32_t flags, mapped, count, reserved;
};
static_assert(sizeof(struct extent) == 56 && sizeof(struct extents) == 32, "the kernel's layout");

struct extent_reply {
    struct extents head;
    struct extent extents[EXTENTS];
};

bool file_is_copied_on_write(struct file *file)
{
    int flags = 0;
    if (!posix_file_system_is(file, LINUX_COPIED_ON_WRITE))
        return false;
    return ioctl(file->descriptor, (ioctl_number)GET_FLAGS, &flags) != 0 ||
           !(flags & FLAG_IN_PLACE);
}

void file_keep_in_place(struct file *file)
{
    int flags = 0;
    if (!posix_file_system_is(file, LINUX_COPIED_ON_WRITE) ||
        ioctl(file->descriptor, (ioctl_number)GET_FLAGS, &flags) != 0)
        return;
    flags |= FLAG_IN_PLACE;
    (void)ioctl(file->descriptor, (ioctl_number)SET_FLAGS, &flags);
}

/* Bytes of a shared extent that are in the range; 0 if it is not shared. */
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
