/*
 * cutter.h - cuts up the bytes of a match: where one part of a node ends and
 * the next begins.
 *
 * This takes a walk back that finds, for each place, the instructions from which
 * the node's end can be reached ("hopes"), and a walk forward that follows the
 * threads of one part as long as there is hope: it stops exactly where the part
 * must end. The hopes of a block of places are kept, and those at each block's
 * border; within a block they are found again when the walk forward comes to it. So
 * a node costs three passes over its bytes, and memory goes with the square root of
 * their number.
 */
#ifndef MMTOOL_REGEX_CUTTER_H
#define MMTOOL_REGEX_CUTTER_H

#include "regex/walk.h"

/* The cutting up of one node's bytes [start, end). */
struct cutter {
    struct regex_matcher *matcher;
    struct regex_cursor *cursor;
    struct regex_program program; /* of the node alone */
    uint64_t start, end;
    size_t words; /* of a row: a bit an instruction */
    uint64_t block;
    uint64_t *borders;    /* rows of the places start, start + block, ..., and of end */
    uint64_t *rows;       /* of the places of one block, both borders included */
    uint64_t first_row;   /* the block in `rows`, counted from 0; UINT64_MAX: none */
    uint32_t *scratch;    /* what holds the next four */
    uint32_t *now, *then; /* threads of the walk forward */
    uint32_t now_count, then_count;
    uint32_t *marks; /* by instruction: the place that reached it, as a generation */
    uint32_t *stack; /* of twice as many: an instruction leads to two at most */
    uint32_t generation;
    enum regex_result result; /* what went wrong */
};

/* A part of the node's program: a child, or one round of a repeat. */
struct part {
    uint32_t entry, exit;
};

/*
 * For the bytes of a match of `node`. On failure `result` tells why; to be released
 * in any case.
 */
bool cutter_init(struct cutter *cutter, struct regex_matcher *matcher, struct regex_cursor *cursor,
                 uint32_t node, const struct regex_match *bytes);
void cutter_release(struct cutter *cutter);

/* Moves `*place` behind the longest string from there on that `part` can take. */
bool cutter_cut(struct cutter *cutter, const struct part *part, uint64_t *place);

/* Whether the node's end can be reached from instruction `index` at `place`. */
bool cutter_has_hope(struct cutter *cutter, uint64_t place, uint32_t index, bool *hope);

#endif
