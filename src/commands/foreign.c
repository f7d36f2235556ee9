/* foreign.c - the subcommand for a word that other programs have. */
#include "commands/foreign.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *words; /* a blank behind each */
    const char *command;
} rows[] = {
    {"replace substitute sub sed tr ", "splice -a -p PATTERN FILE DATA"},
    {"search grep egrep fgrep rg locate index match ", "find FILE PATTERN"},
    {"count ", "find -c FILE PATTERN"},
    {"insert ins ", "splice FILE POSITION+0 DATA"},
    {"prepend ", "splice FILE 0+0 DATA"},
    {"delete del remove rm cut erase ", "splice --delete FILE RANGE"},
    {"append add extend ", "write --extend FILE end DATA"},
    {"copy cp memmove dd ", "move FILE DEST RANGE"},
    {"dump hexdump xxd hd od hex ", "read -d FILE"},
    {"cat get print show view extract slice peek ", "read FILE RANGE"},
    {"head ", "read -l10 FILE"},
    {"tail ", "read -l-10 FILE"},
    {"truncate trunc shrink grow fallocate ", "resize FILE SIZE"},
    {"undo revert ", "splice --edits=UNDO FILE"},
    {"patch apply ", "splice --edits=SCRIPT FILE"},
    {"set put poke overwrite edit ", "write FILE POSITION DATA"},
    {"fill ", "write --fill FILE RANGE DATA"},
    {"cmp compare ", "diff FILE NEW"},
    {"sync fsync msync ", "flush FILE"},
    {"madvise fadvise ", "advise FILE ADVICE"},
    {"size ", "info -s FILE"},
    {"stat status ls ", "info FILE"},
    {"script batch ", "run FILE SCRIPT"},
    {"repair rollback ", "recover FILE"},
};

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/* The length of `word` if `text` begins with it, whatever the case; else 0. */
static size_t matched(const char *word, const char *text)
{
    size_t length = 0;
    while (word[length] && lower(word[length]) == text[length])
        length++;
    return word[length] ? 0 : length;
}

bool foreign_equals(const char *word, const char *other)
{
    size_t length = matched(word, other);
    return length > 0 && !other[length];
}

static bool is_among(const char *word, const char *words)
{
    while (*words) {
        size_t length = matched(word, words);
        if (length > 0 && words[length] == ' ')
            return true;
        words += strcspn(words, " ") + 1;
    }
    return false;
}

bool foreign_command(const char *word, bool in_script, char text[FOREIGN_TEXT])
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!is_among(word, rows[i].words))
            continue;
        const char *command = rows[i].command, *file = strstr(command, " FILE");
        if (in_script)
            snprintf(text, FOREIGN_TEXT, "%.*s%s", (int)(file - command), command,
                     file + strlen(" FILE"));
        else
            snprintf(text, FOREIGN_TEXT, "mmtool %s", command);
        return true;
    }
    return false;
}
