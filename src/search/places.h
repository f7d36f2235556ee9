/* places.h - which places of several needles a window looks at. */
#ifndef MMTOOL_SEARCH_PLACES_H
#define MMTOOL_SEARCH_PLACES_H

#include "search/kernel.h"
#include "search/needle.h"

enum { WEIGHTS_POSITIONS_TRIED = 32, WEIGHTS_NEEDLES_WEIGHED = 256 };

/* How often bytes that match each needle at each position are met in files. */
struct weights {
    enum filter_kind kind;
    size_t positions; /* that a window of the kind can look at */
    size_t position[WEIGHTS_POSITIONS_TRIED];
    size_t count; /* of needles weighed: all, or a sample if there are more */
    double of[WEIGHTS_NEEDLES_WEIGHED][WEIGHTS_POSITIONS_TRIED]; /* as a part of all bytes */
};

void weigh_positions(struct weights *weights, const struct search_needle *needles, size_t count,
                     enum filter_kind kind);

/*
 * The `width` places, at most the positions, at which all needles together are met least: the
 * best pair, for what is rare in one needle need not be in another, and then one after the other.
 */
void choose_places(const struct weights *weights, size_t *places, size_t width);

#endif
