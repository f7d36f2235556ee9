/* help.c - help texts and the dump of the tables, all printed from the tables. */
#include "cli/help.h"
#include "cli/commands.h"
#include "cli/version.h"

#include <stdio.h>
#include <string.h>

enum { COLUMN = 30 };

bool help_version(struct output *output, struct error *error)
{
    return output_text(output, "mmtool " MMTOOL_VERSION "\n", error);
}

bool help_overview(struct output *output, struct error *error)
{
    if (!output_text(output,
                     "Usage: mmtool SUBCOMMAND [OPTIONS] FILE [OPERANDS]\n"
                     "       mmtool SUBCOMMAND [OPTIONS] --files FILE...\n"
                     "Read, write, find, move, resize and splice the bytes of a file in place.\n\n",
                     error))
        return false;
    for (const struct command *command = commands; command->name; command++)
        if (!output_format(output, error, "  %-8s %s\n", command->name, command->summary))
            return false;
    return output_text(output,
                       "\n'mmtool help SUBCOMMAND' tells more; so does the manual, mmtool(1).\n"
                       "Exit status: 0 done or found, 1 the answer is no, 2 it could not be "
                       "done.\n",
                       error);
}

static bool help_option(const struct option *option, struct output *output, struct error *error)
{
    char left[80], value[OPTION_VALUE_TEXT];
    option_value_text(option, value);
    int length = option->letter
                     ? snprintf(left, sizeof left, "  -%c, --%s", option->letter, option->name)
                     : snprintf(left, sizeof left, "      --%s", option->name);
    if (option->argument == ARGUMENT_REQUIRED)
        snprintf(left + length, sizeof left - (size_t)length, "=%s", value);
    if (option->argument == ARGUMENT_OPTIONAL)
        snprintf(left + length, sizeof left - (size_t)length, "[=%s]", value);
    const char *gap = strlen(left) < COLUMN ? "" : "\n                              ";
    return output_format(output, error, "%-*s%s%s\n", COLUMN, left, gap, option->summary);
}

static bool help_types(struct output *output, struct error *error)
{
    size_t column = 0;
    if (!output_text(output, "\nTYPE is one of", error))
        return false;
    for (const char *const *name = byte_type_names(); *name; name++) {
        bool wrap = column % 12 == 11;
        if (!output_format(output, error, "%s%s", wrap ? "\n  " : " ", *name))
            return false;
        column++;
    }
    return output_text(output, "\n", error);
}

static bool help_records(const struct command *command, struct output *output, struct error *error)
{
    return !(command->traits & COMMAND_RECORDS) ||
           output_text(output,
                       "or a LIST of a record's fields: number types, text*N, hex*N and skip*N, as "
                       "in\nu32le,u16le*2,text*8,skip*2\n",
                       error);
}

static bool takes_type(const struct command *command)
{
    for (const struct option *const *group = command->groups; *group; group++)
        if (*group == options_type)
            return true;
    return false;
}

/* The second usage line, of subcommands that work on several FILEs. */
static bool help_files(const struct command *command, struct output *output, struct error *error)
{
    const struct operand *first = command->operands;
    const char *advice = first->kind == OPERAND_ADVICE ? " ADVICE" : "";
    return !command_has_option(command, "files") ||
           output_format(output, error, "       mmtool %s [OPTIONS]%s --files FILE...\n",
                         command->name, advice);
}

bool help_command(const struct command *command, struct output *output, struct error *error)
{
    char operands[COMMAND_OPERANDS_TEXT];
    command_operands_text(command, operands);
    if (!output_format(output, error, "Usage: mmtool %s [OPTIONS] %s%s%s\n", command->name,
                       command->file ? command->file : "FILE", *operands ? " " : "", operands) ||
        !help_files(command, output, error) ||
        !output_format(output, error, "%c%s.\n\n%s\n", command->summary[0] - 'a' + 'A',
                       command->summary + 1, command->detail))
        return false;
    for (const struct option *const *group = command->groups; *group; group++)
        for (const struct option *option = *group; option->name; option++)
            if (!help_option(option, output, error))
                return false;
    return !takes_type(command) ||
           (help_types(output, error) && help_records(command, output, error));
}

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
