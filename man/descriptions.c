/* descriptions.c - reads the descriptions of options, and finds them. */
#include "descriptions.h"
#include "cli/help.h"

#include <stdarg.h>
#include <string.h>

enum { MOST_BYTES = 1 << 18, MOST_DESCRIPTIONS = 512 };

/* The file, cut into strings at its marks. */
static char file_text[MOST_BYTES];
static struct description descriptions[MOST_DESCRIPTIONS];
static size_t description_count;

/* ---- reading --------------------------------------------------------------------------------- */

static const char mark[] = ".\\\" @";

/* Prints "PATH:LINE: ..."; line 0 is none. Returns false. */
static MMTOOL_PRINTF(3, 4) bool complain(const char *path, size_t line, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, line > 0 ? "%s:%zu: " : "%s: ", path, line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return false;
}

/* Reads what follows the mark, "option --NAME", "option COMMANDS --NAME" or "title TITLE". */
static bool read_mark(char *text, struct description *description)
{
    char *words = strchr(text, ' ');
    if (!words)
        return false;
    *words++ = 0;
    char *commands_end = strchr(words, ' ');
    if (!strcmp(text, "title")) {
        description->title = words;
        return true;
    }
    if (strncmp(words, "--", 2) != 0 && commands_end) {
        *commands_end = 0;
        description->commands = words;
        words = commands_end + 1;
    }
    description->option = words + 2;
    return !strcmp(text, "option") && !strncmp(words, "--", 2) && !strchr(words, ' ');
}

static bool read_line(const char *path, char *line, size_t number)
{
    if (strncmp(line, mark, strlen(mark)) != 0)
        return true;
    if (description_count == MOST_DESCRIPTIONS)
        return complain(path, number, "too many descriptions");
    struct description *description = &descriptions[description_count++];
    char *end = strchr(line, '\n');
    *line = 0; /* ends the description before */
    *end = 0;
    description->line = number;
    description->text = end + 1;
    return read_mark(line + strlen(mark), description) ||
           complain(path, number, "not '@option [COMMANDS] --NAME' or '@title TITLE'");
}

bool descriptions_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(file_text, 1, sizeof file_text - 1, file) : 0;
    bool good = file && !ferror(file) && feof(file) && length > 0 && file_text[length - 1] == '\n';
    if (file)
        fclose(file);
    if (!good)
        return complain(path, 0, "not readable, too long, or without a newline at its end");
    char *line = file_text;
    for (size_t number = 1; *line; number++) {
        char *next = strchr(line, '\n') + 1;
        if (!read_line(path, line, number))
            return false;
        line = next;
    }
    return true;
}

/* ---- finding --------------------------------------------------------------------------------- */

/* Whether a list with commas has the name. */
static bool lists(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (!strncmp(at, name, length) && (at[length] == ',' || at[length] == 0))
            return true;
    return false;
}

static bool equal(const char *left, const char *right)
{
    return left == right || (left && right && !strcmp(left, right));
}

/* The one for this subcommand; else that for every other subcommand. */
static struct description *find(const struct command *command, const char *option,
                                const char *title)
{
    struct description *general = NULL;
    for (size_t i = 0; i < description_count; i++) {
        struct description *description = &descriptions[i];
        if (!equal(description->option, option) || !equal(description->title, title))
            continue;
        if (!description->commands)
            general = description;
        else if (lists(description->commands, command->name))
            return description;
    }
    return general;
}

struct description *description_of_option(const struct command *command,
                                          const struct option *option)
{
    return find(command, option->name, NULL);
}

struct description *description_of_title(const struct command *command, const char *title)
{
    return find(command, NULL, title);
}

/* ---- checking -------------------------------------------------------------------------------- */

static bool use(const char *path, const struct command *command, const struct option *option)
{
    struct description *description = description_of_option(command, option);
    if (description)
        return description->used = true;
    return complain(path, 0, "option --%s of %s has no description", option->name, command->name);
}

static void use_title(const struct command *command, const char *title)
{
    struct description *description = description_of_title(command, title);
    if (description)
        description->used = true;
}

static bool use_all(const char *path, const struct command *command)
{
    bool good = true;
    for (const struct option *const *group = command->groups; *group; group++)
        for (const struct option *option = *group; option->name; option++)
            good = use(path, command, option) && good;
    for (size_t title = 1; title < help_title_count; title++)
        use_title(command, help_titles[title]);
    return good;
}

/* Each subcommand that the description names has the option, and takes this description. */
static bool check_commands(const char *path, const struct description *description)
{
    const char *option = description->option;
    for (const struct command *command = commands; command->name; command++) {
        if (!lists(description->commands, command->name))
            continue;
        if (!command_has_option(command, option))
            return complain(path, description->line, "%s has no option --%s", command->name,
                            option);
        if (find(command, option, NULL) != description)
            return complain(path, description->line, "described before: --%s of %s", option,
                            command->name);
    }
    return true;
}

static bool check_one(const char *path, const struct description *description)
{
    for (const struct description *other = descriptions; other < description; other++)
        if (equal(other->option, description->option) && equal(other->title, description->title) &&
            equal(other->commands, description->commands))
            return complain(path, description->line, "described before: %s%s",
                            description->title ? "" : "--",
                            description->title ? description->title : description->option);
    if (description->commands && !check_commands(path, description))
        return false;
    if (description->used)
        return true;
    return description->title
               ? complain(path, description->line, "no options have this title: %s",
                          description->title)
               : complain(path, description->line, "no option has this description: --%s",
                          description->option);
}

bool descriptions_check(const char *path)
{
    bool good = true;
    for (const struct command *command = commands; command->name; command++)
        good = use_all(path, command) && good;
    for (size_t i = 0; i < description_count; i++)
        good = check_one(path, &descriptions[i]) && good;
    return good;
}
