/*
 * alignment.h - the offsets at which a match may start: first, first + step, first + 2 * step ...
 *
 * A zeroed struct allows all offsets.
 */
#ifndef MMTOOL_ALIGNMENT_H
#define MMTOOL_ALIGNMENT_H

#include <stdbool.h>
#include <stdint.h>

struct alignment {
    uint64_t step; /* 0: all offsets */
    uint64_t first;
};

static inline bool alignment_allows(const struct alignment *alignment, uint64_t offset)
{
    return alignment->step == 0 ||
           (offset >= alignment->first && (offset - alignment->first) % alignment->step == 0);
}

/* The lowest allowed offset from `offset` on; UINT64_MAX if there is none. */
static inline uint64_t alignment_next(const struct alignment *alignment, uint64_t offset)
{
    if (alignment->step == 0)
        return offset;
    if (offset <= alignment->first)
        return alignment->first;
    uint64_t over = (offset - alignment->first) % alignment->step;
    uint64_t gap = over > 0 ? alignment->step - over : 0;
    return gap < UINT64_MAX - offset ? offset + gap : UINT64_MAX;
}

/* Sets `*offset` to the highest allowed one up to there; false if there is none. */
static inline bool alignment_previous(const struct alignment *alignment, uint64_t *offset)
{
    if (alignment->step == 0)
        return true;
    if (*offset < alignment->first)
        return false;
    *offset -= (*offset - alignment->first) % alignment->step;
    return true;
}

#endif
