/*
 * pool.h - the new bytes of edits: operands, in memory, and after them perhaps a range of another
 * file, which is never read into memory as a whole.
 */
#ifndef MMTOOL_POOL_H
#define MMTOOL_POOL_H

#include "base/buffer.h"
#include "edit/list.h"
#include "mapping.h"
#include "mapping/reader.h"

struct pool {
    struct buffer bytes;     /* pool offsets from 0; owned */
    struct mapping file;     /* if has_file: the file with further bytes; owned */
    struct range file_range; /* which of its bytes */
    struct reader reader;    /* of the file: serves many short edits by one read; owned */
    bool has_file;
};

void pool_init(struct pool *pool);
bool pool_release(struct pool *pool, struct error *error);

/* Bytes in the pool. */
uint64_t pool_size(const struct pool *pool);

/* Reads `length` bytes from `offset`; they must lie in the pool. */
bool pool_read(struct pool *pool, uint64_t offset, void *bytes, size_t length, struct error *error);

/*
 * Reads a part of the new bytes of an edit of `target` that is not EDIT_ZEROS. `part` counts from
 * the first new byte.
 */
bool pool_read_edit(struct pool *pool, const struct mapping *target, const struct edit *edit,
                    struct range part, unsigned char *bytes, struct error *error);

/*
 * The same bytes if they lie in memory, one behind the other, else NULL; also NULL for EDIT_COPY.
 * Valid until the pool changes.
 */
const unsigned char *pool_memory(const struct pool *pool, const struct edit *edit,
                                 struct range part);

#endif
