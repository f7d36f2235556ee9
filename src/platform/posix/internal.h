/*
 * internal.h - what the POSIX implementations of platform/platform.h share.
 *
 * Included first by each of them: it defines the macros that make the system's
 * headers declare everything.
 *
 * In reading order:
 *
 *   open.c              opening and closing
 *   status.c            what an open file is: kind, size, owner, and its file system
 *   file.c              bytes in and out of an open file
 *   space.c             the disk blocks under a file: reserve, free, find, insert, cut
 *   place.c             a directory, held open, and a name in it
 *   directory.c         the names in a directory
 *   attributes.c        owner, mode, ACLs and extended attributes of an open file
 *   marks.c             small values on the inode
 *   refusal.c           why the system refuses to write to a file, before anything is written
 *   unnamed.c           files without a name
 *   shared.c            shared memory by name, and memory without a name, as files
 *   lock.c              locks, and who else has a file open
 *   view.c              views as mappings, and the guard around the use of them
 *   view_heap.c         views as copies on the heap, for sanitizers
 *   view_heap_none.c    what such a view does not need
 *   pages.c             mmap, and calls on the pages: flush, advice, residency
 *   advice.c            advice on the pages of a file
 *   names.c             the names of advice (MADV_*) and of map flags (MAP_*)
 *   machine.c           the machine: memory, processors, clock, users, random bytes
 *   stream.c            standard output and standard error
 *   thread.c            threads and monitors
 *   process.c           the start and end of the process, and signals
 *   run.c               runs the user's command, which can use the open file
 *   error.c             errno in the user's words
 *   none.c              functions that only Windows needs
 *
 * What only Linux has is in platform/linux/internal.h.
 */
#ifndef MMTOOL_POSIX_INTERNAL_H
#define MMTOOL_POSIX_INTERNAL_H

#if defined(__linux__) || defined(__CYGWIN__)
#define _GNU_SOURCE 1
#elif defined(__APPLE__)
#define _DARWIN_C_SOURCE 1
#elif defined(__NetBSD__)
#define _NETBSD_SOURCE 1
#endif

#include "platform/platform.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* The type of ioctl()'s second argument. An int (musl) keeps all 32 bits of a number. */
#if defined(__GLIBC__)
typedef unsigned long ioctl_number;
#else
typedef int ioctl_number;
#endif

static_assert(sizeof(off_t) >= 8, "offsets need 64 bits: build with _FILE_OFFSET_BITS=64");

/* The errno for an extended attribute that a file does not have. */
#if defined(ENOATTR)
#define POSIX_NO_ATTRIBUTE ENOATTR
#else
#define POSIX_NO_ATTRIBUTE ENODATA
#endif

/* The byte that all mmtools lock, far behind the end of any file; and the first of their notes. */
#define POSIX_LOCK_BYTE  ((off_t)(OFFSET_MAX - 1))
#define POSIX_LOCK_FIRST (POSIX_LOCK_BYTE - 3)

/* The kind of lock that file_lock() took. */
enum lock_holder { LOCK_OF_NOBODY, LOCK_OF_DESCRIPTION, LOCK_OF_FLOCK };

struct file {
    int descriptor;
    bool borrowed; /* the process's standard input: never close it, keep its offset */
    bool writable; /* opened for writing */
    enum lock_holder lock;
    bool told[2];       /* the notes that are set; index: enum lock_note */
    mode_t kind;        /* the S_IFMT bits of its mode; 0 until they are asked for */
    bool by_own_name;   /* the name by which it was opened was no symbolic link */
    bool locked_first;  /* the lock was taken before `opened`: see file_opened_locked() */
    bool looked_at;     /* `opened` and `birth` are known */
    struct stat opened; /* its status when it was opened; see file_get_first_status() */
    uint64_t birth;
    /* Of its file system: see status.c. 0 until they are asked for. */
    atomic_uint traits;          /* enum linux_trait */
    _Atomic uint64_t block_size; /* bytes */
};

/* Fills `error` with the message for the errno `code`, and returns false. */
bool posix_error(struct error *error, int code);
/* The same, followed by the action in parentheses: "(writing 8 bytes at 12)". */
bool posix_error_doing(struct error *error, int code, const char *format, ...) MMTOOL_PRINTF(3, 4);
/* Why openat() of a name failed with EPERM. Returns false. */
bool posix_not_permitted(int directory, const char *name, struct error *error);
/* The message alone: a constant, or text in `room`. */
const char *posix_words(int code, char *room, size_t size);

/* file_open(), relative to an open directory (or AT_FDCWD). */
enum file_open_result posix_open_at(int directory, const char *name, unsigned flags,
                                    struct file **file, struct error *error);
/* A `struct file` that owns the descriptor, unless borrowed. NULL if there is no memory. */
struct file *posix_new_file(int descriptor, bool writable, bool borrowed);
/* fstat() and the birth, in nanoseconds (0: unknown): on Linux one call for both. False: see errno.
 */
bool posix_status(int descriptor, struct stat *status, uint64_t *birth);
/* Waits until a descriptor that does not block is ready to be read or written. */
void posix_wait_ready(int descriptor, short events);

/* Whether the file system has one of these traits (enum linux_trait). */
bool posix_file_system_is(struct file *file, unsigned traits);

/* A copy of attributes from one file to another. */
struct posix_copying {
    int from, to;       /* descriptors */
    bool foreign_group; /* the copy has another group than the original */
    struct file_uncarried *uncarried;
};
/* Whether this errno means that an attribute cannot be copied here: it is reported as uncarried,
 * and the copy goes on. */
bool posix_is_tolerated(int code);

/*
 * A mapping of whole pages by mmap(). Views in view.c are such mappings. view_heap.c makes one for
 * the time of an advice, a flush or a residency query, to reach the page cache.
 */
struct posix_pages {
    unsigned char *base; /* NULL when no byte is mapped */
    size_t length;       /* bytes; the last page may be partial */
    size_t delta;        /* from base to the first byte of the range */
    bool unsupported;    /* posix_pages_map() failed: the file cannot be mapped like this */
};

bool posix_pages_map(struct file *file, struct range range, enum view_access access, uint64_t flags,
                     struct posix_pages *pages, struct error *error);
bool posix_pages_unmap(struct posix_pages *pages, struct error *error);
/* [start, end) are bytes from `base`, rounded outwards to pages. See view_drop(). */
void posix_pages_drop(const struct posix_pages *pages, size_t start, size_t end);
bool posix_pages_flush(const struct posix_pages *pages, size_t start, size_t end, unsigned flags,
                       struct error *error);
enum residency_result posix_pages_residency(const struct posix_pages *pages, struct file *file,
                                            size_t start, size_t end, unsigned char *resident,
                                            struct error *error);
/* The part of a flush that msync() does not do. */
bool posix_flush_behind(struct file *file, struct range range, unsigned flags, struct error *error);
/* Rounds [start, end) outwards to pages: sets `*first` to their address, and returns their length
 * in bytes. NULL and 0 for an empty range. */
size_t posix_whole_pages(const struct posix_pages *pages, size_t start, size_t end,
                         unsigned char **first);
/* madvise() of [start, end). 0, or an errno. */
int posix_pages_advise(const struct posix_pages *pages, size_t start, size_t end, int value);

/* Advice on a part of a mapping, and on the same part of the file. */
struct posix_advice {
    const struct posix_pages *pages;
    struct file *file;
    uint64_t offset;   /* of pages->base in the file */
    size_t start, end; /* from pages->base */
    int value;         /* MADV_* */
};
bool posix_advise(const struct posix_advice *advice, struct error *error);
/* Fills `error` with the message for an errno of madvise(); returns false. */
bool posix_advice_error(struct error *error, int code, size_t length);

#endif
