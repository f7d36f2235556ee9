/* automaton_internal.h - the automaton's struct, for the files that build and walk it. */
#ifndef MMTOOL_SEARCH_AUTOMATON_INTERNAL_H
#define MMTOOL_SEARCH_AUTOMATON_INTERNAL_H

#include "search/automaton.h"

/* A flag in the number of a place or state: some needle starts here. */
#define AUTOMATON_STARTS_NEEDLE UINT32_C(0x80000000)

struct automaton_state {
    uint32_t first; /* its first child; the last is before the first child of the next state */
    uint32_t fail;  /* failure link: state of the longest proper suffix of its string */
};

/*
 * States are numbered breadth first from the root, which is 0, so the children of a state
 * have consecutive numbers. The first `dense` states have rows of transitions. A search
 * encodes its state as a place: for a state with a row, the index of that row in `next`;
 * for the other states, numbers from dense * classes on.
 */
struct automaton {
    const struct search_needle *needles; /* longest first; not owned */
    size_t count;
    struct automaton_bounds bounds;
    size_t prefix;                  /* bytes of each needle that are in the automaton */
    unsigned char classes_less_one; /* all bytes that stand in no needle share class 0 */
    unsigned char class_of[256];
    uint32_t states;
    uint32_t dense;
    uint32_t *next; /* [place + class]: the place to go to, and AUTOMATON_STARTS_NEEDLE */
    struct automaton_state
        *state; /* [state], and one more; AUTOMATON_STARTS_NEEDLE in `fail` is about this state */
    unsigned char *label; /* [state]: class of the byte that leads to it */
    uint32_t *needle;     /* [state]: 1 + the longest needle with exactly this prefix, or 0 */
    uint32_t *shorter;    /* [state]: the state of the next shorter needle that starts here, or 0 */
    uint32_t *same;       /* [needle]: 1 + the next shorter needle of the same prefix, or 0 */
};

static inline uint32_t automaton_classes(const struct automaton *automaton)
{
    return automaton->classes_less_one + UINT32_C(1);
}

static inline uint32_t automaton_rows_end(const struct automaton *automaton)
{
    return automaton->dense * automaton_classes(automaton);
}

static inline uint32_t automaton_place_of(const struct automaton *automaton, uint32_t state)
{
    return state < automaton->dense ? state * automaton_classes(automaton)
                                    : automaton_rows_end(automaton) + (state - automaton->dense);
}

static inline uint32_t automaton_state_at(const struct automaton *automaton, uint32_t place)
{
    uint32_t rows_end = automaton_rows_end(automaton);
    return place < rows_end ? place / automaton_classes(automaton)
                            : automaton->dense + (place - rows_end);
}

/* The transition of a state without a row: the next place, with AUTOMATON_STARTS_NEEDLE. */
uint32_t automaton_go_on(const struct automaton *automaton, uint32_t state, unsigned class);

#endif
