/*
 * escape_vbmi2.c - bytes as C escapes, for x86 processors with AVX-512VBMI2.
 *
 * A log has a newline in every second or third vector, which no processor can foresee. So there is
 * no branch on it: each byte becomes a pair, a backslash and its letter, and the backslashes that
 * are not wanted are squeezed out.
 */
#include "base/escape_print.h"

#include <immintrin.h>

enum { STEP = 32 };

/* The letters of \a \b \t \n \v \f \r, by the bytes 7 to 13. */
static inline __m256i letters_of(__m256i bytes, __mmask32 controls)
{
    const __m128i letters =
        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 'a', 'b', 't', 'n', 'v', 'f', 'r', 0, 0);
    return _mm256_mask_shuffle_epi8(bytes, controls, _mm256_broadcastsi128_si256(letters), bytes);
}

size_t escape_run_vbmi2(const unsigned char *bytes, size_t length, unsigned char **out)
{
    size_t at = 0;
    unsigned char *to = *out;
    for (; length - at >= STEP; at += STEP) {
        __m256i v = _mm256_loadu_si256((const void *)(bytes + at));
        __mmask32 plain = _mm256_cmplt_epu8_mask(_mm256_sub_epi8(v, _mm256_set1_epi8(0x20)),
                                                 _mm256_set1_epi8(0x7f - 0x20));
        __mmask32 controls = _mm256_cmplt_epu8_mask(_mm256_sub_epi8(v, _mm256_set1_epi8('\a')),
                                                    _mm256_set1_epi8('\r' + 1 - '\a'));
        if ((plain | controls) != UINT32_MAX)
            break;
        __mmask32 escaped = controls | _mm256_cmpeq_epi8_mask(v, _mm256_set1_epi8('\\'));
        __m512i words = _mm512_cvtepu8_epi16(letters_of(v, controls));
        __m512i pairs = _mm512_or_si512(_mm512_slli_epi16(words, 8), _mm512_set1_epi16('\\'));
        uint64_t wanted =
            _pdep_u64(escaped, UINT64_C(0x5555555555555555)) | UINT64_C(0xaaaaaaaaaaaaaaaa);
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(wanted, pairs));
        to += STEP + (unsigned)_mm_popcnt_u32(escaped);
    }
    *out = to;
    return at;
}
