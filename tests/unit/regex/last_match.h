/* last_match.h - one call of regex_find_last() for one match. */
#ifndef MMTOOL_LAST_MATCH_H
#define MMTOOL_LAST_MATCH_H

#include "regex/regex.h"

/* Finds the match that starts last among those that start at or after `from` and end by `limit`. */
static inline enum regex_result last_match(struct regex_matcher *matcher,
                                           const struct regex_text *text, uint64_t from,
                                           uint64_t limit, struct regex_match *match)
{
    struct regex_bounds bounds = {from, UINT64_MAX, limit};
    struct regex_list list = {.matches = match, .capacity = 1};
    return regex_find_last(matcher, text, &bounds, &list);
}

#endif
