/*
 * script.h - the state of a running script, and how its commands are run.
 *
 *   run.c               run: a script of subcommands over one mapping
 *   lines.c             reads the commands of a script one after the other
 *   shell_words.c       a line split into words, quoted as in a POSIX shell
 *   dispatch.c          runs a command as a subcommand or as a builtin
 *   command.c           a subcommand of a script, on the script's mapping
 *   builtin.c           builtins: commands that only scripts have, such as seek and tell
 *   expand.c            expands "." and "match" in positions and ranges
 *   inputs.c            the streams that the commands of an atomic script read besides FILE
 *
 * With --atomic, edit/overlay.c shows edits to later commands before they are applied at the end.
 */
#ifndef MMTOOL_SCRIPT_H
#define MMTOOL_SCRIPT_H

#include "commands/command.h"
#include "journal/journal.h"
#include "script/inputs.h"
#include "script/lines.h"
#include "script/expand.h"
#include "script/shell_words.h"

struct script {
    struct session *outer; /* of run itself */
    struct mapping_shape shape;
    struct overlay *overlay; /* owned; NULL: each edit is applied at once */
    struct script_lines lines;
    /* The current command. */
    struct shell_words words;
    const char *text; /* as it was written; owned by `lines` */
    size_t length;    /* of `text` */
    uint64_t number;  /* of its first line, or of its --command */

    struct script_names names;
    bool closed; /* by the builtin close: no more commands can run */
    struct script_inputs inputs;
    struct journal resting; /* of the last edit: see journal_rest(); its file is NULL: none */
};

/* The stages of run, for its row of the command table. */
extern const struct command_stages run_stages;
command_run cmd_run;

/* The table row of the current command; NULL if it is not a subcommand. */
static inline const struct command *script_row(const struct script *script)
{
    if (script->words.count == 0)
        return NULL;
    return command_find(script->outer->request->table, script->words.items[0]);
}

/* Whether the current command is an edit, so that its answer "no" ends the script. */
static inline bool script_edits(const struct script *script)
{
    const struct command *command = script_row(script);
    return command && command->access == COMMAND_CHANGES;
}

/*
 * Ends the rest of the journal, before anything that may take long: its file is in sight, and a
 * signal waits meanwhile. script_take_signals() only stops the script at once if a signal came.
 * False: one came.
 */
bool script_end_rest(struct script *script, struct error *error);
bool script_take_signals(struct error *error);

/* Runs the current command. The answer "no" is an error with STATUS_NO. */
bool script_command(struct script *script, struct error *error);

/* Runs a subcommand given by words, which need not be those of the current command. */
bool script_subcommand(struct script *script, const char *const *words, size_t count,
                       struct error *error);

/* The current size in bytes of the file, window or memory that the script works on. */
bool script_size(struct script *script, uint64_t *size, struct error *error);

/* The same; if `position` is a line, replaces it by the line's offset. */
bool script_locate(struct script *script, struct position *position, uint64_t *size,
                   struct error *error);

typedef bool script_builtin_run(struct script *script, struct error *error);

struct script_builtin {
    const char *name; /* NULL ends the table */
    const char *operands;
    size_t least, most;
    script_builtin_run *run; /* NULL: `close`, after which no more commands can run */
    bool lasts;              /* it may take long */
};

extern const struct script_builtin script_builtins[];

/* The row of that name, or NULL. */
const struct script_builtin *script_builtin_find(const char *name);

#endif
