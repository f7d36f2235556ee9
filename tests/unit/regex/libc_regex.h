/*
 * libc_regex.h - libc's own regular expressions, to compare with.
 *
 * Behind a header of its own, because <regex.h> and src/regex.h cannot both be
 * included by that name.
 */
#ifndef MMTOOL_LIBC_REGEX_H
#define MMTOOL_LIBC_REGEX_H

#include <stdbool.h>
#include <stddef.h>

struct libc_regex;

/* NULL: libc refuses the expression, or is not one whose extensions are known. */
struct libc_regex *libc_regex_new(const char *expression, bool fold);
void libc_regex_free(struct libc_regex *regex);

/*
 * The first match in a string. Groups are not asked for: with a group in a
 * repeat glibc's differ from POSIX's rule, and the search for them can go on
 * forever (seen with glibc 2.36).
 */
bool libc_regex_find(const struct libc_regex *regex, const char *string, long *start, long *end);

#endif
