/* walk.h - runs a DFA over the text; the contents of a matcher. */
#ifndef MMTOOL_REGEX_WALK_H
#define MMTOOL_REGEX_WALK_H

#include "regex/dead_ends.h"
#include "regex/fixed_groups.h"

/* --- Walking over the text --- */

/* The current span of the text, clipped to [text->start, text->end). */
struct regex_cursor {
    const struct regex_text *text;
    const unsigned char *bytes; /* the byte at `first` */
    uint64_t first, end;        /* file-absolute; empty at first */
    unsigned loads;             /* how many spans there were */
};

/* Loads a span that contains `offset`. False: unreadable. */
bool regex_cursor_load(struct regex_cursor *cursor, uint64_t offset, bool backward);

static inline bool regex_cursor_seek(struct regex_cursor *cursor, uint64_t offset, bool backward)
{
    return (offset >= cursor->first && offset < cursor->end) ||
           regex_cursor_load(cursor, offset, backward);
}

/*
 * Sets `*class` to the class of the byte at `offset`, or before it; outside the text to that of the
 * edge. False: unreadable. The byte before is not read if the expression has no assertions.
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
    bool first_only;   /* the walk ends with the first match */
    uint64_t plain;    /* do not try to skip before this offset is passed */
    bool matched;
    uint64_t match; /* where the last match ends (walking back: starts) */
};

/*
 * Starts a walk at `offset`. `class` is the class of the byte that lies behind the walk: before
 * `offset` if it goes forward, at `offset` if it goes back.
 */
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

/* Whether more bytes cannot change the result. */
static inline bool regex_walk_over(const struct regex_walk *walk)
{
    return (walk->state & DFA_STATE_DEAD) || (walk->matched && walk->first_only);
}

/* Walks until `bound` is reached or the walk is over. False: unreadable. */
bool regex_walk_forward(struct regex_walk *walk, uint64_t bound);
bool regex_walk_backward(struct regex_walk *walk, uint64_t bound);

/*
 * Steps over the byte beyond the bound, of which only the class is given: it decides which matches
 * end at the bound.
 */
void regex_walk_finish(struct regex_walk *walk, unsigned class);

/*
 * To be called in a state with DFA_STATE_START; `at` is in the current span. Returns an address up
 * to `end` before which no match starts (walking back: after which none ends), and sets the state
 * of the walk for it.
 */
const unsigned char *regex_skip_forward(struct regex_walk *walk, const unsigned char *at,
                                        const unsigned char *end);
const unsigned char *regex_skip_backward(struct regex_walk *walk, const unsigned char *at,
                                         const unsigned char *end);

/*
 * Literals of the current span that start a match, found several at once: to search for one takes
 * longer to begin than to do. Of one call of regex_find_several(); at first with literals NULL.
 */
struct regex_starts {
    unsigned count, next;                  /* places[next] to places[count - 1] are to come */
    unsigned loads;                        /* the cursor's, and */
    const struct regex_literals *literals; /* those that were looked for */
    size_t searched;                       /* no others begin before this index */
    size_t places[32];                     /* indexes in the span */
};

/*
 * Returns an offset, at most until + 1, such that no match starts in [from, offset), as far as the
 * current span tells. `*is_match` is set if the bytes there fit all places and are a match of the
 * length of regex->classes[0]. `dfa` is the one forward. `starts` may be NULL; if not, it is for
 * one `until`, and for a `from` that does not fall.
 */
uint64_t regex_skip_to_start(const struct regex_dfa *dfa, const struct regex_cursor *cursor,
                             struct regex_starts *starts, uint64_t from, uint64_t until,
                             bool *is_match);

/*
 * For literals that end a match: whether one in the current span begins at or before `until`; it is
 * at [*start, *end). If not, no match starts before `*start`.
 */
bool regex_skip_to_end(const struct regex_literals *literals, const struct regex_cursor *cursor,
                       uint64_t from, uint64_t until, uint64_t *start, uint64_t *end);

/*
 * Chooses the literals to skip by, from a sample of the current span at `from`. Returns the offset
 * up to which to keep them.
 */
uint64_t regex_choose_literals(struct regex_dfa *dfa, const struct regex_cursor *cursor,
                               uint64_t from);

/*
 * The same for walks back from `limit`; the sample is before it, and the span contains the byte
 * before it. Returns the offset down to which to keep them.
 */
uint64_t regex_choose_literals_backward(struct regex_dfa *dfa, const struct regex_cursor *cursor,
                                        uint64_t limit);

/* --- The matcher --- */

struct regex_matcher {
    const struct regex *regex;
    struct regex_choice choice;
    struct regex_dfa forward;
    struct regex_dfa backward;
    struct regex_dead_ends dead_ends; /* for walks forward */
    int64_t gain;                     /* bytes that trials of single starts have saved recently */
    uint64_t general_until;           /* no trials before this offset */
    uint64_t chosen_until; /* the literals forward were chosen for the text before this offset */
    uint64_t chosen_from;  /* those backward for the text after this one; UINT64_MAX: not chosen */
    size_t memory;
    struct regex_fixed_groups fixed_groups;
    struct regex_one_pass *one_pass; /* made by the first regex_groups(); owned; or NULL */
    bool one_pass_tried;
    uint64_t group_work; /* instructions looked at by regex_groups() */
};

/*
 * Sets `*class` to the class of the byte at `offset`, before a walk back from there or at the end
 * of a walk up to there. It is not read if the expression has no assertions. False: unreadable.
 */
static inline bool regex_class_behind(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                      uint64_t offset, unsigned *class)
{
    const struct regex *regex = matcher->regex;
    *class = regex->alphabet.count;
    if (!regex->forward.has_looks || offset >= cursor->text->end)
        return true;
    if (!regex_cursor_seek(cursor, offset, true))
        return false;
    *class = regex->alphabet.classes[cursor->bytes[offset - cursor->first]];
    return true;
}

/*
 * Continues after a match for a longer one of the same start, or one that starts further to the
 * left, until none is possible or the text ends; walk->match is then its end. In extend.c.
 * False: unreadable.
 */
bool regex_extend(struct regex_matcher *matcher, struct regex_cursor *cursor,
                  struct regex_walk *walk);

/* As regex_find(), but for matches that start at the offsets that are chosen. */
enum regex_result regex_find_aligned(struct regex_matcher *matcher, struct regex_cursor *cursor,
                                     uint64_t from, uint64_t until, struct regex_match *match);

/* Work so far: bytes passed and instructions looked at. For tests. */
uint64_t regex_matcher_work(const struct regex_matcher *matcher);

#endif
