/*
 * inputs.h - what the commands of an atomic script read besides FILE.
 *
 * FILE is locked from the first command of such a script to its end, so streams that its
 * commands read (--from, --edits) are taken before, all of them: who feeds one may read
 * FILE. Regular files wait for nobody, and are read when their command comes.
 */
#ifndef MMTOOL_SCRIPT_INPUTS_H
#define MMTOOL_SCRIPT_INPUTS_H

#include "commands/input.h"

/* That of one command. */
struct script_input {
    uint64_t number; /* of the command's line */
    struct input input;
};

/* Zeroed there are none. In the order of the commands. */
struct script_inputs {
    struct script_input *items; /* owned */
    size_t count;
    size_t next; /* the first whose command has not come yet */
};

struct script;

/*
 * Goes through the script, all of which has been taken, and back to its beginning. Commands
 * that are wrong are passed over: they are told when they are run. An input that cannot be
 * had is left to its command, too.
 */
bool script_inputs_take(struct script *script, struct error *error);

/* That of the command at hand, or NULL. */
struct input *script_inputs_find(struct script *script);

void script_inputs_release(struct script_inputs *inputs);

#endif
