/*
 * cutter.h - divides the bytes of a match: where one part of a node ends and the next begins.
 *
 * A walk back finds, for each offset, the instructions from which the end of the node can be
 * reached ("hopes"). A walk forward follows the threads of one part as long as there is hope, and
 * so stops exactly where the part must end. Hopes are kept for the offsets of one block and for the
 * borders of all blocks. Those within a block are computed again when the walk forward comes to it.
 * So a node costs three passes over its bytes, and memory grows with the square root of their
 * number.
 */
#ifndef MMTOOL_REGEX_CUTTER_H
#define MMTOOL_REGEX_CUTTER_H

#include "regex/walk.h"

/* The division of the bytes [start, end) of one node. */
struct cutter {
    struct regex_matcher *matcher;
    struct regex_cursor *cursor;
    struct regex_program program; /* the program of this node */
    uint64_t start, end;
    size_t words; /* words in a row, which has one bit for each instruction */
    uint64_t block;
    uint64_t *borders;    /* rows of the offsets start, start + block, ..., and of end */
    uint64_t *rows;       /* rows of the offsets of one block, including both borders */
    uint64_t first_row;   /* the block in `rows`, counted from 0; UINT64_MAX: none */
    uint32_t *scratch;    /* what holds the next four */
    uint32_t *now, *then; /* threads of the walk forward */
    uint32_t now_count, then_count;
    uint32_t *marks; /* for each instruction, the generation that reached it last */
    uint32_t *stack; /* twice as long: an instruction leads to at most two others */
    uint32_t generation;
    enum regex_result result; /* the reason of a failure */
};

/* A part of the node's program: a child, or one round of a repeat. */
struct part {
    uint32_t entry, exit;
};

/*
 * Prepares the bytes of a match of `node`. False: `result` gives the reason. Call cutter_release()
 * in either case.
 */
bool cutter_init(struct cutter *cutter, struct regex_matcher *matcher, struct regex_cursor *cursor,
                 uint32_t node, const struct regex_match *bytes);
void cutter_release(struct cutter *cutter);

/*
 * Moves `*place` to the end of the longest string that `part` can take from there. False: see
 * `result`.
 */
bool cutter_cut(struct cutter *cutter, const struct part *part, uint64_t *place);

/*
 * Sets `*hope` to whether the end of the node can be reached from instruction `index` at `place`.
 * False: see `result`.
 */
bool cutter_has_hope(struct cutter *cutter, uint64_t place, uint32_t index, bool *hope);

#endif
