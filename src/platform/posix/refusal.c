/*
 * refusal.c - why the system takes no writes to a file, before one is tried in earnest.
 *
 * EPERM and ETXTBSY have several causes each. The one that holds is looked up, since the
 * mend depends on it.
 */
#include "platform/posix/internal.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#if defined(__linux__)
#include <string.h>
#include <sys/syscall.h>
#endif

/* ---- an open that is not permitted ----------------------------------------------------------- */

#if defined(__linux__) && defined(SYS_statx)
/* The beginning of the kernel's struct statx; not every libc declares it. */
struct attributes_reply {
    uint32_t mask, block_size;
    uint64_t attributes;
    unsigned char behind[240];
};
static_assert(sizeof(struct attributes_reply) == 256, "statx(2) fills 256 bytes");

/* STATX_ATTR_*; no bit where there is no such file. */
enum { IS_IMMUTABLE = 0x10, IS_APPEND_ONLY = 0x20 };

static uint64_t attributes_of(int directory, const char *name)
{
    struct attributes_reply reply = {0};
    return syscall(SYS_statx, directory, name, 0, 0, &reply) == 0 ? reply.attributes : 0;
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

bool posix_not_permitted(int directory, const char *name, struct error *error)
{
    struct stat status;
    bool exists = fstatat(directory, name, &status, 0) == 0;
    uint64_t attributes = exists ? attributes_of(directory, name) //
                                 : attributes_of_parent(directory, name);
    const char *what = exists ? "file" : "directory";
    if (attributes & IS_IMMUTABLE)
        return error_set(error, "the %s is immutable; chattr -i takes that off", what);
    if (attributes & IS_APPEND_ONLY)
        return error_set(error, "the %s is append-only; chattr -a takes that off", what);
    return posix_error(error, EPERM);
}
#else
bool posix_not_permitted(int directory, const char *name, struct error *error)
{
    (void)directory;
    (void)name;
    return posix_error(error, EPERM);
}
#endif

/* ---- an open file ---------------------------------------------------------------------------- */

static bool is_block_device(struct file *file)
{
    struct stat status;
    return fstat(file->descriptor, &status) == 0 && S_ISBLK(status.st_mode);
}

#if defined(__linux__)
/* From linux/fs.h, which does not go together with the C library's headers everywhere. */
#define ASK_READ_ONLY _IO(0x12, 94) /* BLKROGET */

static bool is_read_only_device(struct file *file)
{
    int read_only = 0;
    return is_block_device(file) && ioctl(file->descriptor, ASK_READ_ONLY, &read_only) == 0 &&
           read_only != 0;
}
#else
static bool is_read_only_device(struct file *file)
{
    (void)file;
    return false;
}
#endif

#if defined(F_GET_SEALS)
static int seals_of(struct file *file)
{
    int seals = fcntl(file->descriptor, F_GET_SEALS);
    return seals < 0 ? 0 : seals; /* files on disks have none */
}

static bool check_seals(struct file *file, struct error *error)
{
    const int no_writes = F_SEAL_WRITE | 0x10 /* F_SEAL_FUTURE_WRITE */;
    return !(seals_of(file) & no_writes) ||
           error_set(error, "the memory is sealed against writing, for good");
}

bool file_check_size_change(struct file *file, uint64_t from, uint64_t to, struct error *error)
{
    int seals = from == to ? 0 : seals_of(file);
    if (to < from && seals & F_SEAL_SHRINK)
        return error_set(error,
                         "the memory is sealed against shrinking, for good (from %" PRIu64
                         " to %" PRIu64 " bytes)",
                         from, to);
    if (to > from && seals & F_SEAL_GROW)
        return error_set(error,
                         "the memory is sealed against growing, for good (from %" PRIu64
                         " to %" PRIu64 " bytes)",
                         from, to);
    return true;
}
#else
static bool check_seals(struct file *file, struct error *error)
{
    (void)file;
    (void)error;
    return true;
}

bool file_check_size_change(struct file *file, uint64_t from, uint64_t to, struct error *error)
{
    (void)file;
    (void)from;
    (void)to;
    (void)error;
    return true;
}
#endif

bool file_check_writable(struct file *file, struct error *error)
{
    if (is_read_only_device(file))
        return error_set(error, "the device is read-only");
    if (!check_seals(file, error))
        return false;
    /* A write of no bytes changes nothing and is refused for the same reasons as any. */
    if (write(file->descriptor, "", 0) == 0)
        return true;
    int code = errno;
    if (code == ETXTBSY) /* a running program has been refused by the open */
        return error_set(error, "the system swaps to it; swapoff ends that");
    if (code == EPERM && is_block_device(file))
        return error_set(error, "the device is read-only");
    return posix_error_doing(error, code, "trying to write");
}
