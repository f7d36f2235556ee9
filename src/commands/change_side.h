/*
 * change_side.h - the bytes of a file before or after a change, for showing parts of it.
 */
#ifndef MMTOOL_CHANGE_SIDE_H
#define MMTOOL_CHANGE_SIDE_H

#include "base/diag.h"
#include "base/range.h"

enum { CHANGE_SIDE_MOST = 32 * 1024 }; /* bytes that change_side_bytes() returns at once */

/* Bytes that were read. */
struct change_side_part {
    unsigned char *memory; /* owned */
    struct range held;     /* which of the file they are */
};

/* A zeroed struct with the first three members set is ready for use. */
struct change_side {
    uint64_t size; /* bytes of the file */
    bool (*read)(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                 struct error *error);
    void *context; /* argument of read() */
    /* The last change is printed when the next one is known: parts of both are kept. */
    struct change_side_part parts[2];
    unsigned last; /* the part that was used last */
};

void change_side_release(struct change_side *side);

/*
 * The bytes of a range that lies in the file, at most CHANGE_SIDE_MOST, valid until the next call.
 * NULL and an error if they cannot be read.
 */
const unsigned char *change_side_bytes(struct change_side *side, struct range range,
                                       struct error *error);

/* Longer lines are not shown as lines: their starts and ends are not looked for. */
enum { CHANGE_LINE_MOST = 4096 };
#define CHANGE_NO_LINE UINT64_MAX

/*
 * The end of the line at `offset`, behind its newline; `limit` ends it, too. CHANGE_NO_LINE if it
 * has more than CHANGE_LINE_MOST bytes from `offset` on.
 */
bool change_side_line_end(struct change_side *side, uint64_t offset, uint64_t limit, uint64_t *end,
                          struct error *error);

/*
 * The start of the line that has bytes before `offset`, which is no line's end, or `limit` if that
 * is behind it. CHANGE_NO_LINE if it has more than CHANGE_LINE_MOST bytes before `offset`.
 */
bool change_side_line_start(struct change_side *side, uint64_t offset, uint64_t limit,
                            uint64_t *start, struct error *error);

/* Whether a line begins at `offset`: at the start of the file or behind a newline. */
bool change_side_begins_line(struct change_side *side, uint64_t offset, bool *begins,
                             struct error *error);

#endif
