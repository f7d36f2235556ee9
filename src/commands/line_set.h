/*
 * line_set.h - a compact set of lines, given by their byte ranges. Lines are added from the
 * last to the first of the file, and taken out from the first to the last.
 *
 * Pure. Adjacent lines are kept as one range. For each range but the lowest, the buffer holds its
 * length and its distance from the range below, 7 bits in a byte: about two bytes for short lines.
 */
#ifndef MMTOOL_LINE_SET_H
#define MMTOOL_LINE_SET_H

#include "base/buffer.h"
#include "base/range.h"

/* A zeroed struct is empty. The owner releases it. */
struct line_set {
    struct range lowest; /* the range that was added last; empty if there is none */
    struct buffer above; /* the others; owned */
};

static inline bool line_set_is_empty(const struct line_set *set)
{
    return set->lowest.start == set->lowest.end;
}

/* Adds a line, which is not empty and ends at or before set->lowest.start. */
bool line_set_add(struct line_set *set, struct range line, struct error *error);

/* Removes the lowest lines that are adjacent; `*lines` is their range. False: the set is empty. */
bool line_set_take(struct line_set *set, struct range *lines);

void line_set_release(struct line_set *set);

#endif
