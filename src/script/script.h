/*
 * script.h - the state of a running script, and how its commands are run.
 *
 *   run.c               run: a script of subcommands over one mapping
 *   lines.c             reads the commands of a script one after the other
 *   shell_words.c       a line split into words, quoted as in a POSIX shell
 *   dispatch.c          whether a command is a subcommand or one that only scripts have
 *   command.c           a subcommand of a script, on the script's mapping
 *   builtin.c           the commands that only scripts have: seek, tell, readline ...
 *   place.c             expands "." and "match" in positions and ranges
 *   inputs.c            the other files that the commands of an atomic script read
 *
 * --atomic: edits seen at once, done at the end, are edit/overlay.c.
 */
#ifndef MMTOOL_SCRIPT_H
#define MMTOOL_SCRIPT_H

#include "commands/command.h"
#include "script/inputs.h"
#include "script/lines.h"
#include "script/place.h"
#include "script/shell_words.h"

struct script {
    struct session *outer; /* of run itself */
    struct mapping_shape shape;
    struct overlay *overlay; /* owned; NULL: each edit is done at once */
    struct script_lines lines;
    struct shell_words words; /* of the command at hand */
    const char *text;         /* likewise, as it was written */
    size_t length;
    uint64_t number; /* likewise: of its line, or of -c */
    struct script_place place;
    bool closed;
    struct script_inputs inputs;
};

/* What run does while FILE is not open, for its row of the command table. */
extern const struct command_stages run_stages;
command_run cmd_run;

/* The row of the command at hand; NULL if it is no subcommand. */
static inline const struct command *script_row(const struct script *script)
{
    if (script->words.count == 0)
        return NULL;
    return command_find(script->outer->request->table, script->words.items[0]);
}

/* In dispatch.c: does the command in words; the answer "no" is an error of STATUS_NO. */
bool script_command(struct script *script, struct error *error);

/* Does the words of a subcommand, which need not be those of the line. */
bool script_subcommand(struct script *script, const char *const *words, size_t count,
                       struct error *error);

/* The size of what is seen, by now. */
bool script_size(struct script *script, uint64_t *size, struct error *error);

typedef bool script_builtin_run(struct script *script, struct error *error);

struct script_builtin {
    const char *name; /* NULL ends the table */
    const char *operands;
    size_t least, most;
    script_builtin_run *run;
};

extern const struct script_builtin script_builtins[];

/* The row of that name, or NULL. */
const struct script_builtin *script_builtin_find(const char *name);

/* Whether the command at hand changes bytes, so that its "no" ends the script. */
bool script_edits(const struct script *script);

#endif
