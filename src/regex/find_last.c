/*
 * find_last.c - the match that starts last.
 *
 * The automaton that reads matches from their end walks down from the limit, with a thread for each
 * possible end. The first match that it sees starts last. A walk forward from there, up to the
 * limit, finds its longest end.
 */
#include "regex/walk.h"

enum { NEAR = 1024 }; /* bytes before a match that are searched for another in the same call */

/* --- One match --- */

/* Finds the highest start, at or after `from`, of a match that ends by `limit`. */
static enum regex_result find_last_start(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                         uint64_t from, uint64_t limit, uint64_t *start)
{
    const struct alignment *align = &matcher->choice.align;
    unsigned behind, before;
    if (!regex_class_behind(matcher, cursor, limit, &behind))
        return REGEX_UNREADABLE;
    struct regex_walk walk = regex_walk_start(&matcher->backward, cursor, limit, behind, true);
    walk.first_only = true;
    do {
        walk.matched = false;
        if (!regex_walk_backward(&walk, from))
            return REGEX_UNREADABLE;
    } while (walk.matched && !alignment_allows(align, walk.match));
    if (!walk.matched) {
        if (!regex_cursor_class_before(cursor, matcher->regex, from, &before))
            return REGEX_UNREADABLE;
        regex_walk_finish(&walk, before);
    }
    *start = walk.match;
    return walk.matched && alignment_allows(align, walk.match) ? REGEX_FOUND : REGEX_NONE;
}

/* Finds the longest match that starts at `start` and ends by `limit`; one was seen before. */
static enum regex_result find_longest(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                      uint64_t start, uint64_t limit, uint64_t *end)
{
    const struct regex_tree *tree = &matcher->regex->tree;
    const struct regex_node *root = &tree->nodes[tree->root];
    unsigned before, behind;
    *end = start + root->shortest;
    if (root->shortest == root->longest)
        return REGEX_FOUND;
    if (!regex_cursor_class_before(cursor, matcher->regex, start, &before))
        return REGEX_UNREADABLE;
    struct regex_walk walk = regex_walk_start(&matcher->forward, cursor, start, before, false);
    if (!regex_walk_forward(&walk, limit))
        return REGEX_UNREADABLE;
    /* The byte at the limit may be far from here. */
    if (!regex_walk_over(&walk)) {
        if (!regex_class_behind(matcher, cursor, limit, &behind))
            return REGEX_UNREADABLE;
        regex_walk_finish(&walk, behind);
    }
    *end = walk.match;
    return walk.matched ? REGEX_FOUND : REGEX_NONE;
}

/* --- One after the other --- */

/* Finds one match within the bounds. */
static enum regex_result find_within(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                     const struct regex_bounds *bounds, struct regex_match *match)
{
    uint64_t limit = bounds->limit;
    while (bounds->from <= limit && bounds->from < bounds->before) {
        enum regex_result result =
            find_last_start(matcher, cursor, bounds->from, limit, &match->start);
        if (result != REGEX_FOUND)
            return result;
        if (match->start >= bounds->before) { /* an empty match at `limit` */
            limit = bounds->before - 1;
            continue;
        }
        result = find_longest(matcher, cursor, match->start, limit, &match->end);
        /* Nothing found: the bytes have changed between the two walks. */
        if (result != REGEX_NONE || match->start == bounds->from)
            return result;
        limit = minimum_u64(match->start, limit - 1);
    }
    return REGEX_NONE;
}

/* Chooses the literals to skip by again from time to time. False: unreadable. */
static bool choose_literals(struct regex_matcher *matcher, struct regex_cursor *cursor,
                            const struct regex_bounds *bounds)
{
    const struct regex *regex = matcher->regex;
    if (regex->literals_count < 2 || !regex->literals[0].backward ||
        bounds->limit > matcher->chosen_from || bounds->limit <= bounds->from)
        return true;
    if (!regex_cursor_seek(cursor, bounds->limit - 1, true))
        return false;
    matcher->chosen_from =
        regex_choose_literals_backward(&matcher->backward, cursor, bounds->limit);
    return true;
}

/* Adds matches to the list as long as the next one is near. */
static enum regex_result find_near(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                   struct regex_bounds *bounds, struct regex_list *list)
{
    const struct regex_tree *tree = &matcher->regex->tree;
    enum regex_result result = REGEX_FOUND;
    while (list->count < list->capacity) {
        struct regex_bounds near = *bounds;
        if (list->count > 0 && tree->nodes[tree->root].shortest > NEAR / 2)
            return REGEX_FOUND;
        if (list->count > 0)
            near.from = maximum_u64(near.from, near.limit - minimum_u64(near.limit, NEAR));
        struct regex_match *match = &list->matches[list->count];
        result = find_within(matcher, cursor, &near, match);
        if (result == REGEX_NONE && near.from > bounds->from)
            return REGEX_FOUND;
        if (result != REGEX_FOUND)
            return result;
        list->count++;
        bounds->before = bounds->limit = match->start;
    }
    return result;
}

enum regex_result regex_find_last(struct regex_matcher *matcher, const struct regex_text *text,
                                  struct regex_bounds *bounds, struct regex_list *list)
{
    struct regex_cursor cursor = {.text = text};
    bounds->from = maximum_u64(bounds->from, text->start);
    bounds->limit = minimum_u64(bounds->limit, text->end);
    list->count = 0;
    if (!choose_literals(matcher, &cursor, bounds))
        return REGEX_UNREADABLE;
    return find_near(matcher, &cursor, bounds, list);
}
