/*
 * walk.c - runs a DFA over the text, span by span.
 *
 * A match is seen one byte late, on the byte after it: so assertions about the next byte need no
 * special code.
 */
#include "regex/walk.h"

#include <string.h>

bool regex_cursor_load(struct regex_cursor *cursor, uint64_t offset, bool backward)
{
    const struct regex_text *text = cursor->text;
    uint64_t first;
    size_t length;
    cursor->end = 0; /* the old span is invalid, whatever happens */
    cursor->loads++;
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

/* Where steps taken at once have led. */
struct reached {
    const unsigned char *at;
    const unsigned char *match; /* position of the last match; NULL: none */
};

/*
 * Takes known steps from `at` up to `end`. Ends after a step to a state with a flag of `stops`, or
 * before a byte whose step is not known.
 */
static inline struct reached take_steps_forward(const struct regex_dfa *dfa, uint32_t stops,
                                                uint32_t *state, const unsigned char *at,
                                                const unsigned char *end)
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
    return (struct reached){at, match};
}

/* The same backwards: from `at` down to `end`; the next byte is the one before `at`. */
static inline struct reached take_steps_backward(const struct regex_dfa *dfa, uint32_t stops,
                                                 uint32_t *state, const unsigned char *at,
                                                 const unsigned char *end)
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
    return (struct reached){at, match};
}

/* The eight bytes at `at`. */
static inline uint64_t eight_at(const unsigned char *at)
{
    uint64_t eight;
    memcpy(&eight, at, sizeof eight);
    return eight;
}

/*
 * A state that leads back to itself passes long runs of bytes ("[^x]*", or one byte a million
 * times). The steps of such a run do not depend on each other, so the processor makes several at
 * once. Takes such steps from the state `row` and from `at`, which is before `end`, on. They have
 * no flag of `stops`, which contains DFA_STATE_UNKNOWN.
 */
static struct reached pass_loop_forward(const struct regex_dfa *dfa, uint32_t row, uint32_t stops,
                                        const unsigned char *at, const unsigned char *end)
{
    struct reached reached = {at, NULL};
    const unsigned char byte = byte_at(at);
    const uint64_t same = byte * UINT64_C(0x0101010101010101);
    const uint32_t loop = dfa->columns[byte][row];
    if ((loop & DFA_STATE_ROW) != row || (loop & stops))
        return reached;
    while (end - at >= 8 && eight_at(at) == same)
        at += 8;
    while (end - at >= 4 && dfa->columns[byte_at(at)][row] == loop &&
           dfa->columns[byte_at(at + 1)][row] == loop &&
           dfa->columns[byte_at(at + 2)][row] == loop && dfa->columns[byte_at(at + 3)][row] == loop)
        at += 4;
    if (at != reached.at && (loop & DFA_STATE_MATCH))
        reached.match = at - 1;
    reached.at = at;
    return reached;
}

/* The same backwards, down to `end`, which is before `at`. */
static struct reached pass_loop_backward(const struct regex_dfa *dfa, uint32_t row, uint32_t stops,
                                         const unsigned char *at, const unsigned char *end)
{
    struct reached reached = {at, NULL};
    const unsigned char byte = byte_at(at - 1);
    const uint64_t same = byte * UINT64_C(0x0101010101010101);
    const uint32_t loop = dfa->columns[byte][row];
    if ((loop & DFA_STATE_ROW) != row || (loop & stops))
        return reached;
    while (at - end >= 8 && eight_at(at - 8) == same)
        at -= 8;
    while (at - end >= 4 && dfa->columns[byte_at(at - 1)][row] == loop &&
           dfa->columns[byte_at(at - 2)][row] == loop &&
           dfa->columns[byte_at(at - 3)][row] == loop && dfa->columns[byte_at(at - 4)][row] == loop)
        at -= 4;
    if (at != reached.at && (loop & DFA_STATE_MATCH))
        reached.match = at + 1;
    reached.at = at;
    return reached;
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

static void note_steps(struct regex_walk *walk, const unsigned char *match, size_t passed)
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

/* Steps in a row after which to look for steps from a state to itself. */
enum { STEPS_MOST = 256 };

/* How many steps to take at once, and which flags end them. */
struct limits {
    size_t most; /* bytes */
    uint32_t stops;
};

static struct limits limit_steps(const struct regex_walk *walk, bool plain, uint64_t left,
                                 size_t most)
{
    struct limits limits = {minimum_size(most, STEPS_MOST), ~(DFA_STATE_MATCH | DFA_STATE_ROW)};
    if (walk->first_only)
        limits.stops |= DFA_STATE_MATCH;
    if (plain) {
        limits.stops &= ~DFA_STATE_START;
        limits.most = left < limits.most ? (size_t)left : limits.most;
    }
    return limits;
}

static const unsigned char *follow_loop_forward(struct regex_walk *walk, uint32_t stops,
                                                const unsigned char *at, const unsigned char *end)
{
    struct reached reached = pass_loop_forward(walk->dfa, walk->state, stops, at, end);
    note_steps(walk, reached.match, (size_t)(reached.at - at));
    return reached.at;
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
            uint32_t before = walk->state & DFA_STATE_ROW;
            struct limits limits = limit_steps(walk, plain, left, (size_t)(end - at));
            struct reached reached =
                take_steps_forward(dfa, limits.stops, &walk->state, at, at + limits.most);
            bool stopped = reached.at == at + limits.most || (walk->state & limits.stops);
            note_steps(walk, reached.match, (size_t)(reached.at - at));
            bool is_loop = (size_t)(reached.at - at) == STEPS_MOST && walk->state == before;
            at = reached.at;
            if (is_loop && at < end)
                at = follow_loop_forward(walk, limits.stops, at, end);
            if (stopped)
                continue;
        }
        unsigned class = dfa->stepper.regex->alphabet.classes[byte_at(at)];
        enter(walk, step(dfa, walk->state, class), offset_of(walk, at));
        note_steps(walk, NULL, 1);
        at++;
    }
    return at;
}

static const unsigned char *follow_loop_backward(struct regex_walk *walk, uint32_t stops,
                                                 const unsigned char *at, const unsigned char *end)
{
    struct reached reached = pass_loop_backward(walk->dfa, walk->state, stops, at, end);
    note_steps(walk, reached.match, (size_t)(at - reached.at));
    return reached.at;
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
            uint32_t before = walk->state & DFA_STATE_ROW;
            struct limits limits = limit_steps(walk, plain, left, (size_t)(at - end));
            struct reached reached =
                take_steps_backward(dfa, limits.stops, &walk->state, at, at - limits.most);
            bool stopped = reached.at == at - limits.most || (walk->state & limits.stops);
            note_steps(walk, reached.match, (size_t)(at - reached.at));
            bool is_loop = (size_t)(at - reached.at) == STEPS_MOST && walk->state == before;
            at = reached.at;
            if (is_loop && at > end)
                at = follow_loop_backward(walk, limits.stops, at, end);
            if (stopped)
                continue;
        }
        unsigned class = dfa->stepper.regex->alphabet.classes[byte_at(at - 1)];
        enter(walk, step(dfa, walk->state, class), offset_of(walk, at));
        note_steps(walk, NULL, 1);
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
