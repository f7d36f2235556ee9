/*
 * input.h - what a command reads besides FILE: the bytes of --from, the values of --typed-from, the
 * script of --edits, and the lines of --patterns-from.
 *
 * The input is read before FILE is opened and locked. So one end of a pipeline can read FILE
 * while the other end edits it: the editor holds no lock while it waits for its input, and when
 * it locks FILE, the reader is done.
 *
 * A stream (standard input, a pipe, a FIFO, a device) is read to its end, or to the end of
 * RANGE, and kept: see mapping/spool.h. Of a regular file, up to SPOOL_MEMORY bytes are read
 * into memory. More are read while the edit is made, because a regular file never makes the
 * reader wait. If the input is FILE itself, input_settle() reads it under FILE's lock. Values are
 * read and encoded at once, and their bytes are kept like those of a stream; but a long text, which
 * stands for its own bytes, is read like those of --from, and one that stands for UTF-16 is checked
 * and counted at once, and read again while the edit is made, unless several FILEs get it or it is
 * FILE itself.
 */
#ifndef MMTOOL_INPUT_H
#define MMTOOL_INPUT_H

#include "commands/request.h"
#include "mapping.h"
#include "mapping/spool.h"

/* A zeroed struct is no input. */
struct input {
    bool given;
    const char *option;       /* its name, for messages */
    bool from_stream;         /* standard input or a stream: if empty, its writer may have failed */
    struct error failure;     /* a stream was read with this error: the command is to report it */
    bool encoded;             /* of --typed-from: the bytes are those of its values, and are kept */
    bool is_text;             /* of --typed-from: they are those of the file, less a newline */
    bool is_for_one;          /* one FILE gets its bytes */
    struct spool_place place; /* for bytes that must be kept after all */
    struct mapping mapping;   /* open, if given; owned */
    struct range range;       /* the bytes asked for, as offsets in `mapping` */
    const char *range_text;   /* the text of RANGE; NULL: everything */
    const struct byte_type *type; /* of the lines that RANGE may name; or NULL */
    const struct record *record;  /* of the lines of --typed-from; or NULL */
};

/* All that a command reads. A zeroed struct has taken nothing. */
struct inputs {
    struct input data;     /* of --from, --typed-from or --edits */
    struct input patterns; /* of --patterns-from */
};

/* Whether the request names any. */
bool inputs_are_named(const struct request *request);

/* Whether something was taken, or failed to be. */
bool inputs_are_taken(const struct inputs *inputs);

/* Whether one of these is the standard input. */
bool inputs_are_standard(const struct request *request);

/* Whether the value of an option, or FILE, is the standard input: "-" or "-@RANGE". */
bool input_is_standard(const char *text);

/*
 * Opens and reads the inputs that the request names and that were not taken before. On failure
 * there is nothing to release. A kill here changes no file.
 */
bool inputs_take(struct inputs *inputs, const struct request *request, const char *journal_dir,
                 struct error *error);

/*
 * The same, but takes streams only: a regular file is left, and not `given`. If the reading of a
 * stream fails, inputs_take() reports that later.
 */
bool inputs_take_streams(struct inputs *inputs, const struct request *request,
                         const char *journal_dir, struct error *error);

/*
 * Call it when FILE (`target`) is locked. If the input is FILE itself, reads its bytes into
 * memory now, before the edit moves them. In a script, earlier edits are seen. `input` may be
 * NULL.
 */
bool input_settle(struct input *input, const struct mapping *target, struct error *error);

/*
 * All bytes of an input in memory: those it holds, or a copy in `room`, which the caller releases.
 * Valid until either is released.
 */
bool input_bytes(const struct input *input, struct buffer *room, const unsigned char **bytes,
                 size_t *length, struct error *error);

/* Releases what was taken. A zeroed struct is allowed. */
bool inputs_release(struct inputs *inputs, struct error *error);

/* The same. Returns `done`, or false and an error if closing fails. */
bool inputs_end(struct inputs *inputs, bool done, struct error *error);

/* Makes `copy` a copy that reads what `inputs` has taken, which must outlive it. */
void inputs_lend(const struct inputs *inputs, struct inputs *copy);

#endif
