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

/* One string; where `mask` is 0xdf the byte is a letter and either case will do. */
struct regex_string {
    unsigned char bytes[REGEX_STRING_LENGTH];
    unsigned char mask[REGEX_STRING_LENGTH];
    size_t length;
};

struct regex_strings {
    struct regex_string list[REGEX_STRINGS];
    size_t count; /* 0: nothing is known */
};

/*
 * All strings that a node matches, its looks let through. False: they are too many
 * or too long.
 */
bool regex_strings_of(const struct regex_tree *tree, uint32_t index, int depth,
                      struct regex_strings *strings);

/* Each of `left` followed by each of `right`, into `left`; false when that is too much. */
bool regex_strings_cross(struct regex_strings *left, const struct regex_strings *right);

bool regex_strings_hold_empty(const struct regex_strings *strings);

/* How often one of them is expected, a byte. */
double regex_strings_frequency(const struct regex_strings *strings);

/* A searcher for them, none of which is empty. NULL and an error when memory is short. */
struct searcher *regex_strings_searcher(const struct regex_strings *strings, struct error *error);

#endif
