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
    /*
     * One of the two is set; neither for the empty string, which matches everywhere, and if there
     * were no operands, so that nothing matches.
     */
    struct searcher *searcher; /* byte strings; owned */
    struct regex *regex;       /* an expression; owned */
    struct regex *groups; /* the expression, if it is searched for as strings, else NULL; owned */
    size_t longest;       /* bytes of the longest match; only with a searcher */
    bool shortest;        /* the option of that name */
    bool matches_nothing; /* there were no operands */
    bool has_empty;       /* an operand was empty */
    uint64_t empty_line;  /* the first line of a file that was empty, from 1; 0: none */
    bool matches_zeros;   /* a hole of a file can hold a match */
    bool matches_empty;   /* a match can be empty */
    bool matches_newline; /* a match can contain a newline */
};

/* How to read the operands. */
struct pattern_options {
    const struct byte_type *type;
    bool ignore_case;
    bool regex;    /* the operands are expressions */
    bool shortest; /* with regex: the shortest match of those that start at one offset */
};

/* The bytes of a file that brings operands. */
struct pattern_file {
    bool given;
    const char *name; /* for messages */
    const unsigned char *bytes;
    size_t length;
};

/* What to search for: a match of any of them. Nothing is owned. */
struct pattern_operands {
    const char *const *texts; /* written in the type */
    size_t count;
    struct pattern_file lines; /* a pattern a line, written in the type; NUL bytes are allowed */
    struct pattern_file whole; /* one pattern: these bytes, whatever the type */
};

/*
 * Compiles the operands, which are needed no longer. An empty line matches everywhere, as in
 * grep -f, so that the other operands make no difference; any other empty operand must stand
 * alone. On an error there is nothing to release; that of a line begins with its place.
 */
bool pattern_init(struct pattern *pattern, const struct pattern_operands *operands,
                  const struct pattern_options *options, struct error *error);
void pattern_release(struct pattern *pattern);

#endif
