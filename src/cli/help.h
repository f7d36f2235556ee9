/* help.h - help texts and the dump of the tables, all printed from the tables. */
#ifndef MMTOOL_CLI_HELP_H
#define MMTOOL_CLI_HELP_H

#include "commands/command.h"

bool help_overview(struct output *output, struct error *error);
bool help_command(const struct command *command, struct output *output, struct error *error);
bool help_version(struct output *output, struct error *error);

/*
 * One line for each subcommand, followed by one for each of its options, tab-separated:
 *   command NAME OPERANDS SUMMARY
 *   option COMMAND --NAME -LETTER none|required|optional VALUE SUMMARY
 * then one line for each byte type: type NAME. Empty fields are "-".
 */
bool help_dump(struct output *output, struct error *error);

#endif
