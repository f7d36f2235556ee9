/* option_find.c - looks an option up by its letter or its name. */
#include "cli/commands.h"

#include <string.h>

const struct option *command_option_by_letter(const struct command *command, char letter)
{
    for (const struct option *const *group = command->groups; *group; group++)
        for (const struct option *option = *group; option->name; option++)
            if (option->letter == letter)
                return option;
    return NULL;
}

const struct option *command_option_by_name(const struct command *command, const char *name,
                                            size_t length, size_t *count)
{
    const struct option *found = NULL;
    *count = 0;
    for (const struct option *const *group = command->groups; *group && length > 0; group++) {
        for (const struct option *option = *group; option->name; option++) {
            if (option->name[0] != name[0] || strncmp(option->name, name, length))
                continue;
            ++*count;
            found = option;
            if (strlen(option->name) == length) {
                *count = 1;
                return option;
            }
        }
    }
    return *count == 1 ? found : NULL;
}
