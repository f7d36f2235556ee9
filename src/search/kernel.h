/*
 * kernel.h - the filters, and the kernels that run them.
 *
 * A filter is a cheap question about an offset: may a needle stand here? A kernel
 * asks it of FILTER_BLOCK offsets at once and answers with one bit each; match.c
 * compares what remains, byte by byte. So a kernel is small and knows nothing of
 * needles, and every instruction set shares one source, kernel.inc.
 *
 * The pair filter compares two bytes of the needle at their distance, as in
 * W. Mula's "SIMD-friendly algorithms for substring searching" (2016), but takes
 * two that are rare in files, an idea of the memchr crate (A. Gallant). The
 * window filter looks up a few bytes of several needles: Teddy, from Hyperscan (G.
 * Langdale; Wang et al., NSDI 2019), by nibbles or, where a processor can, by seven
 * bits at once. Its bytes need not be neighbours, as they must be where Teddy loads
 * bytes once and shifts the answers: each place is loaded anyway, and letters that stand
 * apart are less often met together. The low window leaves out the high nibble, which
 * takes a shift and a mask and tells little of text, and looks at more places.
 */
#ifndef MMTOOL_SEARCH_KERNEL_H
#define MMTOOL_SEARCH_KERNEL_H

#include "search/classes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FILTER_BLOCK = 64,  /* offsets a kernel judges at once, one bit each */
    FILTER_WIDTH = 6,   /* most bytes that a window looks at */
    FILTER_BUCKETS = 8, /* groups of needles that a window tells apart */
};

enum filter_kind {
    FILTER_BYTE,        /* probe 0, compared as it is */
    FILTER_PAIR,        /* both probes, compared as they are */
    FILTER_MASKED_PAIR, /* both probes, each under its mask */
    FILTER_WINDOW,      /* a window of several needles */
    FILTER_LOW_WINDOW,  /* one of bytes below 0x80 only, told by their low nibbles */
    FILTER_KINDS,
};

struct filter {
    enum filter_kind kind;
    size_t offset[FILTER_WIDTH]; /* where the probes, or the window's bytes, lie in a match */
    unsigned char value[2];      /* (byte & mask) == value */
    unsigned char mask[2];
    size_t width;                            /* of the window */
    unsigned char low[FILTER_WIDTH][16];     /* the buckets that accept a byte's low nibble there */
    unsigned char high[FILTER_WIDTH][16];    /* ... its high nibble */
    unsigned char sevens[FILTER_WIDTH][128]; /* ... its low seven bits */
    unsigned char bytes[FILTER_WIDTH][256];  /* the buckets that accept the byte: fewer than both */
};

/* The offsets that a filter is asked about. */
struct filter_span {
    const unsigned char *bytes;
    size_t readable;    /* it may look at the offsets [0, readable), whatever lies around them */
    size_t from, until; /* until <= readable */
};

/*
 * Looks for offsets in [from, until) that may start a match. Returns a bit for each of the
 * FILTER_BLOCK offsets from `*block` on, set only within [from, until): a forward scan the lowest
 * block with one, a backward scan the highest one; 0 if there is none.
 */
typedef uint64_t filter_scan(const struct filter *filter, const struct filter_span *span,
                             size_t *block);

struct search_kernel {
    const char *name;
    bool by_nibbles;                    /* that is how windows are looked up, in two steps */
    filter_scan *forward[FILTER_KINDS]; /* FILTER_LOW_WINDOW: NULL unless by nibbles */
    filter_scan *backward[FILTER_KINDS];
    class_scan *class_forward, *class_backward; /* NULL: it has none */
};

extern const struct search_kernel search_kernel_portable;
extern const struct search_kernel search_kernel_sse2;
extern const struct search_kernel search_kernel_ssse3;
extern const struct search_kernel search_kernel_avx2;
extern const struct search_kernel search_kernel_avx512;
extern const struct search_kernel search_kernel_vbmi;
extern const struct search_kernel search_kernel_neon;

/* The kernel that searchers made now use. */
const struct search_kernel *search_kernel_chosen(void);

/* The filter's answer for one offset. */
bool filter_accepts(const struct filter *filter, const unsigned char *at);

/* The buckets of a window filter that may match at one offset. */
static inline unsigned filter_buckets(const struct filter *filter, const unsigned char *at)
{
    unsigned buckets = 0xff;
    for (size_t i = 0; i < filter->width; i++)
        buckets &= filter->bytes[i][at[filter->offset[i]]];
    return buckets;
}

/* A filter's answers for the offsets [from, until), at most FILTER_BLOCK of them, the lowest in bit
 * 0. */
uint64_t filter_bits(const struct filter *filter, const unsigned char *span, size_t from,
                     size_t until);

/* The scans of the window filter for kernels that cannot look up nibbles. */
filter_scan window_forward_plain, window_backward_plain;

/* The bits of a block from `position` on, and those before it; position <= FILTER_BLOCK. */
static inline uint64_t bits_from(size_t position)
{
    return position < FILTER_BLOCK ? UINT64_MAX << position : 0;
}

static inline uint64_t bits_before(size_t position)
{
    return ~bits_from(position);
}

/* The place of the lowest and of the highest bit of `bits`, which is not 0. */
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
