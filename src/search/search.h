/*
 * search.h - finds byte strings in a span of memory, forwards and backwards.
 *
 * Pure: no system calls, no files. Offsets here are indexes into the span that
 * the caller holds; scan/ walks a file span by span and makes them file offsets. A searcher is
 * immutable once made and may be used by any number of threads at once.
 *
 * The time of a call is linear in the bytes it passes plus the longest needle,
 * whatever needles and bytes are, if the needles have no masks (several
 * of them: as far as their first AUTOMATON_PREFIX_MOST bytes differ, see automaton.h).
 * With masks there is no such bound: the worst case, a needle made almost only of
 * wildcards, takes bytes times needle bytes / 64.
 *
 * Another program may change the bytes during a search, as in a mapped file. A match
 * may then be gone again, but it lies inside the span, and the search still ends.
 *
 * In reading order:
 *
 *   search.c            compiles needles into a searcher
 *   searcher.h          what a searcher is made of, for search.c and match.c
 *   match.c             finds the matches in a span: the filter proposes, the needles decide
 *   needle.c            one compiled needle, and the comparison of it with bytes
 *   choose.c            which two bytes of a needle a filter looks at: the rare ones
 *   frequency.c         how often byte values are met in files
 *   window.c            where a filter of several needles looks, and which needles share a bucket
 *   places.c            which places of several needles a window looks at
 *   classes.c           the tables of a filter of classes
 *   filter.c            filters one offset at a time: for short spans, and where no lookup is
 *   two_way.c           one needle in linear time, whatever the bytes are
 *   automaton.c         walks the automaton of many needles
 *   automaton_build.c   makes the automaton: a trie, then its states
 *   automaton_internal.h  the automaton itself, for its builder and its walker
 *   kernel.c            the choice of a kernel, and what needs nothing but one
 *   kernel.inc          the source that all kernels share
 *   window.inc          the scans of windows, for kernels with lookups; part of kernel.inc
 *   classes.inc         the scans of classes, for kernels with lookups; part of kernel.inc
 *   portable.c          the kernel in plain C, eight bytes in a word at a time
 *   neon.c              the kernel for 64-bit ARM processors, all of which have NEON
 *   sse2.c              the kernel for x86 processors with SSE2: every 64-bit one
 *   ssse3.c             the kernel for x86 processors with SSSE3: SSE2 and a lookup
 *   sse.inc             what the kernels for SSE2 and for SSSE3 share
 *   avx2.c              the kernel for x86 processors with AVX2
 *   avx512.c            the kernel for x86 processors with AVX-512BW
 *   vbmi.c              the kernel for x86 processors with AVX-512VBMI: a lookup among 128 bytes
 *   avx512.inc          what the kernels for AVX-512BW and for AVX-512VBMI share
 */
#ifndef MMTOOL_SEARCH_H
#define MMTOOL_SEARCH_H

#include "base/diag.h"

#include <stddef.h>

/*
 * One byte string. It matches where (byte & mask) == (needle byte & mask) for
 * each of its bytes; without a mask, where the bytes are equal.
 */
struct needle {
    const unsigned char *bytes;
    const unsigned char *mask; /* as long as bytes, or NULL */
    size_t length;             /* at least 1 */
};

struct search_match {
    size_t offset; /* of the first byte, in the span */
    size_t length; /* bytes */
};

/* Where to look: at matches that start in [from, until) and end by `limit`. */
struct search_span {
    const unsigned char *bytes;
    size_t from, until, limit; /* offsets in `bytes`, which is `limit` bytes long at least */
};

/* Where matches go, behind the `count` that are there already; the caller owns the array. */
struct search_list {
    struct search_match *matches;
    size_t capacity; /* greater than `count` */
    size_t count;
    bool overlapping; /* else a match begins behind the one before it */
    uint64_t work;    /* adds up what comparing took: about 1 for a byte, or for 64 in a row */
};

struct searcher;

/*
 * Compiles `count` (at least 1) needles into one searcher that finds any of them
 * in one pass. The needles are copied. With `ignore_case` ASCII letters match
 * either case, but for those under a mask other than 0xff. NULL and an error when
 * memory is short.
 */
struct searcher *searcher_new(const struct needle *needles, size_t count, bool ignore_case,
                              struct error *error);
void searcher_free(struct searcher *searcher);

/* Length of the longest and of the shortest needle. */
size_t searcher_longest(const struct searcher *searcher);
size_t searcher_shortest(const struct searcher *searcher);

/* Whether some needle matches a run of zero bytes: if not, holes of a file need no search. */
bool searcher_matches_zeros(const struct searcher *searcher);

/* Whether a match can hold a newline: if not, each lies in a line. */
bool searcher_matches_newline(const struct searcher *searcher);

/*
 * Adds the matches in the span to the list, lowest first, until the list is full; of several
 * needles at one offset the longest that fits. Moves span->from to where the next call goes on:
 * behind the last match (its end, or if matches may overlap its offset + 1) when the list is
 * full, else to the greater of that and `until`.
 */
void search_forward(const struct searcher *searcher, struct search_span *span,
                    struct search_list *list);

/*
 * The mirror image: the match that starts highest comes first, and unless matches may overlap,
 * each ends by the offset of the one found before it. Moves span->until to where the next call
 * goes on, which is `from` unless the list is full; and span->limit to where a match further to
 * the left must end.
 */
void search_backward(const struct searcher *searcher, struct search_span *span,
                     struct search_list *list);

/* The first `byte` in [from, length), or `length`. */
size_t search_byte_forward(const unsigned char *span, size_t length, size_t from,
                           unsigned char byte);

/* The last `byte` in [0, until), or SIZE_MAX. */
size_t search_byte_backward(const unsigned char *span, size_t until, unsigned char byte);

/*
 * The name of the kernel in place `index` of those that this build and this
 * processor can use, best first ("vbmi", "avx512", "avx2", "ssse3", "sse2", "neon",
 * "portable"), or NULL behind the last. search_use_kernel() makes new searchers and
 * the two functions above use one of them, for tests and benchmarks (false if it
 * is not available; NULL: the best again). Not to be called while another thread
 * makes a searcher.
 */
const char *search_kernel_name(size_t index);
bool search_use_kernel(const char *name);

#endif
