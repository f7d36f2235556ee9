/*
 * pattern.h - what a search looks for, compiled from operands.
 *
 * Pure. One pattern may stand for several byte strings, or several expressions: a
 * match of any of them. Immutable once made; threads may share it.
 */
#ifndef MMTOOL_PATTERN_H
#define MMTOOL_PATTERN_H

#include "base/bytes.h"
#include "regex/regex.h"
#include "search/search.h"

struct pattern {
    /* One of the two; or none for the empty string, which matches everywhere. */
    struct searcher *searcher; /* byte strings; owned */
    struct regex *regex;       /* an expression; owned */
    struct regex *groups;      /* the expression that the strings were given as, or NULL; owned */
    size_t longest;            /* bytes of the longest match, of strings only */
    bool matches_zeros;        /* a hole of a file can hold a match */
    bool matches_empty;        /* a match can be empty */
    bool matches_newline;      /* a match can reach from one line into the next */
};

/* How the operands are to be read. */
struct pattern_options {
    const struct byte_type *type;
    bool ignore_case;
    bool regex; /* the operands are expressions */
};

/* Compiles `count` (at least 1) operands. On failure there is nothing to release. */
bool pattern_init(struct pattern *pattern, const char *const *operands, size_t count,
                  const struct pattern_options *options, struct error *error);
void pattern_release(struct pattern *pattern);

#endif
