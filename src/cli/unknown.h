/* unknown.h - words that mean nothing, and what was likely meant. All fill `error`. */
#ifndef MMTOOL_CLI_UNKNOWN_H
#define MMTOOL_CLI_UNKNOWN_H

#include "commands/command.h"

/*
 * A long option, without its dashes and `length` bytes long, that the subcommand has
 * not. Where others have it they are named, since a word that is merely similar could
 * be the opposite of what is wanted.
 */
bool unknown_option(const struct command *command, const char *name, size_t length,
                    struct error *error);

/* A word in the place of a subcommand. */
bool unknown_command(const char *word, struct error *error);

#endif
