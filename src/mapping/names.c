/* names.c - the system's named constants as a user writes them. */
#include "mapping/names.h"

#include <stdio.h>
#include <string.h>

enum { MOST_NAMES = 64, SHOWN = 100, LIST = 480 };

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static bool same(const char *word, const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (lower(word[i]) != name[i]) /* ends with the name: its NUL is no letter of a word */
            return false;
    return true;
}

/* The row of that name, or the one that ends the table. */
static const struct platform_name *find(const struct platform_name *row, const char *word,
                                        size_t length, const char *prefix)
{
    size_t skip = strlen(prefix);
    if (length > skip && same(word, prefix, skip)) {
        word += skip;
        length -= skip;
    }
    while (row->name && !(strlen(row->name) == length && same(word, row->name, length)))
        row++;
    return row;
}

/* ---- advice ---------------------------------------------------------------------------------- */

static bool unknown_advice(const char *word, struct error *error)
{
    const char *names[MOST_NAMES + 1];
    char escaped[SHOWN];
    size_t count = 0;
    for (const struct platform_name *row = platform_advice(); row->name && count < MOST_NAMES;
         row++)
        names[count++] = row->name;
    names[count] = NULL;
    const char *nearest = diag_nearest(word, names);
    diag_escape(escaped, sizeof escaped, word);
    return error_usage(error, "unknown advice \"%s\"%s%s%s (mmtool advise --list prints all)",
                       escaped, nearest ? ": did you mean " : "", nearest ? nearest : "",
                       nearest ? "?" : "");
}

const struct platform_name *names_find_advice(const char *word, bool force, struct error *error)
{
    const struct platform_name *row = find(platform_advice(), word, strlen(word), "madv_");
    if (!row->name)
        unknown_advice(word, error);
    else if (!row->available)
        error_set(error, "this system has no advice \"%s\"", row->name);
    else if (row->destructive && !force)
        error_set(error, "\"%s\" destroys data; --force would do it", row->name);
    else
        return row;
    return NULL;
}

bool names_advice_stores(const char *word)
{
    const struct platform_name *row = find(platform_advice(), word, strlen(word), "madv_");
    return row->name && !strcmp(row->name, "populate_write");
}

/* ---- map flags ------------------------------------------------------------------------------- */

/* "shared, private, ...": those of this system. */
static const char *list_flags(char list[LIST])
{
    size_t used = 0;
    list[0] = 0;
    for (const struct platform_name *row = platform_map_flags(); row->name; row++) {
        int length = row->available
                         ? snprintf(list + used, LIST - used, "%s%s", used ? ", " : "", row->name)
                         : 0;
        if (length < 0 || used + (size_t)length >= LIST)
            break;
        used += (size_t)length;
    }
    return list;
}

static bool add_flag(const char *word, size_t length, uint64_t *flags, struct error *error)
{
    char escaped[SHOWN], list[LIST];
    const struct platform_name *row = find(platform_map_flags(), word, length, "map_");
    if (!row->name)
        return error_usage(error, "unknown map flag \"%s\" (here there are %s)",
                           diag_escape_span(escaped, sizeof escaped, word, length),
                           list_flags(list));
    if (!row->available)
        return error_set(error, "this system has no map flag \"%s\" (it has %s)", row->name,
                         list_flags(list));
    *flags |= (uint64_t)(unsigned)row->value;
    return true;
}

static bool has_map(uint64_t flags, const char *name)
{
    const struct platform_name *row = find(platform_map_flags(), name, strlen(name), "map_");
    uint64_t value = (uint64_t)(unsigned)row->value;
    return row->name && row->available && (flags & value) == value;
}

/* shared_validate has the bits of both. */
bool names_map_is_private(uint64_t flags)
{
    return flags != 0 && has_map(flags, "private") && !has_map(flags, "shared");
}

/* Both bits are those of shared_validate where that is known: no reader of "shared,private" means
 * it. */
static bool check_sharing(const char *text, bool shared, bool private, struct error *error)
{
    char escaped[SHOWN];
    return !(shared && private) ||
           error_usage(error, "a mapping is shared or private, not both: \"%s\"",
                       diag_escape(escaped, sizeof escaped, text));
}

bool names_parse_map(const char *text, uint64_t *flags, struct error *error)
{
    bool shared = false, private = false;
    for (const char *word = text;;) {
        size_t length = strcspn(word, ",");
        uint64_t flag = 0;
        if (!add_flag(word, length, &flag, error))
            return false;
        private = private || names_map_is_private(flag);
        shared = shared || has_map(flag, "shared");
        *flags |= flag;
        if (word[length] == 0)
            return check_sharing(text, shared, private, error);
        word += length + 1;
    }
}
