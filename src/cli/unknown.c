/* unknown.c - errors for unknown options and subcommands, with a suggestion. */
#include "cli/unknown.h"
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

enum { MOST_OPTIONS = 64, ESCAPED = 200 };

/* The subcommands that have an option of this name, as "find, rfind"; "" if there is none. */
static const char *owners_of(const char *name, char *room, size_t size)
{
    size_t used = 0;
    room[0] = 0;
    for (const struct command *command = commands; command->name && used < size; command++)
        if (command_has_option(command, name))
            used +=
                (size_t)snprintf(room + used, size - used, "%s%s", used ? ", " : "", command->name);
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
    if (*owners_of(word, owners, sizeof owners))
        return error_usage(error, "--%s is not an option of %s, but of %s", word, command->name,
                           owners);
    if (nearest)
        return error_usage(error, "unknown option \"--%s\": did you mean --%s?", escaped, nearest);
    return error_usage(error, "unknown option \"--%s\"", escaped);
}

bool unknown_command(const char *word, struct error *error)
{
    const char *names[MOST_OPTIONS + 1];
    char escaped[ESCAPED];
    size_t count = 0;
    for (const struct command *command = commands; command->name; command++)
        names[count++] = command->name;
    names[count++] = "help";
    names[count] = NULL;
    const char *nearest = diag_nearest(word, names);
    diag_escape(escaped, sizeof escaped, word);
    if (nearest)
        return error_usage(error, "unknown subcommand \"%s\": did you mean \"%s\"?", escaped,
                           nearest);
    return error_usage(error, "unknown subcommand \"%s\"", escaped);
}
