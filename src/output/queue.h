/*
 * queue.h - standard output for those who may not wait for its reader.
 *
 * A search holds its file's lock, and the reader of its results may want to edit that file: if the
 * search waited for the reader, and the reader for the lock, neither would end. So what the reader
 * does not take at once is given to the queue, and a thread writes it while the search goes on.
 * What waits is kept in memory, and in a temporary file without a name where it is more than
 * OUTPUT_QUEUE_MEMORY.
 *
 * A reader that is only not as fast as the search is waited for when memory is full, as long as it
 * makes progress and no editor waits for the lock.
 */
#ifndef MMTOOL_OUTPUT_QUEUE_H
#define MMTOOL_OUTPUT_QUEUE_H

#include "base/diag.h"

#include <stddef.h>

enum { OUTPUT_QUEUE_MEMORY = 16 * 1024 * 1024 };

struct file;
struct output_queue;

/*
 * `locked`: the file whose lock is held; not owned. `directory`: where the temporary file is made,
 * NULL for the system's; not owned. NULL and an error when memory is short.
 */
struct output_queue *output_queue_new(struct file *locked, const char *directory,
                                      struct error *error);
/*
 * Takes a copy of the bytes. False when an earlier write has failed, or when the bytes can neither
 * be kept nor waited with; the queue has taken some leading part of them, or none.
 */
bool output_queue_add(struct output_queue *queue, const void *bytes, size_t length,
                      struct error *error);
/* Whether all is written so far, without an error. */
bool output_queue_is_idle(struct output_queue *queue);
/* Gives the reader a moment to take what waits; false when a write has failed by then. */
bool output_queue_check(struct output_queue *queue, struct error *error);
/* Waits until all is written, and frees the queue; false when some could not be written. */
bool output_queue_end(struct output_queue *queue, struct error *error);

/* Writes to standard output at once; that its reader went away is an error with `silent` set. */
bool output_write(const void *bytes, size_t length, struct error *error);
bool output_deserted(struct error *error);

#endif
