/* foreign.h - the subcommand for a word that other programs have. */
#ifndef MMTOOL_COMMANDS_FOREIGN_H
#define MMTOOL_COMMANDS_FOREIGN_H

#include <stdbool.h>

enum { FOREIGN_TEXT = 80 };

/*
 * The command to use in place of `word` (in any case), such as "mmtool find FILE PATTERN" for
 * "grep"; in a script without "mmtool" and FILE. False if the word is not known.
 */
bool foreign_command(const char *word, bool in_script, char text[FOREIGN_TEXT]);

/* Whether the words are equal but for the case of ASCII letters. */
bool foreign_equals(const char *word, const char *other);

#endif
