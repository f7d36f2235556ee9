/*
 * descriptions.h - the descriptions of options, as man/options.mdoc has them.
 *
 * A line '.\" @option --NAME' begins the description of an option, in all subcommands that have it.
 * '.\" @option find,rfind --NAME' begins one for these subcommands: it goes before a general one.
 * '.\" @title TITLE' begins a text that stands below that title of help, before its options.
 * A description ends where the next one begins. An empty one shares the text of the next one.
 */
#ifndef MMTOOL_DESCRIPTIONS_H
#define MMTOOL_DESCRIPTIONS_H

#include "cli/commands.h"

#include <stdio.h>

struct description {
    const char *commands; /* names with commas between; NULL: every other subcommand */
    const char *option;   /* the name without dashes; NULL: a title */
    const char *title;
    const char *text; /* whole lines of mdoc */
    size_t line;      /* where it begins in the file */
    bool used;        /* an option of a subcommand has it */
};

/* Reads all descriptions; called once. False, and a message on standard error, if one is wrong. */
bool descriptions_read(const char *path);

/* Of an option of a subcommand; NULL if there is none. */
struct description *description_of_option(const struct command *command,
                                          const struct option *option);

/* Of a title; NULL if there is none. */
struct description *description_of_title(const struct command *command, const char *title);

/*
 * False, and a message for each on standard error, if an option of any subcommand has no
 * description, or a description has no option.
 */
bool descriptions_check(const char *path);

#endif
