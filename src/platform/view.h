/*
 * view.h - a file seen as memory, and what is in memory of it.
 */
#ifndef MMTOOL_PLATFORM_VIEW_H
#define MMTOOL_PLATFORM_VIEW_H

#include "platform/file.h"

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
 * false with an error. Nothing that `body` owns is released: keep resources outside. A body may
 * call view_guard() itself.
 */
bool view_guard(void (*body)(void *context), void *context, struct error *error);

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

#endif
