/*
 * bytes_avx2_integers.c - decimals of one byte in a text become bytes, by AVX2.
 *
 * Four numbers of one to three digits, with a blank behind each, are sixteen characters at most; of
 * numbers with a sign three are. A row tells which of these characters go where, so that each
 * number is at the end of four bytes. Rows are found by the marks of the blanks: the multiplier,
 * found by trial, gives each set of marks another row.
 */
#include "base/bytes_avx2.h"
#include "base/bytes_marks.h"

enum { ROWS = 256 };

#define ROW_OF(key, multiplier) ((key) * (multiplier) >> 24 & (ROWS - 1))

/* ---- without a sign -------------------------------------------------------------------------- */

#define MULTIPLIER 0xa17c4835u
#define KEY_OF(a, b, c, d)                                                                         \
    (1u << (a) | 1u << ((a) + (b) + 1) | 1u << ((a) + (b) + (c) + 2) |                             \
     1u << ((a) + (b) + (c) + (d) + 3))
#define PLACES(first, digits)                                                                      \
    -1, (digits) > 2 ? (first) : -1, (digits) > 1 ? (first) + (digits)-2 : -1, (first) + (digits)-1
#define ROW(a, b, c, d)                                                                            \
    [ROW_OF(KEY_OF(a, b, c, d), MULTIPLIER)] = {PLACES(0, a), PLACES((a) + 1, b),                  \
                                                PLACES((a) + (b) + 2, c),                          \
                                                PLACES((a) + (b) + (c) + 3, d)},
#define ROWS_OF_3(a, b, c) ROW(a, b, c, 1) ROW(a, b, c, 2) ROW(a, b, c, 3)
#define ROWS_OF_2(a, b)    ROWS_OF_3(a, b, 1) ROWS_OF_3(a, b, 2) ROWS_OF_3(a, b, 3)
#define ROWS_OF_1(a)       ROWS_OF_2(a, 1) ROWS_OF_2(a, 2) ROWS_OF_2(a, 3)

static const _Alignas(16) signed char rows[ROWS][16] = {ROWS_OF_1(1) ROWS_OF_1(2) ROWS_OF_1(3)};

/* Marks the blanks of a step if it is numbers of one to three digits and single blanks; else 0. */
static inline uint64_t mark_ends(const unsigned char *text)
{
    struct characters c = load_step(text);
    __m256i low = is_blank(c.low), high = is_blank(c.high);
    uint64_t ends = mark(low, high), digits = ~ends, two = digits & digits >> 1;
    __m256i known = _mm256_and_si256(_mm256_or_si256(low, in_range(c.low, '0', 10)),
                                     _mm256_or_si256(high, in_range(c.high, '0', 10)));
    bool good =
        _mm256_movemask_epi8(known) == -1 && (two & two >> 2) == 0 && (ends & (ends << 1 | 1)) == 0;
    return good ? ends : 0;
}

/* In each four bytes the sum of a hundred times the second, ten times the third, and the fourth. */
static inline __m128i add_digits(__m128i digits)
{
    __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi32(0x010a6400));
    return _mm_madd_epi16(pairs, _mm_set1_epi16(1));
}

static inline __m128i load_digits(const unsigned char *text)
{
    return _mm_xor_si128(_mm_loadu_si128((const void *)text), _mm_set1_epi8('0'));
}

/* Four numbers, and a blank behind each, whose marks the key is made of. */
static inline __m128i read_four(const unsigned char *text, uint32_t key)
{
    __m128i row = _mm_load_si128((const void *)rows[ROW_OF(key, MULTIPLIER)]);
    return add_digits(_mm_shuffle_epi8(load_digits(text), row));
}

/* Reads sixteen numbers. Returns the length of their text; 0 if one is too large. */
static inline size_t read_sixteen(const unsigned char *text, uint64_t ends, unsigned char *out)
{
    __m128i numbers[4];
    size_t at = 0;
    for (int i = 0; i < 4; i++) {
        uint64_t rest = ends & (ends - 1);
        rest &= rest - 1;
        rest &= rest - 1;
        rest &= rest - 1;
        numbers[i] = read_four(text + at, (uint32_t)((ends ^ rest) >> at));
        at = highest_mark(ends ^ rest) + 1;
        ends = rest;
    }
    __m128i low = _mm_packs_epi32(numbers[0], numbers[1]);
    __m128i high = _mm_packs_epi32(numbers[2], numbers[3]);
    _mm_storeu_si128((void *)out, _mm_packus_epi16(low, high));
    return _mm_testz_si128(_mm_or_si128(low, high), _mm_set1_epi16((short)0xff00)) ? at : 0;
}

static size_t read_unsigned(const unsigned char *text, size_t length, unsigned char **out)
{
    size_t at = 0;
    for (size_t step; length - at >= STEP; at += step) {
        uint64_t ends = mark_ends(text + at);
        step = ends ? read_sixteen(text + at, ends, *out) : 0;
        if (step == 0)
            break;
        *out += 16;
    }
    return at;
}

/* ---- with a sign ----------------------------------------------------------------------------- */

#define SIGNED_MULTIPLIER      0xcc9f0421u
#define SIGNED_KEY_OF(a, b, c) (1u << (a) | 1u << ((a) + (b) + 1) | 1u << ((a) + (b) + (c) + 2))
/* The first character, which may be the sign, and then the last three. */
#define SIGNED_PLACES(first, length)                                                               \
    (first), (length) > 2 ? (first) + (length)-3 : -1, (length) > 1 ? (first) + (length)-2 : -1,   \
        (first) + (length)-1
#define SIGNED_ROW(a, b, c)                                                                        \
    [ROW_OF(SIGNED_KEY_OF(a, b, c), SIGNED_MULTIPLIER)] = {SIGNED_PLACES(0, a),                    \
                                                           SIGNED_PLACES((a) + 1, b),              \
                                                           SIGNED_PLACES((a) + (b) + 2, c),        \
                                                           -1,                                     \
                                                           -1,                                     \
                                                           -1,                                     \
                                                           -1},
#define SIGNED_ROWS_OF_2(a, b)                                                                     \
    SIGNED_ROW(a, b, 1) SIGNED_ROW(a, b, 2) SIGNED_ROW(a, b, 3) SIGNED_ROW(a, b, 4)
#define SIGNED_ROWS_OF_1(a)                                                                        \
    SIGNED_ROWS_OF_2(a, 1) SIGNED_ROWS_OF_2(a, 2) SIGNED_ROWS_OF_2(a, 3) SIGNED_ROWS_OF_2(a, 4)

static const _Alignas(16) signed char signed_rows[ROWS][16] = {
    SIGNED_ROWS_OF_1(1) SIGNED_ROWS_OF_1(2) SIGNED_ROWS_OF_1(3) SIGNED_ROWS_OF_1(4)};

/* As mark_ends(), of numbers that may have a minus sign. */
static inline uint64_t mark_signed_ends(const unsigned char *text)
{
    struct characters c = load_step(text);
    uint64_t ends = mark(is_blank(c.low), is_blank(c.high)), minus = mark_byte(c, '-');
    uint64_t digits = mark(in_range(c.low, '0', 10), in_range(c.high, '0', 10));
    uint64_t starts = ends << 1 | 1, two = digits & digits >> 1;
    uint64_t wrong = ~(ends | minus | digits) | (minus & ~starts) | (minus & ends >> 1) |
                     (two & two >> 2) | (ends & starts);
    return wrong == 0 ? ends : 0;
}

/* Three numbers, and a blank behind each. `*large` gets bits where one is out of range. */
static inline __m128i read_three(const unsigned char *text, uint32_t key, __m128i *large)
{
    const __m128i minus_sign = _mm_set1_epi8('-' ^ '0');
    __m128i row = _mm_load_si128((const void *)signed_rows[ROW_OF(key, SIGNED_MULTIPLIER)]);
    __m128i digits = _mm_shuffle_epi8(load_digits(text), row);
    __m128i minus = _mm_cmpeq_epi8(digits, minus_sign);
    __m128i negative = _mm_srai_epi32(_mm_slli_epi32(minus, 24), 31);
    __m128i numbers = add_digits(_mm_andnot_si128(minus, digits));
    __m128i too_large = _mm_cmpgt_epi32(_mm_add_epi32(numbers, negative), _mm_set1_epi32(127));
    *large = _mm_or_si128(*large, too_large);
    return _mm_sub_epi32(_mm_xor_si128(numbers, negative), negative);
}

/* Reads twelve numbers. Returns the length of their text; 0 if one is out of range. */
static inline size_t read_twelve(const unsigned char *text, uint64_t ends, unsigned char *out)
{
    __m128i numbers[4], large = _mm_setzero_si128();
    size_t at = 0;
    for (int i = 0; i < 4; i++) {
        uint64_t rest = ends & (ends - 1);
        rest &= rest - 1;
        rest &= rest - 1;
        numbers[i] = read_three(text + at, (uint32_t)((ends ^ rest) >> at), &large);
        at = highest_mark(ends ^ rest) + 1;
        ends = rest;
    }
    __m128i low = _mm_packs_epi32(numbers[0], numbers[1]);
    __m128i high = _mm_packs_epi32(numbers[2], numbers[3]);
    const __m128i three_of_four =
        _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    _mm_storeu_si128((void *)out, _mm_shuffle_epi8(_mm_packs_epi16(low, high), three_of_four));
    return _mm_testz_si128(large, large) ? at : 0;
}

static size_t read_signed(const unsigned char *text, size_t length, unsigned char **out)
{
    size_t at = 0;
    for (size_t step; length - at >= STEP; at += step) {
        uint64_t ends = mark_signed_ends(text + at);
        step = ends ? read_twelve(text + at, ends, *out) : 0;
        if (step == 0)
            break;
        *out += 12;
    }
    return at;
}

/* ---- all ------------------------------------------------------------------------------------- */

size_t bytes_avx2_integers(const struct integer_limits *limits, const unsigned char *text,
                           size_t length, unsigned char **out)
{
    size_t at = 0;
    if (limits->size == 1)
        at =
            limits->most[1] > 0 ? read_signed(text, length, out) : read_unsigned(text, length, out);
    return at > 0 ? at : byte_vectors_portable.integers(limits, text, length, out);
}
