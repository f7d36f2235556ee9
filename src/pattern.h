/*
 * pattern.h - what a search looks for, compiled from operands.
 *
 * Pure. One pattern may stand for several byte strings: a match of any of them.
 */
#ifndef MMTOOL_PATTERN_H
#define MMTOOL_PATTERN_H

#include "bytes.h"
#include "search.h"

struct pattern {
    struct searcher *searcher; /* owned; NULL for the empty pattern, which matches everywhere */
    size_t longest;            /* bytes of the longest match */
    bool matches_zeros;        /* a hole of a file can hold a match */
};

/* How the operands are to be read. */
struct pattern_options {
    const struct byte_type *type;
    bool ignore_case;
};

/* Compiles `count` (at least 1) operands. On failure there is nothing to release. */
bool pattern_init(struct pattern *pattern, const char *const *operands, size_t count,
                  const struct pattern_options *options, struct error *error);
void pattern_release(struct pattern *pattern);

#endif
