/* unknown.h - errors for unknown options and subcommands, with a suggestion. Each returns false. */
#ifndef MMTOOL_CLI_UNKNOWN_H
#define MMTOOL_CLI_UNKNOWN_H

#include "commands/command.h"

/*
 * The subcommand has no long option of this name (without dashes, `length` bytes). Names the
 * subcommands that have it. Only if there are none, suggests a similar option of this
 * subcommand: such an option could do the opposite of what the user wants.
 */
bool unknown_option(const struct command *command, const char *name, size_t length,
                    struct error *error);

/* `word` stands where the name of a subcommand belongs. */
bool unknown_command(const char *word, struct error *error);

#endif
