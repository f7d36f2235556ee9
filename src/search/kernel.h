/*
 * kernel.h - the filters, and the kernels that run them.
 *
 * A filter is a cheap test of an offset: may a match start here? A kernel tests
 * FILTER_BLOCK offsets at once and returns one bit for each; match.c compares the
 * accepted ones with the needles. So a kernel is small and knows nothing of needles,
 * and the kernels of all instruction sets share one source, kernel.inc.
 *
 * The pair filter compares two bytes of one needle, as in W. Mula's "SIMD-friendly
 * algorithms for substring searching" (2016), but chooses two that are rare in files,
 * an idea of the memchr crate (A. Gallant).
 *
 * The fingerprint filter looks up a few bytes, its fingerprint, for several needles at once. It is
 * Teddy from Hyperscan (G. Langdale; Wang et al., NSDI 2019), by nibbles or, where the
 * processor can, by seven bits at once. Teddy loads bytes once and shifts the results,
 * so its bytes must be adjacent. Here each byte is loaded from its own place, so they
 * need not be: letters that stand apart are less often found together. The low fingerprint
 * ignores the high nibble, which costs a shift and a mask and says little about text,
 * and looks at more places instead.
 */
#ifndef MMTOOL_SEARCH_KERNEL_H
#define MMTOOL_SEARCH_KERNEL_H

#include "search/classes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FILTER_BLOCK = 64, /* offsets that a kernel tests at once, one bit each */
    FILTER_WIDTH = 6,  /* most bytes that a fingerprint looks at */
    FILTER_BUCKETS =
        8, /* groups of needles that a fingerprint tells apart: a bit each in its tables */
};

enum filter_kind {
    FILTER_BYTE,            /* probe 0, compared as it is */
    FILTER_PAIR,            /* both probes, compared as they are */
    FILTER_MASKED_PAIR,     /* both probes, each under its mask */
    FILTER_FINGERPRINT,     /* a fingerprint for several needles */
    FILTER_LOW_FINGERPRINT, /* the same by low nibbles; needle bytes there are below 0x80 */
    FILTER_KINDS,
};

struct filter {
    enum filter_kind kind;
    size_t offset[FILTER_WIDTH]; /* positions in a needle of the probes or fingerprint bytes */
    unsigned char value[2];      /* (byte & mask) == value */
    unsigned char mask[2];
    size_t width;                            /* bytes that the fingerprint looks at */
    unsigned char low[FILTER_WIDTH][16];     /* the buckets that accept a byte's low nibble there */
    unsigned char high[FILTER_WIDTH][16];    /* ... its high nibble */
    unsigned char sevens[FILTER_WIDTH][128]; /* ... its low seven bits */
    unsigned char bytes[FILTER_WIDTH][256];  /* ... the whole byte: the most exact of the tables */
};

/* The offsets that a filter tests. */
struct filter_span {
    const unsigned char *bytes;
    size_t readable;    /* any offset in [0, readable) may be tested, to fill whole blocks */
    size_t from, until; /* report offsets in [from, until) only; until <= readable */
};

/*
 * Finds a block with offsets in [from, until) that may start a match: a forward scan the
 * lowest such block, a backward scan the highest. Sets `*block` to the block's first offset
 * and returns a bit for each of its FILTER_BLOCK offsets, set only within [from, until).
 * Returns 0 if there is no such block.
 */
typedef uint64_t filter_scan(const struct filter *filter, const struct filter_span *span,
                             size_t *block);

struct search_kernel {
    const char *name;
    bool by_nibbles;                    /* looks fingerprints up by low and high nibble */
    filter_scan *forward[FILTER_KINDS]; /* FILTER_LOW_FINGERPRINT: NULL unless by_nibbles */
    filter_scan *backward[FILTER_KINDS];
    class_scan *class_forward, *class_backward; /* NULL: the kernel has no lookups */
};

extern const struct search_kernel search_kernel_portable;
extern const struct search_kernel search_kernel_sse2;
extern const struct search_kernel search_kernel_ssse3;
extern const struct search_kernel search_kernel_avx2;
extern const struct search_kernel search_kernel_avx512;
extern const struct search_kernel search_kernel_vbmi;
extern const struct search_kernel search_kernel_neon;

/* The kernel for new searchers: the best, or that of search_use_kernel(). */
const struct search_kernel *search_kernel_chosen(void);

/* Whether the filter accepts the offset of `at`. */
bool filter_accepts(const struct filter *filter, const unsigned char *at);

/* The buckets (a bit each) of a fingerprint filter that accept the offset of `at`. */
static inline unsigned filter_buckets(const struct filter *filter, const unsigned char *at)
{
    unsigned buckets = 0xff;
    for (size_t i = 0; i < filter->width; i++)
        buckets &= filter->bytes[i][at[filter->offset[i]]];
    return buckets;
}

/* A bit for each of at most FILTER_BLOCK offsets [from, until): bit 0 for `from`. */
uint64_t filter_bits(const struct filter *filter, const unsigned char *span, size_t from,
                     size_t until);

/* The scans of the fingerprint filter for kernels without lookups, one offset at a time. */
filter_scan fingerprint_forward_plain, fingerprint_backward_plain;

/* Masks for the bits of a block from `position` on, and before it; position <= FILTER_BLOCK. */
static inline uint64_t bits_from(size_t position)
{
    return position < FILTER_BLOCK ? UINT64_MAX << position : 0;
}

static inline uint64_t bits_before(size_t position)
{
    return ~bits_from(position);
}

/* The number of the lowest and of the highest set bit; `bits` must not be 0. */
static inline unsigned lowest_bit(uint64_t bits)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned place = 0;
    for (unsigned step = 32; step; step /= 2)
        if ((bits & ((UINT64_C(1) << step) - 1)) == 0) {
            bits >>= step;
            place += step;
        }
    return place;
#endif
}

static inline unsigned highest_bit(uint64_t bits)
{
#if defined(__GNUC__)
    return 63 - (unsigned)__builtin_clzll(bits);
#else
    unsigned place = 0;
    for (unsigned step = 32; step; step /= 2)
        if (bits >> step) {
            bits >>= step;
            place += step;
        }
    return place;
#endif
}

#endif
