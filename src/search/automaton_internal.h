/* automaton_internal.h - the automaton itself, for its builder and its walker. */
#ifndef MMTOOL_SEARCH_AUTOMATON_INTERNAL_H
#define MMTOOL_SEARCH_AUTOMATON_INTERNAL_H

#include "search/automaton.h"

/* Set in the number of a place, or of a state, at which some needle starts. */
#define AUTOMATON_STARTS_NEEDLE UINT32_C(0x80000000)

struct automaton_state {
    uint32_t
        first;     /* its first child; the others follow, up to the first child of the next state */
    uint32_t fail; /* the longest proper suffix of what led here that is a state */
};

/*
 * States are numbered by their distance from the root, which is 0; the children of a
 * state follow each other. The first `dense` have rows of transitions. A search stands
 * at a place: the index of a row in `next`, or, from dense * classes on, a state
 * without a row.
 */
struct automaton {
    const struct search_needle *needles; /* longest first; not owned */
    size_t count;
    struct automaton_bounds bounds;
    size_t prefix;                  /* bytes of each needle that are in the automaton */
    unsigned char classes_less_one; /* bytes that no needle tells apart share a class */
    unsigned char class_of[256];
    uint32_t states;
    uint32_t dense;
    uint32_t *next; /* [place + class]: the place to go to, and AUTOMATON_STARTS_NEEDLE */
    struct automaton_state
        *state; /* [state], and one more; in `fail` AUTOMATON_STARTS_NEEDLE is of itself */
    unsigned char *label; /* [state]: class of the byte that leads to it */
    uint32_t *needle;     /* [state]: 1 + the longest needle of just this prefix, or 0 */
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

/* From a state without a row: the place to go to under a class, and AUTOMATON_STARTS_NEEDLE. */
uint32_t automaton_go_on(const struct automaton *automaton, uint32_t state, unsigned class);

#endif
