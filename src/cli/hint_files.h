/* hint_files.h - several FILEs where the subcommand takes one; and what hints share. */
#ifndef MMTOOL_CLI_HINT_FILES_H
#define MMTOOL_CLI_HINT_FILES_H

#include "cli/command_line.h"

/* Whether `path` is the name of a file, of any kind. */
bool hint_exists(const char *path);
bool hint_is_range(const char *text);

/*
 * Several FILEs without --files, as a glob makes them: replaces the error. False if there is at
 * most one.
 */
bool hint_files(const struct command_line *line, struct error *error);

/*
 * With --files PATTERN is missing: replaces the error if one operand could be it, because it is not
 * the name of a file. Returns false.
 */
bool hint_pattern(const struct command_line *line, struct error *error);

/* Appends "; TEXT: COMMAND" to the error's message. Returns true. */
bool hint_append(struct error *error, const char *text, struct suggestion *meant);

#endif
