/* search_automaton_internal.h - the automaton itself, for its builder and its walker. */
#ifndef MMTOOL_SEARCH_AUTOMATON_INTERNAL_H
#define MMTOOL_SEARCH_AUTOMATON_INTERNAL_H

#include "search_automaton.h"

/* Set in a transition to a state at which some needle starts. */
#define STARTS_NEEDLE UINT32_C(0x80000000)

struct automaton {
    const struct search_needle *needles; /* longest first; not owned */
    size_t count;
    size_t prefix;                  /* bytes of each needle that are in the automaton */
    unsigned char classes_less_one; /* bytes that no needle tells apart share a class */
    unsigned char class_of[256];
    uint32_t states;
    uint32_t *next;    /* [state * classes + class]: target state * classes, and STARTS_NEEDLE */
    uint32_t *needle;  /* [state]: 1 + the longest needle of just this prefix, or 0 */
    uint32_t *shorter; /* [state]: the state of the next shorter needle that starts here, or 0 */
    uint32_t *same;    /* [needle]: 1 + the next shorter needle of the same prefix, or 0 */
};

static inline uint32_t automaton_classes(const struct automaton *automaton)
{
    return automaton->classes_less_one + UINT32_C(1);
}

#endif
