/*
 * spool.h - the bytes of a stream, kept: in memory, and past SPOOL_MEMORY in a file.
 *
 * The file has no name, so that nothing of it is left when the process dies. It is made
 * in the first of these directories that takes one: that of journals, if the user gave
 * one; that of FILE, beside which a journal goes; the system's for temporary files.
 */
#ifndef MMTOOL_SPOOL_H
#define MMTOOL_SPOOL_H

#include "base/buffer.h"
#include "platform/platform.h"

enum { SPOOL_MEMORY = 16 * 1024 * 1024 };

/* Where the file goes. */
struct spool_place {
    const char *journal_dir; /* or NULL */
    const char *beside;      /* path of the file beside which it goes; or NULL */
};

/* A zeroed struct with a place is empty. */
struct spool {
    struct spool_place place; /* its strings are not owned */
    struct buffer memory;     /* owned; all of it, unless there is a file */
    struct file *file;        /* owned; or NULL */
    uint64_t size;            /* bytes kept */
};

/* Appends bytes. On an error (a full disk, no memory) the spool is of no further use. */
bool spool_append(struct spool *spool, const void *bytes, size_t length, struct error *error);

/* All `length` bytes at `offset`, which lie inside. */
bool spool_read(const struct spool *spool, uint64_t offset, void *bytes, size_t length,
                struct error *error);

/*
 * Appends what a stream gives, to its end, but `most` bytes at most, behind `skip` bytes
 * that are dropped. `*skipped` is how many of those there were.
 */
struct spool_part {
    uint64_t skip, most;
};
bool spool_take(struct spool *spool, struct file *stream, struct spool_part part, uint64_t *skipped,
                struct error *error);

/* Appends what one read of the stream gives, at most `most` bytes. */
bool spool_take_once(struct spool *spool, struct file *stream, size_t most, struct error *error);

void spool_release(struct spool *spool);

#endif
