/*
 * window.h - bytes of a mapping in memory, for those who read here and there.
 *
 * What was read last is kept, so that reading on nearby costs nothing.
 */
#ifndef MMTOOL_WINDOW_H
#define MMTOOL_WINDOW_H

#include "mapping.h"

/* A zeroed struct with a mapping is an empty window. */
struct window {
    const struct mapping *mapping;
    unsigned char *memory; /* owned */
    size_t capacity;       /* of memory */
    const unsigned char *bytes;
    uint64_t first; /* offset of bytes[0] in the file */
    size_t length;  /* bytes held */
};

/*
 * `length` bytes at `offset`, valid until the next call; read unless the window
 * holds them already. NULL and an error if they cannot be read.
 */
const unsigned char *window_read(struct window *window, uint64_t offset, size_t length,
                                 struct error *error);

/*
 * The bytes from `offset` on, as far as they are at hand, but not behind `end`, which
 * is greater. When none are at hand, about `step` are read, half of them in front.
 */
const unsigned char *window_from(struct window *window, uint64_t offset, uint64_t end, size_t step,
                                 size_t *length, struct error *error);

/* The mirror image: the bytes up to `offset`, not before `start`, which is less. */
const unsigned char *window_before(struct window *window, uint64_t offset, uint64_t start,
                                   size_t step, size_t *length, struct error *error);

void window_release(struct window *window);

#endif
