/* bytes_avx2.h - 64 characters of a text in two vectors; for bytes_avx2*.c only. */
#ifndef MMTOOL_BYTES_AVX2_H
#define MMTOOL_BYTES_AVX2_H

#include "base/bytes_vectors.h"

#include <immintrin.h>

enum { STEP = 64 }; /* characters that are looked at together */

struct characters {
    __m256i low, high;
};

static inline __m256i load(const unsigned char *bytes)
{
    return _mm256_loadu_si256((const void *)bytes);
}

static inline struct characters load_step(const unsigned char *text)
{
    return (struct characters){load(text), load(text + 32)};
}

static inline void store_step(struct characters c, unsigned char *out)
{
    _mm256_storeu_si256((void *)out, c.low);
    _mm256_storeu_si256((void *)(out + 32), c.high);
}

/* All bits of the bytes from `first` on, `count` of them. */
static inline __m256i in_range(__m256i v, char first, char count)
{
    __m256i from = _mm256_sub_epi8(v, _mm256_set1_epi8(first));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(from, _mm256_set1_epi8((char)(count - 1))), from);
}

static inline __m256i is_byte(__m256i v, char byte)
{
    return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(byte));
}

static inline __m256i is_blank(__m256i v)
{
    return _mm256_or_si256(is_byte(v, ' '), in_range(v, '\t', 5));
}

static inline uint64_t mark(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

static inline uint64_t mark_byte(struct characters c, char byte)
{
    return mark(is_byte(c.low, byte), is_byte(c.high, byte));
}

extern integer_run bytes_avx2_integers;

#endif
