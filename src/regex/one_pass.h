/*
 * one_pass.h - finds the groups of a match in one walk over its bytes, where that is possible.
 *
 * An expression is one-pass if each byte of a match leaves only one way to go on: "([a-z]+)=(.*)"
 * is, "(.*)=(.*)" is not. Then there is only one way to divide a match among the groups, and
 * POSIX's rule has nothing to decide. (Brüggemann-Klein and Wood, "One-Unambiguous Regular
 * Languages", 1998; Cox, "Regular Expression Matching in the Wild", 2010.) Assertions are ignored:
 * they could only rule out the one way that a match is known to have taken.
 */
#ifndef MMTOOL_REGEX_ONE_PASS_H
#define MMTOOL_REGEX_ONE_PASS_H

#include "regex/walk.h"

struct regex_one_pass;

/* NULL if the expression is not one-pass, too large for a table, or memory is short. */
struct regex_one_pass *regex_one_pass_new(const struct regex *regex);
void regex_one_pass_free(struct regex_one_pass *one_pass);

/*
 * Fills in groups 1 to 9 of a match, which the caller has set to "took no part". REGEX_NONE: the
 * bytes have changed since the match was found; the groups are then undefined.
 */
enum regex_result regex_one_pass_groups(const struct regex_one_pass *one_pass,
                                        struct regex_cursor *cursor,
                                        const struct regex_match *match,
                                        struct regex_match groups[REGEX_GROUPS]);

#endif
