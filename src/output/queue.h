/*
 * queue.h - standard output that never waits for a slow reader for long.
 *
 * A search holds its file's lock, and the reader of its results may want to edit that file. If the
 * search waited for the reader, and the reader for the lock, neither would end. So what the reader
 * does not take at once goes to the queue, and a thread writes it while the search goes on. The
 * queue keeps up to OUTPUT_QUEUE_MEMORY bytes in memory and the rest in a temporary file without a
 * name.
 *
 * When memory is full, a reader that is only slower than the search is waited for, as long as it
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
 * Makes a queue and starts its thread. `locked` is the file whose lock is held; not owned.
 * `directory` is where the temporary file is made, NULL for the system's; not owned. NULL and an
 * error if memory is short.
 */
struct output_queue *output_queue_new(struct file *locked, const char *directory,
                                      struct error *error);
/* From now on another file is locked. To be called by the thread that adds. */
void output_queue_set_locked(struct output_queue *queue, struct file *locked);
/*
 * Adds a copy of the bytes. False if an earlier write has failed, or if the bytes cannot be kept
 * and an editor waits for the lock; then the queue has taken some of the first bytes, or none.
 */
bool output_queue_add(struct output_queue *queue, const void *bytes, size_t length,
                      struct error *error);
/* Whether everything was written so far, without an error. */
bool output_queue_is_idle(struct output_queue *queue);
/* Gives the reader a moment to take what waits. False if a write has failed by then. */
bool output_queue_check(struct output_queue *queue, struct error *error);
/* Waits until everything is written and frees the queue. False if some could not be written. */
bool output_queue_end(struct output_queue *queue, struct error *error);

/*
 * Writes to standard output directly, without the queue. If the reader has gone, the error has
 * `silent` set.
 */
bool output_write(const void *bytes, size_t length, struct error *error);
/* Sets the error for a reader that has gone, with `silent` set; false. */
bool output_deserted(struct error *error);

#endif
