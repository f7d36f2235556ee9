/* libc_regex.c - libc's own regular expressions, to compare with. */
#include "libc_regex.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <regex.h>

struct libc_regex {
    regex_t compiled;
};

struct libc_regex *libc_regex_new(const char *expression, bool fold)
{
    struct libc_regex *regex = calloc(1, sizeof *regex);
    if (regex && regcomp(&regex->compiled, expression,
                         REG_EXTENDED | REG_NEWLINE | (fold ? REG_ICASE : 0)) == 0)
        return regex;
    free(regex);
    return NULL;
}

void libc_regex_free(struct libc_regex *regex)
{
    if (regex)
        regfree(&regex->compiled);
    free(regex);
}

bool libc_regex_find(const struct libc_regex *regex, const char *string, long *start, long *end)
{
    regmatch_t match;
    if (regexec(&regex->compiled, string, 1, &match, 0) != 0)
        return false;
    *start = match.rm_so;
    *end = match.rm_eo;
    return true;
}
#else
struct libc_regex *libc_regex_new(const char *expression, bool fold)
{
    (void)expression;
    (void)fold;
    return NULL;
}

void libc_regex_free(struct libc_regex *regex)
{
    (void)regex;
}

bool libc_regex_find(const struct libc_regex *regex, const char *string, long *start, long *end)
{
    (void)regex;
    (void)string;
    (void)start;
    (void)end;
    return false;
}
#endif
