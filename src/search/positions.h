/* positions.h - chooses the positions in several needles that a fingerprint looks at. */
#ifndef MMTOOL_SEARCH_POSITIONS_H
#define MMTOOL_SEARCH_POSITIONS_H

#include "search/kernel.h"
#include "search/needle.h"

enum { WEIGHTS_POSITIONS_TRIED = 32, WEIGHTS_NEEDLES_WEIGHED = 256 };

/* For each needle and position, how common the bytes are that match there. */
struct weights {
    enum filter_kind kind;
    size_t positions; /* that a fingerprint of this kind can look at; in `position` */
    size_t position[WEIGHTS_POSITIONS_TRIED];
    size_t count; /* of needles weighed: all, or a sample if there are more */
    double of[WEIGHTS_NEEDLES_WEIGHED][WEIGHTS_POSITIONS_TRIED]; /* share of all bytes: 0 to 1 */
};

void weigh_positions(struct weights *weights, const struct search_needle *needles, size_t count,
                     enum filter_kind kind);

/*
 * Sets `chosen` to the `width` (at most weights->positions) positions in the needles whose
 * fingerprint accepts least, estimated over all needles. Tries all pairs, because a position that
 * is rare in one needle may be common in another; then adds the best single ones.
 */
void choose_positions(const struct weights *weights, size_t *chosen, size_t width);

#endif
