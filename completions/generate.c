/*
 * generate.c - makes the completions of a shell from the program's tables, when it is built.
 *
 *   generate bash|zsh|fish SKELETON OUTPUT
 *
 * A skeleton holds the logic of a shell's completions: how the words of a line are joined, how
 * operands are counted. Its line "# DATA" is replaced by the data: rows for the subcommands, their
 * options and operands. In reading order:
 *
 *   offer.c             what can be offered for the value of an option, or for an operand
 *   shell.c             what all shells share
 *   bash.c zsh.c fish.c how each shell writes a row
 *   skeleton.*          the logic, and where the rows go
 */
#include "cli/commands.h"
#include "shell.h"

#include <stdlib.h>
#include <string.h>

/* ---- the rows -------------------------------------------------------------------------------- */

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
    if (shell->begin_operands)
        shell->begin_operands(out);
    write_operands(shell, out);
    if (shell->end)
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
    static const struct shell *const shells[] = {&shell_bash, &shell_zsh, &shell_fish};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (!strcmp(shells[i]->name, name))
            return shells[i];
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
        fprintf(stderr,
                "usage: %s bash|zsh|fish SKELETON OUTPUT\n"
                "(SKELETON has one line \"# DATA\"; OUTPUT can be written)\n",
                argv[0]);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
