/*
 * window.h - bytes of a mapping in memory, for those who read here and there.
 *
 * What was read last is kept, so that reading on nearby costs nothing.
 */
#ifndef MMTOOL_WINDOW_H
#define MMTOOL_WINDOW_H

#include "mapping.h"

/* A code unit of the text: what a newline, or the NUL of a string, is one of. Zeroed: a byte. */
struct code_unit {
    size_t more;    /* bytes behind its first one: 0, 1, 3 or 7 */
    size_t newline; /* which of them is '\n' in a newline; the others are 0 */
};

/* A zeroed struct with a mapping is an empty window. */
struct window {
    const struct mapping *mapping;
    struct code_unit unit; /* see lines.h; it is never cut in two by what is at hand */
    unsigned char *memory; /* owned */
    size_t capacity;       /* of memory */
    const unsigned char *bytes;
    uint64_t first;  /* offset of bytes[0] in the file */
    size_t length;   /* bytes held */
    unsigned change; /* of a stream, when they were taken: see struct incoming */

    struct view view;    /* owned, of `region` */
    struct range region; /* empty: there is no view */
    struct range shown;  /* bytes that lie in there are taken from the view */
};

/*
 * `length` bytes at `offset`, valid until the next call; read unless the window
 * holds them already. NULL and an error if they cannot be read.
 */
const unsigned char *window_read(struct window *window, uint64_t offset, size_t length,
                                 struct error *error);

static inline size_t window_unit(const struct window *window)
{
    return window->unit.more + 1;
}

/* Bytes beyond whole units of such a size, a power of two. */
static inline uint64_t rest_of_units(uint64_t length, size_t unit)
{
    return length & (unit - 1);
}

/*
 * The bytes from `offset` on, as far as they are at hand, but not behind `end`, which is
 * greater. When there is no whole unit at hand, about `step` are read, half of them in front.
 */
const unsigned char *window_from(struct window *window, uint64_t offset, uint64_t end, size_t step,
                                 size_t *length, struct error *error);

/*
 * The same for who does not look back: what is read are whole pages of the file, from
 * that of `offset` on to that of `end`, `step` bytes (of whole pages) at most.
 */
const unsigned char *window_ahead(struct window *window, uint64_t offset, uint64_t end, size_t step,
                                  size_t *length, struct error *error);

/* The mirror image of window_from(): the bytes up to `offset`, not before `start`, less. */
const unsigned char *window_before(struct window *window, uint64_t offset, uint64_t start,
                                   size_t step, size_t *length, struct error *error);

/*
 * Shows a range through a view: no copy, but bytes that other programs change may differ
 * from one look to the next, and are to be touched under view_guard() only. Bytes outside
 * are read as before. On failure nothing has changed.
 *
 * The view is one of `region`, which holds the range, unless the last one holds it too: a
 * view costs address space only, and to map one makes the other threads wait.
 */
bool window_show(struct window *window, struct range range, struct range region,
                 struct error *error);
/* Back to reads. After a fault, too. The bytes shown are no memory of this process any more. */
void window_hide(struct window *window);

/* Forgets the bytes held if they are those of a stream and have moved; others here call it first.
 */
void window_follow(struct window *window);

void window_release(struct window *window);

#endif
