/*
 * find_aligned.c - the leftmost match of those that start at allowed offsets.
 *
 * One walk has threads from all allowed offsets, and from no other: a match that starts elsewhere
 * hides none, and no time is spent on its length. Before the byte in front of an allowed offset
 * the state is changed for one that starts threads. As in find.c the walk gives where the match
 * ends, and a walk back from there gives its start. While no thread is left, only the bytes at
 * allowed offsets are looked at.
 */
#include "regex/walk.h"

/* The search for one match. */
struct aligned {
    struct regex_matcher *matcher;
    struct regex_cursor *cursor;
    const struct alignment *align;
    uint64_t until;
    uint64_t first, last; /* offsets at which the walk has started threads */
};

/* Moves `first` to the next allowed offset at which a match may start. False: unreadable. */
static bool skip_to_start(struct aligned *aligned)
{
    const struct regex *regex = aligned->matcher->regex;
    struct regex_cursor *cursor = aligned->cursor;
    uint64_t at = alignment_next(aligned->align, aligned->first), end = cursor->text->end;
    while (at <= aligned->until && at < end) {
        if (!regex_cursor_seek(cursor, at, false))
            return false;
        uint64_t stop = minimum_u64(cursor->end, aligned->until + 1);
        while (at < stop && !regex->first[cursor->bytes[at - cursor->first]])
            at = aligned->align->step < UINT64_MAX - at ? at + aligned->align->step : UINT64_MAX;
        if (at < stop)
            break;
    }
    aligned->first = aligned->last = at;
    return true;
}

/* Walks over the byte before the allowed offset `next`, and starts threads there. */
static bool start_threads(struct aligned *aligned, struct regex_walk *walk, uint64_t next)
{
    walk->state = regex_dfa_set_seeding(walk->dfa, walk->state, true);
    if (!regex_walk_forward(walk, next))
        return false;
    if (regex_walk_over(walk))
        return true;
    walk->state = regex_dfa_set_seeding(walk->dfa, walk->state, false);
    aligned->last = next;
    return true;
}

/* Allowed offsets that are further from each other are walked to one by one. */
enum { NEAR_STEP = 64 };

/* Reads a byte exactly once, because other processes may change it. */
static unsigned char byte_at(const struct regex_cursor *cursor, uint64_t offset)
{
    return *(const volatile unsigned char *)&cursor->bytes[offset - cursor->first];
}

/* Passes bytes of the current span as long as all steps are known and no match is seen. */
static void pass_known(struct aligned *aligned, struct regex_walk *walk)
{
    const uint32_t stops =
        DFA_STATE_MATCH | DFA_STATE_DEAD | DFA_STATE_UNKNOWN | DFA_STATE_SIMULATED;
    struct regex_dfa *dfa = walk->dfa;
    const struct regex_cursor *cursor = aligned->cursor;
    const uint32_t *others = dfa->table + dfa->stride - 1;
    uint64_t at = walk->position, end = minimum_u64(cursor->end, aligned->until);
    uint64_t next = alignment_next(aligned->align, at + 1);
    if ((walk->state & DFA_STATE_SIMULATED) || at < cursor->first)
        return;
    uint32_t state = walk->state & DFA_STATE_ROW;
    for (; at < end; at++) {
        bool starts = at + 1 == next;
        uint32_t from = starts ? others[state] : state;
        if (from & stops)
            break;
        uint32_t to = dfa->columns[byte_at(cursor, at)][from & DFA_STATE_ROW];
        if (!(to & stops) && starts)
            to = others[to & DFA_STATE_ROW];
        if (to & stops)
            break;
        state = to & DFA_STATE_ROW;
        if (starts) {
            aligned->last = next;
            next += aligned->align->step;
        }
    }
    dfa->passed += at - walk->position;
    dfa->progress += at - walk->position;
    walk->position = at;
    walk->state = state;
}

/* Walks from `first` to the first match that is seen, or until no thread is left. */
static bool walk_to_match(struct aligned *aligned, struct regex_walk *walk)
{
    struct regex_matcher *matcher = aligned->matcher;
    uint64_t end = aligned->cursor->text->end;
    unsigned class;
    if (!regex_cursor_class_before(aligned->cursor, matcher->regex, aligned->first, &class))
        return false;
    *walk = regex_walk_start(&matcher->forward, aligned->cursor, aligned->first, class, false);
    walk->first_only = true;
    walk->plain = UINT64_MAX; /* skipping would start threads anywhere */
    while (!regex_walk_over(walk) && walk->position < end) {
        if (aligned->align->step <= NEAR_STEP)
            pass_known(aligned, walk);
        uint64_t next = alignment_next(aligned->align, walk->position + 1);
        bool starts = next <= aligned->until;
        if (!regex_walk_forward(walk, starts ? next - 1 : end) ||
            (starts && !regex_walk_over(walk) && !start_threads(aligned, walk, next)))
            return false;
    }
    if (walk->position == end)
        regex_walk_finish(walk, matcher->regex->alphabet.count);
    return true;
}

/* Finds the lowest allowed offset from `first` on at which a match starts that ends at `end`. */
static enum regex_result find_start(const struct aligned *aligned, uint64_t end, uint64_t *start)
{
    struct regex_matcher *matcher = aligned->matcher;
    struct regex_cursor *cursor = aligned->cursor;
    bool found = false, finished = false;
    unsigned behind, before;
    if (!regex_class_behind(matcher, cursor, end, &behind))
        return REGEX_UNREADABLE;
    struct regex_walk walk = regex_walk_start(&matcher->backward, cursor, end, behind, false);
    walk.first_only = true;
    for (; !finished; walk.matched = false) {
        if (!regex_walk_backward(&walk, aligned->first))
            return REGEX_UNREADABLE;
        finished = !walk.matched;
        if (finished && !regex_walk_over(&walk)) {
            if (!regex_cursor_class_before(cursor, matcher->regex, aligned->first, &before))
                return REGEX_UNREADABLE;
            regex_walk_finish(&walk, before);
        }
        if (walk.matched && alignment_allows(aligned->align, walk.match)) {
            *start = walk.match;
            found = true;
        }
    }
    return found ? REGEX_FOUND : REGEX_NONE;
}

/* Finds the whole of the match that a walk has seen. NONE: its bytes have changed since. */
static enum regex_result find_whole(struct aligned *aligned, struct regex_walk *walk,
                                    struct regex_match *match)
{
    if (!regex_extend(aligned->matcher, aligned->cursor, walk))
        return REGEX_UNREADABLE;
    *match = (struct regex_match){aligned->first, walk->match};
    if (aligned->last == aligned->first)
        return REGEX_FOUND;
    return find_start(aligned, match->end, &match->start);
}

enum regex_result regex_find_aligned(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                     uint64_t from, uint64_t until, struct regex_match *match)
{
    struct aligned aligned = {matcher, cursor, &matcher->choice.align, until, from, from};
    for (;;) {
        struct regex_walk walk;
        enum regex_result result = REGEX_NONE;
        if (!skip_to_start(&aligned))
            return REGEX_UNREADABLE;
        if (aligned.first > until)
            return REGEX_NONE;
        if (!walk_to_match(&aligned, &walk))
            return REGEX_UNREADABLE;
        if (walk.matched)
            result = find_whole(&aligned, &walk, match);
        if (result != REGEX_NONE)
            return result;
        aligned.first = maximum_u64(walk.position, aligned.last + 1);
    }
}
