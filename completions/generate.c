/*
 * generate.c - makes the completions of a shell from the program's tables, when it is built.
 *
 *   generate bash|zsh|fish SKELETON OUTPUT
 *
 * A skeleton is all of a completion that is not data: how the words of a line are joined, how
 * operands are counted. Its line "# DATA" is replaced by a row for each subcommand, option and
 * operand. offer.c says what can be offered for a value; this file writes it as each shell
 * reads it.
 */
#include "cli/commands.h"
#include "offer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An operand of several subcommands: FILE, or one after it. */
struct operand_row {
    size_t number; /* 0: FILE */
    const char *name;
    bool optional, repeats;
    struct offer offer;
};

struct shell {
    const char *name;
    void (*begin)(FILE *out); /* the subcommands, and lists of words */
    void (*option)(const struct option *option, const struct option *group, FILE *out);
    void (*begin_operands)(FILE *out);
    void (*operand)(const struct command *command, const struct operand_row *row, FILE *out);
    void (*end)(FILE *out);
};

/* ---- text ------------------------------------------------------------------------------------ */

/* Inside single quotes, which all shells read alike; a backslash before each of `special`. */
static void write_quoted(const char *text, const char *special, FILE *out)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\'", out);
        else if (strchr(special, *text))
            fputc('\\', out);
        fputc(*text, out);
    }
}

static bool has_group(const struct command *command, const struct option *group)
{
    for (const struct option *const *own = command->groups; *own; own++)
        if (*own == group)
            return true;
    return false;
}

/* The subcommands that have a group of options; all if it is NULL. */
static void write_owners(const struct option *group, const char *between, FILE *out)
{
    const char *gap = "";
    for (const struct command *command = commands; command->name; command++) {
        if (group && !has_group(command, group))
            continue;
        fprintf(out, "%s%s", gap, command->name);
        gap = between;
    }
}

static void write_names(const struct offer *offer, FILE *out)
{
    for (size_t i = 0; i < offer->count; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", offer->words[i].name);
}

static const char *offer_name(const struct offer *offer)
{
    static const char *const names[] = {
        [OFFER_NOTHING] = "nothing", [OFFER_FILES] = "files", [OFFER_DIRECTORIES] = "directories",
        [OFFER_WORD] = "word",       [OFFER_WORDS] = "words",
    };
    return names[offer->kind];
}

/* ---- bash: fields between "|" ---------------------------------------------------------------- */

static void bash_begin(FILE *out)
{
    fputs("_mmtool_commands='", out);
    write_owners(NULL, " ", out);
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

/* ---- zsh: what _arguments reads -------------------------------------------------------------- */

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

/* ---- fish: a call of complete for each row --------------------------------------------------- */

static void fish_begin(FILE *out)
{
    for (const struct command *command = commands; command->name; command++) {
        fprintf(out, "complete -c mmtool -n __mmtool_no_subcommand -a %s -d '", command->name);
        write_quoted(command->summary, "\\", out);
        fputs("'\n", out);
    }
    fputs("complete -c mmtool -n '__mmtool_is help' -a '", out);
    write_owners(NULL, " ", out);
    fputs("'\n", out);
}

/* The words, as fish reads them once more: each with its summary behind a tab. */
static void fish_words(const struct offer *offer, FILE *out)
{
    for (size_t i = 0; i < offer->count; i++) {
        fprintf(out, "%s%s", i > 0 ? " " : "", offer->words[i].name);
        if (!offer->words[i].summary)
            continue;
        fputs("\\t\"", out);
        write_quoted(offer->words[i].summary, "", out);
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

/* ---- the rows -------------------------------------------------------------------------------- */

static void nothing(FILE *out)
{
    (void)out;
}

static const struct shell shells[] = {
    {"bash", bash_begin, bash_option, bash_begin_operands, bash_operand, bash_end},
    {"zsh", zsh_begin, zsh_option, nothing, zsh_operand, nothing},
    {"fish", fish_begin, fish_option, nothing, fish_operand, nothing},
};

/* Whether an earlier row of the command table has the group, too. */
static bool seen_before(const struct command *command, const struct option *group)
{
    for (const struct command *earlier = commands; earlier != command; earlier++)
        if (has_group(earlier, group))
            return true;
    return false;
}

static void write_options(const struct shell *shell, FILE *out)
{
    for (const struct command *command = commands; command->name; command++)
        for (const struct option *const *group = command->groups; *group; group++)
            for (const struct option *option = *group; option->name; option++)
                if (!seen_before(command, *group))
                    shell->option(option, *group, out);
}

static void write_operands(const struct shell *shell, FILE *out)
{
    for (const struct command *command = commands; command->name; command++) {
        struct operand_row row = {.name = "FILE", .offer = {.kind = OFFER_FILES}};
        shell->operand(command, &row, out);
        for (const struct operand *operand = command->operands; operand->kind; operand++) {
            row.number++;
            row.name = operand->name;
            row.optional = operand->optional;
            row.repeats = operand->kind == OPERAND_DATA;
            row.offer = offer_of_operand(operand);
            shell->operand(command, &row, out);
        }
    }
}

static void write_data(const struct shell *shell, FILE *out)
{
    shell->begin(out);
    write_options(shell, out);
    shell->begin_operands(out);
    write_operands(shell, out);
    shell->end(out);
}

/* ---- the files ------------------------------------------------------------------------------- */

enum { LONGEST_LINE = 1024 };

/* False if the skeleton has no line "# DATA", or more than one. */
static bool fill_in(const struct shell *shell, FILE *skeleton, FILE *out)
{
    char line[LONGEST_LINE];
    int marks = 0;
    while (fgets(line, sizeof line, skeleton)) {
        bool is_mark = !strcmp(line + strspn(line, " "), "# DATA\n");
        marks += is_mark;
        if (is_mark)
            write_data(shell, out);
        else
            fputs(line, out);
    }
    return marks == 1;
}

static const struct shell *find_shell(const char *name)
{
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (!strcmp(shells[i].name, name))
            return &shells[i];
    return NULL;
}

int main(int argc, char **argv)
{
    const struct shell *shell = argc == 4 ? find_shell(argv[1]) : NULL;
    FILE *skeleton = shell ? fopen(argv[2], "rb") : NULL;
    FILE *out = skeleton ? fopen(argv[3], "wb") : NULL;
    bool done = out && fill_in(shell, skeleton, out) && !ferror(skeleton) && !ferror(out);
    if (out)
        done = fclose(out) == 0 && done;
    if (skeleton)
        fclose(skeleton);
    if (!done)
        fprintf(stderr, "usage: %s bash|zsh|fish SKELETON OUTPUT\n", argv[0]);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
