/* dispatch.c - runs a command of a script as a subcommand or as a builtin. */
#include "commands/foreign.h"
#include "commands/report.h"
#include "script/script.h"

#include <stdio.h>

enum { MOST_NAMES = 32 };

static bool run_builtin(struct script *script, const struct script_builtin *builtin,
                        struct error *error)
{
    size_t operands = script->words.count - 1;
    if (operands < builtin->least || operands > builtin->most)
        return error_set(error, "usage: %s%s%s", builtin->name, *builtin->operands ? " " : "",
                         builtin->operands);
    script->closed = !builtin->run;
    return script->closed || builtin->run(script, error);
}

/* run and recover open FILE themselves, and a script already has it open; diff wants two files. */
static bool may_be_in_script(const struct command *command)
{
    return command->access != COMMAND_RUNS && command->access != COMMAND_RECOVERS &&
           !(command->traits & COMMAND_COMPARES);
}

static bool unknown_word(const struct script *script, const char *word, struct error *error)
{
    const char *names[MOST_NAMES + 1];
    char escaped[48], foreign[FOREIGN_TEXT];
    size_t count = 0;
    if (foreign_command(word, true, foreign))
        return error_set(error, "unknown subcommand \"%s\": use %s",
                         diag_escape(escaped, sizeof escaped, word), foreign);
    for (const struct command *row = script->outer->request->table; row->name && count < MOST_NAMES;
         row++)
        if (may_be_in_script(row))
            names[count++] = row->name;
    for (const struct script_builtin *row = script_builtins; row->name && count < MOST_NAMES; row++)
        names[count++] = row->name;
    names[count] = NULL;
    const char *nearest = diag_nearest(word, names);
    return error_set(error, "unknown subcommand \"%s\"%s%s%s",
                     diag_escape(escaped, sizeof escaped, word), nearest ? ": did you mean \"" : "",
                     nearest ? nearest : "", nearest ? "\"?" : "");
}

bool script_take_signals(struct error *error)
{
    platform_signals_restore();
    return !journal_must_stop(error);
}

bool script_end_rest(struct script *script, struct error *error)
{
    struct error left = {0};
    char text[sizeof left.message + 40];
    journal_end_rest(&script->resting, script->outer->mapping, &left);
    if (left.status != STATUS_DONE) {
        snprintf(text, sizeof text, "the edits are done, but %s", left.message);
        report_notice(script->outer->request, text);
    }
    return script_take_signals(error);
}

/* Edits one after the other use one journal. What only looks leaves it; what may take long does
 * not. */
static bool prepare(struct script *script, const struct command *command,
                    const struct script_builtin *builtin, struct error *error)
{
    if (script_edits(script))
        return true;
    bool looks = builtin ? !builtin->lasts : command->traits & COMMAND_PRINTS_FILE;
    return looks ? script_take_signals(error) : script_end_rest(script, error);
}

bool script_command(struct script *script, struct error *error)
{
    const char *word = script->words.items[0];
    const struct command *command = script_row(script);
    const struct script_builtin *builtin = command ? NULL : script_builtin_find(word);
    if (script->closed)
        return error_set(error, "the mapping is closed");
    if ((builtin || command) && !prepare(script, command, builtin, error))
        return false;
    if (builtin)
        return run_builtin(script, builtin, error);
    if (command && command->access == COMMAND_RECOVERS)
        return error_set(error, "a script cannot recover its file: run 'mmtool recover' outside of "
                                "the script");
    if (command && command->traits & COMMAND_COMPARES)
        return error_set(error, "a script works on one file: run 'mmtool %s' outside of the script",
                         command->name);
    if (!command || !may_be_in_script(command))
        return unknown_word(script, word, error);
    return script_subcommand(script, script->words.items, script->words.count, error);
}
