/* status.c - kind, size and owner of an open file, and its file system. */
#include "platform/linux/internal.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

static enum file_kind kind_of(mode_t mode)
{
    if (S_ISREG(mode))
        return FILE_REGULAR;
    if (S_ISBLK(mode))
        return FILE_BLOCK_DEVICE;
    if (S_ISDIR(mode))
        return FILE_DIRECTORY;
    if (S_ISSOCK(mode))
        return FILE_SOCKET;
    return FILE_STREAM;
}

static bool device_size(struct file *file, uint64_t *size, struct error *error)
{
    if (linux_device_size(file->descriptor, size))
        return true;
    off_t before = lseek(file->descriptor, 0, SEEK_CUR);
    off_t end = lseek(file->descriptor, 0, SEEK_END);
    if (before < 0 || end < 0)
        return posix_error_doing(error, errno, "asking for the size of the device");
    lseek(file->descriptor, before, SEEK_SET);
    *size = (uint64_t)end;
    return true;
}

/*
 * The file system of the file that this thread looked at last: of many files most are in one. For
 * a second only, because a device number can be that of another file system after an unmount.
 */
struct last_system {
    dev_t device;
    double until; /* seconds */
    unsigned traits;
    uint64_t block_size;
};
static _Thread_local struct last_system last_system;

static bool remembers_system(const struct file *file)
{
    return file->looked_at && last_system.until > 0 && file->opened.st_dev == last_system.device &&
           platform_seconds() < last_system.until;
}

static void remember_system(const struct file *file, unsigned traits, uint64_t block_size)
{
    const double long_enough = 1.0;
    last_system = (struct last_system){
        .device = file->opened.st_dev,
        .until = file->looked_at ? platform_seconds() + long_enough : 0,
        .traits = traits,
        .block_size = block_size,
    };
}

/* False: `traits` are those that it may have. */
static bool find_system(struct file *file, unsigned *traits, uint64_t *block_size)
{
    struct statvfs system;
    if (remembers_system(file)) {
        *traits = last_system.traits;
        *block_size = last_system.block_size;
        return true;
    }
    bool known = linux_file_system(file->descriptor, traits, block_size);
    if (!known && fstatvfs(file->descriptor, &system) != 0)
        return false;
    if (!known)
        *block_size = system.f_frsize;
    remember_system(file, *traits, *block_size);
    return true;
}

/*
 * Asks the system once for each open file: neither answer changes while it is open. Threads that
 * ask at the same time get and store the same answers; FILE_SYSTEM_KNOWN is stored last.
 */
enum { FILE_SYSTEM_KNOWN = 1 << 16 };

static unsigned ask_file_system(struct file *file, uint64_t *block_size)
{
    unsigned traits;
    if (!find_system(file, &traits, block_size))
        return 0;
    atomic_store_explicit(&file->block_size, *block_size, memory_order_relaxed);
    atomic_store_explicit(&file->traits, traits | FILE_SYSTEM_KNOWN, memory_order_release);
    return traits;
}

static unsigned file_system_of(struct file *file, uint64_t *block_size)
{
    unsigned traits = atomic_load_explicit(&file->traits, memory_order_acquire);
    *block_size = 0;
    if (!(traits & FILE_SYSTEM_KNOWN))
        return ask_file_system(file, block_size);
    *block_size = atomic_load_explicit(&file->block_size, memory_order_relaxed);
    return traits;
}

bool posix_file_system_is(struct file *file, unsigned trait)
{
    uint64_t block_size;
    return file_system_of(file, &block_size) & trait;
}

/* Whether a file of size 0 and no blocks has a byte all the same, as in /proc, and was not just
 * appended to. */
static bool has_hidden_bytes(struct file *file, const struct stat *status)
{
    char byte;
    struct stat again;
    return status->st_size == 0 && status->st_blocks == 0 &&
           pread(file->descriptor, &byte, 1, 0) == 1 && fstat(file->descriptor, &again) == 0 &&
           again.st_size == 0;
}

#if defined(__APPLE__) || defined(__NetBSD__) || defined(__FreeBSD__)
#if defined(__FreeBSD__)
#define st_birthtimespec st_birthtim
#endif
static uint64_t birth_of(const struct stat *status)
{
    int64_t seconds = (int64_t)status->st_birthtimespec.tv_sec;
    return seconds <= 0
               ? 0
               : (uint64_t)seconds * 1000000000u + (uint64_t)status->st_birthtimespec.tv_nsec;
}
#else
#define birth_of(status) ((uint64_t)0)
#endif

bool posix_status(int descriptor, struct stat *status, uint64_t *birth)
{
    if (linux_status(descriptor, status, birth))
        return true;
    if (fstat(descriptor, status) != 0)
        return false;
    *birth = birth_of(status);
    return true;
}

/* Not st_blksize: that is the best size of a transfer, not the unit in which blocks are inserted
 * and cut. */
static uint64_t block_size_of(struct file *file, const struct stat *status)
{
    uint64_t block_size;
    (void)file_system_of(file, &block_size);
    return block_size > 0 ? block_size : (uint64_t)status->st_blksize;
}

static bool tell_status(struct file *file, const struct stat *raw, uint64_t birth,
                        struct file_status *status, struct error *error)
{
    file->kind = raw->st_mode & S_IFMT;
    *status = (struct file_status){
        .kind = kind_of(raw->st_mode),
        .size = (uint64_t)raw->st_size,
        .allocated = (uint64_t)raw->st_blocks * 512,
        .block_size = block_size_of(file, raw),
        .device = (uint64_t)raw->st_dev,
        .identity = (uint64_t)raw->st_ino,
        .birth = birth,
        .links = (uint64_t)raw->st_nlink,
        .owner = (uint64_t)raw->st_uid,
        .group = (uint64_t)raw->st_gid,
        .mode = (uint32_t)(raw->st_mode & 07777),
    };
    if (status->kind == FILE_REGULAR)
        status->size_unknown =
            posix_file_system_is(file, LINUX_GENERATED) || has_hidden_bytes(file, raw);
    if (status->kind == FILE_BLOCK_DEVICE)
        return device_size(file, &status->size, error);
    return true;
}

bool file_get_status(struct file *file, struct file_status *status, struct error *error)
{
    struct stat raw;
    uint64_t birth;
    if (!posix_status(file->descriptor, &raw, &birth))
        return posix_error_doing(error, errno, "asking for the file's status");
    return tell_status(file, &raw, birth, status, error);
}

bool file_get_first_status(struct file *file, struct file_status *status, struct error *error)
{
    return file->looked_at ? tell_status(file, &file->opened, file->birth, status, error)
                           : file_get_status(file, status, error);
}

bool file_has_name(struct file *file)
{
    struct stat raw;
    return fstat(file->descriptor, &raw) == 0 && raw.st_nlink > 0;
}

bool file_identify(const char *path, uint64_t *device, uint64_t *identity)
{
    struct stat named;
    if (stat(path, &named) != 0)
        return false;
    *device = (uint64_t)named.st_dev;
    *identity = (uint64_t)named.st_ino;
    return true;
}

bool file_is_replaced(const struct file_status *opened, const char *path)
{
    struct stat named;
    return stat(path, &named) == 0 &&
           ((uint64_t)named.st_ino != opened->identity || (uint64_t)named.st_dev != opened->device);
}

bool file_get_size(struct file *file, uint64_t *size, struct error *error)
{
    struct stat raw;
    if (fstat(file->descriptor, &raw) != 0)
        return posix_error_doing(error, errno, "asking for the file's size");
    *size = (uint64_t)raw.st_size;
    return !S_ISBLK(raw.st_mode) || device_size(file, size, error);
}

bool file_get_newest_size(struct file *file, uint64_t *size, struct error *error)
{
    return linux_newest_size(file->descriptor, size) || file_get_size(file, size, error);
}

bool file_is_served(struct file *file)
{
    return posix_file_system_is(file, LINUX_SERVED);
}
