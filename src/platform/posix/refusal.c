/*
 * refusal.c - why the system refuses writes to a file, before any byte is written.
 *
 * EPERM and ETXTBSY have several causes each, and each cause needs another remedy. So find the
 * cause for the message.
 */
#include "platform/linux/internal.h"

#include <sys/stat.h>

/* Linux and FreeBSD. Elsewhere fcntl() answers the unknown command with EINVAL. */
#if !defined(F_GET_SEALS)
#define F_GET_SEALS   (-1)
#define F_SEAL_SHRINK 0x2
#define F_SEAL_GROW   0x4
#define F_SEAL_WRITE  0x8
#endif

bool posix_not_permitted(int directory, const char *name, struct error *error)
{
    const char *words = linux_not_permitted(directory, name);
    return words ? error_set(error, "%s", words) : posix_error(error, EPERM);
}

/* ---- an open file ---------------------------------------------------------------------------- */

static bool is_block_device(struct file *file)
{
    struct stat status;
    if (file->kind == 0 && fstat(file->descriptor, &status) == 0)
        file->kind = status.st_mode & S_IFMT;
    return S_ISBLK(file->kind);
}

static int seals_of(struct file *file)
{
    int seals = posix_file_system_is(file, LINUX_SEALED) ? fcntl(file->descriptor, F_GET_SEALS) : 0;
    return seals < 0 ? 0 : seals;
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

bool file_check_writable(struct file *file, struct error *error)
{
    if (is_block_device(file) && linux_is_read_only_device(file->descriptor))
        return error_set(error, "the device is read-only");
    if (!check_seals(file, error))
        return false;
    /* A write of no bytes changes nothing and is refused for the same reasons as any. */
    if (write(file->descriptor, "", 0) == 0)
        return true;
    int code = errno;
    if (code == ETXTBSY) /* not a running program: the open would have failed */
        return error_set(error, "the system swaps to it; swapoff ends that");
    if (code == EPERM && is_block_device(file))
        return error_set(error, "the device is read-only");
    return posix_error_doing(error, code, "trying to write");
}
