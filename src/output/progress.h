/*
 * progress.h - a bar on standard error while long work goes on.
 *
 * It tells the part that is done, the rate and the time left, and is wiped away
 * at the end. What goes to standard output may go to the same terminal: wipe the
 * bar before anything is written there.
 */
#ifndef MMTOOL_PROGRESS_H
#define MMTOOL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

struct progress {
    const char *name; /* of the work; not owned */
    uint64_t total;   /* bytes to go through */
    bool wanted;      /* it can be shown at all */
    bool terminal;
    double began; /* seconds */
    double next;  /* when it is to be drawn again */
    bool shown;
};

/* `when`: on a terminal and after a second (auto), at once and anywhere (always), or never. */
void progress_begin(struct progress *progress, const char *name, uint64_t total, enum when when);
/* `done` of the bytes are done; cheap, may be called often. */
void progress_update(struct progress *progress, uint64_t done);
/* Takes the bar from the terminal, until it is drawn again. */
void progress_wipe(struct progress *progress);

enum { PROGRESS_LINE = 256 };
/*
 * The line that shows `done` bytes after `took` seconds, without control characters: as
 * much of name, bar and numbers as fits beside the last of `columns` columns.
 */
void progress_format(const struct progress *progress, uint64_t done, double took, unsigned columns,
                     char line[PROGRESS_LINE]);

#endif
