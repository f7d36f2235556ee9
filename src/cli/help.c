/* help.c - help texts, printed from the tables. */
#include "cli/help.h"
#include "cli/commands.h"
#include "cli/help_page.h"
#include "cli/help_topics.h"
#include "platform/platform.h"

#include <stdio.h>
#include <string.h>

enum { COLUMN = 30, LONGEST_PAGE = 32 };

/* Prints the page and releases it. */
static bool finish(struct help_page *page, struct output *output)
{
    bool done =
        !page->failed && output_bytes(output, page->text.data, page->text.length, page->error);
    buffer_release(&page->text);
    return done;
}

/* ---- all subcommands ------------------------------------------------------------------------- */

static void add_overview(struct help_page *page)
{
    help_page_print(page, "Usage: mmtool SUBCOMMAND [OPTIONS] FILE [OPERANDS]\n"
                          "       mmtool SUBCOMMAND [OPTIONS] --files FILE...\n"
                          "Read, write, find, move, resize and splice the bytes of a file in "
                          "place.\n\n");
    for (const struct command *command = commands; command->name; command++)
        help_page_print(page, "  %-8s %s\n", command->name, command->summary);
    help_page_print(page, "\n'mmtool SUBCOMMAND -h' shows how it is used, --help all its "
                          "options.\n'mmtool help TOPIC' tells of");
    for (const struct help_topic *topic = help_topics; topic->name; topic++)
        help_page_print(page, "%s %s",
                        topic == help_topics ? ""
                        : topic[1].name      ? ","
                                             : " and",
                        topic->name);
    help_page_print(page, ".\nThe manual is mmtool(1).\n");
}

bool help_overview(struct output *output, struct error *error)
{
    struct help_page page = {.error = error};
    add_overview(&page);
    return finish(&page, output);
}

bool help_no_subcommand(struct error *error)
{
    struct help_page page = {.error = error};
    help_page_print(&page, "mmtool: no subcommand is given\n");
    add_overview(&page);
    help_page_print(&page, "Try 'mmtool --help'.\n");
    error_usage(error, "%s", page.failed ? "no subcommand is given" : "");
    if (!page.failed)
        (void)stream_write(STREAM_ERROR, page.text.data, page.text.length, NULL);
    buffer_release(&page.text);
    return false;
}

/* ---- one subcommand -------------------------------------------------------------------------- */

static void add_option(struct help_page *page, const struct option *option)
{
    char value[OPTION_VALUE_TEXT];
    option_value_text(option, value);
    if (option->letter)
        help_page_print(page, "  -%c, --%s", option->letter, option->name);
    else
        help_page_print(page, "      --%s", option->name);
    if (option->argument == ARGUMENT_REQUIRED)
        help_page_print(page, "=%s", value);
    if (option->argument == ARGUMENT_OPTIONAL)
        help_page_print(page, "[=%s]", value);
    if (page->column >= COLUMN)
        help_page_print(page, "\n");
    help_page_print(page, "%*s", COLUMN - (int)page->column, "");
    help_page_wrap(page, COLUMN, option->summary);
}

/* The usage lines, and what the subcommand does. */
static void add_usage(struct help_page *page, const struct command *command)
{
    char operands[COMMAND_OPERANDS_TEXT];
    const char *file = command->file ? command->file : "FILE";
    const char *advice = command->operands[0].kind == OPERAND_ADVICE ? " ADVICE" : "";
    command_operands_text(command, operands);
    help_page_print(page, "Usage: mmtool %s [OPTIONS] ", command->name);
    if (command->usage)
        help_page_print(page, "%s\n", command->usage);
    else
        help_page_print(page, "%s%s%s\n", file, *operands ? " " : "", operands);
    if (command_has_option(command, "files"))
        help_page_print(page, "       mmtool %s [OPTIONS]%s --files FILE...\n", command->name,
                        advice);
    help_page_print(page, "%c%s.\n", command->summary[0] - 'a' + 'A', command->summary + 1);
}

const char *const help_titles[] = {
    [OPTION_FINDS] = "What to find",
    [OPTION_DOES] = "What to do",
    [OPTION_BYTES] = "Bytes",
    [OPTION_CHANGES] = "What is changed",
    [OPTION_PRINTS] = "What is printed",
    [OPTION_EDITS] = "How it is changed",
    [OPTION_FILES] = "Several FILEs",
    [OPTION_MAPS] = "How the file is mapped",
    [OPTION_GENERAL] = "In general",
};
const size_t help_title_count = sizeof help_titles / sizeof *help_titles;

/* The options with a title, below it. */
static void add_titled(struct help_page *page, const struct command *command,
                       enum option_title title)
{
    bool begun = false;
    for (const struct option *const *group = command->groups; *group; group++) {
        enum option_title own = OPTION_GENERAL;
        for (const struct option *option = *group; option->name; option++) {
            own = option->title ? option->title : own;
            if (own != title)
                continue;
            if (!begun)
                help_page_print(page, "\n%s:\n", help_titles[title]);
            begun = true;
            add_option(page, option);
        }
    }
}

static bool takes_type(const struct command *command)
{
    return command_has_option(command, "type");
}

static void add_types(struct help_page *page, const struct command *command)
{
    help_page_print(page, "\nTYPE is one of");
    for (const char *const *name = byte_type_names(); *name; name++) {
        bool wide = page->column + 1 + strlen(*name) > HELP_COLUMNS;
        help_page_print(page, "%s%s", wide ? "\n  " : " ", *name);
    }
    help_page_print(page, "\n");
    if (command->traits & COMMAND_RECORDS)
        help_page_wrap(page, 0,
                       "or a LIST of a record's fields: number types, text*N, hex*N and skip*N, "
                       "as in u32le,u16le*2,text*8,skip*2");
}

bool help_command(const struct command *command, struct output *output, struct error *error)
{
    struct help_page page = {.error = error};
    add_usage(&page, command);
    if (command->detail) {
        help_page_print(&page, "\n");
        help_page_wrap(&page, 0, command->detail);
    }
    help_page_print(&page, "\nExamples:\n%s", command->examples);
    for (size_t title = 1; title < help_title_count; title++)
        add_titled(&page, command, (enum option_title)title);
    if (takes_type(command))
        add_types(&page, command);
    return finish(&page, output);
}

bool help_manual(const struct command *command, const char *program)
{
    char page[LONGEST_PAGE];
    snprintf(page, sizeof page, "mmtool-%s", command->name);
    return stream_is_terminal(STREAM_OUTPUT) && platform_show_manual(page, program);
}

/* ---- on one screen --------------------------------------------------------------------------- */

enum { BRIEF_EXAMPLES = 4, LONGEST_NAME = 32 };

static const struct option *option_named(const struct command *command, const char *name)
{
    for (const struct option *const *group = command->groups; *group; group++)
        for (const struct option *option = *group; option->name; option++)
            if (!strcmp(option->name, name))
                return option;
    return NULL;
}

static void add_brief_options(struct help_page *page, const struct command *command)
{
    char name[LONGEST_NAME];
    const char *at = command->brief;
    while (*at) {
        size_t length = strcspn(at, " ");
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        const struct option *option = option_named(command, name);
        if (option)
            add_option(page, option);
        at += length + (at[length] == ' ');
    }
}

/* The first few of the examples. */
static void add_brief_examples(struct help_page *page, const struct command *command)
{
    const char *end = command->examples;
    for (int i = 0; i < BRIEF_EXAMPLES && *end; i++)
        end = strchr(end, '\n') + 1;
    help_page_print(page, "%.*s", (int)(end - command->examples), command->examples);
}

static bool takes_range(const struct command *command)
{
    const struct operand *operand = command->operands;
    while (operand->kind && operand->kind != OPERAND_RANGE)
        operand++;
    return operand->kind == OPERAND_RANGE;
}

bool help_brief(const struct command *command, struct output *output, struct error *error)
{
    struct help_page page = {.error = error};
    add_usage(&page, command);
    help_page_print(&page, "\n");
    add_brief_options(&page, command);
    help_page_print(&page, "\n");
    add_brief_examples(&page, command);
    help_page_print(&page, "\n'mmtool %s --help' has all options; 'mmtool help%s\n", command->name,
                    takes_range(command) ? " ranges' tells of RANGE." : "' lists topics.");
    return finish(&page, output);
}
