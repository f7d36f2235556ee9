/*
 * platform.h - what mmtool needs of an operating system, and nothing else.
 *
 * The only header behind which system calls stand. Meson picks one implementation of each part:
 *
 *   posix/             see posix/internal.h; views are posix/view.c, or posix/view_heap.c (copies
 *                      on the heap, so that sanitizers see overruns)
 *   linux/             what Linux can do beyond POSIX, or linux/none.c: see linux/internal.h
 *   windows/           see windows/internal.h
 *   shared_name.c, uncarried.c, place_names.c
 *                      the same on all systems
 *
 * Policy (what to do when a file cannot ...) lives in mapping.c, journal/ and apply/; here is
 * mechanism only.
 *
 * Offsets and lengths are bytes, file-absolute, at most OFFSET_MAX. Calls that a
 * signal interrupts are resumed; short transfers are completed. Functions that
 * return bool fill `error` when they return false, with the cause in the user's
 * words (not the system call's name) and without the file's name, which the one
 * who reports adds. error->message of a failed file_open() is complete in itself.
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
size_t platform_granularity(void);  /* of a view's offset */
unsigned platform_processors(void); /* those this process may run on */
uint64_t platform_memory(void);     /* bytes of memory the machine has */
uint64_t platform_user(void);       /* the effective user id, or Windows' like file_status.owner */
double platform_seconds(void);      /* a monotonic clock */
bool platform_random(void *bytes, size_t length, struct error *error);
/* Such a user for people, "NAME, user 1000"; escaped; empty where there is nothing to say. */
void platform_tell_user(uint64_t user, char *text, size_t size);
const char *platform_environment(const char *name); /* UTF-8, or NULL */

/* ---- files ----------------------------------------------------------------------------------- */

struct file; /* an open file; owned by whom opened it */

enum file_open_flags {
    FILE_OPEN_WRITE = 1 << 0,     /* else for reading only */
    FILE_OPEN_CREATE = 1 << 1,    /* make it, mode 0666 less umask, if it is not there */
    FILE_OPEN_EXCLUSIVE = 1 << 2, /* with CREATE: it must not be there; never through a link */
    FILE_OPEN_REGULAR = 1 << 3,   /* never through a link, and nothing but a regular file: anything
                                     else is an error, and only looked at */
    FILE_OPEN_PRIVATE = 1 << 4,   /* with CREATE: mode 0600; with EXCLUSIVE no inherited ACL */
    FILE_OPEN_NO_WAIT = 1 << 5,   /* do not wait for a FIFO's writer: it will be refused */
    FILE_OPEN_PATIENT = 1 << 6,   /* wait for the end of a lease, as other programs do */
};

enum file_kind {
    FILE_REGULAR,
    FILE_BLOCK_DEVICE,
    FILE_STREAM,    /* pipe, FIFO, terminal, character device: no offsets */
    FILE_DIRECTORY, /* opens, so that the message can say so */
    FILE_SOCKET,
};

struct file_status {
    enum file_kind kind;
    bool size_unknown;   /* regular by name, but its size is not to be trusted (/proc, /sys) */
    uint64_t size;       /* bytes; of a block device too */
    uint64_t allocated;  /* bytes of disk in use */
    uint64_t block_size; /* the file system's block, bytes */
    uint64_t device;     /* advisory: changes with a remount */
    uint64_t identity;   /* the inode, or Windows' file index */
    uint64_t birth;      /* nanoseconds; 0 where unknown */
    uint64_t links;      /* hard links */
    uint64_t owner;      /* user id; on Windows a hash of the SID; 0: the system's administrators */
    uint32_t mode;       /* permission bits; 0 on Windows */
};

/* Why an open failed, for those who go on from there. */
enum file_open_result {
    FILE_OPENED,
    FILE_MISSING,     /* neither it nor a broken link to it is there */
    FILE_EXISTS,      /* EXCLUSIVE, and it is there */
    FILE_NOT_ALLOWED, /* permission, immutable, read-only file system, a running program */
    FILE_BUSY,        /* another program holds a lease on it: worth another try later */
    FILE_FAILED,
};

/*
 * Opens `path` (UTF-8). A FIFO is opened without blocking when writing was asked
 * for, so that the caller can refuse it; a lease of another program's is FILE_BUSY,
 * not a wait (but for FILE_OPEN_PATIENT). On anything but FILE_OPENED, `*file` is
 * NULL and `error` says why in the user's words ("no such file (--create would
 * make it)" is the caller's to add).
 */
enum file_open_result file_open(const char *path, unsigned flags, struct file **file,
                                struct error *error);
/* The process's standard input; closing it closes nothing of the process. */
bool file_open_standard_input(struct file **file, struct error *error);
/*
 * Named shared memory (POSIX shm_open, Windows' page file): `name` without a
 * slash. Flags and answers are those of file_open(). file_shared_path() tells
 * under which path it can be opened as a file; false where it has none.
 */
enum file_open_result file_open_shared(const char *name, unsigned flags, struct file **file,
                                       struct error *error);
bool file_unlink_shared(const char *name, struct error *error);
enum { SHARED_NAME_MAX = 250 };
/* Whether the name can be one, on every system. */
bool shared_name_check(const char *name, struct error *error);
bool file_shared_path(const char *name, char *path, size_t size);
/*
 * Memory of `size` zeros, as a file that is gone when it is closed. With a `tag`
 * (NULL: none) other programs open it by that name as long as it is open here; if
 * one has such memory already, that is what is opened. Windows only.
 */
bool file_open_anonymous(uint64_t size, const char *tag, struct file **file, struct error *error);
/* Gives the mapping of an open file such a name, as long as it is open. Windows only. */
bool file_set_tag(struct file *file, const char *tag, struct error *error);
/*
 * A new, empty file for reading and writing that nobody else can open, in `directory` (NULL: where
 * the system wants temporary files; TMPDIR or /tmp on POSIX). Its bytes are gone when it is closed
 * or the process dies.
 */
bool file_open_unnamed(const char *directory, struct file **file, struct error *error);
/* Closes; NULL is allowed. An error of a delayed write shows here. */
bool file_close(struct file *file, struct error *error);

bool file_get_status(struct file *file, struct file_status *status, struct error *error);

/*
 * That a file which is open for writing takes writes at all: a read-only device, a swap
 * file and sealed memory can be opened and refuse every write. To be asked before an
 * edit begins. Nothing is changed.
 */
bool file_check_writable(struct file *file, struct error *error);

/* That its size may go from one to the other: sealed memory keeps its own. Nothing is changed. */
bool file_check_size_change(struct file *file, uint64_t from, uint64_t to, struct error *error);

/* Its size alone, which costs less to ask for. */
bool file_get_size(struct file *file, uint64_t *size, struct error *error);
/* The same, asked of the server where the file is one of another machine or process (NFS, FUSE). */
bool file_get_newest_size(struct file *file, uint64_t *size, struct error *error);

/*
 * Whether another machine or process holds the file (NFS, SMB, FUSE): what we know of its size may
 * be behind, or ahead of what can be read, while others write to it.
 */
bool file_is_served(struct file *file);

/* Reads at `offset`; `*got` is less than `length` only where the file ends. */
bool file_read(struct file *file, uint64_t offset, void *bytes, size_t length, size_t *got,
               struct error *error);
/* Reads what comes next of a stream; `*got` is 0 only at its end. */
bool file_read_stream(struct file *file, void *bytes, size_t length, size_t *got,
                      struct error *error);
/*
 * Passes over the next `length` bytes of such a file without reading them, which may not be
 * possible: those of another process's memory, say. False where that cannot be done or where
 * the file ends before; then nothing has been passed over.
 */
bool file_skip(struct file *file, uint64_t length);
/* Whether that can be done: then a byte is there, if perhaps one that cannot be read. */
bool file_may_reach(struct file *file, uint64_t ahead);
/*
 * Asks for a larger pipe, so that who writes it and who reads it take turns less often. What it
 * holds stays; never fails.
 */
void file_widen_pipe(struct file *file);
/* Whether file_read_stream() would not have to wait: there are bytes, or the end. */
bool file_has_input(struct file *file);
/*
 * Writes at `offset`; the file grows if that passes its end. When it fails, some
 * leading part may have been written.
 */
bool file_write(struct file *file, uint64_t offset, const void *bytes, size_t length,
                struct error *error);
/* Writes behind the end of the file, wherever that is by then. */
bool file_append(struct file *file, const void *bytes, size_t length, struct error *error);
/* Cuts the file, or grows it by a hole. */
bool file_set_size(struct file *file, uint64_t size, struct error *error);
/*
 * Reserves disk blocks for a range, so that stores into it cannot meet a full
 * disk. Grows the file when the range passes its end (not with `keep_size`).
 * Where the file system cannot reserve, it writes zeros into the part that
 * passes the end, and does nothing for the rest (`*reserved` false). When it
 * fails, the size is what it was. What other programs append meanwhile is kept: it
 * stands in the range then, or behind it.
 */
bool file_allocate(struct file *file, struct range range, bool keep_size, bool *reserved,
                   struct error *error);
/*
 * How many bytes the disk under the file has for this user, as far as the system tells; a quota
 * may leave less. False, and UINT64_MAX, where it does not.
 */
bool file_get_free_space(struct file *file, uint64_t *bytes);
/*
 * Whether the file system puts all that is overwritten in the file into new blocks, and how many
 * bytes of a range it would put there since another file shares their blocks. No, and 0, where the
 * system does not tell.
 */
bool file_is_copied_on_write(struct file *file);
uint64_t file_shared_bytes(struct file *file, struct range range);
/* Asks for a file that is new and empty that it be overwritten in place; never fails. */
void file_keep_in_place(struct file *file);
/* Waits until what was written to a range has blocks on the disk. Its size, say, may not be there.
 */
bool file_wait_written(struct file *file, struct range range, struct error *error);
/* Makes a range inside the file read as zeros, as a hole where that is possible. */
bool file_zero(struct file *file, struct range range, struct error *error);
/* The next range at `offset` or behind that holds data; [size, size) if none. Holes are skipped. */
bool file_next_data(struct file *file, uint64_t offset, uint64_t size, struct range *data,
                    struct error *error);
/*
 * How many bytes of a range wait in memory to be written to the disk; false where
 * the system does not tell.
 */
bool file_dirty_bytes(struct file *file, struct range range, uint64_t *bytes);
/*
 * How many bytes of a range are in memory in huge pages; false where the system
 * does not tell. Brings nothing into memory but what shares a page.
 */
bool file_huge_bytes(struct file *file, struct range range, uint64_t *bytes);
/*
 * Whether a range is in memory as far as samples tell, so that who touches a view of
 * it does not wait for the disk. False where the system does not tell.
 */
bool file_is_cached(struct file *file, struct range range);

/* Whether the file system inserts and cuts whole blocks, each wholly or not at all under a kill. */
bool file_moves_blocks(struct file *file);
enum file_blocks_result { FILE_BLOCKS_DONE, FILE_BLOCKS_UNSUPPORTED, FILE_BLOCKS_FAILED };
/* Insert (zeros) or cut whole blocks; offset and length are multiples of the block size. */
enum file_blocks_result file_insert_blocks(struct file *file, uint64_t offset, uint64_t length,
                                           struct error *error);
enum file_blocks_result file_cut_blocks(struct file *file, uint64_t offset, uint64_t length,
                                        struct error *error);

/* Puts what was written on the disk and waits; `data_only` leaves out times. */
bool file_sync(struct file *file, bool data_only, struct error *error);

/* Starts writing what waits in memory to the disk, and does not wait. */
void file_start_writing(struct file *file, struct range range);

/* What a copy of a file lacks of the original, in words, with commas between; empty: nothing. */
struct file_uncarried {
    char list[400];
};
/*
 * Gives `copy` the owner, mode, ACLs and extended attributes of `original`. What the
 * user or the file system does not allow is left out and told; nobody gets rights by
 * that which he had not.
 */
bool file_copy_attributes(struct file *original, struct file *copy,
                          struct file_uncarried *uncarried, struct error *error);
/* For those who implement that: adds to the list; cut where it is full. */
void file_uncarried_add(struct file_uncarried *uncarried, const char *what);

/* Sets the permission bits. Nothing on Windows. */
bool file_set_mode(struct file *file, uint32_t mode, struct error *error);

/* What a program gets beyond its user's rights by being run from the file. */
enum file_privilege { PRIVILEGE_USER = 1, PRIVILEGE_GROUP = 2, PRIVILEGE_CAPABILITIES = 4 };
enum { FILE_MODE_SET_USER = 04000, FILE_MODE_SET_GROUP = 02000, FILE_CAPABILITIES = 64 };
struct file_privileges {
    uint64_t owner, group;
    uint32_t mode;                               /* permission bits */
    uint32_t capability_length;                  /* bytes of it; 0: none */
    unsigned char capability[FILE_CAPABILITIES]; /* as Linux has them in security.capability */
};
/* Nothing on Windows and for devices, which lose none: all zeros. */
bool file_get_privileges(struct file *file, struct file_privileges *privileges,
                         struct error *error);
/* Which of them the file has no more, though owner, group and mode are what they were otherwise. */
unsigned file_lost_privileges(struct file *file, const struct file_privileges *before);
/* Puts back those of `which`, as far as allowed. */
void file_restore_privileges(struct file *file, const struct file_privileges *before,
                             unsigned which);

/* Gives `copy` owner and group of `original`, if that is allowed: never fails. */
void file_copy_owner(struct file *original, struct file *copy);

/* ---- names ----------------------------------------------------------------------------------- */

/*
 * A directory and a name in it, so that a journal is found beside the file that
 * was opened even if the directory is renamed meanwhile. Symbolic links in the
 * last component are followed first. Owned by the caller.
 */
struct place;

bool place_of(const char *path, struct place **place, struct error *error);
/* The same, but a symbolic link in the last component is itself what the place names. */
bool place_of_name(const char *path, struct place **place, struct error *error);
bool place_in_directory(const char *directory, const char *name, struct place **place,
                        struct error *error);
/* Where the last component of a path as place_path() gives it starts; 0 if it is no path. */
size_t place_name_start(const char *path);
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
 * What has the name, without opening it. Of a regular file `status` gets device,
 * identity, links, owner and mode; of a link on POSIX the owner.
 */
enum place_use place_look(const struct place *place, struct file_status *status,
                          struct error *error);
/* Whether the name is one of an open file's. */
bool place_names(const struct place *place, struct file *file);
bool place_remove(const struct place *place, struct error *error);
/* The same whatever has the name: a link itself, not what it leads to; a directory if it is empty.
 */
bool place_clear(const struct place *place, struct error *error);
/* Renames over `to`, in one step. */
bool place_rename(const struct place *from, const struct place *to, struct error *error);
/*
 * Makes the directory's entries durable. The first call opens the directory, which stays so: later
 * ones need no descriptor.
 */
bool place_sync(struct place *place, struct error *error);

enum directory_result { DIRECTORY_LISTED, DIRECTORY_MISSING, DIRECTORY_FAILED };
/* Tells the names in a directory, in no order, until `visit` says false. */
enum directory_result directory_list(const char *path,
                                     bool (*visit)(void *context, const char *name), void *context,
                                     struct error *error);

/*
 * What a block device is called whatever number it gets when the system is started, or the
 * device is attached, again; false where it has no such name.
 */
bool file_lasting_name(struct file *file, char *name, size_t size);

/* ---- locks and marks ------------------------------------------------------------------------- */

enum lock_kind { LOCK_SHARED, LOCK_EXCLUSIVE };
enum lock_result {
    LOCK_HELD,
    LOCK_BUSY,       /* another mmtool holds it */
    LOCK_OF_READERS, /* other mmtools share it; not told where locks are of the whole file */
    LOCK_OTHER,      /* another program has locked the file */
    LOCK_UNSUPPORTED,
    LOCK_FAILED,
};
/* Locks the file for this open file among mmtools; a kill frees it. Does not wait. */
enum lock_result file_lock(struct file *file, enum lock_kind kind, struct error *error);
void file_unlock(struct file *file);
/*
 * What mmtools tell each other beside the lock. A kill takes it back, and so does file_unlock().
 * Where locks belong to the whole file, nothing can be told.
 */
enum lock_note {
    LOCK_WANTED,  /* an editor waits for the lock; one at a time tells it */
    LOCK_PASSING, /* a reader holds the lock that waits for nobody: it ends by itself */
};
/* Tells it, or takes it back. False: another editor tells it already, or it cannot be told. */
bool file_lock_tell(struct file *file, enum lock_note note, bool on);
/* Whether another open file tells it. */
bool file_lock_is_told(struct file *file, enum lock_note note);
/* Whether the file is open a second time, in this process or another. */
enum file_company { FILE_ALONE, FILE_SHARED, FILE_COMPANY_UNKNOWN };
/*
 * Asks the system, which answers to the owner of the file on Linux. In the microsecond that the
 * question takes an open with O_NONBLOCK fails, so it is for where the answer matters.
 */
enum file_company file_company(struct file *file);
/*
 * Waits for a write to the file that another program is in the middle of, if the system knows a
 * way: the size does not show it yet.
 */
void file_wait_for_writers(struct file *file);
/*
 * Whether another program is likely to append to the file in the next moment: it was written to
 * within the last second, and may be open elsewhere. To be asked before one's own first write.
 */
bool file_is_in_use(struct file *file);

enum mark_result { MARK_OK, MARK_NONE, MARK_UNSUPPORTED, MARK_FAILED };
/* A small named value on the inode itself (`user.` + name). `*length` is in and out. */
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
    VIEW_COPY,  /* stores stay here */
};

/* Bytes [range.start, range.end) of a file in memory, at any offset: alignment is done inside. */
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

/* A flag of view_map() beside those of the rows: its bytes may be run as instructions. */
#define VIEW_EXECUTE ((uint64_t)1 << 32)

/*
 * `flags` are those of map_flag rows or'ed, 0 for the usual. file NULL: anonymous
 * memory. An empty range has a view of no bytes. What file_write() puts under a
 * view of the same bytes need not show in it, and a store need not show to
 * file_read() until view_flush() or view_unmap().
 *
 * When it fails, `view` has no bytes and needs no view_unmap(). view->unsupported then
 * tells whether that is so because this file, or its file system, has no such
 * mappings: file_read() and file_write() may work all the same.
 */
bool view_map(struct file *file, struct range range, enum view_access access, uint64_t flags,
              struct view *view, struct error *error);
bool view_unmap(struct view *view, struct error *error);
/*
 * Bytes [start, end) of a VIEW_READ view are not needed for now: as far as the system can, they
 * stop to count as memory of this process, until they are touched again. Never fails.
 */
void view_drop(struct view *view, size_t start, size_t end);

/* Whether stores into a VIEW_WRITE view are in the file at once, for other processes and after a
 * kill: not so for views on the heap. */
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
 * Runs `body`, which may touch views. When the memory cannot be had (the file
 * was cut short by somebody else, an I/O error, a full disk under a hole) `body`
 * is abandoned where it stands and the answer is false with an error; `*fault`
 * is the address that was touched. Nothing that body owns is released: keep
 * resources outside. A body may use a guard of its own.
 */
bool view_guard(void (*body)(void *context), void *context, const void **fault,
                struct error *error);

/*
 * How often this thread so far had to wait for the system to bring a page in. A view
 * whose pages lie in memory in large blocks costs few such faults, and is then searched
 * quicker than reads copy it. 0 where the system does not tell, which is also where
 * file_is_cached() says false.
 */
uint64_t platform_page_faults(void);

/* Blocks that were read from disks for this process so far, ahead of its reads, too; or 0. */
uint64_t platform_disk_reads(void);

/* A named constant of the system: MADV_*, MAP_*. */
struct platform_name {
    const char *name;    /* lower case, without the prefix */
    int value;           /* meaningful if available */
    bool available;      /* known to this build's headers */
    bool destructive;    /* advice that loses data: needs --force */
    bool mapping_only;   /* lives and dies with the mapping */
    const char *summary; /* one line for lists and help */
};
const struct platform_name *platform_advice(void);    /* ends with a NULL name */
const struct platform_name *platform_map_flags(void); /* likewise */

/* ---- standard streams ------------------------------------------------------------------------ */

enum stream { STREAM_OUTPUT, STREAM_ERROR };
enum stream_result { STREAM_OK, STREAM_CLOSED_PIPE, STREAM_FAILED };
/* Writes all bytes. STREAM_CLOSED_PIPE: the reader went away. */
enum stream_result stream_write(enum stream stream, const void *bytes, size_t length,
                                struct error *error);
/* Whether a write may wait for a reader: of a pipe, a socket, and on Linux a terminal. */
bool stream_may_block(enum stream stream);
/*
 * A pipe or terminal once more, for file_write_ready() only: false of others, or where the system
 * has no such thing. file_write_ready() writes as much as is taken at once, or after waiting for a
 * reader that takes something at least every `patience` seconds, and tells how much that was.
 * Errors are left to stream_write() to tell.
 */
bool stream_open_ready(enum stream stream, struct file **file);
size_t file_write_ready(struct file *file, const void *bytes, size_t length, double patience);
/* Whether the reader went away, as far as can be told without a write. */
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

/* Binary standard streams, no SIGPIPE, SIGXFSZ as an error; on Windows UTF-8 arguments too. */
void platform_begin(int *argc, char ***argv);
/* From now on SIGINT, SIGTERM and SIGHUP only set a flag, until platform_signals_restore(). */
void platform_signals_hold(void);
void platform_signals_restore(void);
int platform_signal_pending(void); /* its number, or 0 */
/*
 * Runs a command by the system's shell, waits for it, and tells its exit status
 * (128 + N for signal N). It has our standard streams, and `file` as the path in
 * its environment variable MMTOOL_MAP.
 */
bool platform_run_command(const char *command, struct file *file, int *status, struct error *error);
/* Ends the process as the signal does. */
void platform_end_by_signal(int signal);
void platform_end_by_closed_pipe(void);

#endif
