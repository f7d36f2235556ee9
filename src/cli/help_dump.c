/* help_dump.c - the tables as lines, for tests and for programs. */
#include "cli/commands.h"
#include "cli/help.h"

static const char *or_dash(const char *text)
{
    return text && *text ? text : "-";
}

static bool dump_option(const struct command *command, const struct option *option,
                        struct output *output, struct error *error)
{
    static const char *const kinds[] = {"none", "required", "optional"};
    char letter[3] = {'-', option->letter, 0}, value[OPTION_VALUE_TEXT];
    return output_format(output, error, "option\t%s\t--%s\t%s\t%s\t%s\t%s\n", command->name,
                         option->name, option->letter ? letter : "-", kinds[option->argument],
                         or_dash(option_value_text(option, value)), option->summary);
}

bool help_dump(struct output *output, struct error *error)
{
    for (const struct command *command = commands; command->name; command++) {
        char operands[COMMAND_OPERANDS_TEXT];
        if (!output_format(output, error, "command\t%s\t%s\t%s\n", command->name,
                           or_dash(command_operands_text(command, operands)), command->summary))
            return false;
        for (const struct option *const *group = command->groups; *group; group++)
            for (const struct option *option = *group; option->name; option++)
                if (!dump_option(command, option, output, error))
                    return false;
    }
    for (const char *const *name = byte_type_names(); *name; name++)
        if (!output_format(output, error, "type\t%s\n", *name))
            return false;
    return true;
}
