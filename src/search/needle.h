/*
 * needle.h - one compiled needle, and the comparison of it with bytes.
 *
 * Each position of a needle has a value and a mask: a byte matches if
 * (byte & mask) == value. For an ASCII letter in either case the mask is 0xdf,
 * which clears the one bit in which the cases differ.
 */
#ifndef MMTOOL_SEARCH_NEEDLE_H
#define MMTOOL_SEARCH_NEEDLE_H

#include "search/search.h"

#include <stdint.h>
#include <string.h>

/* Long needles are compared in chunks of this many bytes. Each chunk counts as one unit of work. */
enum { NEEDLE_CHUNK = 64 };

struct search_needle {
    const unsigned char *value; /* bytes & mask */
    const unsigned char *mask;
    size_t length;
    bool exact;  /* all masks are 0xff */
    bool folded; /* the masks are 0xdf for the letters and 0xff for the others */
};

/*
 * Fills `compiled` from `needle`. Its values and masks go to `storage`, which must have room
 * for twice the needle's length and must outlive `compiled`.
 */
void needle_compile(struct search_needle *compiled, const struct needle *needle, bool ignore_case,
                    unsigned char *storage);

/* Folds a byte as the values of a folded needle are: ASCII letters become upper case. */
unsigned char needle_fold(unsigned char byte);

/* Whether the needle matches zero bytes. */
bool needle_matches_zeros(const struct search_needle *needle);

/* Whether a match can contain a newline. */
bool needle_matches_newline(const struct search_needle *needle);

/* needle_matches() for needles longer than 16 bytes. Adds the chunks it compared to `*work`. */
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
 * Whether the needle matches at `at`, where needle->length bytes must be readable. Adds the
 * number of chunks compared to `*work` if the needle is longer than 16 bytes.
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
