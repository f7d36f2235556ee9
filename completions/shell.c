/* shell.c - what the completions of all shells share. */
#include "cli/commands.h"
#include "cli/help_topics.h"
#include "shell.h"

#include <string.h>

void write_quoted(const char *text, const char *special, FILE *out)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\'", out);
        else if (strchr(special, *text))
            fputc('\\', out);
        fputc(*text, out);
    }
}

bool has_group(const struct command *command, const struct option *group)
{
    for (const struct option *const *own = command->groups; *own; own++)
        if (*own == group)
            return true;
    return false;
}

void write_owners(const struct option *group, const char *between, FILE *out)
{
    const char *gap = "";
    for (const struct command *command = commands; command->name; command++) {
        if (group && !has_group(command, group))
            continue;
        fprintf(out, "%s%s", gap, command->name);
        gap = between;
    }
}

void write_topics(const char *between, FILE *out)
{
    const char *gap = "";
    for (const struct help_topic *topic = help_topics; topic->name; topic++) {
        if (!topic->text)
            continue;
        fprintf(out, "%s%s", gap, topic->name);
        gap = between;
    }
}

void write_names(const struct offer *offer, FILE *out)
{
    for (size_t i = 0; i < offer->count; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", offer->words[i].name);
}
