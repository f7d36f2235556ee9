/*
 * walk.c - runs a DFA over the text, span by span.
 *
 * A match is seen one byte late, on the byte after it: so assertions about the next byte need no
 * special code.
 */
#include "regex/walk.h"

bool regex_cursor_load(struct regex_cursor *cursor, uint64_t offset, bool backward)
{
    const struct regex_text *text = cursor->text;
    uint64_t first;
    size_t length;
    cursor->end = 0; /* the old span is invalid, whatever happens */
    const unsigned char *bytes = text->span(text->context, offset, backward, &first, &length);
    if (!bytes)
        return false;
    uint64_t end = first + length;
    if (first < text->start) {
        bytes += text->start - first;
        first = text->start;
    }
    cursor->bytes = bytes;
    cursor->first = first;
    cursor->end = end < text->end ? end : text->end;
    return true;
}

/*
 * Reads a byte of the text exactly once, because other processes may change it: two reads could
 * take different steps.
 */
static inline unsigned char byte_at(const unsigned char *at)
{
    return *(const volatile unsigned char *)at;
}

/* Enters a state; `position` is before the byte that led to it. */
static void enter(struct regex_walk *walk, uint32_t state, uint64_t position)
{
    walk->state = state;
    if (state & DFA_STATE_MATCH) {
        walk->matched = true;
        walk->match = position;
    }
}

/* Where a run ended. */
struct ran {
    const unsigned char *at;
    const unsigned char *match; /* position of the last match; NULL: none */
};

/*
 * Takes known steps from `at` up to `end`. Ends after a step to a state with a flag of `stops`, or
 * before a byte whose step is not known.
 */
static inline struct ran run_forward(const struct regex_dfa *dfa, uint32_t stops, uint32_t *state,
                                     const unsigned char *at, const unsigned char *end)
{
    const unsigned char *match = NULL;
    uint32_t current = *state & DFA_STATE_ROW;
    for (; at < end; at++) {
        uint32_t next = dfa->columns[byte_at(at)][current];
        if (next >= DFA_STATE_SPECIAL) {
            if (next & DFA_STATE_UNKNOWN)
                break;
            if (next & DFA_STATE_MATCH)
                match = at;
            if (next & stops) {
                at++;
                current = next;
                break;
            }
            next &= DFA_STATE_ROW;
        }
        current = next;
    }
    *state = current;
    return (struct ran){at, match};
}

/* The same backwards: from `at` down to `end`; the next byte is the one before `at`. */
static inline struct ran run_backward(const struct regex_dfa *dfa, uint32_t stops, uint32_t *state,
                                      const unsigned char *at, const unsigned char *end)
{
    const unsigned char *match = NULL;
    uint32_t current = *state & DFA_STATE_ROW;
    for (; at > end; at--) {
        uint32_t next = dfa->columns[byte_at(at - 1)][current];
        if (next >= DFA_STATE_SPECIAL) {
            if (next & DFA_STATE_UNKNOWN)
                break;
            if (next & DFA_STATE_MATCH)
                match = at;
            if (next & stops) {
                at--;
                current = next;
                break;
            }
            next &= DFA_STATE_ROW;
        }
        current = next;
    }
    *state = current;
    return (struct ran){at, match};
}

static uint32_t step(struct regex_dfa *dfa, uint32_t state, unsigned class)
{
    if (!(state & DFA_STATE_SIMULATED)) {
        uint32_t next = dfa->table[(state & DFA_STATE_ROW) + class];
        if (next != DFA_STATE_UNKNOWN)
            return next;
    }
    return regex_dfa_step(dfa, state, class);
}

/* The file offset of a byte in the current span. */
static uint64_t offset_of(const struct regex_walk *walk, const unsigned char *at)
{
    return walk->cursor->first + (uint64_t)(at - walk->cursor->bytes);
}

static void note_run(struct regex_walk *walk, const unsigned char *match, size_t passed)
{
    if (match) {
        walk->matched = true;
        walk->match = offset_of(walk, match);
    }
    walk->dfa->progress += passed;
    walk->dfa->pause -= passed < walk->dfa->pause ? passed : walk->dfa->pause;
    walk->dfa->passed += passed;
}

/* Whether not to skip here; `*left` is the number of bytes to walk before skipping is tried. */
static bool is_plain(const struct regex_walk *walk, bool within, uint64_t ahead, uint64_t *left)
{
    *left = walk->dfa->pause;
    if (within && ahead > *left)
        *left = ahead;
    return *left > 0;
}

/* How far to run, and which flags end the run. */
struct run {
    size_t most; /* bytes */
    uint32_t stops;
};

static struct run plan_run(const struct regex_walk *walk, bool plain, uint64_t left, size_t most)
{
    struct run run = {most, ~(DFA_STATE_MATCH | DFA_STATE_ROW)};
    if (walk->first_only)
        run.stops |= DFA_STATE_MATCH;
    if (plain) {
        run.stops &= ~DFA_STATE_START;
        run.most = left < most ? (size_t)left : most;
    }
    return run;
}

static const unsigned char *pass_forward(struct regex_walk *walk, const unsigned char *at,
                                         const unsigned char *end)
{
    struct regex_dfa *dfa = walk->dfa;
    while (at < end && !regex_walk_over(walk)) {
        uint64_t offset = offset_of(walk, at), left;
        bool plain = is_plain(walk, offset < walk->plain, walk->plain - offset, &left);
        if ((walk->state & DFA_STATE_START) && !plain) {
            at = regex_skip_forward(walk, at, end);
            continue;
        }
        if (!(walk->state & DFA_STATE_SIMULATED)) {
            struct run run = plan_run(walk, plain, left, (size_t)(end - at));
            struct ran ran = run_forward(dfa, run.stops, &walk->state, at, at + run.most);
            bool stopped = ran.at == at + run.most || (walk->state & run.stops);
            note_run(walk, ran.match, (size_t)(ran.at - at));
            at = ran.at;
            if (stopped)
                continue;
        }
        unsigned class = dfa->stepper.regex->alphabet.classes[byte_at(at)];
        enter(walk, step(dfa, walk->state, class), offset_of(walk, at));
        note_run(walk, NULL, 1);
        at++;
    }
    return at;
}

static const unsigned char *pass_backward(struct regex_walk *walk, const unsigned char *at,
                                          const unsigned char *end)
{
    struct regex_dfa *dfa = walk->dfa;
    while (at > end && !regex_walk_over(walk)) {
        uint64_t offset = offset_of(walk, at), left;
        bool plain = is_plain(walk, offset > walk->plain, offset - walk->plain, &left);
        if ((walk->state & DFA_STATE_START) && !plain) {
            at = regex_skip_backward(walk, at, end);
            continue;
        }
        if (!(walk->state & DFA_STATE_SIMULATED)) {
            struct run run = plan_run(walk, plain, left, (size_t)(at - end));
            struct ran ran = run_backward(dfa, run.stops, &walk->state, at, at - run.most);
            bool stopped = ran.at == at - run.most || (walk->state & run.stops);
            note_run(walk, ran.match, (size_t)(at - ran.at));
            at = ran.at;
            if (stopped)
                continue;
        }
        unsigned class = dfa->stepper.regex->alphabet.classes[byte_at(at - 1)];
        enter(walk, step(dfa, walk->state, class), offset_of(walk, at));
        note_run(walk, NULL, 1);
        at--;
    }
    return at;
}

bool regex_walk_forward(struct regex_walk *walk, uint64_t bound)
{
    struct regex_cursor *cursor = walk->cursor;
    while (walk->position < bound && !regex_walk_over(walk)) {
        if (!regex_cursor_seek(cursor, walk->position, false))
            return false;
        uint64_t end = cursor->end < bound ? cursor->end : bound;
        const unsigned char *at =
            pass_forward(walk, cursor->bytes + (walk->position - cursor->first),
                         cursor->bytes + (end - cursor->first));
        walk->position = offset_of(walk, at);
    }
    return true;
}

bool regex_walk_backward(struct regex_walk *walk, uint64_t bound)
{
    struct regex_cursor *cursor = walk->cursor;
    while (walk->position > bound && !regex_walk_over(walk)) {
        if (!regex_cursor_seek(cursor, walk->position - 1, true))
            return false;
        uint64_t end = cursor->first > bound ? cursor->first : bound;
        const unsigned char *at =
            pass_backward(walk, cursor->bytes + (walk->position - cursor->first),
                          cursor->bytes + (end - cursor->first));
        walk->position = offset_of(walk, at);
    }
    return true;
}

void regex_walk_finish(struct regex_walk *walk, unsigned class)
{
    if (!regex_walk_over(walk))
        enter(walk, step(walk->dfa, walk->state, class), walk->position);
}
