/*
 * parse.h - from the text of an expression to its tree: parse.c, bracket.c and parse_error.c.
 */
#ifndef MMTOOL_REGEX_PARSE_H
#define MMTOOL_REGEX_PARSE_H

#include "regex/tree.h"

/*
 * Parses an expression into a zeroed tree. False and a usage error for a syntax error, or when
 * memory is short. The caller releases the tree in either case. `error` must not be NULL.
 */
bool regex_tree_parse(struct regex_tree *tree, const unsigned char *expression, size_t length,
                      bool ignore_case, struct error *error);

/* What (?...) has set. */
struct regex_flags {
    bool fold;        /* i: letters match either case */
    bool dot_newline; /* s: `.` is any byte, newline too */
};

/* The state of a parse. */
struct regex_parser {
    const unsigned char *bytes; /* the expression */
    size_t length;
    size_t at; /* index of the next byte to read */
    struct regex_flags flags;
    unsigned depth;  /* parentheses that are open */
    uint32_t groups; /* groups seen so far */
    struct regex_tree *tree;
    struct error *error; /* not NULL: its status tells "no escape" from "bad escape" */
};

/* Sets the usage error "regular expression, character N: ..." for index `where`; false. */
bool regex_parse_error(struct regex_parser *parser, size_t where, const char *format, ...)
    MMTOOL_PRINTF(3, 4);

/* Parses a bracket expression whose '[' has just been read. */
bool regex_parse_bracket(struct regex_parser *parser, struct byte_set *set);

/*
 * Parses an escape that stands for bytes and whose backslash has just been read. `*several`
 * tells whether it is a class such as \d. On false, parser->error->status tells the reason:
 * STATUS_DONE means that this is no such escape (`at` has not moved), else the escape is bad.
 */
bool regex_parse_escape(struct regex_parser *parser, struct byte_set *set, bool *several);

/* Adds the other case of each letter in the set. */
void regex_set_fold(struct byte_set *set);

#endif
