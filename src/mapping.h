/*
 * mapping.h - a file as bytes by offset: the core that every subcommand works on.
 *
 * Policy over platform/platform.h: which files may be opened how, what is said when they
 * may not, what happens when a file changes size under us. Bulk reads and writes
 * go through positioned reads and writes in a buffer, which are faster for one
 * pass than a fault a page; what needs memory (advice, flush, residency) is
 * mapped as a view, and so is what a search finds in large pages (scan/view.c).
 *
 * Offsets are bytes, checked by the caller against the size. They count from the
 * file's start, or from that of the window while mapping_shape() shows one.
 *
 * The folder mapping: what is built right on a mapping. It knows base and the platform; no search,
 * no edit. In reading order:
 *
 *   window.c            bytes of a mapping in memory, for those who read here and there
 *   lines.c             where the lines of a file begin and end, and its strings
 *   data_runs.c         where a sparse file has its data, looked for from behind
 *   stream.c            a stream that is read as it comes, and held in part
 *   spool.c             the bytes of a stream, kept
 *   residency.c         how much of a file is in memory, and where
 *   names.c             the system's named constants as a user writes them
 *   place_modes.c       whether a directory's files have the modes that they are made with
 */
#ifndef MMTOOL_MAPPING_H
#define MMTOOL_MAPPING_H

#include "base/buffer.h"
#include "base/diag.h"
#include "base/range.h"
#include "mapping/spool.h"
#include "platform/platform.h"

enum mapping_flags {
    MAPPING_WRITE = 1 << 0,  /* open for writing */
    MAPPING_EDIT = 1 << 3,   /* the bytes are to be edited, or it is to be shown what would be */
    MAPPING_CREATE = 1 << 1, /* make the file if it is missing */
    MAPPING_MAY_CREATE = 1 << 4,  /* the command has an option that would make the file: say so */
    MAPPING_PATIENT = 1 << 5,     /* wait for the end of another program's lease */
    MAPPING_STREAMS = 1 << 2,     /* "-" is standard input; pipes and the like are spooled */
    MAPPING_UNREAD = 1 << 6,      /* with STREAMS: they are left to the caller to read */
    MAPPING_AS_IT_COMES = 1 << 7, /* with STREAMS: they are read by mapping_more() instead */
};

/*
 * Bytes shown in place of the file's: what a script has changed so far and the
 * file does not hold yet. May be read by several threads at once.
 */
struct mapping_overlay {
    bool (*read)(const void *context, uint64_t offset, void *bytes, size_t length,
                 struct error *error);
    const void *context;
};

/*
 * A part of a file, in bytes from its start. It is resolved once: whatever becomes of the file's
 * size, it stays at those bytes, except that one which reached the end goes on reaching it.
 */
struct mapping_window {
    uint64_t start;
    uint64_t end;     /* not if reaches_end */
    bool reaches_end; /* it ends where the file does, wherever that is by now */
};

/* How what is seen of a file is mapped. */
struct mapping_shape {
    bool use_view;           /* bytes are read through one view of all that is seen */
    enum view_access access; /* of that view */
    uint64_t map_flags;      /* likewise */
    bool advised;
    int advice; /* for that view, if advised */
};

/*
 * A stream that is read as it comes: of its bytes, `spool` holds those that are needed now.
 * Offsets stay those in the stream, and the mapping's size is what has come so far.
 */
struct incoming {
    bool streamed;   /* the mapping is such a stream */
    bool widened;    /* the pipe that it comes through has been asked to be wider */
    bool goes_on;    /* more may come: the size is not known yet */
    uint64_t start;  /* offset in the stream of the first byte that is held */
    uint64_t most;   /* no more bytes of the stream are to be read than so many */
    uint64_t least;  /* what cannot be read behind so many is its end */
    unsigned change; /* differs whenever bytes that are held have moved, or more have come */
    size_t piece;    /* bytes to read at once at most; 0: what is fastest. For tests */
};

/*
 * What is needed of a stream: bytes [first, most), and behind them nothing. A file that is none
 * by its kind, but can seek (memory of a process, of the machine), is read from `first` on.
 */
struct stream_part {
    uint64_t first;
    uint64_t most;  /* UINT64_MAX: all there are */
    uint64_t least; /* what is behind it may be missing: only the end of a line is looked for */
    bool lines;     /* of what is shown, a line may begin before `first` */
};

struct mapping {
    const char *path;          /* as the user wrote it; not owned */
    struct file *file;         /* owned */
    struct file_status status; /* when it was opened */
    uint64_t size;             /* bytes that can be seen now */
    struct buffer spool;       /* what a stream gave; owned */
    bool spooled;              /* the bytes are in `spool`, not in the file */
    struct incoming incoming;  /* of a stream that is read as it comes */
    bool created;              /* this open made the file */
    bool busy;                 /* the open failed since another program holds the file */
    bool writable;             /* it is open for writing */
    bool in_use;               /* another program is likely to append to it soon */
    bool anonymous;            /* memory without a name: nobody else can open it */
    bool not_allowed;          /* the open failed for want of a right */
    bool lockless_told;        /* the user knows that it cannot be locked */
    char *shared_path;         /* where shared memory stands as a file; owned, or NULL */
    bool shared_memory;        /* opened as shm:NAME */

    bool has_window;              /* `window` is set */
    struct mapping_window window; /* what mapping_shape() shows */
    bool windowed;                /* it is shown now: `base` and `size` are those of the window */
    uint64_t base;                /* offset in the file of the first byte that is seen */
    uint64_t whole_size;          /* of the file, while windowed */
    struct view view;             /* owned, if view_mapped */
    bool view_mapped;
    bool view_used;                        /* reads go through it */
    bool view_short;                       /* short ones do */
    const struct mapping_overlay *overlay; /* or NULL; not owned */
};

/*
 * Opens `path`. A file that cannot serve (a directory, a socket, a stream to be
 * changed) is an error in the user's words. On failure there is nothing to close.
 */
bool mapping_open(struct mapping *mapping, const char *path, unsigned flags, struct error *error);

/* The same, but of a stream only a part is needed: what it gives further stays. */
bool mapping_open_part(struct mapping *mapping, const char *path, unsigned flags,
                       const struct stream_part *part, struct error *error);

/*
 * The bytes of an open mapping are from now on these: those of a buffer or a spool, which is
 * taken over, also on failure. The file stays open, so that mapping_forget_bytes() can go
 * back to it where it is a regular one.
 */
void mapping_keep_bytes(struct mapping *mapping, struct buffer *bytes);
bool mapping_keep_spool(struct mapping *mapping, struct spool *spool, struct error *error);
void mapping_forget_bytes(struct mapping *mapping);

/*
 * Takes an open file as a stream, of which a part is needed: that is read, or with
 * MAPPING_AS_IT_COMES not yet. The opening functions do so where the file is one.
 */
bool mapping_take_stream(struct mapping *mapping, unsigned flags, const struct stream_part *part,
                         struct error *error);

/*
 * Waits for what such a stream gives next, and holds it; `size` grows by that. Where nothing
 * more comes, incoming.goes_on turns false. What windows and callers know of the memory of bytes
 * held before is void.
 */
bool mapping_more(struct mapping *mapping, struct error *error);

/* Gives up the bytes before `offset`; those behind, which stay, are moved. */
void mapping_drop(struct mapping *mapping, uint64_t offset);

/* Reads until a byte at `offset` is held, or the stream has ended; nothing before it is kept. */
bool mapping_skip(struct mapping *mapping, uint64_t offset, struct error *error);

/* The first offset whose byte can be read: 0, but of a stream. */
static inline uint64_t mapping_first(const struct mapping *mapping)
{
    uint64_t start = mapping->incoming.start;
    return start > mapping->base ? start - mapping->base : 0;
}

/*
 * Removes the file, if this open made it, it is still empty, and no other program has
 * opened it: before mapping_close(), where a command has failed and has changed nothing.
 */
void mapping_remove_created(struct mapping *mapping);

/* Releases everything; an error of a delayed write shows here. */
bool mapping_close(struct mapping *mapping, struct error *error);

/* Opens anonymous memory of `size` zeros, which child processes can be given; by a `tag`, or NULL,
 * other programs: see file_open_anonymous(). */
bool mapping_open_anonymous(struct mapping *mapping, uint64_t size, const char *tag,
                            struct error *error);

/*
 * Sets the window that mapping_shape() is to show: `spec` must lie inside the file as it is
 * now. Called once, behind the open and under the lock.
 */
bool mapping_set_window(struct mapping *mapping, const struct range_spec *spec,
                        struct error *error);

/*
 * Narrows what is seen to the window and maps it, on an open file whose size is
 * known. Called again, behind a look at the size, it starts anew; a view that still
 * fits is kept. Holes, sizes and ranges are those of the window from then on. A file
 * that has become too short for its window is an error, which leaves all of it seen.
 * A file that cannot be mapped is read without a view, unless map flags or advice ask
 * for one.
 */
bool mapping_shape(struct mapping *mapping, const struct mapping_shape *shape, struct error *error);

/*
 * From now on short reads go through a view of all that is seen, where there can be one: they
 * are many. Long ones are left to the system, which then reads ahead.
 */
void mapping_view_short_reads(struct mapping *mapping);

/* Back to the whole file, past any view: how an edit is done. */
void mapping_unshape(struct mapping *mapping);

/* Whether bytes can be inserted or cut: not on a block device, nor in the middle of a file. */
bool mapping_is_resizable(const struct mapping *mapping);

/* Says why not; true when it can be. */
bool mapping_check_resizable(const struct mapping *mapping, struct error *error);

/*
 * Whether a view of a range is likely the quicker way to its bytes: they are the file's,
 * and in memory.
 */
bool mapping_prefers_view(const struct mapping *mapping, struct range range);

/*
 * That the file still reaches to the end of a range: a view shows zeros behind an end
 * that other programs have moved, up to the next page.
 */
bool mapping_check_reach(const struct mapping *mapping, struct range range, struct error *error);

/* All `length` bytes, or an error: the file was cut short by another program. */
bool mapping_read(const struct mapping *mapping, uint64_t offset, void *bytes, size_t length,
                  struct error *error);

/* The bytes from `offset` on, where they are in our memory anyhow (a spooled stream), or NULL. */
const unsigned char *mapping_memory(const struct mapping *mapping, uint64_t offset);

/* The same as mapping_read(), of what lies under an overlay. */
bool mapping_read_under(const struct mapping *mapping, uint64_t offset, void *bytes, size_t length,
                        struct error *error);

/*
 * Stores bytes inside the size. If it fails, part of them may have been stored;
 * if the process dies, too: apply/apply.c is the one who makes an edit whole.
 */
bool mapping_write(struct mapping *mapping, uint64_t offset, const void *bytes, size_t length,
                   struct error *error);

/* Does all of mapping_resize() that is not the cut itself. */
bool mapping_prepare_cut(struct mapping *mapping, struct error *error);
/* Cuts the file or grows it by a hole; `size` follows. */
bool mapping_resize(struct mapping *mapping, uint64_t size, struct error *error);

/*
 * Looks at the size again: what other programs have appended since becomes part of what is seen,
 * and `in_use` is set. Where what is known of the size may be behind (file_is_served()), that is an
 * error. What they have cut off is an error: a plan made for the size before would
 * bring it back as zeros.
 */
bool mapping_follow_growth(struct mapping *mapping, struct error *error);

/* Whether the file, as it was opened, has less on the disk than its size: holes, most likely. */
bool mapping_is_sparse(const struct mapping *mapping);

/* The next range of data in `within`, holes skipped; [within.end, within.end) if there is none. */
bool mapping_next_data(const struct mapping *mapping, struct range within, struct range *data,
                       struct error *error);

/*
 * A view of a range of the file, of any alignment. Not for spooled streams. When it
 * fails, view->unsupported tells whether the file has no views: see view_map().
 */
bool mapping_view(const struct mapping *mapping, struct range range, enum view_access access,
                  struct view *view, struct error *error);

/* How far ranges may reach: the size, which of a stream that goes on is not known. */
static inline uint64_t mapping_extent(const struct mapping *mapping)
{
    return mapping->incoming.goes_on ? OFFSET_MAX : mapping->size;
}

/*
 * A position or range of the request against this file: see base/range.h. Of a stream that goes on,
 * a clamped one that counts from the start; it is to be clamped again when the size is known.
 */
bool mapping_range(const struct mapping *mapping, const char *text, struct range *range,
                   struct error *error);
bool mapping_clamped_range(const struct mapping *mapping, const char *text, struct range *range,
                           struct error *error);

#endif
