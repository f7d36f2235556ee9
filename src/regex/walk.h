/*
 * walk.h - a DFA on its way over the text; what a matcher holds.
 */
#ifndef MMTOOL_REGEX_WALK_H
#define MMTOOL_REGEX_WALK_H

#include "regex/dead_ends.h"

/* --- Walking over the text --- */

/* The span of the text in hand, clipped to the text. */
struct regex_cursor {
    const struct regex_text *text;
    const unsigned char *bytes; /* the byte at `first` */
    uint64_t first, end;        /* file-absolute; empty at first */
};

/* Makes the span hold `offset`; false: unreadable. */
bool regex_cursor_load(struct regex_cursor *cursor, uint64_t offset, bool backward);

static inline bool regex_cursor_seek(struct regex_cursor *cursor, uint64_t offset, bool backward)
{
    return (offset >= cursor->first && offset < cursor->end) ||
           regex_cursor_load(cursor, offset, backward);
}

/*
 * The class of the byte at `offset`, or before it (which is not read when the
 * expression has no looks); the edge's outside the text. False: unreadable.
 */
static inline bool regex_cursor_class_at(struct regex_cursor *cursor, const struct regex *regex,
                                         uint64_t offset, unsigned *class)
{
    *class = regex->alphabet.count;
    if (offset >= cursor->text->end)
        return true;
    if (!regex_cursor_seek(cursor, offset, false))
        return false;
    *class = regex->alphabet.classes[cursor->bytes[offset - cursor->first]];
    return true;
}

static inline bool regex_cursor_class_before(struct regex_cursor *cursor, const struct regex *regex,
                                             uint64_t offset, unsigned *class)
{
    *class = regex->alphabet.count;
    if (!regex->forward.has_looks || offset <= cursor->text->start)
        return true;
    if (!regex_cursor_seek(cursor, offset - 1, true))
        return false;
    *class = regex->alphabet.classes[cursor->bytes[offset - 1 - cursor->first]];
    return true;
}

struct regex_walk {
    struct regex_dfa *dfa;
    struct regex_cursor *cursor;
    uint64_t position; /* file-absolute, between bytes */
    uint32_t state;    /* tagged */
    bool first_only;   /* the first match ends the walk */
    uint64_t plain;    /* skipping is of no use until this offset is passed */
    bool matched;
    uint64_t match; /* where the last match was seen to end (walking back: to start) */
};

/* A walk at `offset`; the byte behind it, seen from where it is heading, is of `class`. */
static inline struct regex_walk regex_walk_start(struct regex_dfa *dfa, struct regex_cursor *cursor,
                                                 uint64_t offset, unsigned class, bool seeding)
{
    const struct regex_alphabet *alphabet = &dfa->stepper.regex->alphabet;
    enum regex_context context = (enum regex_context)alphabet->contexts[class];
    return (struct regex_walk){
        .dfa = dfa,
        .cursor = cursor,
        .position = offset,
        .state = regex_dfa_start(dfa, context, seeding),
        .plain = dfa->stepper.backward ? UINT64_MAX : 0,
    };
}

/* Whether more bytes can change nothing. */
static inline bool regex_walk_over(const struct regex_walk *walk)
{
    return (walk->state & STATE_DEAD) || (walk->matched && walk->first_only);
}

/* Walks until `bound` is reached or the walk is over. False: unreadable. */
bool regex_walk_forward(struct regex_walk *walk, uint64_t bound);
bool regex_walk_backward(struct regex_walk *walk, uint64_t bound);

/* Lets the byte behind the bound (its class) decide the matches at the bound. */
void regex_walk_finish(struct regex_walk *walk, unsigned class);

/*
 * Called in a state of STATE_START with the place in the span in hand; returns a
 * place further on (up to `end`) before which no match starts (walking back: ends
 * behind which none ends), and puts the walk in the state of that place.
 */
const unsigned char *regex_skip_forward(struct regex_walk *walk, const unsigned char *at,
                                        const unsigned char *end);
const unsigned char *regex_skip_backward(struct regex_walk *walk, const unsigned char *at,
                                         const unsigned char *end);

/*
 * Before which offset, up to until + 1, no match starts that starts at `from` or
 * behind, as far as the span in hand tells. `*is_match`: the bytes there are a match,
 * of the length of regex->classes[0], as they fit all places. `dfa` is the one forward.
 */
uint64_t regex_skip_to_start(const struct regex_dfa *dfa, const struct regex_cursor *cursor,
                             uint64_t from, uint64_t until, bool *is_match);

/*
 * With literals that end a match: whether one is in the span in hand that begins by
 * `until`; it goes from `*start` to `*end`. If none is, no match starts before `*start`.
 */
bool regex_skip_to_end(const struct regex_literals *literals, const struct regex_cursor *cursor,
                       uint64_t from, uint64_t until, uint64_t *start, uint64_t *end);

/*
 * Chooses the literals to skip by, going by the bytes in hand from `from` on. Returns
 * up to which offset to stay with them.
 */
uint64_t regex_choose_literals(struct regex_dfa *dfa, const struct regex_cursor *cursor,
                               uint64_t from);

/* --- The matcher --- */

struct regex_matcher {
    const struct regex *regex;
    struct regex_dfa forward;
    struct regex_dfa backward;
    struct regex_dead_ends dead_ends; /* of the walks forward */
    int64_t gain;                     /* what trying single starts has spared lately */
    uint64_t general_until;           /* up to this offset they are not tried */
    uint64_t chosen_until;            /* the literals in use were chosen for the text before */
    size_t memory;
    uint64_t group_work; /* instructions looked at by regex_groups() */
};

/* The class of the byte behind `offset`, which only looks ask for: without them it is not read. */
static inline bool regex_class_behind(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                      uint64_t offset, unsigned *class)
{
    *class = matcher->regex->alphabet.count;
    return !matcher->regex->forward.has_looks ||
           regex_cursor_class_at(cursor, matcher->regex, offset, class);
}

/* What was done so far: bytes passed over and instructions looked at. For tests. */
uint64_t regex_matcher_work(const struct regex_matcher *matcher);

#endif
