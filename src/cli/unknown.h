/* unknown.h - errors for unknown or ambiguous options and unknown subcommands, with a suggestion.
 * Each returns false. */
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

/* The name abbreviates several options of the subcommand, which the error names. */
bool ambiguous_option(const struct command *command, const char *name, size_t length,
                      struct error *error);

/*
 * The subcommand has no option of this letter, which stands in `argument`. Suggests the option that
 * the whole argument names, or the one of the same letter in the other case; as above, not if other
 * subcommands have the letter.
 */
bool unknown_letter(const struct command *command, const char *argument, char letter,
                    struct error *error);

/*
 * `word` stands where the name of a subcommand belongs. Names the subcommand for a word that other
 * programs have. */
bool unknown_command(const char *word, bool in_help, struct error *error);

#endif
