/*
 * needle.h - one compiled needle, and the comparison of it with bytes.
 *
 * Every position of a needle is a value and a mask: a byte matches if
 * (byte & mask) == value. An ASCII letter searched in either case is the mask
 * 0xdf, which takes away the one bit by which the cases differ.
 */
#ifndef MMTOOL_SEARCH_NEEDLE_H
#define MMTOOL_SEARCH_NEEDLE_H

#include "search/search.h"

#include <stdint.h>
#include <string.h>

/* Long needles are compared in pieces of this many bytes, which is what work is counted in. */
enum { NEEDLE_PIECE = 64 };

struct search_needle {
    const unsigned char *value; /* bytes & mask */
    const unsigned char *mask;
    size_t length;
    bool exact;  /* all masks are 0xff */
    bool folded; /* the masks are 0xdf for the letters and 0xff for the others */
};

/*
 * Fills `compiled` from `needle`, with its bytes in `storage`, which has room for
 * twice the needle's length and outlives it.
 */
void needle_compile(struct search_needle *compiled, const struct needle *needle, bool ignore_case,
                    unsigned char *storage);

/* A byte as a folded needle's value has it: letters in upper case. */
unsigned char needle_fold(unsigned char byte);

/* Whether a run of zero bytes matches. */
bool needle_matches_zeros(const struct search_needle *needle);

/* Whether a newline can stand somewhere in a match. */
bool needle_matches_newline(const struct search_needle *needle);

/* needle_matches() for what is longer than two words; adds the pieces to `*work`. */
bool needle_matches_long(const struct search_needle *needle, const unsigned char *at,
                         uint64_t *work);

static inline uint64_t needle_load_8(const unsigned char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint32_t needle_load_4(const unsigned char *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline bool needle_matches_8(const struct search_needle *needle, size_t position,
                                    const unsigned char *at)
{
    return (needle_load_8(at + position) & needle_load_8(needle->mask + position)) ==
           needle_load_8(needle->value + position);
}

static inline bool needle_matches_4(const struct search_needle *needle, size_t position,
                                    const unsigned char *at)
{
    return (needle_load_4(at + position) & needle_load_4(needle->mask + position)) ==
           needle_load_4(needle->value + position);
}

static inline bool needle_matches_1(const struct search_needle *needle, size_t position,
                                    const unsigned char *at)
{
    return (at[position] & needle->mask[position]) == needle->value[position];
}

/*
 * Whether the needle matches the bytes `at`, as many as it is long. Adds the
 * pieces of a long needle that it looked at to `*work`.
 */
static inline bool needle_matches(const struct search_needle *needle, const unsigned char *at,
                                  uint64_t *work)
{
    size_t length = needle->length;
    if (length > 16)
        return needle_matches_8(needle, 0, at) && needle_matches_long(needle, at, work);
    if (length >= 8)
        return needle_matches_8(needle, 0, at) && needle_matches_8(needle, length - 8, at);
    if (length >= 4)
        return needle_matches_4(needle, 0, at) && needle_matches_4(needle, length - 4, at);
    for (size_t i = 0; i < length; i++)
        if (!needle_matches_1(needle, i, at))
            return false;
    return true;
}

#endif
