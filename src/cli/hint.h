/*
 * hint.h - the beginner's mistake behind a command that failed, and the command that was meant.
 *
 * Each function is called for a command that has failed, with its error. It replaces or completes
 * the message where it recognizes a mistake, and keeps the error else. Returns false.
 */
#ifndef MMTOOL_CLI_HINT_H
#define MMTOOL_CLI_HINT_H

#include "cli/command_line.h"

/* The command line has too few operands. */
bool hint_missing(const struct command_line *line, struct error *error);

/* The command line has more operands than the subcommand takes. */
bool hint_too_many(const struct command_line *line, struct error *error);

/* Completes a message that DATA is missing, if it may be what is piped in. */
bool hint_data(const struct command_line *line, struct error *error);

/* The command was run and failed: FILE cannot be opened, or an operand is malformed. */
bool hint_failed(const struct command_line *line, struct error *error);

#endif
