/*
 * internal.h - the types and functions that the files of scan share.
 *
 * The range is cut into chunks, each a range of offsets where a match may start. Any thread can
 * search a chunk, as if no match had been found before it, and puts the matches into a struct task.
 * The merge takes the tasks in order, drops matches that overlap those reported before, and reports
 * the others.
 */
#ifndef MMTOOL_SCAN_INTERNAL_H
#define MMTOOL_SCAN_INTERNAL_H

#include "mapping/reader.h"
#include "scan/scan.h"

/* Bytes in a chunk, once the first, smaller chunks have been searched. */
enum { SCAN_CHUNK = 1024 * 1024 };

/* Scales a limit down if a test asked for shorter chunks, so that small files reach it. */
static inline size_t scan_scaled(const struct scan *scan, size_t limit)
{
    if (scan->chunk_length == 0)
        return limit;
    size_t scaled = (size_t)((uint64_t)limit * scan->chunk_length / SCAN_CHUNK);
    return scaled > 0 ? scaled : 1;
}

/* ---- chunks.c -------------------------------------------------------------------------------- */

struct chunk {
    struct range starts; /* where a match may start; empty: there is no chunk left */
    uint64_t extent_end; /* end of the extent of data that the chunk is cut from */
    bool in_view;        /* search it in a view, if it can be mapped */
};

/* Extents of data in a small part of the file; taken from the last to the first. */
struct extent_list {
    struct range items[64];
    size_t count;
};

/* Whether a view is faster than reads: see view.c. */
struct view_choice {
    enum { SCAN_VIEWS_UNTRIED, SCAN_VIEWS_ON_TRIAL, SCAN_VIEWS_PAY } known;
    uint64_t most;       /* most bytes in a chunk that is searched in a view */
    uint64_t pause;      /* no view until this many bytes were handed out */
    uint64_t disk_reads; /* how often the process had read from the disk at the last look */
};

struct chunks {
    const struct scan *scan;
    struct range all; /* where a match may start */
    size_t overhang;  /* a match that reaches into an extent starts at most this much before it */
    uint64_t rest;    /* extents before this offset (backward: after it) have been taken */
    struct range extent; /* the rest of the current extent */
    uint64_t extent_end; /* the end of all of it */
    uint64_t handed_out; /* bytes handed out as chunks */
    /* Extents of data of one length in a row, and that length: see next_data() in chunks.c. */
    unsigned like_extents;
    uint64_t extent_length;
    /* Known: the next data at or behind `next_from` starts at `next_start`. */
    bool next_known;
    uint64_t next_from, next_start;
    struct view_choice choice;
    struct extent_list list; /* backward: extents below `extent` */
};

void chunks_init(struct chunks *chunks, const struct scan *scan);
/* Sets `*chunk` to the next one in the direction of the scan; an empty one after the last. */
bool chunks_next(struct chunks *chunks, struct chunk *chunk, struct error *error);

/* ---- view.c ---------------------------------------------------------------------------------- */

struct task;

enum { SCAN_VIEW_ALIGNMENT = 2 * 1024 * 1024 };

void view_choice_init(struct view_choice *choice, const struct scan *scan);
/* Whether bytes may have been searched that no read has asked for: in a view, or in a hole. */
bool view_choice_was_open(const struct chunks *chunks);
/* How long the next chunk may be if it is searched in a view; 0: read it instead. */
uint64_t view_choice_length(const struct chunks *chunks);
/* Whether to search `starts`, a chunk of at most that length, in a view. */
bool view_choice_takes(struct chunks *chunks, struct range starts);
/* Learns from a chunk that was searched whether views are worth their cost. */
void view_choice_learn(struct chunks *chunks, const struct task *task);

struct finder;

/* ---- task.c ---------------------------------------------------------------------------------- */

struct task {
    struct chunk chunk;
    size_t most;           /* stop after this many matches */
    struct match *matches; /* in the order of the scan; in `memory` */
    size_t count, capacity;
    uint64_t between;        /* matches left out before the last one */
    struct buffer memory;    /* holds the matches */
    struct buffer zeros;     /* with scan->zeros: of each match, see struct scan_batch */
    struct buffer text;      /* their texts, one after the other */
    struct buffer text_ends; /* of size_t: where the text of each match ends */
    uint64_t next_line;      /* by line: start of the line after that of the last match, if that has
                                a text; else 0 */
    bool text_full;          /* `text` reached its limit: later texts are empty */
    bool ends_only;          /* keep only the first and the last match, and count the others */
    uint64_t own_faults;     /* page faults that this memory caused */
    /*
     * How far the search got: all starts below `covered` (backward: at or above it) have been
     * searched. This is less than the whole chunk if `most` was reached, or if a match may
     * reach further than a task looks ahead (`overrun`).
     */
    uint64_t covered;
    bool overrun;
    bool view_cost; /* the view was slower than reads would have been */
    bool failed;    /* `error` says why */
    struct error error;
};

/* Clears the results but keeps the memory. */
void task_begin(struct task *task, const struct scan *scan);
void task_release(struct task *task);
/* Makes room for more matches. */
bool task_grow(struct task *task, struct error *error);
/*
 * Adds the text of the last match; an empty text if the finder's reader does not hold the whole
 * match or line.
 */
bool task_add_text(struct task *task, struct finder *finder);

/* Looks for the zeros behind the matches from number `from` on, as far as the reader holds them. */
bool task_add_zeros(struct task *task, struct finder *finder, size_t from);

static inline bool task_add(struct task *task, struct match match, struct error *error)
{
    if (task->ends_only && task->count == 2) {
        task->matches[1] = match;
        task->between++;
        return true;
    }
    if (task->count == task->capacity && !task_grow(task, error))
        return false;
    task->matches[task->count++] = match;
    return true;
}

/* ---- aligned.c ------------------------------------------------------------------------------- */

struct search_span;
struct search_list;

/*
 * As search_forward() and search_backward(), for matches that start at the offsets that
 * scan->align allows: others count as none. `base` is the offset of the span's first byte.
 */
void aligned_search_forward(const struct scan *scan, uint64_t base, struct search_span *span,
                            struct search_list *list);
void aligned_search_backward(const struct scan *scan, uint64_t base, struct search_span *span,
                             struct search_list *list);

/* ---- finder.c -------------------------------------------------------------------------------- */

/* What one thread needs to search chunks. */
struct finder {
    const struct scan *scan;
    struct reader reader;
    struct regex_matcher *matcher; /* owned; NULL unless the pattern is an expression */
    uint64_t horizon;              /* end of the bytes read of a stream; UINT64_MAX: all are read;
                                      0: not a stream */
    uint64_t bound;                /* an expression may look at bytes before this offset only */
    bool bound_met;                /* the expression wanted to look further than `bound` */
    uint64_t kept;       /* for an expression: bytes by which a read starts earlier, against the
                            direction of the search */
    size_t found;        /* matches of an expression found backward, by all calls */
    bool in_line;        /* with scan->by_line: the current line has had its match */
    struct error *error; /* for the errors of the current call */
};

bool finder_init(struct finder *finder, const struct scan *scan, struct error *error);
void finder_release(struct finder *finder);

/*
 * Searches the task's chunk, in a view if it asks for one and else by reads. The first match
 * starts at or after `at`; backward it ends at or before `at`. finder_no_limit() gives the `at`
 * that excludes no match. False and an error if bytes cannot be read or memory is short. In view.c.
 */
bool finder_search(struct finder *finder, struct task *task, uint64_t at, struct error *error);
uint64_t finder_no_limit(const struct scan *scan, const struct chunk *chunk);
/* The same without setting up a view: in the one that `reader` shows, or by reads. */
bool finder_search_plain(struct finder *finder, struct task *task, uint64_t at);
/* The range of bytes that a search of the chunk may look at. */
struct range finder_reach(const struct finder *finder, const struct chunk *chunk);

/*
 * Finds the first match of an expression that starts in [from, until), however far it
 * reaches. Sets `*found` to whether there is one. False and an error if bytes cannot be read.
 */
bool finder_search_far(struct finder *finder, uint64_t from, uint64_t until, struct match *match,
                       bool *found, struct error *error);

/* ---- threads.c ------------------------------------------------------------------------------- */

/* A ring of tasks: the caller adds chunks at one end, and takes results in order at the other. */
struct task_ring;

/* Starts up to `threads` - 1 threads, as the caller works too. NULL if none could be started. */
struct task_ring *task_ring_new(const struct scan *scan, unsigned threads);
void task_ring_free(struct task_ring *ring);

/* Whether another chunk can be added, and adds it. */
bool task_ring_has_room(const struct task_ring *ring);
void task_ring_add(struct task_ring *ring, const struct chunk *chunk);
bool task_ring_is_empty(const struct task_ring *ring);

enum task_ring_next { TASK_RING_DONE, TASK_RING_HELP, TASK_RING_WAIT };
/*
 * What the caller does next. TASK_RING_DONE: `*task` is the oldest one and has been searched.
 * TASK_RING_HELP: search `*task`, then call task_ring_finish(). TASK_RING_WAIT: other threads
 * search all tasks, so call task_ring_wait().
 */
enum task_ring_next task_ring_next(struct task_ring *ring, struct task **task);
void task_ring_finish(struct task_ring *ring, struct task *task);
void task_ring_wait(struct task_ring *ring);
/* Removes the oldest task, whose matches have been reported. */
void task_ring_drop(struct task_ring *ring);

/* ---- merge.c --------------------------------------------------------------------------------- */

/* The state of a scan. */
struct merge {
    const struct scan *scan;
    scan_report *report;
    void *context;
    struct error *error;
    struct chunks chunks;
    struct finder finder;
    struct task own; /* for chunks that the merge searches by itself */
    uint64_t at;     /* forward: where the next match may start; backward: where it must end */
    uint64_t done;   /* all matches that start before it (backward: at or after it) are reported */
    bool stopped;    /* the report wants no more */
};

/*
 * `scan` and `error` must outlive the merge: the functions below report errors in `error`. If
 * merge_begin() fails, there is nothing to end.
 */
bool merge_begin(struct merge *merge, const struct scan *scan, scan_report *report, void *context,
                 struct error *error);
void merge_end(struct merge *merge);

/* Reports matches, and moves `at` past the last one. */
bool merge_deliver(struct merge *merge, const struct scan_batch *batch);
/* Calls the pause of the scan, if it has one. */
bool merge_pause(struct merge *merge);

/*
 * Searches a chunk and reports its matches. Leaves in `*chunk` what was not searched: because
 * a match there may reach further than a task looks ahead, or because the report wants no more.
 */
bool merge_near(struct merge *merge, struct chunk *chunk);
/* Searches all of a chunk and reports its matches. */
bool merge_chunk(struct merge *merge, struct chunk chunk);
/* Reports the matches of a task that was searched without regard to the chunk before it. */
bool merge_task(struct merge *merge, const struct task *task);

/* ---- stream.c -------------------------------------------------------------------------------- */

/* scan_run() for a stream. */
bool scan_stream(const struct scan *scan, scan_report *report, void *context, struct error *error);

#endif
