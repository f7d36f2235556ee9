/* command.c - looks up operands and options in a row of the command table. */
#include "commands/command.h"

#include <stdio.h>
#include <string.h>

enum { ESCAPED = 200 };

const struct command *command_find(const struct command *table, const char *name)
{
    for (const struct command *command = table; command->name; command++)
        if (command->name[0] == name[0] && !strcmp(command->name, name))
            return command;
    return NULL;
}

/* ---- operands -------------------------------------------------------------------------------- */

const char *command_operands_text(const struct command *command, char text[COMMAND_OPERANDS_TEXT])
{
    size_t used = 0;
    text[0] = 0;
    for (const struct operand *operand = command->operands; operand->kind; operand++) {
        int length =
            snprintf(text + used, COMMAND_OPERANDS_TEXT - used, "%s%s%s%s", used > 0 ? " " : "",
                     operand->optional ? "[" : "", operand->name, operand->optional ? "]" : "");
        used = minimum_size(used + (size_t)length, COMMAND_OPERANDS_TEXT - 1);
    }
    return text;
}

size_t command_most_operands(const struct command *command)
{
    size_t most = 0;
    for (const struct operand *operand = command->operands; operand->kind; operand++, most++)
        if (operand->kind == OPERAND_DATA)
            return SIZE_MAX;
    return most;
}

static bool is_absent(const struct request *request, const struct operand *operand)
{
    return (operand->absent & OPERAND_ABSENT_WITH_PATTERNS && request_has_pattern(request)) ||
           (operand->absent & OPERAND_ABSENT_WITH_FROM && request->from) ||
           (operand->absent & OPERAND_ABSENT_WITH_EDITS && request->edits) ||
           (operand->absent & OPERAND_ABSENT_WITH_STATUS && request->status) ||
           (operand->absent & OPERAND_ABSENT_WITH_UNLINK && request->unlink);
}

/* The least operands of a request with these options. */
static size_t least_operands(const struct request *request)
{
    size_t least = 0;
    for (const struct operand *operand = request->command->operands; operand->kind; operand++)
        least += !operand->optional && !is_absent(request, operand);
    return least;
}

bool command_is_incomplete(const struct request *request, const char *what, struct error *error)
{
    const struct command *command = request->command;
    char text[COMMAND_OPERANDS_TEXT];
    command_operands_text(command, text);
    return error_usage(error, "%s missing: mmtool %s %s%s%s", what, command->name,
                       command->file ? command->file : "FILE", *text ? " " : "", text);
}

bool command_check_operands(const struct request *request, struct error *error)
{
    const struct command *command = request->command;
    char escaped[ESCAPED];
    size_t most = command_most_operands(command);
    if (request->operands.count < least_operands(request))
        return command_is_incomplete(request, "an operand is", error);
    if (request->operands.count > most)
        return error_usage(error, "one operand too many: \"%s\"",
                           diag_escape(escaped, sizeof escaped, request->operands.items[most]));
    return true;
}

const struct operand *command_operand(const struct request *request, size_t number)
{
    for (const struct operand *operand = request->command->operands; operand->kind; operand++)
        if (!is_absent(request, operand) && (operand->kind == OPERAND_DATA || number-- == 0))
            return operand;
    return NULL;
}

const char *command_operand_of(const struct request *request, enum operand_kind kind)
{
    for (size_t i = 0; i < request->operands.count; i++) {
        const struct operand *operand = command_operand(request, i);
        if (operand && operand->kind == kind)
            return request->operands.items[i];
    }
    return NULL;
}

bool command_has_option(const struct command *command, const char *name)
{
    for (const struct option *const *group = command->groups; *group; group++)
        for (const struct option *option = *group; option->name; option++)
            if (!strcmp(option->name, name))
                return true;
    return false;
}
