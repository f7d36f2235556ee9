/*
 * pool.h - the new bytes of an edit: operands in memory, then perhaps a range of
 * another file, which is not read into memory as a whole.
 */
#ifndef MMTOOL_POOL_H
#define MMTOOL_POOL_H

#include "base/buffer.h"
#include "edit/list.h"
#include "mapping.h"

struct pool {
    struct buffer bytes;     /* pool offsets from 0; owned */
    struct mapping file;     /* further bytes, if has_file, else not set; owned */
    struct range file_range; /* of `file` */
    bool has_file;
};

void pool_init(struct pool *pool);
bool pool_release(struct pool *pool, struct error *error);

/* Bytes in the pool. */
uint64_t pool_size(const struct pool *pool);

/* All `length` bytes from pool offset `offset`, which lie inside. */
bool pool_read(struct pool *pool, uint64_t offset, void *bytes, size_t length, struct error *error);

/*
 * The `part` of the new bytes of an edit that does not bring zeros, counted from the first of
 * them, as it would be written to `target`.
 */
bool pool_read_edit(struct pool *pool, const struct mapping *target, const struct edit *edit,
                    struct range part, unsigned char *bytes, struct error *error);

#endif
