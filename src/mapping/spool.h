/*
 * spool.h - the bytes of a stream, kept: in memory, or in a file if there are more than
 * SPOOL_MEMORY.
 *
 * The file has no name, so nothing is left of it when the process dies. It is made in the first of
 * these directories that allows it: the one for journals, if the user gave one; that of FILE; the
 * system's directory for temporary files.
 */
#ifndef MMTOOL_SPOOL_H
#define MMTOOL_SPOOL_H

#include "base/buffer.h"
#include "mapping/newlines.h"
#include "platform/platform.h"

enum { SPOOL_MEMORY = 8 * 1024 * 1024 };

/* Where the file goes. */
struct spool_place {
    const char *journal_dir; /* or NULL */
    const char *beside;      /* a path in the directory to use; or NULL */
};

/* A zeroed struct with a place is empty. */
struct spool {
    struct spool_place place; /* its strings are not owned */
    struct buffer memory;     /* owned; all bytes, unless there is a file */
    struct file *file;        /* owned; or NULL */
    uint64_t size;            /* bytes kept */
};

/* Appends bytes. After an error (a full disk, no memory) it can only be released. */
bool spool_append(struct spool *spool, const void *bytes, size_t length, struct error *error);

/* Reads `length` bytes at `offset`; they must lie inside. */
bool spool_read(const struct spool *spool, uint64_t offset, void *bytes, size_t length,
                struct error *error);

/*
 * Reads a stream to its end, drops the first `skip` bytes, and appends the next ones, at most
 * `most`. Stops when the bytes up to `end` have been appended.
 * `*skipped` is how many bytes were dropped: fewer if the stream ended.
 */
struct spool_part {
    uint64_t skip, most;
    struct line_target *end; /* counts the bytes that are kept; or NULL */
};
bool spool_take(struct spool *spool, struct file *stream, struct spool_part part, uint64_t *skipped,
                struct error *error);

/* Appends the bytes of one read of the stream, at most `most`. */
bool spool_take_once(struct spool *spool, struct file *stream, size_t most, struct error *error);

void spool_release(struct spool *spool);

#endif
