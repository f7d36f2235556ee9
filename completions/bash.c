/* bash.c - the rows that skeleton.bash reads: fields between "|". */
#include "cli/commands.h"
#include "shell.h"

static const char *offer_name(const struct offer *offer)
{
    static const char *const names[] = {
        [OFFER_NOTHING] = "nothing", [OFFER_FILES] = "files", [OFFER_DIRECTORIES] = "directories",
        [OFFER_WORD] = "word",       [OFFER_WORDS] = "words",
    };
    return names[offer->kind];
}

static void bash_begin(FILE *out)
{
    fputs("_mmtool_commands='", out);
    write_owners(NULL, " ", out);
    fputs("'\n_mmtool_topics='", out);
    write_topics(" ", out);
    fputs("'\n_mmtool_options='\n", out);
}

static void bash_option(const struct option *option, const struct option *group, FILE *out)
{
    static const char *const arguments[] = {"none", "required", "optional"};
    struct offer offer = offer_of_option(option);
    char letter[] = {option->letter, 0};
    write_owners(group, ",", out);
    fprintf(out, "|%s|%s|%s|%s|", letter, option->name, arguments[option->argument],
            offer_name(&offer));
    write_names(&offer, out);
    fputc('\n', out);
}

static void bash_begin_operands(FILE *out)
{
    fputs("'\n_mmtool_operands='\n", out);
}

static void bash_operand(const struct command *command, const struct operand_row *row, FILE *out)
{
    fprintf(out, "%s|%zu|%s|", command->name, row->number, offer_name(&row->offer));
    write_names(&row->offer, out);
    fputc('\n', out);
}

static void bash_end(FILE *out)
{
    fputs("'\n", out);
}

const struct shell shell_bash = {
    .name = "bash",
    .begin = bash_begin,
    .option = bash_option,
    .begin_operands = bash_begin_operands,
    .operand = bash_operand,
    .end = bash_end,
};
