/*
 * pattern.h - the compiled operands of a search.
 *
 * Pure. A pattern may hold several byte strings or several expressions; it matches
 * where any of them does. It never changes after pattern_init(), so threads may share it.
 */
#ifndef MMTOOL_PATTERN_H
#define MMTOOL_PATTERN_H

#include "base/bytes.h"
#include "regex/regex.h"
#include "search/search.h"

struct pattern {
    /* One of the two is set; neither for the empty string, which matches everywhere. */
    struct searcher *searcher; /* byte strings; owned */
    struct regex *regex;       /* an expression; owned */
    struct regex *groups; /* the expression, if it is searched for as strings, else NULL; owned */
    size_t longest;       /* bytes of the longest match; only with a searcher */
    bool matches_zeros;   /* a hole of a file can hold a match */
    bool matches_empty;   /* a match can be empty */
    bool matches_newline; /* a match can contain a newline */
};

/* How to read the operands. */
struct pattern_options {
    const struct byte_type *type;
    bool ignore_case;
    bool regex; /* the operands are expressions */
};

/* Compiles `count` (at least 1) operands. On an error there is nothing to release. */
bool pattern_init(struct pattern *pattern, const char *const *operands, size_t count,
                  const struct pattern_options *options, struct error *error);
void pattern_release(struct pattern *pattern);

#endif
