/*
 * mapping.h - a file as bytes by offset: the core that every subcommand works on.
 *
 * Decides, on top of platform/platform.h, which files may be opened in which way, the error message
 * if they may not, and what to do when another program changes the size of a file. Bulk reads and
 * writes use pread() and pwrite() with a buffer: for one pass they are faster than a page fault for
 * each page. Advice, flush and residency need memory and map a view; so does a search of large
 * pages (scan/view.c).
 *
 * Offsets are in bytes, and the caller has checked them against the size. They count from the start
 * of the file, or from the start of the window while mapping_shape() shows one.
 *
 * The folder mapping holds what is built directly on a mapping. It knows base, search and the
 * platform; no scan, no edit. In reading order:
 *
 *   newlines.c          finds and counts the newlines in a span of memory: pure
 *   open.c              opens and closes a mapping, and says why a file cannot be opened
 *   reader.c            bytes of a mapping in memory, for reading in any order
 *   lines.c             where the lines and strings of a file begin and end
 *   positions.c         the positions and ranges of a request, resolved against a file
 *   last_data.c         the last data in a sparse file
 *   stream.c            FILE is a stream: it is held in memory, in part if it is long
 *   spool.c             another input is a stream: all of it is kept, on disk if it is long
 *   encoded.c           another input is UTF-8 that is read as UTF-16
 *   residency.c         how much of a file is in memory, and where
 *   names.c             the system's named constants as a user writes them
 *   place_modes.c       whether files get the mode that they are created with
 *
 * stream.c and spool.c keep bytes for different uses. A search needs the bytes of FILE at
 * consecutive addresses and drops the first ones as it goes. The bytes of the other input are
 * inserted later: all of them are needed then, but only a part at a time.
 */
#ifndef MMTOOL_MAPPING_H
#define MMTOOL_MAPPING_H

#include "base/buffer.h"
#include "base/diag.h"
#include "base/range.h"
#include "mapping/newlines.h"
#include "mapping/spool.h"
#include "platform/platform.h"

enum mapping_flags {
    MAPPING_WRITE = 1 << 0,       /* open for writing */
    MAPPING_EDIT = 1 << 3,        /* its bytes will be edited, or an edit will be shown */
    MAPPING_CREATE = 1 << 1,      /* make the file if it is missing */
    MAPPING_MAY_CREATE = 1 << 4,  /* if it is missing, the message names --create */
    MAPPING_PATIENT = 1 << 5,     /* wait for the end of another program's lease */
    MAPPING_STREAMS = 1 << 2,     /* "-" is standard input; streams are read into memory */
    MAPPING_UNREAD = 1 << 6,      /* with STREAMS: the caller reads them */
    MAPPING_AS_IT_COMES = 1 << 7, /* with STREAMS: mapping_more() reads them as they arrive */
    MAPPING_PASSING = 1 << 8,     /* see FILE_OPEN_PASSING */
};

/*
 * Bytes shown in place of the file's: the edits of a script that are not in the file yet. Several
 * threads may read it at once.
 */
struct mapping_overlay {
    bool (*read)(const void *context, uint64_t offset, void *bytes, size_t length,
                 struct error *error);
    const void *context;
};

/*
 * The option --window: a part of a file, in bytes from its start. It is resolved once and stays at
 * those bytes when the size of the file changes; but a window that reached the end of the file
 * keeps reaching it.
 */
struct mapping_window {
    uint64_t start;
    uint64_t end;     /* not if reaches_end */
    bool reaches_end; /* it ends where the file ends now */
};

/* How the visible part of a file is mapped. */
struct mapping_shape {
    bool use_view;           /* bytes are read through one view of all that is visible */
    enum view_access access; /* of that view */
    uint64_t map_flags;      /* likewise */
    bool advised;
    int advice; /* for that view, if advised */
};

/*
 * A stream that is read as it arrives: `held` has the bytes that are needed now. Offsets count
 * from the start of the stream, and the size of the mapping is what has been read so far.
 */
struct incoming {
    bool streamed;          /* the mapping is such a stream */
    bool widened;           /* file_widen_pipe() was called */
    bool goes_on;           /* more bytes may come: the size is not known yet */
    uint64_t start;         /* offset in the stream of the first byte that is held */
    uint64_t most;          /* read no further than this offset */
    uint64_t least;         /* a read error at or behind this offset counts as the end */
    unsigned change;        /* incremented when held bytes move or more are read */
    size_t read_most;       /* bytes of one read; 0: the fastest. For tests */
    bool ends_by_line;      /* the range that is needed ends at `end`, found while bytes arrive */
    struct line_target end; /* in offsets of the stream */
};

/*
 * The part of a stream that is needed: bytes [first, most). A file without a size that can seek
 * (memory of a process or of the machine) is read from `first` on.
 */
struct stream_part {
    uint64_t first;
    uint64_t most;     /* UINT64_MAX: all there are */
    uint64_t least;    /* bytes behind it may be missing: they only complete a line */
    bool lines;        /* whole lines are shown: one may begin before `first` */
    bool ends_by_line; /* the part ends at `end`, too, which is found while bytes arrive */
    struct line_target end;
};

struct mapping {
    const char *path;          /* as the user wrote it; not owned */
    struct file *file;         /* owned */
    struct place *place;       /* of the path, links followed: see mapping_find_place(); owned */
    struct place **neighbour;  /* the place of an earlier mapping, perhaps in the same directory;
                             a file that is only read is opened in that directory as it is held,
                             wherever its path leads by now; mapping_close() puts this one's
                             there; or NULL; not owned */
    struct file_status status; /* when it was opened */
    uint64_t size;             /* bytes that are visible now */
    struct buffer held;        /* bytes of a stream; owned */
    bool is_held;              /* the bytes are in `held`, not in the file */
    bool file_is_lent;         /* by mapping_lend(): `file` belongs to another mapping */
    bool bytes_are_lent;       /* likewise: so does `held` */
    struct incoming incoming;  /* the state of a stream that is read as it arrives */
    bool created;              /* this open made the file */
    bool busy;                 /* the open failed: another program holds a lease */
    bool writable;             /* it is open for writing */
    bool in_use;               /* another program is likely to append to it soon */
    bool anonymous;            /* memory without a name: nobody else can open it */
    bool not_allowed;          /* the open failed: no permission */
    bool lockless;             /* its file system cannot lock it */
    bool lockless_told;        /* the user was told that it cannot be locked */
    char *shared_path;         /* path of shared memory as a file; owned, or NULL */
    bool shared_memory;        /* opened as shm:NAME */

    bool has_window;              /* `window` is set */
    struct mapping_window window; /* the part that mapping_shape() shows */
    bool windowed;                /* `base` and `size` are those of the window now */
    uint64_t base;                /* offset in the file of the first visible byte */
    uint64_t whole_size;          /* of the file, while windowed */
    struct view view;             /* owned, if view_mapped */
    bool view_mapped;
    bool view_used;                        /* reads go through it */
    bool view_short;                       /* short reads go through it */
    const struct mapping_overlay *overlay; /* or NULL; not owned */
    struct encoded *encoded;               /* of encoded_show(); owned, unless lent; or NULL */
};

/*
 * Opens `path`. A directory, a socket, or a stream to be edited is an error in the user's words. On
 * failure there is nothing to close.
 */
bool mapping_open(struct mapping *mapping, const char *path, unsigned flags, struct error *error);

/* What mapping_open_part() opens. */
struct mapping_source {
    const char *path;
    struct stream_part part;  /* of a stream */
    struct place **neighbour; /* see struct mapping */
};

/* The same, but reads only a part of a stream, and may use the directory of a neighbour. */
bool mapping_open_part(struct mapping *mapping, const struct mapping_source *source, unsigned flags,
                       struct error *error);

/* Opens the directory of the path and keeps it in mapping->place; NULL if that fails, or there is
 * none: standard input, memory without a path. */
void mapping_find_place(struct mapping *mapping);

/*
 * Replaces the bytes of an open mapping by those of a buffer or a spool. The mapping then owns the
 * buffer or spool, also on failure. The file stays open with a buffer, so that
 * mapping_forget_bytes() can go back to it if it is a regular file.
 */
void mapping_keep_bytes(struct mapping *mapping, struct buffer *bytes);
bool mapping_keep_spool(struct mapping *mapping, struct spool *spool, struct error *error);
void mapping_forget_bytes(struct mapping *mapping);

/*
 * Makes `copy` a mapping of the same open file and held bytes, which still belong to `mapping` and
 * must outlive it. Several threads may each read a copy.
 */
void mapping_lend(const struct mapping *mapping, struct mapping *copy);

/*
 * Treats an open file as a stream, and reads the part that is needed; with MAPPING_AS_IT_COMES
 * nothing yet. The opening functions call it for streams.
 */
bool mapping_take_stream(struct mapping *mapping, unsigned flags, const struct stream_part *part,
                         struct error *error);

/*
 * Waits for the next bytes of such a stream and holds them; `size` grows. At the end of the stream
 * incoming.goes_on turns false. Pointers to held bytes are no longer valid.
 */
bool mapping_more(struct mapping *mapping, struct error *error);

/* Drops the held bytes before `offset`, and moves the others. */
void mapping_drop(struct mapping *mapping, uint64_t offset);

/* Reads until the byte at `offset` is held or the stream ends; drops the bytes before it. */
bool mapping_skip(struct mapping *mapping, uint64_t offset, struct error *error);

/* The first offset whose byte can be read: 0, unless it is a stream. */
static inline uint64_t mapping_first(const struct mapping *mapping)
{
    uint64_t start = mapping->incoming.start;
    return start > mapping->base ? start - mapping->base : 0;
}

/*
 * Removes the file if this open created it, it is still empty, and no other program has it open. To
 * be called before mapping_close() when a command has failed.
 */
void mapping_remove_created(struct mapping *mapping);

/* Releases everything; an error of a delayed write shows here. */
bool mapping_close(struct mapping *mapping, struct error *error);

/* Opens anonymous memory of `size` zeros, for child processes, and for other programs that know the
 * `tag` (or NULL): see file_open_anonymous(). */
bool mapping_open_anonymous(struct mapping *mapping, uint64_t size, const char *tag,
                            struct error *error);

/*
 * Sets the window for mapping_shape(): `spec` must lie inside the file as it is now. To be called
 * once, after the open, with the file locked.
 */
bool mapping_set_window(struct mapping *mapping, const struct range_spec *spec,
                        struct error *error);

/*
 * Shows only the window of an open file, and maps it. From then on offsets, sizes and holes are
 * those of the window. To be called again when the size was asked for again; a view that still fits
 * is kept. A file that is now too short for its window is an error, and all of it stays visible. A
 * file that cannot be mapped is read without a view, unless there are map flags or advice.
 */
bool mapping_shape(struct mapping *mapping, const struct mapping_shape *shape, struct error *error);

/*
 * From now on short reads go through a view, if there can be one: there will be many. Long reads
 * stay system calls, for which the system reads ahead.
 */
void mapping_view_short_reads(struct mapping *mapping);

/* Shows the whole file again, without a view. Edits need that. */
void mapping_unshape(struct mapping *mapping);

/* Whether bytes can be inserted or cut: neither on a block device nor if the window ends before the
 * file does. */
bool mapping_is_resizable(const struct mapping *mapping);

/* As mapping_is_resizable(), but fills `error` with the reason if it is not. */
bool mapping_check_resizable(const struct mapping *mapping, struct error *error);

/*
 * Whether a view of a range is likely to be faster than reads: its bytes are those of the file, and
 * in the page cache.
 */
bool mapping_prefers_view(const struct mapping *mapping, struct range range);

/*
 * Checks that the file still reaches the end of a range. If another program cuts the file, a view
 * shows zeros from the new end to the end of its page.
 */
bool mapping_check_reach(const struct mapping *mapping, struct range range, struct error *error);

/* Reads exactly `length` bytes. Fewer are an error: another program cut the file. */
bool mapping_read(const struct mapping *mapping, uint64_t offset, void *bytes, size_t length,
                  struct error *error);

/* Whether mapping_read() gives the bytes that a read of the file itself does, at base + offset. */
bool mapping_is_read_plainly(const struct mapping *mapping);

/* The bytes from `offset` on if they are held in memory (of a stream), else NULL. */
const unsigned char *mapping_memory(const struct mapping *mapping, uint64_t offset);

/* As mapping_read(), but ignores the overlay. */
bool mapping_read_under(const struct mapping *mapping, uint64_t offset, void *bytes, size_t length,
                        struct error *error);

/*
 * Writes bytes inside the size. If it fails or the process dies, some may have been written:
 * apply/apply.c makes an edit all or nothing.
 */
bool mapping_write(struct mapping *mapping, uint64_t offset, const void *bytes, size_t length,
                   struct error *error);

/* Unmaps the view, as mapping_resize() does before a cut: Windows cannot cut a mapped file. */
bool mapping_drop_view(struct mapping *mapping, struct error *error);
/* Cuts the file, or grows it by a hole; updates `size`. */
bool mapping_resize(struct mapping *mapping, uint64_t size, struct error *error);

/*
 * Asks for the size again. If other programs have appended, the new bytes become visible and
 * `in_use` is set; on a file system whose size may be out of date (file_is_served()) that is an
 * error. A file that was cut is an error: a plan made for the old size would fill it with zeros.
 */
bool mapping_follow_growth(struct mapping *mapping, struct error *error);

/* Whether the file had fewer bytes on the disk than its size when it was opened: likely holes. */
bool mapping_is_sparse(const struct mapping *mapping);

/* The next range of data in `within`, holes skipped; [within.end, within.end) if there is none. */
bool mapping_next_data(const struct mapping *mapping, struct range within, struct range *data,
                       struct error *error);

/* Where that range starts, at half the cost. */
bool mapping_find_data(const struct mapping *mapping, struct range within, uint64_t *start,
                       struct error *error);

/*
 * A view of a range of the file, of any alignment. A stream has none. If it fails,
 * view->unsupported tells whether the file cannot be mapped at all: see view_map().
 */
bool mapping_view(const struct mapping *mapping, struct range range, enum view_access access,
                  struct view *view, struct error *error);

/*
 * The end of the range that is needed of a stream, if it is given by a line that has arrived; else
 * UINT64_MAX.
 */
static inline uint64_t mapping_line_end(const struct mapping *mapping)
{
    const struct incoming *incoming = &mapping->incoming;
    if (!incoming->ends_by_line || incoming->end.offset == UINT64_MAX)
        return UINT64_MAX;
    return incoming->end.offset > mapping->base ? incoming->end.offset - mapping->base : 0;
}

/* The largest end of a range: the size, or OFFSET_MAX while the size of a stream is not known. */
static inline uint64_t mapping_largest_end(const struct mapping *mapping)
{
    return mapping->incoming.goes_on ? OFFSET_MAX : mapping->size;
}

#endif
