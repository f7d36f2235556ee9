/* zsh.c - the rows of skeleton.zsh: what _describe and _arguments read. */
#include "cli/commands.h"
#include "cli/help_topics.h"
#include "shell.h"

/* An array that _describe reads. */
static void zsh_list(const char *name, const struct offer *offer, FILE *out)
{
    fprintf(out, "%s=(\n", name);
    for (size_t i = 0; i < offer->count; i++) {
        fprintf(out, "    '%s:", offer->words[i].name);
        write_quoted(offer->words[i].summary, "", out);
        fputs("'\n", out);
    }
    fputs(")\n", out);
}

static void zsh_begin(FILE *out)
{
    struct offer advice = offer_of_advice(true), mild = offer_of_advice(false);
    struct offer flags = offer_of_map_flags();
    fputs("commands=(\n", out);
    for (const struct command *command = commands; command->name; command++) {
        fprintf(out, "    '%s:", command->name);
        write_quoted(command->summary, "", out);
        fputs("'\n", out);
    }
    fputs(")\ntopics=(\n", out);
    for (const struct help_topic *topic = help_topics; topic->name; topic++) {
        if (!topic->text)
            continue;
        fprintf(out, "    '%s:", topic->name);
        write_quoted(topic->summary, "", out);
        fputs("'\n", out);
    }
    fputs(")\n", out);
    zsh_list("all_advice", &advice, out);
    zsh_list("advice", &mild, out);
    zsh_list("map_flags", &flags, out);
}

/* ":MESSAGE:ACTION" */
static void zsh_offer(const char *message, const struct offer *offer, FILE *out)
{
    bool described = offer->list != NULL;
    fputc(':', out);
    write_quoted(message, ":\\", out);
    fputc(':', out);
    if (offer->kind == OFFER_FILES)
        fputs("_files", out);
    else if (offer->kind == OFFER_DIRECTORIES)
        fputs("_files -/", out);
    else if (described)
        fprintf(out, "{%s_describe word %s}", offer->kind == OFFER_WORDS ? "_sequence " : "",
                offer->list);
    else if (offer->kind != OFFER_NOTHING) {
        fputs(offer->kind == OFFER_WORDS ? "_sequence compadd - " : "(", out);
        write_names(offer, out);
        fputs(offer->kind == OFFER_WORDS ? "" : ")", out);
    }
}

/* The option as its letter or its name, and where its value stands. */
static void zsh_names(const struct option *option, FILE *out)
{
    static const char *const after_letter[] = {"", "+", "-"}, *const after_name[] = {"", "=", "=-"};
    if (!option->letter) {
        fprintf(out, "'%s--%s%s", option->repeats ? "*" : "", option->name,
                after_name[option->argument]);
        return;
    }
    if (option->repeats)
        fputs("'*'", out);
    else
        fprintf(out, "'(-%c --%s)'", option->letter, option->name);
    fprintf(out, "{-%c%s,--%s%s}'", option->letter, after_letter[option->argument], option->name,
            after_name[option->argument]);
}

static void zsh_option(const struct option *option, const struct option *group, FILE *out)
{
    struct offer offer = offer_of_option(option);
    char value[OPTION_VALUE_TEXT];
    fputs("[[ $command == (", out);
    write_owners(group, "|", out);
    fputs(") ]] && specs+=(", out);
    zsh_names(option, out);
    fputc('[', out);
    write_quoted(option->summary, "[]:\\", out);
    fputc(']', out);
    if (option->argument == ARGUMENT_OPTIONAL)
        fputc(':', out);
    if (option->argument != ARGUMENT_NONE)
        zsh_offer(option_value_text(option, value), &offer, out);
    fputs("')\n", out);
}

static void zsh_operand(const struct command *command, const struct operand_row *row, FILE *out)
{
    fprintf(out, "[[ $command == %s ]] && specs+=('", command->name);
    if (row->repeats)
        fputc('*', out);
    else
        fprintf(out, "%zu%s", row->number + 1, row->optional ? ":" : "");
    zsh_offer(row->name, &row->offer, out);
    fputs("')\n", out);
}

const struct shell shell_zsh = {
    .name = "zsh",
    .begin = zsh_begin,
    .option = zsh_option,
    .operand = zsh_operand,
};
