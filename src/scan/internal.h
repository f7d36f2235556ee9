/*
 * internal.h - what the files of scan share.
 *
 * The range is cut into pieces, each a range of offsets where a match may start.
 * A piece is searched without knowledge of the others (by any thread) and its
 * matches stand in a struct task, as if nothing had been found before it. The
 * walk takes the tasks in order, puts right what overlaps the matches before,
 * and reports.
 */
#ifndef MMTOOL_SCAN_INTERNAL_H
#define MMTOOL_SCAN_INTERNAL_H

#include "mapping/window.h"
#include "scan/scan.h"

/* The bytes of a piece once a scan is well under way. */
enum { SCAN_PIECE = 1024 * 1024 };

/* A limit, made smaller as a test makes the pieces smaller, so that small files meet them all. */
static inline size_t scan_scaled(const struct scan *scan, size_t limit)
{
    if (scan->window == 0)
        return limit;
    size_t scaled = (size_t)((uint64_t)limit * scan->window / SCAN_PIECE);
    return scaled > 0 ? scaled : 1;
}

/* ---- pieces.c -------------------------------------------------------------------------------- */

struct piece {
    struct range starts; /* where a match may start; empty at the end of the walk */
    uint64_t run_end;    /* of the run of data that the piece is cut from */
    bool in_view;        /* to be searched through a view of it, if one can be had */
};

/* Runs of data in a small part of the file, taken from the last one. */
struct run_list {
    struct range items[64];
    size_t count;
};

/* Whether views pay: see view.c. */
struct view_choice {
    enum { VIEWS_UNTRIED, VIEWS_ON_TRIAL, VIEWS_PAY } known;
    uint64_t most;  /* bytes of a piece in a view */
    uint64_t pause; /* none before so many bytes were walked */
    uint64_t disk_reads;
};

struct pieces {
    const struct scan *scan;
    struct range all; /* where a match may start at all */
    size_t overhang;  /* a match that reaches into a run starts at most this much before it */
    uint64_t rest;    /* forward: no run before it is left; backward: none behind it */
    struct range run; /* the rest of the run at hand */
    uint64_t run_end; /* of the whole of it */
    uint64_t walked;  /* bytes handed out */
    struct view_choice choice;
    struct run_list list; /* backward: runs below `run` */
};

void pieces_init(struct pieces *pieces, const struct scan *scan);
/* The next piece in the direction of the scan. */
bool pieces_next(struct pieces *pieces, struct piece *piece, struct error *error);

/* ---- view.c ---------------------------------------------------------------------------------- */

struct task;

enum { VIEW_ALIGNMENT = 2 * 1024 * 1024 };

void view_choice_init(struct view_choice *choice, const struct scan *scan);
/* The most that the next piece may have to be seen through a view; 0: it is to be read. */
uint64_t view_choice_length(const struct pieces *pieces);
/* Whether `starts`, cut to that length, is. */
bool view_choice_takes(struct pieces *pieces, struct range starts);
/* Takes note of what a piece has cost. */
void view_choice_learn(struct pieces *pieces, const struct task *task);

/* ---- task.c ---------------------------------------------------------------------------------- */

struct task {
    struct piece piece;
    size_t most;           /* matches to hold at most */
    struct match *matches; /* in the scan's order */
    size_t count, capacity;
    uint64_t between;        /* matches that were left out, before the last one */
    struct buffer memory;    /* of the matches */
    struct buffer text;      /* of the lines of matches, if the scan wants any */
    struct buffer text_ends; /* of size_t: where that of each match ends */
    bool text_full;          /* there was more to say */
    bool ends_only;          /* of all matches the first and the last are kept */
    uint64_t own_faults;     /* page faults that all this memory cost */
    /*
     * How far the search came: forward, all starts below `covered` are done; backward,
     * all at it or above. Short of the piece's end when `most` was reached, or when
     * a match may reach further than a task looks ahead (`overrun`).
     */
    uint64_t covered;
    bool overrun;
    bool view_cost; /* more than it saved */
    bool failed;    /* with the error */
    struct error error;
};

/* Forgets what it holds and keeps the memory. */
void task_begin(struct task *task, const struct scan *scan);
void task_release(struct task *task);
/* Makes room for matches. */
bool task_grow(struct task *task, struct error *error);
/*
 * Has the line of the match that was added last described, if the window holds all of it;
 * `*next_line` becomes where the next one begins.
 */
bool task_add_text(struct task *task, const struct scan *scan, const struct window *window,
                   uint64_t *next_line, struct error *error);

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

/* ---- finder.c -------------------------------------------------------------------------------- */

/* What one thread needs to search. */
struct finder {
    const struct scan *scan;
    struct window window;
    struct regex_matcher *matcher; /* owned; NULL unless the pattern is an expression */
    uint64_t horizon;              /* of a stream: what lies from here on has not come yet; or 0 */
    uint64_t bound;                /* an expression looks no further ahead than this */
    bool bound_met;
    bool in_line;        /* a match of the line at hand was found: with scan->by_line */
    uint64_t next_line;  /* where it begins behind the line described last; 0: not known */
    struct error *error; /* of the call under way */
};

bool finder_init(struct finder *finder, const struct scan *scan, struct error *error);
void finder_release(struct finder *finder);

/*
 * Searches the task's piece. `at` is where the first match may start, or backwards
 * where it must end; finder_free_start() is the value that rules nothing out.
 */
bool finder_search(struct finder *finder, struct task *task, uint64_t at, struct error *error);
/* The same by the way that `window` has, a view or reads. */
bool finder_search_plain(struct finder *finder, struct task *task, uint64_t at);
/* What is looked at beyond the starts of a piece, as a range that holds both. */
struct range finder_reach(const struct finder *finder, const struct piece *piece);
uint64_t finder_free_start(const struct scan *scan, const struct piece *piece);

/*
 * The first match of an expression that starts in [from, until), however far it
 * reaches: *found says whether there is one.
 */
bool finder_search_far(struct finder *finder, uint64_t from, uint64_t until, struct match *match,
                       bool *found, struct error *error);

/* ---- threads.c ------------------------------------------------------------------------------- */

struct crew;

/* Starts up to `threads` - 1 threads: the caller is one more. NULL when none could be had. */
struct crew *crew_new(const struct scan *scan, unsigned threads);
void crew_free(struct crew *crew);

/* Whether another piece can be put behind those waiting; and puts it. */
bool crew_has_room(const struct crew *crew);
void crew_add(struct crew *crew, const struct piece *piece);
bool crew_is_empty(const struct crew *crew);

enum crew_turn { CREW_DONE, CREW_HELP, CREW_WAIT };
/*
 * What the caller is to do: take the oldest task, which is done (CREW_DONE);
 * search `*task` itself and then crew_finish() it; or wait, by crew_wait().
 */
enum crew_turn crew_turn(struct crew *crew, struct task **task);
void crew_finish(struct crew *crew, struct task *task);
void crew_wait(struct crew *crew);
/* The oldest task has been dealt with. */
void crew_drop(struct crew *crew);

/* ---- scan.c ---------------------------------------------------------------------------------- */

/* A scan under way. */
struct walk {
    const struct scan *scan;
    scan_report *report;
    void *context;
    struct error *error;
    struct pieces pieces;
    struct finder finder;
    struct task own; /* searched by the walk itself */
    uint64_t at;     /* forward: where the next match may start; backward: where it must end */
    uint64_t done;   /* all matches that start before it (backward: from it on) are reported */
    bool stopped;
};

/* On failure there is nothing to end. */
bool walk_begin(struct walk *walk, const struct scan *scan, scan_report *report, void *context,
                struct error *error);
void walk_end(struct walk *walk);

/* Reports matches; the chain goes on behind the last one. */
bool walk_deliver(struct walk *walk, const struct scan_batch *batch);
bool walk_pause(struct walk *walk);

/*
 * Searches a piece from where the chain stands, and reports. What is left of the piece then
 * has a match that reaches far in it, or the report wants no more.
 */
bool walk_near(struct walk *walk, struct piece *piece);

/* ---- stream.c -------------------------------------------------------------------------------- */

/* scan_run() for a stream that is read as it comes. */
bool scan_stream(const struct scan *scan, scan_report *report, void *context, struct error *error);

#endif
