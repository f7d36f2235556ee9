/*
 * file.h - open files: status, reads, writes, size, disk blocks.
 */
#ifndef MMTOOL_PLATFORM_FILE_H
#define MMTOOL_PLATFORM_FILE_H

#include "base/diag.h"
#include "base/range.h"

struct file; /* an open file; the caller that opened it owns it */

enum file_open_flags {
    FILE_OPEN_WRITE = 1 << 0,     /* else for reading only */
    FILE_OPEN_CREATE = 1 << 1,    /* create it, mode 0666 less umask, if it is missing */
    FILE_OPEN_EXCLUSIVE = 1 << 2, /* with CREATE: it must not exist; no links */
    FILE_OPEN_REGULAR = 1 << 3,   /* anything but a regular file is an error, also a link;
                                     it is not even opened if the system can tell before */
    FILE_OPEN_PRIVATE = 1 << 4,   /* with CREATE: mode 0600; with EXCLUSIVE no inherited ACL */
    FILE_OPEN_NO_WAIT = 1 << 5,   /* do not wait for the writer of a FIFO */
    FILE_OPEN_PATIENT = 1 << 6,   /* wait for the end of a lease, as other programs do */
    FILE_OPEN_PASSING = 1 << 7,   /* try file_lock_passing() before the first look at the file: see
                                     file_opened_locked() */
};

enum file_kind {
    FILE_REGULAR,
    FILE_BLOCK_DEVICE,
    FILE_STREAM,    /* pipe, FIFO, terminal, character device: no offsets */
    FILE_DIRECTORY, /* can be opened, so that the caller can name it in a message */
    FILE_SOCKET,
};

struct file_status {
    enum file_kind kind;
    bool size_unknown;   /* a regular file, but its size means nothing (/proc, /sys) */
    uint64_t size;       /* bytes; of a block device too */
    uint64_t allocated;  /* bytes of disk in use */
    uint64_t block_size; /* the file system's block, bytes */
    uint64_t device;     /* advisory: changes with a remount */
    uint64_t identity;   /* the inode, or Windows' file index */
    uint64_t birth;      /* nanoseconds; 0 where unknown */
    uint64_t links;      /* hard links */
    uint64_t owner;      /* user id; on Windows a hash of the SID; 0: the system's administrators */
    uint64_t group;      /* group id; 0 on Windows */
    uint32_t mode;       /* permission bits; 0 on Windows */
};

/* Why an open failed, if the caller can do something about it. */
enum file_open_result {
    FILE_OPENED,
    FILE_MISSING,     /* no such file, or a symbolic link to no file */
    FILE_EXISTS,      /* EXCLUSIVE, and it exists */
    FILE_NOT_ALLOWED, /* permission, immutable, read-only file system, a running program */
    FILE_BUSY,        /* another program holds a lease on it: try again later */
    FILE_FAILED,
};

/*
 * Opens `path` (UTF-8). For writing, a FIFO is opened without blocking, so that the caller can
 * refuse it. A lease of another program is FILE_BUSY, not a wait, unless FILE_OPEN_PATIENT is
 * given. On anything but FILE_OPENED, `*file` is NULL and `error` is filled.
 */
enum file_open_result file_open(const char *path, unsigned flags, struct file **file,
                                struct error *error);
/* Whether the name by which it was opened is known to be no symbolic link. */
bool file_has_own_name(const struct file *file);
/* The process's standard input. file_close() leaves the descriptor open. */
bool file_open_standard_input(struct file **file, struct error *error);
/*
 * Shared memory by name (shm_open of POSIX, the page file of Windows). `name` has no slash. Flags
 * and results are those of file_open(). file_shared_path() gives the path under which it can be
 * opened as a file; false if it has none.
 */
enum file_open_result file_open_shared(const char *name, unsigned flags, struct file **file,
                                       struct error *error);
bool file_unlink_shared(const char *name, struct error *error);
enum { SHARED_NAME_MAX = 250 };
/* Whether the name is allowed; the same on every system. */
bool shared_name_check(const char *name, struct error *error);
bool file_shared_path(const char *name, char *path, size_t size);
/*
 * Memory of `size` zeros, as a file that is gone when it is closed. `tag` (or NULL) is a name by
 * which other programs can open it while it is open here; if such memory exists already, it is
 * opened. A tag is an error on other systems than Windows.
 */
bool file_open_anonymous(uint64_t size, const char *tag, struct file **file, struct error *error);
/* Gives the mapping of an open file such a name while it is open. An error if not on Windows. */
bool file_set_tag(struct file *file, const char *tag, struct error *error);
/*
 * A new, empty file for reading and writing that no other program can open, in `directory` (NULL:
 * the system's directory for temporary files; TMPDIR or /tmp on POSIX). It is gone when it is
 * closed or the process dies.
 */
bool file_open_unnamed(const char *directory, struct file **file, struct error *error);
/* Closes; NULL is allowed. An error of a delayed write shows here. */
bool file_close(struct file *file, struct error *error);

bool file_get_status(struct file *file, struct file_status *status, struct error *error);
/* The same as of the open where that is known, without a call of the system. Only for right after
 * the open: what it says of size and links may have changed since. */
bool file_get_first_status(struct file *file, struct file_status *status, struct error *error);

/*
 * Checks that a file that is open for writing accepts writes: a read-only device, a swap file and
 * sealed memory can be opened, but refuse every write. To be called before an edit begins. Changes
 * nothing.
 */
bool file_check_writable(struct file *file, struct error *error);

/* Checks that the size may change from `from` to `to`: sealed memory may not grow or shrink.
 * Changes nothing. */
bool file_check_size_change(struct file *file, uint64_t from, uint64_t to, struct error *error);

/* Whether the file has a name in some directory; false also where that cannot be told. */
bool file_has_name(struct file *file);

/* Device and identity of the file that has the name `path`, links followed, without opening it for
 * reading or writing. False if that cannot be told. */
bool file_identify(const char *path, uint64_t *device, uint64_t *identity);

/* Whether `path`, with links followed, is the name of another file than the opened. False if it is
 * the name of none, or of one that cannot be looked at. */
bool file_is_replaced(const struct file_status *opened, const char *path);

/* The size, in bytes. Cheaper than file_get_status(). */
bool file_get_size(struct file *file, uint64_t *size, struct error *error);
/* The same, but asks the server of a network file system or FUSE. */
bool file_get_newest_size(struct file *file, uint64_t *size, struct error *error);

/*
 * Whether another machine or process serves the file (NFS, SMB, FUSE). While other programs write
 * to such a file, the size that the system gives may be too small, or larger than what can be read.
 */
bool file_is_served(struct file *file);

/* Reads at `offset`; `*got` is less than `length` only where the file ends. */
bool file_read(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
               struct error *error);
/* Reads the next bytes of a stream; `*got` is 0 only at its end. */
bool file_read_stream(struct file *file, void *bytes, size_t length, size_t *got,
                      struct error *error);
/*
 * Skips the next `length` bytes of a stream by a seek, without reading them: they may be
 * unreadable, as in the memory of another process. False if the stream cannot seek or ends before;
 * then nothing was skipped.
 */
bool file_skip(struct file *file, uint64_t length);
/* Whether file_skip() of `ahead` bytes would succeed. The byte there may be unreadable. */
bool file_may_reach(struct file *file, uint64_t ahead);
/*
 * Asks for a larger pipe, so that its writer and its reader wait for each other less often. Keeps
 * the bytes in it; never fails.
 */
void file_widen_pipe(struct file *file);
/*
 * Whether file_read_stream() would return at once, with bytes or at the end. Waits for that for up
 * to `patience` seconds, on Windows not at all; a signal ends the wait.
 */
bool file_has_input(struct file *file, double patience);
/*
 * Writes at `offset`; the file grows if that passes its end. If it fails, the first bytes may have
 * been written.
 */
bool file_write(struct file *file, uint64_t offset, const void *bytes, size_t length,
                struct error *error);
/* Writes at the end of the file, behind what other programs have appended so far. */
bool file_append(struct file *file, const void *bytes, size_t length, struct error *error);
/* Cuts the file, or grows it by a hole. */
bool file_set_size(struct file *file, uint64_t size, struct error *error);
/*
 * Reserves disk blocks for a range, so that stores into it cannot fail on a full disk. The file
 * grows if the range passes its end, unless `keep_size` is given. If the file system cannot
 * reserve, `*reserved` is false: zeros are written to the part behind the end, and nothing is done
 * for the rest. If it fails, the size is as before. Bytes that other programs append meanwhile are
 * kept, in the range or behind it.
 */
bool file_allocate(struct file *file, struct range range, bool keep_size, bool *reserved,
                   struct error *error);
/*
 * How many bytes the disk of the file has free for this user; a quota may allow less. False and
 * UINT64_MAX if the system does not tell.
 */
bool file_get_free_space(struct file *file, uint64_t *bytes);
/* Whether the file system writes overwritten bytes to new blocks. False if the system does not
 * tell. */
bool file_is_copied_on_write(struct file *file);
/* How many bytes of a range are in blocks that another file shares: to overwrite them takes new
 * blocks. 0 if the system does not tell. */
uint64_t file_shared_bytes(struct file *file, struct range range);
/* Asks that a new, empty file be overwritten in place; never fails. */
void file_keep_in_place(struct file *file);
/* Waits until the bytes of a range are on the disk. The size of the file may not be there yet. */
bool file_wait_written(struct file *file, struct range range, struct error *error);
/* Replaces a range inside the file by a hole if possible, else by zeros. */
bool file_zero(struct file *file, struct range range, struct error *error);
/* The next range of data at or behind `offset`; [size, size) if there is none. Skips holes. */
bool file_next_data(struct file *file, uint64_t offset, uint64_t size, struct range *data,
                    struct error *error);
/* Where that range starts, in one call instead of two. */
bool file_find_data(struct file *file, uint64_t offset, uint64_t size, uint64_t *start,
                    struct error *error);
/* How many bytes of a range are in memory and not on the disk yet. False if the system does not
 * tell. */
bool file_dirty_bytes(struct file *file, struct range range, uint64_t *bytes);
/* How many bytes of a range are in huge pages in memory. False if the system does not tell. */
bool file_huge_bytes(struct file *file, struct range range, uint64_t *bytes);
/*
 * Whether samples of a range are in memory, so that a view of it likely does not wait for the disk.
 * False if the system does not tell.
 */
bool file_is_cached(struct file *file, struct range range);

/* Whether the file system can insert and cut whole blocks, each call as a whole or not at all if
 * the process is killed. */
bool file_moves_blocks(struct file *file);
enum file_blocks_result { FILE_BLOCKS_DONE, FILE_BLOCKS_UNSUPPORTED, FILE_BLOCKS_FAILED };
/* Insert (zeros) or cut whole blocks; offset and length are multiples of the block size. */
enum file_blocks_result file_insert_blocks(struct file *file, uint64_t offset, uint64_t length,
                                           struct error *error);
enum file_blocks_result file_cut_blocks(struct file *file, uint64_t offset, uint64_t length,
                                        struct error *error);

/* Writes all changes to the disk and waits. */
bool file_sync(struct file *file, struct error *error);
/* The same, but may leave out the file's times. */
bool file_sync_data(struct file *file, struct error *error);

/* Starts writing the changes of a range to the disk, and does not wait. */
void file_start_writing(struct file *file, struct range range);

#endif
