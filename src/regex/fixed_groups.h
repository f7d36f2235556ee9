/*
 * fixed_groups.h - groups whose place follows from where the match starts and ends.
 *
 * Of "key=([0-9]+);" it does: four bytes behind the start, one before the end. In general, at most
 * one part of each concatenation may vary in length, and groups may not be repeated or stand in an
 * alternative. Then no byte of the match needs to be looked at.
 */
#ifndef MMTOOL_REGEX_FIXED_GROUPS_H
#define MMTOOL_REGEX_FIXED_GROUPS_H

#include "regex/tree.h"

struct regex_fixed_place {
    bool from_end;
    uint64_t distance; /* bytes behind the start of the match, or before its end */
};

struct regex_fixed_groups {
    bool known;        /* that is so, for all groups */
    unsigned count;    /* groups have numbers below it */
    uint64_t shortest; /* bytes of the shortest match */
    struct {
        struct regex_fixed_place start, end;
    } groups[REGEX_GROUPS];
};

void regex_fixed_groups_init(struct regex_fixed_groups *fixed, const struct regex_tree *tree);

/* Sets groups 1 to 9 of a match, which is not shorter than fixed->shortest. */
void regex_fixed_groups_place(const struct regex_fixed_groups *fixed,
                              const struct regex_match *match,
                              struct regex_match groups[REGEX_GROUPS]);

#endif
