/*
 * find_last.c - the match that starts last.
 *
 * The automaton that reads matches from their end walks down from the limit, with a thread for each
 * possible end. The first match that it sees starts last. A walk forward from there, up to the
 * limit, finds its longest end.
 */
#include "regex/walk.h"

/* Finds the highest start, at or after `from`, of a match that ends by `limit`. */
static enum regex_result find_last_start(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                         uint64_t from, uint64_t limit, uint64_t *start)
{
    unsigned behind, before;
    if (!regex_class_behind(matcher, cursor, limit, &behind))
        return REGEX_UNREADABLE;
    struct regex_walk walk = regex_walk_start(&matcher->backward, cursor, limit, behind, true);
    walk.first_only = true;
    if (!regex_walk_backward(&walk, from))
        return REGEX_UNREADABLE;
    if (!walk.matched) {
        if (!regex_cursor_class_before(cursor, matcher->regex, from, &before))
            return REGEX_UNREADABLE;
        regex_walk_finish(&walk, before);
    }
    *start = walk.match;
    return walk.matched ? REGEX_FOUND : REGEX_NONE;
}

/* Finds the longest match that starts at `start` and ends by `limit`; one was seen before. */
static enum regex_result find_longest(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                      uint64_t start, uint64_t limit, uint64_t *end)
{
    unsigned before, behind;
    if (!regex_cursor_class_before(cursor, matcher->regex, start, &before))
        return REGEX_UNREADABLE;
    struct regex_walk walk = regex_walk_start(&matcher->forward, cursor, start, before, false);
    if (!regex_walk_forward(&walk, limit) || !regex_class_behind(matcher, cursor, limit, &behind))
        return REGEX_UNREADABLE;
    regex_walk_finish(&walk, behind);
    *end = walk.match;
    return walk.matched ? REGEX_FOUND : REGEX_NONE;
}

enum regex_result regex_find_last(struct regex_matcher *matcher, const struct regex_text *text,
                                  uint64_t from, uint64_t limit, struct regex_match *match)
{
    struct regex_cursor cursor = {.text = text};
    from = maximum_u64(from, text->start);
    limit = minimum_u64(limit, text->end);
    if (from > limit)
        return REGEX_NONE;
    for (;;) {
        enum regex_result result = find_last_start(matcher, &cursor, from, limit, &match->start);
        if (result != REGEX_FOUND)
            return result;
        result = find_longest(matcher, &cursor, match->start, limit, &match->end);
        /* Nothing found: the bytes have changed between the two walks. */
        if (result != REGEX_NONE || match->start == from)
            return result;
        limit = minimum_u64(match->start, limit - 1);
    }
}
