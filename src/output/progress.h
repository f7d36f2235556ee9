/*
 * progress.h - a progress bar on standard error.
 *
 * The bar shows how much is done, the rate and the time left, and is wiped at the end. Standard
 * output may go to the same terminal: wipe the bar before writing there.
 */
#ifndef MMTOOL_PROGRESS_H
#define MMTOOL_PROGRESS_H

#include "output/output.h"

struct progress {
    const char *name; /* name of the work; not owned */
    uint64_t total;   /* bytes of work; 0: no bar is shown */
    bool wanted;      /* whether the bar may be shown */
    bool anywhere;    /* not only on a terminal */
    bool terminal;    /* it is shown on one */
    double began;     /* seconds */
    double next;      /* when to draw the bar next, in seconds */
    bool shown;
};

/*
 * Starts the work. `when`: on a terminal and after a second (auto), at once and anywhere (always),
 * or never.
 */
void progress_begin(struct progress *progress, const char *name, uint64_t total, enum when when);
/* Tells that `done` bytes are done. Cheap, may be called often. */
void progress_update(struct progress *progress, uint64_t done);
/* Removes the bar from the terminal until it is drawn again. */
void progress_wipe(struct progress *progress);

enum { PROGRESS_LINE = 256 };
/*
 * Writes the line that shows `done` bytes after `took` seconds, without control characters. Shows
 * as much of name, bar and numbers as fits in `columns` columns without the last one.
 */
void progress_format(const struct progress *progress, uint64_t done, double took, unsigned columns,
                     char line[PROGRESS_LINE]);

#endif
