/*
 * search.h - finds byte strings in a span of memory, forwards and backwards.
 *
 * Pure: no system calls, no files. Offsets here are indexes into the bytes that
 * the caller holds; scan/ turns them into file offsets. A searcher never changes
 * once made, so any number of threads may use it at once.
 *
 * Without masks, a call takes time linear in the bytes searched plus the longest
 * needle, for all needles and bytes. (The exception: several needles that share
 * their first AUTOMATON_PREFIX_MOST bytes, see automaton.h.) With masks there is no
 * such bound: a needle made almost only of wildcards takes up to bytes times needle
 * length / 64.
 *
 * Another program may change the bytes during a search, as in a mapped file. A
 * reported match may then no longer be there, but it lies inside the span, and the
 * search still ends.
 *
 * In reading order:
 *
 *   search.c            compiles needles into a searcher
 *   searcher.h          what a searcher is made of, for search.c and match.c
 *   match.c             finds the matches in a span: filters offsets, then compares needles
 *   needle.c            one compiled needle, and the comparison of it with bytes
 *   needle_table.c      the longest of many needles at an offset, by hashes of its first bytes
 *   choose.c            chooses the two rarest bytes of one needle for the filter
 *   frequency.c         how common each byte value is in files
 *   fingerprint.c       makes the filter for several needles: its width and its buckets
 *   positions.c         chooses the positions in several needles that a fingerprint looks at
 *   classes.c           the tables of a class filter
 *   filter.c            filters one offset at a time: for short spans and without lookups
 *   two_way.c           one needle in linear time, for any bytes
 *   automaton.c         many needles in linear time: walks the automaton
 *   automaton_build.c   builds the automaton: first a trie, then the states
 *   automaton_internal.h   the automaton's struct, for the files that build and walk it
 *   kernel.c            chooses a kernel; searches for a single byte
 *   kernel.inc          the source that all kernels share
 *   fingerprint.inc     the scans of fingerprints, for kernels with lookups; part of kernel.inc
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

/* Where to search: matches must start in [from, until) and end at or before `limit`. */
struct search_span {
    const unsigned char *bytes;
    size_t from, until, limit; /* offsets in `bytes`, which holds at least `limit` bytes */
};

/* Where matches are added, after the first `count`; the caller owns the array. */
struct search_list {
    struct search_match *matches;
    size_t capacity; /* greater than `count` */
    size_t count;
    bool overlapping; /* if false, a match begins at or after the end of the one before it */
    uint64_t work;    /* comparisons made, added up; each is of one byte or of up to 64 in a row */
};

struct searcher;

/*
 * Compiles `count` (at least 1) needles into one searcher that finds any of them
 * in one pass. The needles are copied. With `ignore_case` ASCII letters match in
 * either case, except letters whose mask is not 0xff. Returns NULL and an error if
 * memory is short or the needles are too many or too long.
 */
struct searcher *searcher_new(const struct needle *needles, size_t count, bool ignore_case,
                              struct error *error);
void searcher_free(struct searcher *searcher);

/* Length of the longest and of the shortest needle. */
size_t searcher_longest(const struct searcher *searcher);
size_t searcher_shortest(const struct searcher *searcher);

/* Whether some needle matches zero bytes. If not, the holes of a file need no search. */
bool searcher_matches_zeros(const struct searcher *searcher);

/* Whether a match can contain a newline. If not, each match lies within one line. */
bool searcher_matches_newline(const struct searcher *searcher);

/*
 * Adds the matches in the span to the list, lowest first, until the list is full. If several
 * needles match at one offset, adds only the longest that fits. Moves span->from to where the
 * next call continues: to the end of the last match (overlapping: its offset + 1), and if the
 * list is not full, at least to span->until.
 */
void search_forward(const struct searcher *searcher, struct search_span *span,
                    struct search_list *list);

/*
 * The mirror image: adds the matches that start highest first. Unless matches may overlap,
 * each ends at or before the start of the one added before it. Moves span->until to where the
 * next call continues, which is span->from unless the list is full, and span->limit to where
 * the next match must end.
 */
void search_backward(const struct searcher *searcher, struct search_span *span,
                     struct search_list *list);

/* The offset of the first `byte` in [from, length), or `length` if there is none. */
size_t search_byte_forward(const unsigned char *span, size_t length, size_t from,
                           unsigned char byte);

/* The offset of the last `byte` in [0, until), or SIZE_MAX if there is none. */
size_t search_byte_backward(const unsigned char *span, size_t until, unsigned char byte);

/*
 * For tests, benchmarks and --version. search_kernel_name() lists the kernels that this build and
 * this processor can use, best first ("vbmi", "avx512", "avx2", "ssse3", "sse2", "neon",
 * "portable"): returns the name at `index`, or NULL after the last. search_use_kernel()
 * makes new searchers and the two functions above use the kernel of this name; NULL means
 * the best again; false if it is not available. Must not be called while another thread
 * makes a searcher. search_kernel_built() lists all kernels of this build, also those that
 * this processor cannot use.
 */
const char *search_kernel_name(size_t index);
const char *search_kernel_built(size_t index);
bool search_use_kernel(const char *name);

#endif
