/* internal.h - what the files of compare share. */
#ifndef MMTOOL_COMPARE_INTERNAL_H
#define MMTOOL_COMPARE_INTERNAL_H

#include "compare/compare.h"

#include <string.h>

enum { COMPARE_HOLE_STEP = 1 << 20 }; /* bytes between two questions for a hole */

/* Equal bytes of both strings. */
struct compare_match {
    size_t old_start, new_start;
    size_t length;
};

/* Matches in rising order of new_start. */
struct match_list {
    struct compare_match *items; /* owned */
    size_t count, capacity;
};

struct shortest_work;

struct comparison {
    const struct compare_pair *pair;
    const unsigned char *old_bytes, *new_bytes;
    struct compare_gap pending; /* the last difference emitted, which may yet grow or move */
    bool is_pending;
    uint32_t *nearby;               /* index of nearby.c, made when first needed; owned */
    struct shortest_work *shortest; /* likewise, of shortest.c; owned */
    struct error *error;
};

static inline uint64_t compare_word(const unsigned char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline size_t gap_old_length(const struct compare_gap *gap)
{
    return gap->old_end - gap->old_start;
}

static inline size_t gap_new_length(const struct compare_gap *gap)
{
    return gap->new_end - gap->new_start;
}

/* ---- equal.c --------------------------------------------------------------------------------- */

/* How many bytes from both offsets on are equal; `most` bytes must lie in both strings. */
size_t equal_after(const struct comparison *comparison, size_t old_offset, size_t new_offset,
                   size_t most);
/* The same for the bytes before both offsets; of sparse files perhaps fewer. */
size_t equal_before(const struct comparison *comparison, size_t old_offset, size_t new_offset,
                    size_t most);
/* Takes equal bytes off both ends of the gap. */
void gap_trim(const struct comparison *comparison, struct compare_gap *gap);
/* The first byte at or after `offset` that may be other than zero. */
size_t text_next_data(const struct compare_text *text, size_t offset);

/* ---- nearby.c -------------------------------------------------------------------------------- */

enum nearby_result { NEARBY_FOUND, NEARBY_NONE, NEARBY_FAILED };
/* The match in the gap that is closest to its start: there both strings have other bytes. */
enum nearby_result nearby_find(struct comparison *comparison, const struct compare_gap *gap,
                               struct compare_match *match);

/* ---- blocks.c -------------------------------------------------------------------------------- */

/*
 * The heaviest chain of matches in the gap. All matches of two blocks and more are found; `block`
 * is a power of two, at least 8. The caller frees list->items, also after an error.
 */
bool blocks_find(struct comparison *comparison, const struct compare_gap *gap, size_t block,
                 struct match_list *list);
/* The smallest block, from `least` on, with which an index of a string has its fixed size. */
size_t blocks_size(size_t length, size_t least);

/* ---- chain.c --------------------------------------------------------------------------------- */

/*
 * Keeps of a list in rising order of new_start, without overlap there, the matches that are in
 * order and without overlap in the old string, too, with most bytes in all.
 */
bool chain_choose(struct match_list *list, struct error *error);

/* ---- shortest.c ------------------------------------------------------------------------------ */

enum { SHORTEST_MOST = 2048 }; /* bytes of a side */
enum shortest_result { SHORTEST_DONE, SHORTEST_TOO_DIFFERENT, SHORTEST_FAILED };
/* Emits the shortest script of a gap with sides up to SHORTEST_MOST; nothing if too different. */
enum shortest_result shortest_emit(struct comparison *comparison, const struct compare_gap *gap);

/* ---- emit.c ---------------------------------------------------------------------------------- */

/* Reports a difference, behind all others. A gap without bytes is allowed. */
bool emit_gap(struct comparison *comparison, const struct compare_gap *gap);
/* Reports what is pending. */
bool emit_end(struct comparison *comparison);

#endif
