/*
 * generate.c - makes the manual page of a subcommand from the program's tables, when it is built.
 *
 *   generate SUBCOMMAND PAGE DESCRIPTIONS OUTPUT
 *
 * PAGE is a page in mdoc. Its line '.\" @options' is replaced by the subcommand's options: their
 * names and values from the tables, below the titles of help, each with its text of DESCRIPTIONS.
 * '.\" @summaries' is replaced by one list of them with the summaries of help. In reading order:
 *
 *   descriptions.c       the texts of DESCRIPTIONS, man/options.mdoc
 *   generate.c           writes the page
 *   mmtool-*.1.in        the pages
 */
#include "cli/help.h"
#include "descriptions.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- heads: "-t TYPE, --type=TYPE" ----------------------------------------------------------- */

/* A word of a value as mdoc. Names of values are upper case, words and numbers stand as they are.
 */
static void write_word(const char *word, size_t length, FILE *out)
{
    bool name = isupper((unsigned char)word[0]);
    fprintf(out, "%s %.*s", name ? "Ar" : "Cm", (int)length, word);
}

/* "N[+K]" becomes "Ar N Ns Oo Ns + Ns Ar K Ns Oc". */
static void write_value(const char *text, FILE *out)
{
    while (*text) {
        size_t length = 0;
        while (isalnum((unsigned char)text[length]))
            length++;
        if (length > 0)
            write_word(text, length, out);
        else if (*text == '[' || *text == ']')
            fputs(*text == '[' ? "Oo" : "Oc", out);
        else
            fprintf(out, "\\&%c", *text);
        text += length > 0 ? length : 1;
        if (*text)
            fputs(" Ns ", out);
    }
}

static void write_letter(const struct option *option, const char *value, FILE *out)
{
    fprintf(out, "Fl %c", option->letter);
    if (option->argument == ARGUMENT_OPTIONAL)
        fputs(" Ns Oo Ns ", out);
    else if (*value)
        fputc(' ', out);
    write_value(value, out);
    fprintf(out, "%s , ", option->argument == ARGUMENT_OPTIONAL ? " Ns Oc" : "");
}

static void write_long(const struct option *option, const char *value, FILE *out)
{
    fputs("Fl \\-", out);
    for (const char *at = option->name; *at; at++)
        fprintf(out, "%s%c", *at == '-' ? "\\" : "", *at);
    if (option->argument == ARGUMENT_OPTIONAL)
        fputs(" Ns Oo Ns = Ns ", out);
    else if (*value)
        fputs(" Ns = Ns ", out);
    write_value(value, out);
    fprintf(out, "%s\n", option->argument == ARGUMENT_OPTIONAL ? " Ns Oc" : "");
}

static void write_head(const struct option *option, FILE *out)
{
    char value[OPTION_VALUE_TEXT];
    option_value_text(option, value);
    fputs(".It ", out);
    if (option->letter)
        write_letter(option, value, out);
    write_long(option, value, out);
}

/* ---- options --------------------------------------------------------------------------------- */

struct page {
    const struct command *command;
    FILE *out;
};

static void write_described(const struct page *page, const struct option *option)
{
    write_head(option, page->out);
    fputs(description_of_option(page->command, option)->text, page->out);
}

/* The summary of help as a sentence, without its reference to what help has below. */
static void write_summary(const struct page *page, const struct option *option)
{
    const char *below = strstr(option->summary, " (see ");
    write_head(option, page->out);
    fputc(toupper((unsigned char)option->summary[0]), page->out);
    for (const char *at = option->summary + 1; *at && at != below; at++)
        fprintf(page->out, "%s%c", *at == '-' ? "\\" : "", *at);
    fputs(".\n", page->out);
}

typedef void option_writer(const struct page *page, const struct option *option);

/* Calls the function for the options with that title. Returns how many there are. */
static size_t write_titled(const struct page *page, size_t title, option_writer *write)
{
    size_t count = 0;
    for (const struct option *const *group = page->command->groups; *group; group++) {
        size_t own = OPTION_GENERAL;
        for (const struct option *option = *group; option->name; option++) {
            own = option->title ? (size_t)option->title : own;
            if (own != title)
                continue;
            count++;
            if (write)
                write(page, option);
        }
    }
    return count;
}

static void write_options(const struct page *page)
{
    for (size_t title = 1; title < help_title_count; title++) {
        const struct description *above = description_of_title(page->command, help_titles[title]);
        if (write_titled(page, title, NULL) == 0)
            continue;
        fprintf(page->out, ".Ss \\&%s\n%s.Bl -tag -width Ds\n", help_titles[title],
                above ? above->text : "");
        write_titled(page, title, write_described);
        fputs(".El\n", page->out);
    }
}

static void write_summaries(const struct page *page)
{
    fputs(".Bl -tag -width Ds -compact\n", page->out);
    for (size_t title = 1; title < help_title_count; title++)
        write_titled(page, title, write_summary);
    fputs(".El\n", page->out);
}

/* ---- the page -------------------------------------------------------------------------------- */

enum { LONGEST_LINE = 1024 };

/* False if the page has no mark, or more than one. */
static bool fill_in(const struct page *page, FILE *in)
{
    char line[LONGEST_LINE];
    int marks = 0;
    while (fgets(line, sizeof line, in)) {
        bool options = !strcmp(line, ".\\\" @options\n");
        bool summaries = !strcmp(line, ".\\\" @summaries\n");
        marks += options + summaries;
        if (options)
            write_options(page);
        else if (summaries)
            write_summaries(page);
        else
            fputs(line, page->out);
    }
    if (marks != 1)
        fprintf(stderr, "the page of %s has %d lines '@options' or '@summaries', not 1\n",
                page->command->name, marks);
    return marks == 1;
}

static bool write_page(const struct command *command, const char *from, const char *to)
{
    FILE *in = fopen(from, "rb");
    FILE *out = in ? fopen(to, "wb") : NULL;
    struct page page = {command, out};
    bool done = out && fill_in(&page, in) && !ferror(in) && !ferror(out);
    if (out)
        done = fclose(out) == 0 && done;
    if (in)
        fclose(in);
    if (!done)
        fprintf(stderr, "%s could not be made from %s\n", to, from);
    return done;
}

int main(int argc, char **argv)
{
    const struct command *command = argc == 5 ? command_find(commands, argv[1]) : NULL;
    if (!command) {
        fprintf(stderr, "usage: %s SUBCOMMAND PAGE DESCRIPTIONS OUTPUT\n", argv[0]);
        return EXIT_FAILURE;
    }
    bool done = descriptions_read(argv[3]) && descriptions_check(argv[3]) &&
                write_page(command, argv[2], argv[4]);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
