/* commands.h - the table of subcommands, and the groups of options that its rows name. */
#ifndef MMTOOL_CLI_COMMANDS_H
#define MMTOOL_CLI_COMMANDS_H

#include "commands/command.h"

/* The subcommands in the order in which help lists them; a row without a name ends the table. */
extern const struct command commands[];

/* Groups of options, in options*.c; a row without a name ends each. */
extern const struct option options_common[], options_type[], options_data[], options_read_dump[],
    options_find_dump[], options_read[], options_find[], options_matching[], options_sorted[],
    options_write[], options_resize[], options_advise[], options_flush[], options_info[],
    options_change[], options_look[], options_splice[], options_expect[], options_mapping[],
    options_run[], options_recover[], options_diff[], options_files[], options_names[],
    options_within[], options_with[], options_form[];

/* The field of the request at option->offset. */
void *option_field(struct request *request, const struct option *option);
/* Stores the value of an option (NULL: none was given) as its row says. */
option_setter option_store;
/* Stores a string. A second value would silently replace the first: an error. */
option_setter options_set_once;
/* Adds a string to a list. */
bool option_add_string(struct string_list *list, const char *value, struct error *error);
/* Stores a number in a uint64_t. */
option_setter options_set_number;
/* Stores the base of numbers, which options_radixes lists. */
option_setter options_set_radix;
extern const char *const options_radixes[];
/* Stores auto, always or never, which are options_when, in an enum when. */
option_setter options_set_when;
extern const char *const options_when[];

/* The subcommand's option of that letter; NULL if there is none. */
const struct option *command_option_by_letter(const struct command *command, char letter);
/*
 * The option that the name (`length` bytes, without dashes) is, or alone abbreviates; else NULL.
 * `*count`: how many options it may stand for.
 */
const struct option *command_option_by_name(const struct command *command, const char *name,
                                            size_t length, size_t *count);

enum { OPTION_VALUE_TEXT = 64 };
/* The value of an option as help names it: "N", "read|write|copy"; "" if none. Returns `text`. */
const char *option_value_text(const struct option *option, char text[OPTION_VALUE_TEXT]);

/* The index of a word (`length` bytes) among the option's words; false and an error if none. */
bool option_find_word(const struct option *option, const char *word, size_t length, size_t *index,
                      struct error *error);
/* The error for a word that is not one of the option's: it lists them. Returns false. */
bool option_word_error(const struct option *option, const char *word, size_t length,
                       struct error *error);

#endif
