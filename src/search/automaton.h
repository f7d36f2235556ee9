/*
 * automaton.h - many needles in linear time, whatever the bytes are.
 *
 * The automaton of A. Aho and M. Corasick ("Efficient string matching", CACM
 * 1975) over the reversed needles. Read from right to left it says at each
 * offset which needles start there, the longest first: just what a search
 * backward wants. A search forward reads stretches of the span from right to
 * left and gives back what it found from left to right. (Read forward the
 * automaton would tell where needles end, and the leftmost match could not be
 * told before much more had been read, over and over.)
 *
 * The states nearest to the root, which are those that a search mostly is in, have
 * a table of all their transitions. The others, of which there is about one a needle
 * byte, have their children, and the state to go on from where none fits.
 *
 * Only the first AUTOMATON_PREFIX_MOST bytes of a needle, fewer if AUTOMATON_STATES_MOST would not
 * do, are in the automaton; the rest is compared. So needles that have so long a beginning in
 * common can take time times their number and length.
 */
#ifndef MMTOOL_SEARCH_AUTOMATON_H
#define MMTOOL_SEARCH_AUTOMATON_H

#include "search/needle.h"

enum {
    AUTOMATON_PREFIX_MOST = 1024,
    AUTOMATON_TRANSITIONS_MOST = 1 << 23, /* in tables, of four bytes each */
    AUTOMATON_STATES_MOST = 1 << 23,      /* of 17 bytes each, and as many while it is made */
};

struct automaton;

/* What bounds its memory: at least a row of 256 transitions, and 257 states. */
struct automaton_bounds {
    size_t transitions;
    size_t states;
};

/*
 * The automaton of needles, longest first, that are all exact or all folded; they
 * must outlive it. `bounds` NULL: AUTOMATON_TRANSITIONS_MOST and AUTOMATON_STATES_MOST. NULL and an
 * error when memory is short.
 */
struct automaton *automaton_new(const struct search_needle *needles, size_t count,
                                const struct automaton_bounds *bounds, struct error *error);
void automaton_free(struct automaton *automaton);

/* As search_forward() and search_backward(). */
void automaton_forward(const struct automaton *automaton, struct search_span *span,
                       struct search_list *list);
void automaton_backward(const struct automaton *automaton, struct search_span *span,
                        struct search_list *list);

#endif
