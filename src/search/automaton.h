/*
 * automaton.h - many needles in linear time, whatever the bytes are.
 *
 * The automaton of A. Aho and M. Corasick ("Efficient string matching", CACM
 * 1975), built from the reversed needles. It reads the text from right to left and
 * knows at each offset which needles start there, the longest first. A backward
 * search needs exactly that. A forward search reads one stretch of the span after
 * the other, each from right to left, and reports its matches from left to right.
 * (An automaton of the needles as they are would find where matches end. To know
 * the leftmost match it would have to read far past it, again for each match.)
 *
 * Searches spend most of their time in the states near the root. These have a table
 * of all their transitions. The other states, about one for each needle byte, have
 * only a list of children and a failure link.
 *
 * The automaton holds only the first AUTOMATON_PREFIX_MOST bytes of each needle, or
 * fewer to stay within AUTOMATON_STATES_MOST. The rest of a needle is compared byte
 * by byte, so the time is not linear for needles that share so long a prefix: it can
 * grow with their number and length.
 */
#ifndef MMTOOL_SEARCH_AUTOMATON_H
#define MMTOOL_SEARCH_AUTOMATON_H

#include "search/needle.h"

enum {
    AUTOMATON_PREFIX_MOST = 1024,
    AUTOMATON_TRANSITIONS_MOST = 1 << 23, /* in tables, of four bytes each */
    AUTOMATON_STATES_MOST = 1 << 23,      /* of 17 bytes each, and as much again to build them */
};

struct automaton;

/* Limits for the automaton's memory: at least 256 transitions and 257 states. */
struct automaton_bounds {
    size_t transitions;
    size_t states;
};

/*
 * Builds the automaton of needles that are sorted longest first and are all exact or all
 * folded. The needles must outlive it. Without `bounds` (NULL) the limits above apply.
 * Returns NULL and an error if memory is short.
 */
struct automaton *automaton_new(const struct search_needle *needles, size_t count,
                                const struct automaton_bounds *bounds, struct error *error);
void automaton_free(struct automaton *automaton);

/* The same contracts as search_forward() and search_backward() of search.h. */
void automaton_forward(const struct automaton *automaton, struct search_span *span,
                       struct search_list *list);
void automaton_backward(const struct automaton *automaton, struct search_span *span,
                        struct search_list *list);

#endif
