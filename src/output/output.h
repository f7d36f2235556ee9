/*
 * output.h - standard output: its buffer and its final check.
 *
 * No result is lost silently: every function returns false with an error if the
 * output cannot be written. output_flush() at the end reports what is still buffered.
 * If the reader has gone, the error has `silent` set.
 *
 * Code that holds a lock calls output_keep() first. Until output_release() no function
 * waits long for a slow reader, and none while an editor waits for the lock: see queue.h.
 *
 * The folder output: how results look and where they go. It knows base and the platform, but no
 * mapping, no request and no subcommand. In reading order:
 *
 *   output.c            standard output: its buffer and its final check
 *   name.c              the name of FILE in front of results
 *   queue.c             standard output that never waits for a slow reader for long
 *   dump_row.c          one row of offset, hex digits and text, as xxd prints them
 *   dump.c              many such rows, from bytes that are given in parts
 *   json.c              JSON strings from bytes that are given in parts
 *   progress.c          a progress bar on standard error
 *   progress_line.c     the line that it draws
 *   size_text.c         a number of bytes for people
 */
#ifndef MMTOOL_OUTPUT_H
#define MMTOOL_OUTPUT_H

#include "base/buffer.h"
#include "base/diag.h"
#include "base/io_buffer.h"
#include "base/range.h"

#include <stddef.h>
#include <stdint.h>

enum { OUTPUT_BUFFER = 64 * 1024 };

struct file;
struct output;
struct output_name;
struct output_queue;

/*
 * Takes what would go to standard output, in the thread that prints. `length` is 0 when the output
 * is flushed and has nothing.
 */
struct output_sink {
    bool (*take)(struct output_sink *sink, struct output *output, const void *bytes, size_t length,
                 struct error *error);
};

/* When to do what suits a terminal. */
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

struct output {
    _Alignas(IO_BUFFER_PAGE) unsigned char bytes[OUTPUT_BUFFER];
    size_t length;
    bool in_line;          /* the last byte written was not a newline */
    double next_look;      /* for output_pause(): when to check for a reader again, in seconds */
    bool keeping;          /* between output_keep() and output_release() */
    struct file *locked;   /* see output_keep(); not owned */
    const char *directory; /* the same */
    struct file *ready;    /* standard output opened so that writes do not wait, or NULL; owned */
    bool ready_known;      /* opening `ready` was tried */
    struct output_queue *queue;     /* what waits for a slow reader, or NULL; owned */
    struct output_sink *sink;       /* or NULL: standard output; not owned */
    const struct output_name *name; /* in front of each result, or NULL; not owned */
};

void output_init(struct output *output);
bool output_bytes(struct output *output, const void *bytes, size_t length, struct error *error);
/*
 * Room for `size` bytes, at most OUTPUT_BUFFER, which output_fill() takes as output. NULL and an
 * error if what is buffered cannot be written.
 */
unsigned char *output_room(struct output *output, size_t size, struct error *error);
/* The caller wrote `length` bytes to the room; no other output has come between. */
void output_fill(struct output *output, size_t length);
/*
 * Copies the first bytes of a range of a regular file, but never its last one, faster than
 * output_bytes() can; *copied is how many, perhaps 0. Fails only if what is buffered cannot be
 * written.
 */
bool output_copy_file(struct output *output, struct file *file, struct range range,
                      uint64_t *copied, struct error *error);
bool output_text(struct output *output, const char *text, struct error *error);
bool output_format(struct output *output, struct error *error, const char *format, ...)
    MMTOOL_PRINTF(3, 4);
/* Writes a newline unless the last byte written was one: the next output begins a line. */
bool output_begin_line(struct output *output, struct error *error);
/* Writes a number in base 10, or with its prefix in base 16, 8 or 2. */
bool output_number(struct output *output, uint64_t number, unsigned radix, struct error *error);
/*
 * From now on, keeps results that a slow reader does not take at once. `locked` (not owned) is
 * the open file whose lock is held. `directory` (not owned; NULL: the system's) is where a
 * temporary file for the results may be made. Call output_release(), which does not wait either,
 * before the file is closed.
 */
void output_keep(struct output *output, struct file *locked, const char *directory);
void output_release(struct output *output);
/* Writes what is buffered and what was kept. While keeping, it only starts to write. */
bool output_flush(struct output *output, struct error *error);
/* As output_flush(). Also an error if an earlier write has failed or the reader has gone. */
bool output_check(struct output *output, struct error *error);
/* Whether to print colours. WHEN_AUTO: on a terminal, unless the user has set NO_COLOR. */
bool output_is_colored(enum when when);
/* As output_flush(). From time to time, also an error if the reader has gone. */
bool output_pause(struct output *output, struct error *error);

#endif
