/*
 * cli.c - the only reader of argv.
 *
 * Goes through the arguments once: options by their rows in the subcommand's
 * groups, everything else an operand, the first of which is FILE. An argument
 * that starts with "-" and a digit is an operand, so no option letter is one.
 */
#include "cli.h"
#include "cli/check.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/help_topics.h"
#include "cli/hint.h"
#include "cli/hint_files.h"
#include "cli/several.h"
#include "cli/unknown.h"
#include "cli/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ESCAPED = 200 };

struct parser {
    int argc;
    const char *const *argv;
    int next;           /* index of the argument to be read */
    bool operands_only; /* "--" was seen */
    bool in_script;     /* a missing position operand means the file position */
    struct request *request;
    struct error *error;
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* "-inf", "-nan(7)", "-.5", perhaps followed by more numbers: not a group of option letters. */
static bool is_float(const char *argument)
{
    static const char *const words[] = {"-inf", "-infinity", "-nan", "-snan"};
    size_t length = strcspn(argument, "( \t\n");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == length && !memcmp(argument, words[i], length))
            return true;
    return argument[1] == '.' && is_digit(argument[2]);
}

/* Operands: "-", "-5", everything after "--", and "-inf" if TYPE is a floating-point type. */
static bool is_operand(const struct parser *parser, const char *argument)
{
    const struct byte_type *type = parser->request->type;
    const struct record *record = parser->request->record;
    bool is_real = type ? byte_type_is_number(type) && !byte_type_is_integer(type)
                        : record && record->begins_with_float;
    return parser->operands_only || argument[0] != '-' || argument[1] == 0 ||
           is_digit(argument[1]) || (is_real && is_float(argument));
}

static bool add_operand(struct parser *parser, const char *operand)
{
    struct string_list *list = &parser->request->operands;
    if (!parser->request->file) {
        parser->request->file = operand;
        return true;
    }
    if (!list->items) {
        list->items = calloc((size_t)parser->argc, sizeof *list->items);
        if (!list->items)
            return error_memory(parser->error, (size_t)parser->argc * sizeof *list->items);
    }
    list->items[list->count++] = operand;
    return true;
}

static bool store(struct parser *parser, const struct option *option, const char *value)
{
    if (option_store(parser->request, option, value, parser->error))
        return true;
    parser->error->usage = true;
    return false;
}

/* The next argument, as the value of an option; NULL at the end of argv. */
static const char *next_argument(struct parser *parser)
{
    return parser->next < parser->argc ? parser->argv[parser->next++] : NULL;
}

/* The option that `name` names or abbreviates; NULL and an error if there is none or several. */
static const struct option *find_long(struct parser *parser, const char *name, size_t length)
{
    size_t count;
    const struct command *command = parser->request->command;
    const struct option *found = command_option_by_name(command, name, length, &count);
    if (count > 1)
        ambiguous_option(command, name, length, parser->error);
    else if (!found)
        unknown_option(command, name, length, parser->error);
    return found;
}

/* `name`: the option as it was written, without its dashes. */
static bool no_value(struct parser *parser, const struct option *option, const char *dashes,
                     const char *name)
{
    char value[OPTION_VALUE_TEXT];
    return error_usage(parser->error, "%s%s needs a value (%s)", dashes, name,
                       option_value_text(option, value));
}

static bool parse_long(struct parser *parser, const char *argument)
{
    const char *name = argument + 2;
    const char *equals = strchr(name, '=');
    const struct option *option =
        find_long(parser, name, equals ? (size_t)(equals - name) : strlen(name));
    if (!option)
        return false;
    const char *value = equals ? equals + 1 : NULL;
    if (value && option->argument == ARGUMENT_NONE)
        return error_usage(parser->error, "--%s takes no value", option->name);
    if (!value && option->argument == ARGUMENT_REQUIRED && !(value = next_argument(parser)))
        return no_value(parser, option, "--", option->name);
    return store(parser, option, value);
}

/* A letter's optional value must begin like a number: "-l5" and "-l-5" have one, "-lL" has none. */
static bool starts_number(const char *text)
{
    return is_digit(text[text[0] == '-']);
}

static bool wrong_letter(struct parser *parser, const char *argument, const char *letters,
                         const struct option *before)
{
    char escaped[8], value[OPTION_VALUE_TEXT];
    if (*letters == '=' && before && before->argument != ARGUMENT_NONE)
        return error_usage(parser->error,
                           "a letter takes its value without \"=\": -%c%s or --%s=%s",
                           before->letter, option_value_text(before, value), before->name, value);
    if (*letters == '=' && before)
        return error_usage(parser->error, "-%c takes no value", before->letter);
    diag_escape_span(escaped, sizeof escaped, letters, 1);
    if (is_float(argument))
        return error_usage(parser->error,
                           "unknown option \"-%s\"; a number such as %s needs a "
                           "floating-point --type, or --, before it",
                           escaped, argument);
    return unknown_letter(parser->request->command, argument, *letters, parser->error);
}

static bool parse_letters(struct parser *parser, const char *argument)
{
    const char *letters = argument + 1;
    const struct option *option = NULL;
    while (*letters) {
        const struct option *before = option;
        option = command_option_by_letter(parser->request->command, *letters);
        if (!option)
            return wrong_letter(parser, argument, letters, before);
        letters++;
        parser->request->help_is_brief |= option->letter == 'h';
        bool attached = option->argument == ARGUMENT_REQUIRED
                            ? *letters != 0
                            : option->argument == ARGUMENT_OPTIONAL && starts_number(letters);
        const char *value = attached ? letters : NULL;
        if (option->argument == ARGUMENT_REQUIRED && !value && !(value = next_argument(parser)))
            return no_value(parser, option, "-", (char[]){option->letter, 0});
        if (!store(parser, option, value))
            return false;
        if (attached)
            return true;
    }
    return true;
}

static bool parse_argument(struct parser *parser, const char *argument)
{
    if (is_operand(parser, argument))
        return add_operand(parser, argument);
    if (!strcmp(argument, "--")) {
        parser->operands_only = true;
        return true;
    }
    return argument[1] == '-' ? parse_long(parser, argument) : parse_letters(parser, argument);
}

static struct command_line command_line_of(const struct parser *parser)
{
    return (struct command_line){parser->argc, parser->argv, parser->in_script ? 1 : 2,
                                 parser->request};
}

static bool check_operands(const struct parser *parser)
{
    const struct request *request = parser->request;
    const struct command *command = request->command;
    bool at_position = parser->in_script && command->traits & COMMAND_AT_POSITION;
    const struct command_line line = command_line_of(parser);
    if (!request->file && !request->anonymous && !request_has_files(request)) {
        command_is_incomplete(request, "FILE is", parser->error);
        return hint_missing(&line, parser->error);
    }
    /* In a script, "write --from=FILE" has no operand and works at the file position. */
    if (at_position && request_has_source(request) && request->operands.count == 0)
        return true;
    if (command_check_operands(request, parser->error))
        return true;
    return request->operands.count > command_most_operands(command)
               ? hint_too_many(&line, parser->error)
               : hint_missing(&line, parser->error);
}

static enum cli_result answered(bool printed)
{
    return printed ? CLI_ANSWERED : CLI_FAILED;
}

/* An error if there are more than `most` arguments. */
static bool check_count(int argc, char **argv, int most, struct error *error)
{
    char escaped[ESCAPED];
    return argc <= most || error_usage(error, "one operand too many: \"%s\"",
                                       diag_escape(escaped, sizeof escaped, argv[most]));
}

/* `program` is argv[0], and `argv` what stands behind "help". */
static enum cli_result parse_help(const char *program, int argc, char **argv, struct output *output,
                                  struct error *error)
{
    const struct command *command = argc == 1 ? command_find(commands, argv[0]) : NULL;
    const struct help_topic *topic = argc == 1 ? help_topic_find(argv[0]) : NULL;
    if (argc == 0 || (argc == 1 && !strcmp(argv[0], "help")))
        return answered(help_overview(output, error));
    if (command)
        return answered(help_manual(command, program) || help_command(command, output, error));
    if (topic)
        return answered(output_text(output, topic->text, error));
    if (check_count(argc, argv, 1, error))
        unknown_command(argv[0], true, error);
    error_prefix(error, "help");
    return CLI_FAILED;
}

/* Whether `word` abbreviates `option`; "--" alone does not. */
static bool begins(const char *word, const char *option)
{
    size_t length = strlen(word);
    return length > 2 && !strncmp(option, word, length);
}

/* What the user may have meant by an option in front of the subcommand. */
static const char *meant_in_front(const char *word)
{
    bool version = !strcmp(word, "-v") || !strncmp(word, "--v", 3);
    return version                    ? ": did you mean --version?"
           : !strncmp(word, "--h", 3) ? ": did you mean --help?"
                                      : "";
}

static bool no_subcommand(const char *word, struct error *error)
{
    char escaped[ESCAPED];
    if (word[0] == '-' && word[1] != 0)
        return error_usage(error,
                           "options follow the subcommand: \"%s\" stands where its name "
                           "belongs%s",
                           diag_escape(escaped, sizeof escaped, word), meant_in_front(word));
    return unknown_command(word, false, error);
}

/* The first operand is the script, not FILE, if --anonymous is given. */
static bool take_script(struct parser *parser)
{
    struct request *request = parser->request;
    size_t named = request->anonymous ? request->file != NULL : 0;
    char escaped[ESCAPED];
    if (named + request->operands.count > 1) {
        const struct command_line line = command_line_of(parser);
        const char *second = request->operands.items[named ? 0 : 1];
        error_usage(parser->error, "one operand too many: \"%s\"",
                    diag_escape(escaped, sizeof escaped, second));
        return hint_too_many(&line, parser->error);
    }
    if (named) {
        request->script = request->file;
        request->file = NULL;
    } else if (request->operands.count > 0) {
        request->script = request->operands.items[0];
    }
    return true;
}

/* A script works on one FILE, and prints for a program that knows which. */
static bool check_one_file(const struct parser *parser)
{
    const struct request *request = parser->request;
    bool of_files = request_has_files(request) || request->with.count > 0 || request->names ||
                    request->with_filename || request->no_filename;
    return !parser->in_script || !of_files ||
           error_usage(parser->error, "a script works on one FILE: --files, --files-from, "
                                      "--files0-from, --with, --names, --with-filename and "
                                      "--no-filename do not go with it");
}

/* The errors of FILEs that results are named by are reported at once, without cli_hint(). */
static bool check_named(const struct parser *parser)
{
    const struct request *request = parser->request;
    const struct command_line line = command_line_of(parser);
    struct error error = {0};
    if (parser->in_script || (!request->names && !request->with_filename))
        return true;
    error_set(&error, "%s", "");
    hint_failed(&line, &error);
    if (error.message[0])
        *parser->error = error;
    return !error.message[0];
}

static bool take_files(const struct parser *parser)
{
    const struct command_line line = command_line_of(parser);
    return cli_take_files(parser->request, parser->error) || hint_pattern(&line, parser->error);
}

static bool check_request(const struct parser *parser)
{
    const struct command_line line = command_line_of(parser);
    return cli_check(parser->request, parser->error) || hint_data(&line, parser->error);
}

static bool parse_command(struct parser *parser)
{
    struct request *request = parser->request;
    while (parser->next < parser->argc)
        if (!parse_argument(parser, parser->argv[parser->next++]))
            return false;
    if (request->help || request->list)
        return true;
    if (request->overlapping || request->count || request->max_count_given)
        request->all = true;
    if (request->command->access == COMMAND_RUNS && !take_script(parser))
        return false;
    return check_one_file(parser) && take_files(parser) && check_operands(parser) &&
           check_request(parser) && check_named(parser);
}

/* The commands of a script inherit these options of `run`. */
static void inherit(struct request *request, const struct request *outer)
{
    *request = REQUEST_DEFAULTS;
    request->file = outer->file ? outer->file : "";
    request->journal_dir = outer->journal_dir;
    request->ignore_journal = outer->ignore_journal;
    request->wait = outer->wait;
    request->wait_seconds = outer->wait_seconds;
    request->durable = outer->durable;
    request->no_journal = outer->no_journal;
    request->flush = outer->flush;
    request->flush_async = outer->flush_async;
    request->verbose = outer->verbose;
    request->access = outer->access;
}

static bool check_promise(const struct request *request, struct error *error)
{
    return !request->durable || !request->no_journal ||
           error_usage(error, "--durable needs the journal: it does not go with "
                              "--no-journal");
}

static bool check_inner(const struct request *request, const struct request *outer,
                        struct error *error)
{
    /* A script on anonymous memory has no journal: --durable is then ignored. */
    if (!outer->no_journal && !check_promise(request, error))
        return false;

    bool maps = request->access != outer->access || request->map_given || request->map_flags ||
                request->map_advice || request->window_given || request->tag;
    return !maps || error_usage(error, "a script has one mapping: --access, --map, --prot, "
                                       "--window, --advise and --tag are options of run itself");
}

static bool print_help(const struct request *request, struct output *output, struct error *error)
{
    return request->help_is_brief ? help_brief(request->command, output, error)
                                  : help_command(request->command, output, error);
}

/* A cli_line_parser(). */
static enum cli_result parse_line(const char *const *words, size_t count,
                                  const struct request *outer, struct request *request,
                                  struct output *output, struct error *error)
{
    inherit(request, outer);
    request->command = command_find(commands, words[0]);
    struct parser parser = {(int)count, words, 1, false, true, request, error};
    if (!parse_command(&parser) || !check_inner(request, outer, error))
        return CLI_FAILED;
    if (request->help)
        return answered(!output || print_help(request, output, error));
    return CLI_RUN;
}

enum cli_result cli_parse(int argc, char **argv, struct request *request, struct output *output,
                          struct error *error)
{
    *request = REQUEST_DEFAULTS;
    request->parse_line = parse_line;
    request->table = commands;
    const char *word = argc > 1 ? argv[1] : "";
    if (argc < 2) {
        help_no_subcommand(error);
        return CLI_FAILED;
    }
    if (!strcmp(word, "help") || begins(word, "--help") || !strcmp(word, "-h"))
        return parse_help(argv[0], argc - 2, argv + 2, output, error);
    if (begins(word, "--version") || !strcmp(word, "-V"))
        return answered(check_count(argc, argv, 2, error) && version_print(output, error));
    if (!strcmp(word, "--dump-commands"))
        return answered(check_count(argc, argv, 2, error) && help_dump(output, error));
    request->command = command_find(commands, word);
    if (!request->command) {
        no_subcommand(word, error);
        return CLI_FAILED;
    }
    struct parser parser = {argc, (const char *const *)argv, 2, false, false, request, error};
    if (!parse_command(&parser) || !check_promise(request, error))
        return CLI_FAILED;
    if (request->help)
        return answered(print_help(request, output, error));
    return CLI_RUN;
}

bool cli_hint(int argc, char **argv, const struct request *request, struct error *error)
{
    const struct command_line line = {argc, (const char *const *)argv, 2, request};
    return error->message[0] && hint_failed(&line, error);
}
