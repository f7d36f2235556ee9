/* several.c - the operands of a command on several FILEs. */
#include "cli/several.h"
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>

enum { ESCAPED = 200 };

/* The options that name FILEs, as messages have them. */
static const char *option_name(const struct request *request)
{
    return request->files_from    ? "--files-from"
           : request->files0_from ? "--files0-from"
                                  : "--files";
}

static bool takes_files(const struct command *command)
{
    return command_has_option(command, "files");
}

static bool check_without_files(const struct request *request, struct error *error)
{
    if (request->with.count > 0)
        return error_usage(error, "--with gives DATA for several FILEs (--files); for one FILE, "
                                  "DATA is an operand");
    if (!request->within)
        return true;
    return command_has_option(request->command, "with") || !takes_files(request->command) ||
           error_usage(error, "--within gives the RANGE for several FILEs (--files); for one "
                              "FILE, RANGE is an operand");
}

static bool check_lists(const struct request *request, struct error *error)
{
    unsigned count = request->files + !!request->files_from + !!request->files0_from;
    return count < 2 || error_usage(error, "of --files, --files-from and --files0-from only one "
                                           "can be given");
}

static bool check_names(const struct request *request, struct error *error)
{
    if (request->with_filename && request->no_filename)
        return error_usage(error, "--with-filename and --no-filename contradict each other");
    return request->names == NAMES_NONE || !(request->count || request->quiet) ||
           error_usage(error, "--names prints names alone: it goes with neither --count nor "
                              "--quiet");
}

/* Moves all operands, FILE among them, to `file_names`. */
static bool take_names(struct request *request, struct error *error)
{
    const struct string_list operands = request->operands;
    struct string_list *names = &request->file_names;
    names->items = calloc(operands.count + 1, sizeof *names->items);
    if (!names->items)
        return error_memory(error, (operands.count + 1) * sizeof *names->items);
    if (request->file)
        names->items[names->count++] = request->file;
    for (size_t i = 0; i < operands.count; i++)
        names->items[names->count++] = operands.items[i];
    free(request->operands.items);
    request->operands = (struct string_list){0};
    request->file = NULL;
    return true;
}

/* ADVICE stays the first operand. */
static bool take_advice(struct request *request, struct error *error)
{
    struct string_list *names = &request->file_names;
    const struct operand *first = command_operand(request, 0);
    if (!first || first->kind != OPERAND_ADVICE)
        return true;
    if (names->count == 0)
        return error_usage(error, "ADVICE is missing: mmtool %s ADVICE %s FILE...",
                           request->command->name, option_name(request));
    const char *advice = names->items[0];
    names->count--;
    for (size_t i = 0; i < names->count; i++)
        names->items[i] = names->items[i + 1];
    return option_add_string(&request->operands, advice, error);
}

static bool check_no_names(const struct request *request, struct error *error)
{
    char escaped[ESCAPED];
    if (request->files || request->file_names.count == 0)
        return true;
    return error_usage(error, "%s takes the FILEs from LIST: \"%s\" is one operand too many",
                       option_name(request),
                       diag_escape(escaped, sizeof escaped, request->file_names.items[0]));
}

/* The name of the subcommand's operand as an option. */
static bool operand_is_missing(const struct request *request, const struct operand *operand,
                               struct error *error)
{
    if (operand->kind == OPERAND_PATTERN)
        return error_usage(error, "with %s the PATTERN is an option: --pattern=PATTERN",
                           option_name(request));
    return error_usage(error, "with %s give --pattern=PATTERN, --within=RANGE or --edits=SCRIPT",
                       option_name(request));
}

/* Makes the operands behind FILE of options. */
static bool make_operands(struct request *request, struct error *error)
{
    const struct operand *next;
    while ((next = command_operand(request, request->operands.count)) &&
           next->kind != OPERAND_DATA) {
        if (next->kind != OPERAND_RANGE || !request->within)
            return next->optional || operand_is_missing(request, next, error);
        if (!option_add_string(&request->operands, request->within, error))
            return false;
        request->within = NULL;
    }
    for (size_t i = 0; i < request->with.count; i++)
        if (!option_add_string(&request->operands, request->with.items[i], error))
            return false;
    return true;
}

bool cli_take_files(struct request *request, struct error *error)
{
    if (!check_names(request, error))
        return false;
    if (!request_has_files(request))
        return check_without_files(request, error);
    return check_lists(request, error) && take_names(request, error) &&
           take_advice(request, error) && check_no_names(request, error) &&
           make_operands(request, error);
}
