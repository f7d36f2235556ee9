/*
 * progress_line.h - the line that a progress bar draws.
 *
 * Pure: no clock and no terminal.
 */
#ifndef MMTOOL_PROGRESS_LINE_H
#define MMTOOL_PROGRESS_LINE_H

#include <stdint.h>

/* How far the work is. */
struct progress_state {
    const char *work;   /* name of the subcommand: short, ASCII; not owned */
    const char *file;   /* path of FILE in any bytes, or NULL: there are several; not owned */
    double seconds;     /* since the start */
    double part;        /* done, from 0 to 1; negative: not known */
    uint64_t bytes;     /* done */
    uint64_t total;     /* bytes of FILE; unused if there are several */
    uint64_t files;     /* done, of several */
    uint64_t all_files; /* of several; UINT64_MAX: not known */
};

enum { PROGRESS_LINE = 512 };
/*
 * Writes as much of name, bar and numbers as fits in `columns` columns without the last one. The
 * line has no control characters. It may be empty.
 */
void progress_line(const struct progress_state *state, unsigned columns, char line[PROGRESS_LINE]);

#endif
