/* extend.c - goes on after a match was seen, for a longer one. */
#include "regex/walk.h"

enum { FIRST_STEP = 16 }; /* bytes after a match until dead ends are looked for */

bool regex_extend(struct regex_matcher *matcher, struct regex_cursor *cursor,
                  struct regex_walk *walk)
{
    struct regex_dead_ends *dead_ends = &matcher->dead_ends;
    uint64_t end = cursor->text->end, step = FIRST_STEP;
    walk->first_only = false;
    while (!regex_walk_over(walk) && walk->position < end) {
        uint64_t stop = regex_dead_ends_next(dead_ends, walk->position, step);
        if (!regex_walk_forward(walk, minimum_u64(stop, end))) {
            regex_dead_ends_drop(dead_ends);
            return false;
        }
        step *= 2;
        if (regex_walk_over(walk) || walk->position - walk->match < FIRST_STEP)
            continue;
        struct regex_threads threads = regex_dfa_threads(walk->dfa, walk->state);
        if (regex_dead_ends_visit(dead_ends, walk->position, &threads))
            break;
    }
    if (walk->position == end)
        regex_walk_finish(walk, matcher->regex->alphabet.count);
    regex_dead_ends_settle(dead_ends, walk->match);
    return true;
}
