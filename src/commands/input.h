/*
 * input.h - what a command reads besides FILE: the bytes of --from, the script of --edits.
 *
 * It is taken before FILE is opened and locked. So a pipeline may read FILE at one end and
 * edit it at the other: the editor waits for its input while it holds nothing that the
 * reader could wait for, and when it locks FILE, the reader is done.
 *
 * A stream (standard input, a pipe, a FIFO, a device) is read to its end, or as far as
 * RANGE says, and kept: see mapping/spool.h. Of a regular file up to SPOOL_MEMORY bytes are read
 * into memory; a larger one is opened and read while the edit is made, since that waits
 * for nobody. If it turns out to be FILE itself, its bytes are read under FILE's lock.
 */
#ifndef MMTOOL_INPUT_H
#define MMTOOL_INPUT_H

#include "commands/request.h"
#include "mapping.h"
#include "mapping/spool.h"

/* A zeroed struct is no input. */
struct input {
    bool given;
    const char *option; /* that names it, for messages */
    bool from_stream;   /* it is not a named regular file: empty, it may be a failed command's */
    struct mapping mapping; /* open, if given; owned */
    struct range range;     /* of `mapping`: what is asked for */
    const char *range_text; /* RANGE as it was written; NULL: all */
};

/*
 * Takes the input that the request names; none is no error. Dying here changes nothing.
 * On failure there is nothing to release.
 */
bool input_take(struct input *input, const struct request *request, const char *journal_dir,
                struct error *error);

/* The same, but of a stream only: a regular file is left for later, and not `given`. */
bool input_take_stream(struct input *input, const struct request *request, const char *journal_dir,
                       struct error *error);

/*
 * To be called when FILE is locked: if the input is FILE itself, reads it now, into memory,
 * since its bytes are about to move. Those that the edits of a script have changed are
 * read as changed.
 */
bool input_settle(struct input *input, const struct mapping *target, struct error *error);

/* Releases what input_take() took. A zeroed struct is allowed. */
bool input_release(struct input *input, struct error *error);

#endif
