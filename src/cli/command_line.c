/* command_line.c - the arguments as the user gave them, and corrected command lines. */
#include "cli/command_line.h"
#include "cli/commands.h"
#include "platform/platform.h"

#include <stdio.h>
#include <string.h>

/* A script has its FILE from elsewhere. */
static bool has_file(const struct command_line *line)
{
    return line->request->file && line->first > 1;
}

size_t command_line_count(const struct command_line *line)
{
    const struct request *request = line->request;
    return request->files ? request->file_names.count : has_file(line) + request->operands.count;
}

const char *command_line_operand(const struct command_line *line, size_t number)
{
    const struct request *request = line->request;
    if (request->files)
        return request->file_names.items[number];
    if (has_file(line) && number == 0)
        return request->file;
    return request->operands.items[number - has_file(line)];
}

/* Whether argv[index] is operand `number`: the request keeps operands in the order of argv. */
static bool is_operand(const struct command_line *line, int index, size_t number)
{
    return number < command_line_count(line) &&
           line->argv[index] == command_line_operand(line, number);
}

/* ---- the option before an operand ------------------------------------------------------------ */

static const struct option *last_letter(const struct command *command, const char *letters)
{
    const struct option *option = NULL;
    for (; *letters; letters++) {
        option = command_option_by_letter(command, *letters);
        if (!option || option->argument == ARGUMENT_REQUIRED)
            return NULL;
    }
    return option;
}

/* The option that the argument names, if it has an optional value and none is given. */
static const struct option *option_without_value(const struct command *command, const char *text)
{
    size_t count;
    const struct option *option = NULL;
    if (text[0] == '-' && text[1] == '-' && text[2])
        option = command_option_by_name(command, text + 2, strlen(text + 2), &count);
    else if (text[0] == '-' && text[1])
        option = last_letter(command, text + 1);
    return option && option->argument == ARGUMENT_OPTIONAL ? option : NULL;
}

static bool takes(const struct option *option, const char *value)
{
    struct request scratch = REQUEST_DEFAULTS;
    return option_store(&scratch, option, value, NULL);
}

const struct option *command_line_option_before(const struct command_line *line, size_t number,
                                                int *index)
{
    const char *operand = command_line_operand(line, number);
    for (int i = line->first + 1; i < line->argc; i++) {
        if (line->argv[i] != operand)
            continue;
        const struct option *option =
            option_without_value(line->request->command, line->argv[i - 1]);
        *index = i - 1;
        return option && takes(option, operand) ? option : NULL;
    }
    return NULL;
}

/* ---- suggestions ----------------------------------------------------------------------------- */

static void add_text(struct suggestion *suggestion, const char *text)
{
    size_t length = strlen(text);
    suggestion->fits = suggestion->fits && suggestion->used + length < SUGGESTION_TEXT;
    if (!suggestion->fits)
        return;
    memcpy(suggestion->text + suggestion->used, text, length + 1);
    suggestion->used += length;
}

void suggestion_begin(struct suggestion *suggestion, const struct command_line *line)
{
    suggestion->used = 0;
    suggestion->fits = true;
    if (line->first > 1)
        add_text(suggestion, "mmtool ");
    add_text(suggestion, line->request->command->name);
}

void suggestion_add_plain(struct suggestion *suggestion, const char *text)
{
    add_text(suggestion, " ");
    add_text(suggestion, text);
}

void suggestion_add_word(struct suggestion *suggestion, const char *argument)
{
    char quoted[SUGGESTION_TEXT];
    if (platform_quote(argument, quoted, sizeof quoted))
        suggestion_add_plain(suggestion, quoted);
    else
        suggestion->fits = false;
}

void suggestion_add(struct suggestion *suggestion, const char *operand)
{
    bool option = operand[0] == '-' && operand[1] && !(operand[1] >= '0' && operand[1] <= '9');
    if (option)
        suggestion_add_plain(suggestion, "--");
    suggestion_add_word(suggestion, operand);
}

void suggestion_add_options(struct suggestion *suggestion, const struct command_line *line)
{
    size_t number = 0;
    for (int i = line->first; i < line->argc; i++) {
        if (is_operand(line, i, number))
            number++;
        else if (strcmp(line->argv[i], "--") != 0)
            suggestion_add_word(suggestion, line->argv[i]);
    }
}

void suggestion_add_joined(struct suggestion *suggestion, const struct command_line *line,
                           int index, const char *between)
{
    char joined[SUGGESTION_TEXT];
    for (int i = line->first; i < line->argc; i++) {
        if (i != index) {
            suggestion_add_word(suggestion, line->argv[i]);
            continue;
        }
        int length =
            snprintf(joined, sizeof joined, "%s%s%s", line->argv[i], between, line->argv[i + 1]);
        suggestion->fits = suggestion->fits && length < SUGGESTION_TEXT;
        suggestion_add_word(suggestion, joined);
        i++;
    }
}

const char *suggestion_end(struct suggestion *suggestion)
{
    char escaped[SUGGESTION_TEXT];
    diag_escape(escaped, sizeof escaped, suggestion->text);
    size_t length = strlen(escaped);
    if (!suggestion->fits || length + sizeof ": " > SUGGESTION_TEXT)
        return "";
    memcpy(suggestion->text, ": ", 2);
    memcpy(suggestion->text + 2, escaped, length + 1);
    return suggestion->text;
}
