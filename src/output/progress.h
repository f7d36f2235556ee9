/*
 * progress.h - a progress bar on standard error.
 *
 * The bar shows how much is done, the rate and the time left. It is as wide as the window is when
 * it is drawn. It is cleared at the end, also if a signal ends the process. Standard output may go
 * to the same terminal: clear the bar before writing there.
 */
#ifndef MMTOOL_PROGRESS_H
#define MMTOOL_PROGRESS_H

#include "output/output.h"
#include "output/progress_line.h"
#include "platform/process.h"

/* When and where the bar is drawn. */
struct progress_bar {
    struct progress_state state; /* what it shows */
    bool wanted;                 /* whether it may be drawn */
    bool anywhere;               /* not only on a terminal */
    bool terminal;               /* it is drawn on one */
    bool shown;                  /* the terminal shows it */
    double began;                /* seconds */
    double next;                 /* when to draw it next, in seconds */
};

/* ---- several FILEs: one bar, which all threads share ----------------------------------------- */

struct progress_files;

/*
 * Starts the work on FILEs. `files` is their number; UINT64_MAX: not known. `work` is not owned.
 * Returns NULL, which all functions accept, if no bar is wanted or memory is short.
 */
struct progress_files *progress_files_new(const char *work, uint64_t files, enum when when);
/* Clears the bar. */
void progress_files_free(struct progress_files *files);
/* Tells that the work on one more FILE has ended. */
void progress_files_count(struct progress_files *files);
/*
 * Before others write to the stream: until progress_files_show() the bar is not drawn, and it is
 * cleared if the stream is a terminal.
 */
void progress_files_hide(struct progress_files *files, enum stream stream);
void progress_files_show(struct progress_files *files);

/* ---- the work on one FILE -------------------------------------------------------------------- */

struct progress {
    uint64_t total;               /* bytes of work; may be set until the first update */
    uint64_t done;                /* told so far */
    struct progress_files *files; /* whose bar shows it; or NULL: it has its own; not owned */
    struct progress_bar bar;      /* its own */
};

/* The work that is to begin. */
struct progress_plan {
    const char *work; /* name of the subcommand; not owned */
    const char *file; /* path of FILE; not owned */
    uint64_t total;   /* bytes of work; 0: not known, no bar is shown */
    enum when when;   /* on a terminal and after a second; at once and anywhere; or never */
    struct progress_files *files; /* FILE is one of several; or NULL */
};

void progress_begin(struct progress *progress, const struct progress_plan *plan);
/* Tells that `done` bytes are done. Cheap, may be called often. */
void progress_update(struct progress *progress, uint64_t done);
/* Clears the bar before output, if that goes to a terminal. */
void progress_make_way(struct progress *progress);
/* Ends the work: clears the bar. */
void progress_end(struct progress *progress);

#endif
