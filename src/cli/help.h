/* help.h - help texts and the dump of the tables, all printed from the tables. */
#ifndef MMTOOL_CLI_HELP_H
#define MMTOOL_CLI_HELP_H

#include "commands/command.h"

/* All subcommands and topics, on one screen of 80 columns and 24 lines. */
bool help_overview(struct output *output, struct error *error);

/* The same on standard error, as the report of a usage error; returns false. */
bool help_no_subcommand(struct error *error);

/* All options of a subcommand, or (help_brief) what most people need of it, on one screen. */
bool help_command(const struct command *command, struct output *output, struct error *error);
bool help_brief(const struct command *command, struct output *output, struct error *error);

/* The titles of options, at their enum option_title; the first one (OPTION_SAME) is NULL. */
extern const char *const help_titles[];
extern const size_t help_title_count;

/*
 * Shows the subcommand's manual page in a pager, if standard output is a terminal and the page is
 * there; else false. `program` is argv[0]: a page may lie beside it.
 */
bool help_manual(const struct command *command, const char *program);

/*
 * One line for each subcommand, followed by one for each of its options, tab-separated:
 *   command NAME OPERANDS SUMMARY
 *   option COMMAND --NAME -LETTER none|required|optional VALUE SUMMARY
 * then one line for each byte type: type NAME. Empty fields are "-".
 */
bool help_dump(struct output *output, struct error *error);

#endif
