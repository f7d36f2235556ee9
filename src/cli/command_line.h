/*
 * command_line.h - the arguments as the user gave them, and corrected command lines for messages.
 */
#ifndef MMTOOL_CLI_COMMAND_LINE_H
#define MMTOOL_CLI_COMMAND_LINE_H

#include "commands/command.h"

/* argv, and what it was parsed into. In a script the first argument is the subcommand. */
struct command_line {
    int argc;
    const char *const *argv;
    int first; /* index of the first argument behind the subcommand */
    const struct request *request;
};

/* How many operands there are, FILE among them; with --files those that became FILEs. */
size_t command_line_count(const struct command_line *line);
/* An operand of the request; number 0 is FILE. */
const char *command_line_operand(const struct command_line *line, size_t number);

/*
 * The option that stands right before that operand and could have taken it for its value, if it had
 * been written behind the option without a blank; NULL if there is none. `*index`: of the option in
 * argv.
 */
const struct option *command_line_option_before(const struct command_line *line, size_t number,
                                                int *index);

enum { SUGGESTION_TEXT = 400 };

/* A command line that is offered in a message, in the making. */
struct suggestion {
    char text[SUGGESTION_TEXT]; /* as it is typed into a shell */
    size_t used;
    bool fits; /* else the text is incomplete */
};

/* Starts with "mmtool SUBCOMMAND". */
void suggestion_begin(struct suggestion *suggestion, const struct command_line *line);
/* Adds the options, with their values, but no operand and no "--". */
void suggestion_add_options(struct suggestion *suggestion, const struct command_line *line);
/* Adds all arguments as they are, but joins argv[index] and the one after it, `between` them. */
void suggestion_add_joined(struct suggestion *suggestion, const struct command_line *line,
                           int index, const char *between);
/* Adds an argument, quoted where the shell needs that. */
void suggestion_add_word(struct suggestion *suggestion, const char *argument);
/* The same for an operand: "--" stands before it if it looks like an option. */
void suggestion_add(struct suggestion *suggestion, const char *operand);
/* Adds a part of the command as it is. */
void suggestion_add_plain(struct suggestion *suggestion, const char *text);
/* ": " and the command, or "" if it does not fit. Uses the suggestion's text. */
const char *suggestion_end(struct suggestion *suggestion);

#endif
