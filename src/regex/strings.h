/*
 * strings.h - the byte strings a part of an expression stands for, if they are few.
 */
#ifndef MMTOOL_REGEX_STRINGS_H
#define MMTOOL_REGEX_STRINGS_H

#include "regex/tree.h"
#include "search/search.h"

enum {
    REGEX_STRINGS = 32, /* at most */
    REGEX_STRING_LENGTH = 24,
    REGEX_STRINGS_DEPTH = 12, /* of the tree that is looked at */
};

/* One string. Where `mask` is 0xdf the byte is a letter and matches in either case. */
struct regex_string {
    unsigned char bytes[REGEX_STRING_LENGTH];
    unsigned char mask[REGEX_STRING_LENGTH];
    size_t length;
};

struct regex_strings {
    struct regex_string list[REGEX_STRINGS];
    size_t count; /* 0: unknown */
};

/*
 * Sets `strings` to all strings that a node matches, ignoring its assertions. False if they are too
 * many or too long.
 */
bool regex_strings_of(const struct regex_tree *tree, uint32_t index, int depth,
                      struct regex_strings *strings);

/*
 * Replaces `left` by all concatenations of a string of `left` and one of `right`. False if they are
 * too many or too long.
 */
bool regex_strings_cross(struct regex_strings *left, const struct regex_strings *right);

bool regex_strings_hold_empty(const struct regex_strings *strings);

/* Expected number of occurrences per byte of text. */
double regex_strings_frequency(const struct regex_strings *strings);

/*
 * Makes a searcher for the strings, which must not be empty; the caller frees it. NULL and an error
 * if memory is short.
 */
struct searcher *regex_strings_searcher(const struct regex_strings *strings, struct error *error);

/*
 * Sets `*searcher`, which the caller frees, to a searcher for all strings that an expression
 * without assertions stands for, however many alternatives it has; to NULL if it stands for other
 * things than strings, or the searcher would not take linear time. False only if memory is short.
 */
bool regex_strings_searcher_of(const struct regex_tree *tree, struct searcher **searcher,
                               struct error *error);

#endif
