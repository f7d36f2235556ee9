/* shell_words.c - a line split into words, quoted as in a POSIX shell. */
#include "shell_words.h"

#include <stdlib.h>
#include <string.h>

/* Goes through a line byte by byte; both questions about it are asked here. */
struct walker {
    const char *line;
    size_t length;
    size_t at;
    char quote;   /* ', " or 0 */
    bool in_word; /* an empty '' is a word too */
};

enum token { TOKEN_BYTE, TOKEN_SPACE, TOKEN_QUOTE, TOKEN_JOIN, TOKEN_OPEN_END, TOKEN_END };

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* A backslash keeps the next byte; a newline behind it joins two lines. */
static enum token take_escaped(struct walker *walker, char *byte)
{
    if (walker->at == walker->length)
        return TOKEN_OPEN_END;
    *byte = walker->line[walker->at];
    if (walker->quote == '"' && !strchr("$`\"\\\n", *byte)) {
        *byte = '\\';
        return TOKEN_BYTE;
    }
    walker->at++;
    return *byte == '\n' ? TOKEN_JOIN : TOKEN_BYTE;
}

static enum token take_quoted(struct walker *walker, char *byte)
{
    *byte = walker->line[walker->at++];
    if (*byte == walker->quote) {
        walker->quote = 0;
        return TOKEN_QUOTE;
    }
    return *byte == '\\' && walker->quote == '"' ? take_escaped(walker, byte) : TOKEN_BYTE;
}

static enum token take_plain(struct walker *walker, char *byte)
{
    *byte = walker->line[walker->at++];
    if (is_blank(*byte)) {
        walker->in_word = false;
        return TOKEN_SPACE;
    }
    if (*byte == '#' && !walker->in_word) {
        walker->at = walker->length;
        return TOKEN_END;
    }
    walker->in_word = true;
    if (*byte == '\\')
        return take_escaped(walker, byte);
    if (*byte != '\'' && *byte != '"')
        return TOKEN_BYTE;
    walker->quote = *byte;
    return TOKEN_QUOTE;
}

static enum token take(struct walker *walker, char *byte)
{
    if (walker->at == walker->length)
        return walker->quote ? TOKEN_OPEN_END : TOKEN_END;
    return walker->quote ? take_quoted(walker, byte) : take_plain(walker, byte);
}

bool shell_words_is_open(const char *line, size_t length)
{
    struct walker walker = {.line = line, .length = length};
    char byte;
    enum token token;
    do
        token = take(&walker, &byte);
    while (token != TOKEN_END && token != TOKEN_OPEN_END);
    return token == TOKEN_OPEN_END;
}

/* ---- words ---------------------------------------------------------------------------------- */

static bool end_word(struct shell_words *words, bool *started, struct error *error)
{
    if (!*started)
        return true;
    *started = false;
    words->count++;
    return buffer_append_byte(&words->bytes, 0, error);
}

static bool point_at_words(struct shell_words *words, struct error *error)
{
    if (words->count > words->capacity) {
        const char **items = realloc(words->items, words->count * sizeof *items);
        if (!items)
            return error_memory(error, words->count * sizeof *items);
        words->items = items;
        words->capacity = words->count;
    }
    const char *word = (const char *)words->bytes.data;
    for (size_t i = 0; i < words->count; i++) {
        words->items[i] = word;
        word += strlen(word) + 1;
    }
    return true;
}

static bool split(struct shell_words *words, struct walker *walker, struct error *error)
{
    bool started = false;
    for (;;) {
        size_t before = walker->at;
        char byte = 0;
        enum token token = take(walker, &byte);
        if (token == TOKEN_JOIN)
            continue;
        if (token == TOKEN_OPEN_END)
            return walker->quote
                       ? error_set(error, "a %s is not closed", walker->quote == '"' ? "\"" : "'")
                       : error_set(error, "there is nothing behind the last backslash");
        bool ends = token == TOKEN_SPACE || token == TOKEN_END;
        if (ends && !end_word(words, &started, error))
            return false;
        if (token == TOKEN_END)
            return true;
        if (!ends && !started && words->count == 1)
            words->rest = before;
        started = !ends;
        if (token == TOKEN_BYTE && byte == 0)
            return error_set(error, "there is a NUL in the line");
        if (token == TOKEN_BYTE && !buffer_append_byte(&words->bytes, (unsigned char)byte, error))
            return false;
    }
}

bool shell_words_split(struct shell_words *words, const char *line, size_t length,
                       struct error *error)
{
    struct walker walker = {.line = line, .length = length};
    words->bytes.length = 0;
    words->count = 0;
    words->rest = length;
    return split(words, &walker, error) && point_at_words(words, error);
}

void shell_words_release(struct shell_words *words)
{
    buffer_release(&words->bytes);
    free(words->items);
    *words = (struct shell_words){0};
}
