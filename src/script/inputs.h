/*
 * inputs.h - the streams that the commands of an atomic script read besides FILE.
 *
 * FILE is locked from the first command of such a script to its end, and the program that feeds
 * a stream may need to read FILE. So all streams that the commands read (--from, --edits,
 * --patterns-from) are read before FILE is locked. Regular files are read when their command runs.
 */
#ifndef MMTOOL_SCRIPT_INPUTS_H
#define MMTOOL_SCRIPT_INPUTS_H

#include "commands/input.h"

/* The inputs of one command. */
struct script_input {
    uint64_t number; /* of the command's first line, or of its --command */
    struct inputs inputs;
};

/* A zeroed struct is empty. */
struct script_inputs {
    struct script_input *items; /* in the order of the commands; owned */
    size_t count;
    size_t next; /* the first input whose command has not run yet */
};

struct script;

/*
 * Reads the streams of all commands, then rewinds the script. The script must have been read to
 * its end (script_lines_take_all()). A malformed command, or an input that cannot be read, is
 * skipped here: the error is reported when the command runs.
 */
bool script_inputs_take(struct script *script, struct error *error);

/* The inputs of the current command, or NULL. */
struct inputs *script_inputs_find(struct script *script);

void script_inputs_release(struct script_inputs *inputs);

#endif
