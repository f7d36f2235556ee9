/* fish.c - the rows of skeleton.fish: calls of complete. */
#include "cli/commands.h"
#include "cli/help_topics.h"
#include "shell.h"

static void fish_begin(FILE *out)
{
    for (const struct command *command = commands; command->name; command++) {
        fprintf(out, "complete -c mmtool -n __mmtool_no_subcommand -a %s -d '", command->name);
        write_quoted(command->summary, "\\", out);
        fputs("'\n", out);
    }
    fputs("complete -c mmtool -n __mmtool_at_topic -a '", out);
    write_owners(NULL, " ", out);
    fputs("'\n", out);
    for (const struct help_topic *topic = help_topics; topic->name; topic++) {
        if (!topic->text)
            continue;
        fprintf(out, "complete -c mmtool -n __mmtool_at_topic -a %s -d '", topic->name);
        write_quoted(topic->summary, "\\", out);
        fputs("'\n", out);
    }
}

/* The words, as fish reads them once more: each with its summary behind a tab. */
static void fish_words(const struct offer *offer, FILE *out)
{
    for (size_t i = 0; i < offer->count; i++) {
        fprintf(out, "%s%s", i > 0 ? " " : "", offer->words[i].name);
        if (!offer->words[i].summary)
            continue;
        fputs("\\t\"", out);
        write_quoted(offer->words[i].summary, "\"$", out);
        fputc('"', out);
    }
}

static void fish_offer(const struct offer *offer, FILE *out)
{
    switch (offer->kind) {
    case OFFER_NOTHING:
        return;
    case OFFER_FILES:
        fputs(" -F", out);
        return;
    case OFFER_DIRECTORIES:
        fputs(" -a '(__fish_complete_directories (__mmtool_value))'", out);
        return;
    case OFFER_WORD:
    case OFFER_WORDS:
        break;
    }
    fputs(offer->kind == OFFER_WORDS ? " -a '(__mmtool_list " : " -a '", out);
    fish_words(offer, out);
    fputs(offer->kind == OFFER_WORDS ? ")'" : "'", out);
}

static void fish_option(const struct option *option, const struct option *group, FILE *out)
{
    struct offer offer = offer_of_option(option);
    fputs("complete -c mmtool -n '__mmtool_is ", out);
    write_owners(group, " ", out);
    fputc('\'', out);
    if (option->letter)
        fprintf(out, " -s %c", option->letter);
    fprintf(out, " -l %s", option->name);
    if (option->argument != ARGUMENT_NONE && offer.kind != OFFER_FILES)
        fputs(" -f", out);
    if (option->argument == ARGUMENT_REQUIRED)
        fputs(" -r", out);
    fish_offer(&offer, out);
    fputs(" -d '", out);
    write_quoted(option->summary, "\\", out);
    fputs("'\n", out);
    if (option->argument != ARGUMENT_REQUIRED)
        return;
    fputs("__mmtool_takes_value ", out);
    fprintf(out, "%s %c ", option->name, option->letter ? option->letter : '-');
    write_owners(group, " ", out);
    fputc('\n', out);
}

static void fish_operand(const struct command *command, const struct operand_row *row, FILE *out)
{
    if (row->offer.kind == OFFER_NOTHING)
        return;
    fprintf(out, "complete -c mmtool -n '__mmtool_at_operand %s %zu'", command->name, row->number);
    fish_offer(&row->offer, out);
    fputc('\n', out);
}

const struct shell shell_fish = {
    .name = "fish",
    .begin = fish_begin,
    .option = fish_option,
    .operand = fish_operand,
};
