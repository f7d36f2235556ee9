/*
 * output.h - standard output: its buffer and its final check.
 *
 * No result is ever lost silently: every function returns false with an error
 * when the output cannot be written, and output_flush() at the end tells the
 * rest. A reader that went away is an error with `silent` set.
 *
 * Who holds a lock calls output_keep() first: from then on no function waits for a
 * slow reader, until output_release().
 *
 * The folder output: how results look and where they go. It knows base and the platform, but no
 * mapping, no request and no subcommand. In reading order:
 *
 *   output.c            standard output: its buffer and its final check
 *   queue.c             standard output for those who may not wait for its reader
 *   dump.c              rows of offset, hex digits and text, as xxd prints them
 *   json.c              strings of JSON, made of bytes that come in pieces
 *   progress.c          a bar on standard error while long work goes on
 */
#ifndef MMTOOL_OUTPUT_H
#define MMTOOL_OUTPUT_H

#include "base/buffer.h"
#include "base/diag.h"

#include <stddef.h>
#include <stdint.h>

enum { OUTPUT_BUFFER = 64 * 1024 };

struct file;
struct output_queue;

struct output {
    unsigned char bytes[OUTPUT_BUFFER];
    size_t length;
    bool in_line;     /* what was written last did not end in a newline */
    double next_look; /* for output_pause(): when, in seconds */
    bool keeping;     /* between output_keep() and output_release() */
    struct file *locked;
    const char *directory;
    struct file *ready;         /* takes what standard output takes at once, or NULL; owned */
    bool ready_known;           /* whether there is one */
    struct output_queue *queue; /* what was written while keeping, or NULL; owned */
};

void output_init(struct output *output);
bool output_bytes(struct output *output, const void *bytes, size_t length, struct error *error);
bool output_text(struct output *output, const char *text, struct error *error);
bool output_format(struct output *output, struct error *error, const char *format, ...)
    MMTOOL_PRINTF(3, 4);
/* A newline, unless what was written so far ended in one: what follows begins a line. */
bool output_begin_line(struct output *output, struct error *error);
/* A number in base 10, or with its prefix in base 16, 8 or 2. */
bool output_number(struct output *output, uint64_t number, unsigned radix, struct error *error);
/*
 * While `locked` (not owned) is open and its lock held, results are kept for a reader that is
 * slow: `directory` (not owned; NULL: the system's) is where a temporary file may be made for
 * them. output_release() comes before the file is closed, and does not wait either.
 */
void output_keep(struct output *output, struct file *locked, const char *directory);
void output_release(struct output *output);
/* Writes out what is buffered and what was kept; while keeping, it only begins to. */
bool output_flush(struct output *output, struct error *error);
/* output_flush(), and whether all could be written so far and somebody reads it. */
bool output_check(struct output *output, struct error *error);
/* output_flush(), and now and then a look whether somebody still reads what was written. */
bool output_pause(struct output *output, struct error *error);

#endif
