/*
 * input.h - what a command reads besides FILE: the bytes of --from, or the script of --edits.
 *
 * The input is read before FILE is opened and locked. So one end of a pipeline can read FILE
 * while the other end edits it: the editor holds no lock while it waits for its input, and when
 * it locks FILE, the reader is done.
 *
 * A stream (standard input, a pipe, a FIFO, a device) is read to its end, or to the end of
 * RANGE, and kept: see mapping/spool.h. Of a regular file, up to SPOOL_MEMORY bytes are read
 * into memory. More are read while the edit is made, because a regular file never makes the
 * reader wait. If the input is FILE itself, input_settle() reads it under FILE's lock.
 */
#ifndef MMTOOL_INPUT_H
#define MMTOOL_INPUT_H

#include "commands/request.h"
#include "mapping.h"
#include "mapping/spool.h"

/* A zeroed struct is no input. */
struct input {
    bool given;
    const char *option;     /* "from" or "edits", for messages */
    bool from_stream;       /* standard input or a stream: if empty, its writer may have failed */
    struct mapping mapping; /* open, if given; owned */
    struct range range;     /* the bytes asked for, as offsets in `mapping` */
    const char *range_text; /* the text of RANGE; NULL: everything */
    const struct byte_type *type; /* of the lines that RANGE may name; or NULL */
};

/*
 * Opens and reads the input that the request names; without one, succeeds and is not `given`.
 * On failure there is nothing to release. A kill here changes no file.
 */
bool input_take(struct input *input, const struct request *request, const char *journal_dir,
                struct error *error);

/* The same, but takes streams only: with a regular file it succeeds and is not `given`. */
bool input_take_stream(struct input *input, const struct request *request, const char *journal_dir,
                       struct error *error);

/*
 * Call it when FILE (`target`) is locked. If the input is FILE itself, reads its bytes into
 * memory now, before the edit moves them. In a script, earlier edits are seen. `input` may be
 * NULL.
 */
bool input_settle(struct input *input, const struct mapping *target, struct error *error);

/* Releases what input_take() took. A zeroed struct is allowed. */
bool input_release(struct input *input, struct error *error);

#endif
