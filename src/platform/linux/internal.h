/*
 * internal.h - what Linux can do beyond POSIX.
 *
 * Each subject has a file here. On other POSIX systems Meson builds none.c in their place, and so
 * it does with -Dlinux_calls=false: it has the same functions, each of which answers that there is
 * no such call. The files of posix/ then use portable calls.
 *
 * Functions of platform/platform.h that no other system supports are here whole, such as
 * file_widen_pipe(). The others call the linux_*() functions below. These fill no struct error
 * unless they take one. Those that return an int answer 0 or an errno, which is ENOSYS or
 * EOPNOTSUPP where there is no such call.
 *
 * In reading order:
 *
 *   status.c            the file system of an open file, its birth, the size of a device
 *   open.c              descriptors: of a name, of a stream again, of memory, without a name
 *   file.c              pipes, appending, copies, and bytes that are not on the disk yet
 *   blocks.c            fallocate(2) and extents
 *   attributes.c        extended attributes, which ACLs and file capabilities are, too
 *   refusal.c           immutable and append-only files, read-only devices
 *   lock.c              leases, and waiting for a write of another program
 *   locks.c             which locks a file has, and who holds them
 *   pages.c             the pages in the page cache; address space for huge pages
 *   huge.c              how much of a file is in huge pages
 *   advice.c            advice that has to be given in chunks
 *   machine.c           processors, and disk reads and page faults so far
 *   devices.c           lasting names of devices; the path of shared memory
 *   none.c              the answers of a system that has none of these calls
 */
#ifndef MMTOOL_LINUX_INTERNAL_H
#define MMTOOL_LINUX_INTERNAL_H

#include "platform/posix/internal.h"

#include <sys/stat.h>

/* ---- status.c -------------------------------------------------------------------------------- */

/* What is known of all files of a kind of file system. */
enum linux_trait {
    LINUX_GENERATED = 1 << 0,       /* the kernel makes up their bytes: /proc, /sys */
    LINUX_SERVED = 1 << 1,          /* see file_is_served() */
    LINUX_COPIED_ON_WRITE = 1 << 2, /* see file_is_copied_on_write() */
    LINUX_MOVES_BLOCKS = 1 << 3,    /* see file_moves_blocks() */
    LINUX_SEALED = 1 << 4,          /* they may have seals (F_GET_SEALS) */
};
/* False: not known; then `traits` are those that it may have, and `block_size` is left alone. */
bool linux_file_system(int descriptor, unsigned *traits, uint64_t *block_size);

/* As fstat(2), without the times; and the birth of the file in nanoseconds, 0 if unknown. False:
 * not known. */
bool linux_status(int descriptor, struct stat *status, uint64_t *birth);
/* See file_get_newest_size(). */
bool linux_newest_size(int descriptor, uint64_t *size);
bool linux_device_size(int descriptor, uint64_t *size);

/* ---- open.c ---------------------------------------------------------------------------------- */

/* These return an open descriptor, or -1 with errno set. */

/* Opens the name and not the file (O_PATH): no wait for a FIFO's writer, no effect on a device. */
int linux_open_name(int directory, const char *name);
/* A file in `directory` that never gets a name (O_TMPFILE). */
int linux_open_unnamed(const char *directory);
/* Memory as a file (memfd). */
int linux_open_memory(void);
/* Whether poll() of a FIFO that was opened with O_NONBLOCK waits for its first writer. */
bool linux_polls_for_writer(void);
/* Opens an open pipe or terminal a second time, for writing without blocking. */
int linux_reopen_stream(int descriptor);

/* Whether linux_reopen_stream() can succeed on this system at all. */
bool linux_reopens_streams(void);
/* The path of the descriptor in /proc. */
enum { LINUX_PATH_SIZE = 48 };
void linux_descriptor_path(int descriptor, char path[LINUX_PATH_SIZE]);

/* ---- file.c ---------------------------------------------------------------------------------- */

/* Appends through a descriptor that was not opened with O_APPEND. Returns the number of bytes that
 * were appended, 0 if none could be. */
size_t linux_append(int descriptor, const void *bytes, size_t length);
/* See file_wait_written(). */
int linux_wait_written(int descriptor, struct range range);

/* ---- blocks.c -------------------------------------------------------------------------------- */

enum linux_blocks {
    LINUX_RESERVE,           /* grows the file if the range passes its end */
    LINUX_RESERVE_KEEP_SIZE, /* never grows the file */
    LINUX_MAKE_HOLE,
    LINUX_MAKE_ZEROS,
    LINUX_INSERT,
    LINUX_CUT,
};
int linux_change_blocks(int descriptor, enum linux_blocks change, uint64_t offset, uint64_t length);

/* ---- attributes.c ---------------------------------------------------------------------------- */

/* Copies all extended attributes. Adds those that could not be copied to the list. */
bool linux_copy_attributes(const struct posix_copying *copying, struct error *error);
/* Removes the ACL that a new file inherited from its directory: it would widen the mode. */
void linux_drop_inherited(int descriptor);

/* As fgetxattr(2) and the rest. */
ssize_t linux_get_attribute(int descriptor, const char *name, void *value, size_t size);
int linux_set_attribute(int descriptor, const char *name, const void *value, size_t size);
int linux_remove_attribute(int descriptor, const char *name);

/* Fills only the fields for capabilities. */
int linux_get_capability(int descriptor, struct file_privileges *privileges);
bool linux_lacks_capability(int descriptor);
void linux_restore_capability(int descriptor, const struct file_privileges *privileges);

/* ---- refusal.c ------------------------------------------------------------------------------- */

/* Why openat() of a name failed with EPERM; NULL: not known. */
const char *linux_not_permitted(int directory, const char *name);
/* The message for EPERM if no cause is known. */
extern const char linux_not_permitted_words[];
bool linux_is_read_only_device(int descriptor);

/* ---- pages.c --------------------------------------------------------------------------------- */

/* Bytes of a huge page. */
size_t linux_huge_page_size(void);
/*
 * Reserves address space in which a mapping of `length` bytes of a file from `offset` on can have
 * huge pages. Elsewhere the kernel refuses MADV_COLLAPSE and ignores MADV_HUGEPAGE. The caller maps
 * the file over it (MAP_FIXED). NULL: any address will do, or there is no address space.
 */
void *linux_reserve_for_huge_pages(size_t length, off_t offset);
/* As view_drop(), for whole pages. */
void linux_drop_pages(void *first, size_t length);
/* Whether mincore() lies about the file to this process. `file` may be NULL. */
bool linux_hides_residency(struct file *file);

/* ---- advice.c -------------------------------------------------------------------------------- */

/* Whether this advice has to be given through linux_advise_data(). */
bool linux_advises_data(const struct posix_advice *advice);
/* Gives advice on the data of the file and skips its holes. */
bool linux_advise_data(const struct posix_advice *advice, struct error *error);
/* After MADV_DONTNEED: takes the clean pages out of the page cache, too. */
void linux_drop_cache(const struct posix_advice *advice);

/* ---- machine.c ------------------------------------------------------------------------------- */

unsigned linux_processors(void); /* that this process may run on; 0: not known */
bool linux_is_static(void);      /* whether no program interpreter (ld.so) was loaded */

#endif
