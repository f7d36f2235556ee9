/* option_value.c - the values that an option can have, as help and messages name them. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_TEXT = 80, ESCAPED = 200 };

/* The words, with `between` them and `last` before the last one. Returns `text`. */
static const char *join(const char *const *words, const char *between, const char *last, char *text,
                        size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; words[i] && used < size; i++) {
        const char *gap = i == 0 ? "" : words[i + 1] ? between : last;
        used += (size_t)snprintf(text + used, size - used, "%s%s", gap, words[i]);
    }
    return text;
}

const char *option_value_text(const struct option *option, char text[OPTION_VALUE_TEXT])
{
    if (!option->words)
        snprintf(text, OPTION_VALUE_TEXT, "%s", option->value_name ? option->value_name : "");
    else
        join(option->words, "|", "|", text, OPTION_VALUE_TEXT);
    if (option->kind == VALUE_WORDS)
        snprintf(text + strlen(text), OPTION_VALUE_TEXT - strlen(text), "[,...]");
    return text;
}

bool option_word_error(const struct option *option, const char *word, size_t length,
                       struct error *error)
{
    char escaped[ESCAPED], words[WORDS_TEXT];
    return error_usage(error, "--%s can be %s, not \"%s\"", option->name,
                       join(option->words, ", ", " or ", words, sizeof words),
                       diag_escape_span(escaped, sizeof escaped, word, length));
}

bool option_find_word(const struct option *option, const char *word, size_t length, size_t *index,
                      struct error *error)
{
    for (*index = 0; option->words[*index]; ++*index)
        if (strlen(option->words[*index]) == length && !memcmp(option->words[*index], word, length))
            return true;
    return option_word_error(option, word, length, error);
}
