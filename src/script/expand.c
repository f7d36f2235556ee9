/* expand.c - expands "." and "match" in the positions and ranges of a script. */
#include "script/expand.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && !memcmp(text, word, length);
}

static bool is_name(const char *text, size_t length)
{
    return is_word(text, length, ".") || is_word(text, length, "match");
}

/* Appends one end of a range, as a number if it is "." or "match". */
static bool append_end(const struct script_names *names, const char *text, size_t length,
                       char room[SCRIPT_EXPAND_TEXT], struct error *error)
{
    size_t used = strlen(room);
    char number[NUMBER_TEXT_MAX];
    if (is_name(text, length)) {
        uint64_t value = *text == '.' ? names->position : names->match.start;
        length = (size_t)snprintf(number, sizeof number, "%" PRIu64, value);
        text = number;
    }
    if (length >= SCRIPT_EXPAND_TEXT - used)
        return error_set(error, "the range is too long");
    memcpy(room + used, text, length);
    room[used + length] = 0;
    return true;
}

static bool mentions(const char *text, size_t split, const char *word)
{
    const char *second = text + split + (text[split] != 0);
    return is_word(text, split, word) || is_word(second, strlen(second), word);
}

static bool expand_ends(const struct script_names *names, const char *text, size_t split,
                        char room[SCRIPT_EXPAND_TEXT], struct error *error)
{
    char between[2] = {text[split], 0};
    room[0] = 0;
    if (!append_end(names, split == 0 && text[0] == '+' ? "." : text,
                    split == 0 && text[0] == '+' ? 1 : split, room, error))
        return false;
    if (text[split] == 0)
        return true;
    return append_end(names, between, 1, room, error) &&
           append_end(names, text + split + 1, strlen(text + split + 1), room, error);
}

static const char *no_match(struct error *error)
{
    error_set(error, "there is no match: no search has run yet, or the last one found none");
    return NULL;
}

const char *script_expand(const struct script_names *names, const char *text,
                          char room[SCRIPT_EXPAND_TEXT], struct error *error)
{
    size_t split = strcspn(text, ":+");
    if (mentions(text, split, "match") && !names->matched)
        return no_match(error);
    if (!strcmp(text, "match")) {
        snprintf(room, SCRIPT_EXPAND_TEXT, "%" PRIu64 "+%" PRIu64, names->match.start,
                 range_length(names->match));
        return room;
    }
    bool from_here = split == 0 && text[0] == '+';
    if (!from_here && !mentions(text, split, ".") && !mentions(text, split, "match"))
        return text;
    return expand_ends(names, text, split, room, error) ? room : NULL;
}

const char *script_expand_position(const struct script_names *names, const char *text,
                                   char room[SCRIPT_EXPAND_TEXT], struct error *error)
{
    if (strcmp(text, "match") != 0)
        return script_expand(names, text, room, error);
    if (!names->matched)
        return no_match(error);
    snprintf(room, SCRIPT_EXPAND_TEXT, "%" PRIu64, names->match.start);
    return room;
}
