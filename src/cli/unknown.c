/* unknown.c - errors for unknown options and subcommands, with a suggestion. */
#include "cli/unknown.h"
#include "cli/commands.h"
#include "cli/help_topics.h"
#include "commands/foreign.h"
#include "platform/platform.h"

#include <stdio.h>
#include <string.h>

enum { MOST_OPTIONS = 64, ESCAPED = 200, AMBIGUOUS = 512 };

/* The subcommands that have an option of this name, or of this letter if that is not 0. */
static const char *owners_of(const char *name, char letter, char room[ESCAPED])
{
    size_t used = 0;
    room[0] = 0;
    for (const struct command *command = commands; command->name && used < ESCAPED; command++)
        if (letter ? command_option_by_letter(command, letter) != NULL
                   : command_has_option(command, name))
            used += (size_t)snprintf(room + used, ESCAPED - used, "%s%s", used ? ", " : "",
                                     command->name);
    return room;
}

static const char *nearest_option(const struct command *command, const char *word)
{
    const char *names[MOST_OPTIONS + 1];
    size_t count = 0;
    for (const struct option *const *group = command->groups; *group; group++)
        for (const struct option *option = *group; option->name && count < MOST_OPTIONS; option++)
            names[count++] = option->name;
    names[count] = NULL;
    return diag_nearest(word, names);
}

bool unknown_option(const struct command *command, const char *name, size_t length,
                    struct error *error)
{
    char escaped[ESCAPED], word[ESCAPED], owners[ESCAPED];
    size_t kept = length < sizeof word - 1 ? length : sizeof word - 1;
    memcpy(word, name, kept);
    word[kept] = 0;
    const char *nearest = nearest_option(command, word);
    diag_escape(escaped, sizeof escaped, word);
    if (*owners_of(word, 0, owners))
        return error_usage(error, "--%s is not an option of %s, but of %s", word, command->name,
                           owners);
    if (nearest)
        return error_usage(error, "unknown option \"--%s\": did you mean --%s?", escaped, nearest);
    return error_usage(error, "unknown option \"--%s\"", escaped);
}

bool ambiguous_option(const struct command *command, const char *name, size_t length,
                      struct error *error)
{
    const char *before = NULL;
    char text[AMBIGUOUS];
    int used = snprintf(text, sizeof text, "--%.*s is ambiguous: ", (int)length, name);
    for (const struct option *const *group = command->groups; *group; group++) {
        for (const struct option *option = *group; option->name; option++) {
            if (strncmp(option->name, name, length))
                continue;
            if (before && used < AMBIGUOUS)
                used += snprintf(text + used, AMBIGUOUS - (size_t)used, "--%s, ", before);
            before = option->name;
        }
    }
    used = used < AMBIGUOUS ? used - 2 : AMBIGUOUS - 1; /* without the last ", " */
    return error_usage(error, "%.*s or --%s", used, text, before);
}

/* "-count": the name of an option with one dash. */
static const struct option *one_dash(const struct command *command, const char *argument)
{
    size_t length = strcspn(argument + 1, "="), count;
    return length > 2 ? command_option_by_name(command, argument + 1, length, &count) : NULL;
}

bool unknown_letter(const struct command *command, const char *argument, char letter,
                    struct error *error)
{
    char escaped[8], owners[ESCAPED];
    const struct option *meant = one_dash(command, argument);
    bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    diag_escape_span(escaped, sizeof escaped, &letter, 1);
    if (meant)
        return error_usage(error, "unknown option \"%s\": did you mean --%s?", argument,
                           meant->name);
    if (*owners_of(NULL, letter, owners))
        return error_usage(error, "-%s is not an option of %s, but of %s", escaped, command->name,
                           owners);
    if (is_letter && (meant = command_option_by_letter(command, letter ^ ('a' ^ 'A'))))
        return error_usage(error, "unknown option \"-%s\": did you mean -%c, --%s?", escaped,
                           meant->letter, meant->name);
    return error_usage(error, "unknown option \"-%s\"", escaped);
}

/* The word is not the name of a subcommand, but it can be known what it means. */
static bool known_word(const char *word, const char *escaped, struct error *error)
{
    char foreign[FOREIGN_TEXT];
    uint64_t device, identity;
    for (const struct command *command = commands; command->name; command++)
        if (foreign_equals(word, command->name))
            return !error_usage(error, "unknown subcommand \"%s\": did you mean \"%s\"?", escaped,
                                command->name);
    if (foreign_command(word, false, foreign))
        return !error_usage(error, "unknown subcommand \"%s\": use %s", escaped, foreign);
    return file_identify(word, &device, &identity) &&
           !error_usage(error,
                        "unknown subcommand \"%s\": FILE comes after the subcommand, as in "
                        "mmtool read FILE",
                        escaped);
}

bool unknown_command(const char *word, bool in_help, struct error *error)
{
    const char *names[MOST_OPTIONS + 1];
    char escaped[ESCAPED];
    size_t count = 0;
    diag_escape(escaped, sizeof escaped, word);
    if (known_word(word, escaped, error))
        return false;
    for (const struct command *command = commands; command->name; command++)
        names[count++] = command->name;
    names[count++] = "help";
    for (const struct help_topic *topic = help_topics; in_help && topic->name; topic++)
        names[count++] = topic->name;
    names[count] = NULL;
    const char *nearest = diag_nearest(word, names), *kind = "subcommand";
    if (in_help && !(nearest && command_find(commands, nearest)))
        kind = nearest ? "topic" : "subcommand or topic";
    if (nearest)
        return error_usage(error, "unknown %s \"%s\": did you mean \"%s\"?", kind, escaped,
                           nearest);
    return error_usage(error, "unknown %s \"%s\"", kind, escaped);
}
