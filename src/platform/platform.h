/*
 * platform.h - all that mmtool needs of an operating system.
 *
 * All system calls are behind this header. Meson picks one implementation of each part:
 *
 *   posix/             see posix/internal.h; views are posix/view.c, or posix/view_heap.c (copies
 *                      on the heap, so that sanitizers see overruns)
 *   linux/             what Linux can do beyond POSIX, or linux/none.c: see linux/internal.h
 *   windows/           see windows/internal.h
 *   shared_name.c, uncarried.c, place_common.c
 *                      the same on all systems
 *
 * Mechanism only: what to do when a call fails is decided in mapping.c, journal/ and apply/.
 *
 * Offsets and lengths are bytes from the start of the file, at most OFFSET_MAX. Calls that a signal
 * interrupts are resumed, and short transfers are completed. Functions that return bool fill
 * `error` when they return false, with the cause in the user's words: neither the name of the
 * system call nor that of the file, which the report adds. `error` may be NULL.
 */
#ifndef MMTOOL_PLATFORM_H
#define MMTOOL_PLATFORM_H

#include "base/checked.h"
#include "base/diag.h"
#include "base/range.h"

#include <stddef.h>
#include <stdint.h>

/* ---- the machine ----------------------------------------------------------------------------- */

size_t platform_page_size(void);
size_t platform_granularity(void);  /* what a mapping's offset is a multiple of, bytes */
unsigned platform_processors(void); /* that this process may run on */
uint64_t platform_memory(void);     /* bytes the machine has; SIZE_MAX: not known */
uint64_t platform_user(void);       /* the effective user; see file_status.owner */
double platform_seconds(void);      /* a monotonic clock */
/* Fills `bytes` with random bytes that nobody can guess. */
bool platform_random(void *bytes, size_t length, struct error *error);
/* A user for messages, "NAME, user 1000", escaped; empty if the system cannot tell. */
void platform_describe_user(uint64_t user, char *text, size_t size);
const char *platform_environment(const char *name); /* UTF-8, or NULL */

/* ---- files ----------------------------------------------------------------------------------- */

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

/* The attributes that a copy of a file lacks, in words, separated by commas; "": none. */
struct file_uncarried {
    char list[400];
};
/*
 * Gives `copy` the owner, mode, ACLs and extended attributes of `original`. Those that the user may
 * not set or the file system does not have are listed in `uncarried`; nobody gets more rights to
 * the copy than to the original.
 */
bool file_copy_attributes(struct file *original, struct file *copy,
                          struct file_uncarried *uncarried, struct error *error);
/* For the implementations: appends to the list, cut if it is full. */
void file_uncarried_add(struct file_uncarried *uncarried, const char *what);

/* Sets the permission bits. Nothing on Windows. */
bool file_set_mode(struct file *file, uint32_t mode, struct error *error);

/* The rights that a program has if it is run from the file, beyond those of its user. */
enum file_privilege { PRIVILEGE_USER = 1, PRIVILEGE_GROUP = 2, PRIVILEGE_CAPABILITIES = 4 };
enum { FILE_MODE_SET_USER = 04000, FILE_MODE_SET_GROUP = 02000, FILE_CAPABILITIES = 64 };
struct file_privileges {
    uint64_t owner, group;
    uint32_t mode;                               /* permission bits */
    uint32_t capability_length;                  /* bytes of it; 0: none */
    unsigned char capability[FILE_CAPABILITIES]; /* the value of security.capability on Linux */
};
/* All zeros on Windows and for anything but a regular file: they lose no privileges. */
bool file_get_privileges(struct file *file, struct file_privileges *privileges,
                         struct error *error);
/*
 * The privileges (enum file_privilege) that the file had before and has lost. 0 if its owner, group
 * or another mode bit has changed: to restore them would give them to somebody else.
 */
unsigned file_lost_privileges(struct file *file, const struct file_privileges *before);
/* Restores the privileges in `which`, as far as the system allows. */
void file_restore_privileges(struct file *file, const struct file_privileges *before,
                             unsigned which);

/* Gives the file that owner and group if that is allowed; never fails. */
void file_set_owner(struct file *file, uint64_t owner, uint64_t group);

/* ---- names ----------------------------------------------------------------------------------- */

/*
 * An open directory and a name in it: a journal is found beside its file even if the directory is
 * renamed meanwhile. Owned by the caller, who releases it with place_free(). place_of() follows
 * symbolic links in the last component.
 */
struct place;

bool place_of(const char *path, struct place **place, struct error *error);
/* The same, but does not follow a link in the last component. */
bool place_of_name(const char *path, struct place **place, struct error *error);
bool place_in_directory(const char *directory, const char *name, struct place **place,
                        struct error *error);
/* The index of the last component in a path of place_path(). */
size_t place_name_start(const char *path);
/* The path up to the last component, to be freed; NULL if memory is short. */
char *place_directory(const struct place *place, struct error *error);
/* Another name in the same directory. */
bool place_sibling(const struct place *place, const char *name, struct place **sibling,
                   struct error *error);
void place_free(struct place *place);
const char *place_name(const struct place *place); /* the last component */
const char *place_path(const struct place *place); /* absolute, for messages and marks */
enum file_open_result place_open(const struct place *place, unsigned flags, struct file **file,
                                 struct error *error);

enum place_use {
    PLACE_FREE,
    PLACE_FILE,  /* a regular file */
    PLACE_LINK,  /* a symbolic link to one, or to nothing */
    PLACE_OTHER, /* a directory, device, FIFO, socket, or a link to one */
    PLACE_FAILED,
};
/*
 * The kind of file that has the name, without opening it. For a regular file, fills device,
 * identity, links, owner and mode of `status`; for a link on POSIX, the owner.
 */
enum place_use place_look(const struct place *place, struct file_status *status,
                          struct error *error);
/* Whether the place is a name of the open file. */
bool place_is_name_of(const struct place *place, struct file *file);
bool place_remove(const struct place *place, struct error *error);
/* Whether a removed name can be used at once for another file, although the removed one is open. */
bool place_is_free_when_removed(void);
/* As place_remove(), for any kind of file: a link, not its target; a directory if it is empty. */
bool place_clear(const struct place *place, struct error *error);
/* Renames over `to`, in one step. */
bool place_rename(const struct place *from, const struct place *to, struct error *error);
/*
 * Makes the entries of the directory durable. The first call opens the directory and keeps it open:
 * later calls need no new descriptor.
 */
bool place_sync(struct place *place, struct error *error);

enum directory_result { DIRECTORY_LISTED, DIRECTORY_MISSING, DIRECTORY_FAILED };
/* Calls `visit` for each name in a directory, in any order, until it returns false. */
enum directory_result directory_list(const char *path,
                                     bool (*visit)(void *context, const char *name), void *context,
                                     struct error *error);

/*
 * A name of a block device that stays the same when the system is restarted or the device is
 * attached again; false if it has none.
 */
bool file_lasting_name(struct file *file, char *name, size_t size);

/* ---- locks and marks ------------------------------------------------------------------------- */

enum lock_kind { LOCK_SHARED, LOCK_EXCLUSIVE };
enum lock_result {
    LOCK_HELD,
    LOCK_BUSY,       /* another mmtool holds it */
    LOCK_OF_READERS, /* other mmtools share it; LOCK_BUSY where locks are of whole files */
    LOCK_OTHER,      /* another program has locked the file */
    LOCK_UNSUPPORTED,
    LOCK_FAILED,
};
/* Locks the file against other mmtools; a kill frees the lock. Does not wait. */
enum lock_result file_lock(struct file *file, enum lock_kind kind, struct error *error);
void file_unlock(struct file *file);
/*
 * Signals between mmtools beside the lock. A kill takes them back, and so does file_unlock(). There
 * are none where locks are of whole files.
 */
enum lock_note {
    LOCK_WANTED,  /* an editor waits for the lock; one at a time can set it */
    LOCK_PASSING, /* the reader that holds the lock waits for nobody: it will end */
};
/* Sets a note or takes it back. False: another editor has set it, or it cannot be set. */
bool file_lock_set_note(struct file *file, enum lock_note note, bool on);
/* Whether another process, or this one through another `struct file`, has set the note. */
bool file_lock_has_note(struct file *file, enum lock_note note);
/* Whether the file is open a second time, in this process or another. */
enum file_company { FILE_ALONE, FILE_SHARED, FILE_COMPANY_UNKNOWN };
/*
 * Linux answers the owner of the file only. While it is asked, about a microsecond, an open with
 * O_NONBLOCK by another program fails: ask only if the answer matters.
 */
enum file_company file_company(struct file *file);
/*
 * Waits for a write of another program that has begun and that the size does not show yet, if the
 * system has a way.
 */
void file_wait_for_writers(struct file *file);
/*
 * Whether another program is likely to append to the file soon: it was written to within the last
 * second, and may be open elsewhere. To be called before our own first write.
 */
bool file_is_in_use(struct file *file);

enum mark_result { MARK_OK, MARK_NONE, MARK_UNSUPPORTED, MARK_FAILED };
/*
 * A mark is a small named value on the inode (the extended attribute `user.` + name). `*length` is
 * the room in `value`, and then the bytes of the mark.
 */
enum mark_result file_get_mark(struct file *file, const char *name, void *value, size_t *length,
                               struct error *error);
enum mark_result file_set_mark(struct file *file, const char *name, const void *value,
                               size_t length, struct error *error);
enum mark_result file_remove_mark(struct file *file, const char *name, struct error *error);

void platform_sleep(double seconds);

/* ---- views: a file seen as memory ------------------------------------------------------------ */

enum view_access {
    VIEW_READ,  /* Python's ACCESS_READ */
    VIEW_WRITE, /* stores reach the file */
    VIEW_COPY,  /* stores stay in this process */
};

/* Bytes [range.start, range.end) of a file in memory. They need not be aligned to pages. */
struct view {
    unsigned char *bytes;
    size_t length;
    void *base;         /* private to the implementation */
    size_t base_length; /* likewise */
    struct file *file;  /* likewise */
    uint64_t offset;    /* likewise: of bytes[0] in the file */
    int access;         /* likewise */
    bool unsupported;   /* set by a view_map() that failed: see there */
};

/* A flag of view_map() beside those of platform_map_flags(): its bytes may be executed. */
#define VIEW_EXECUTE ((uint64_t)1 << 32)

/*
 * `flags` are values of platform_map_flags() or'ed; 0: the default. file NULL: anonymous memory. An
 * empty range has a view of no bytes. A view need not show what file_write() writes to the same
 * bytes, and file_read() need not see a store before view_flush() or view_unmap().
 *
 * If it fails, `view` has no bytes and needs no view_unmap(). view->unsupported then tells whether
 * this file or its file system has no such mappings; file_read() and file_write() may still work.
 */
bool view_map(struct file *file, struct range range, enum view_access access, uint64_t flags,
              struct view *view, struct error *error);
bool view_unmap(struct view *view, struct error *error);
/*
 * Bytes [start, end) of a VIEW_READ view are not needed for now: if the system can, it no longer
 * counts them as memory of this process, until they are touched again. Never fails.
 */
void view_drop(struct view *view, size_t start, size_t end);

/* Whether a store into a VIEW_WRITE view is in the file at once, for other processes and after a
 * kill. False for views on the heap. */
bool view_is_shared(void);

enum view_flush_flags { VIEW_FLUSH_WAIT = 1, VIEW_FLUSH_ASYNC = 2, VIEW_FLUSH_INVALIDATE = 4 };
/* msync of the pages that hold view bytes [start, end). */
bool view_flush(struct view *view, size_t start, size_t end, unsigned flags, struct error *error);
/* Applies an advice row's value to the pages that hold view bytes [start, end). */
bool view_advise(struct view *view, size_t start, size_t end, int advice, struct error *error);

enum residency_result { RESIDENCY_KNOWN, RESIDENCY_UNKNOWN, RESIDENCY_FAILED };
/* One byte a page (1: in memory) for the pages that hold view bytes [start, end). */
enum residency_result view_residency(struct view *view, size_t start, size_t end,
                                     unsigned char *pages, struct error *error);

/*
 * Runs `body`, which may touch views. If a page cannot be read or written (another program cut the
 * file, an I/O error, a full disk under a hole), `body` is abandoned by a jump, and the result is
 * false with an error; `*fault` is the address that was touched. Nothing that `body` owns is
 * released: keep resources outside. A body may call view_guard() itself.
 */
bool view_guard(void (*body)(void *context), void *context, const void **fault,
                struct error *error);

/*
 * The number of page faults of this thread so far. A view whose pages are in memory in large blocks
 * costs few of them, and is then searched faster than reads copy it. 0 if the system does not tell;
 * then file_is_cached() is false, too.
 */
uint64_t platform_page_faults(void);

/* The blocks that this process has read from disks so far, read-ahead included. 0 if the system
 * does not tell. */
uint64_t platform_disk_reads(void);

/* A named constant of the system: MADV_*, MAP_*. */
struct platform_name {
    const char *name;    /* lower case, without the prefix */
    int value;           /* meaningful if available */
    bool available;      /* known to this build's headers */
    bool destructive;    /* advice that loses data: needs --force */
    bool mapping_only;   /* has no effect beyond the mapping */
    const char *summary; /* one line, for lists and help */
};
const struct platform_name *platform_advice(void);    /* ends with a NULL name */
const struct platform_name *platform_map_flags(void); /* likewise */

/* ---- standard streams ------------------------------------------------------------------------ */

enum stream { STREAM_OUTPUT, STREAM_ERROR };
enum stream_result { STREAM_OK, STREAM_CLOSED_PIPE, STREAM_FAILED };
/* Writes all bytes. STREAM_CLOSED_PIPE: the reader has closed its end. */
enum stream_result stream_write(enum stream stream, const void *bytes, size_t length,
                                struct error *error);
/*
 * Copies bytes of a regular file to the stream inside the kernel. Returns how many, from the start
 * of the range on: less than all, or 0, where the system cannot (the stream is no regular file, or
 * another system than Linux) or fails. Write the rest with stream_write(), which reports the error.
 */
uint64_t stream_copy_file(enum stream stream, struct file *file, struct range range);
/* Whether a write may wait for a reader: of a pipe, a socket, and on Linux a terminal. */
bool stream_may_block(enum stream stream);
/*
 * Opens a pipe or terminal a second time, for file_write_ready() only; false for others, or if the
 * system cannot. file_write_ready() writes until all is written, an error occurs, or the reader
 * takes nothing for `patience` seconds, and returns how many bytes were written. stream_write()
 * will report the error.
 */
bool stream_open_ready(enum stream stream, struct file **file);
size_t file_write_ready(struct file *file, const void *bytes, size_t length, double patience);
/* Whether the reader is known to be gone, without a write. */
bool stream_is_deserted(enum stream stream);
bool stream_is_terminal(enum stream stream);
unsigned stream_columns(enum stream stream); /* 80 where unknown */

/* ---- threads --------------------------------------------------------------------------------- */

struct thread;
struct monitor; /* a mutex with one condition */

bool thread_start(void (*body)(void *context), void *context, struct thread **thread,
                  struct error *error);
void thread_join(struct thread *thread);
struct monitor *monitor_new(void); /* NULL when memory is short */
void monitor_free(struct monitor *monitor);
void monitor_enter(struct monitor *monitor);
void monitor_leave(struct monitor *monitor);
void monitor_wait(struct monitor *monitor);     /* between enter and leave */
void monitor_wake_all(struct monitor *monitor); /* likewise */

/* ---- the process ----------------------------------------------------------------------------- */

/*
 * To be called first. Makes the standard streams binary, and turns SIGPIPE and SIGXFSZ into errors
 * of the write.
 */
void platform_begin(void);
/* On Windows replaces the arguments by UTF-8 ones. */
void platform_arguments(int *argc, char ***argv);
/* Until platform_signals_restore(), SIGINT, SIGTERM and SIGHUP only set a flag. */
void platform_signals_hold(void);
void platform_signals_restore(void);
int platform_signal_pending(void); /* its number, or 0 */
/*
 * Runs a command with the system's shell, waits for it, and gives its exit status (128 + N for
 * signal N). It inherits the standard streams; its environment variable MMTOOL_MAP is a path of
 * `file`.
 */
bool platform_run_command(const char *command, struct file *file, int *status, struct error *error);
/* Ends the process as if the signal had killed it. */
void platform_end_by_signal(int signal);
void platform_end_by_closed_pipe(void);

#endif
