/*
 * bytes_avx2.c - values in a text become bytes, for x86 processors with AVX2.
 *
 * As bytes_vbmi2.c, 64 characters of text are looked at as sets of marks. Bytes that are not wanted
 * are squeezed out by a table, eight at a time.
 */
#include "base/bytes_avx2.h"
#include "base/bytes_marks.h"

static inline __m256i is_hex_digit(__m256i v)
{
    __m256i lower = _mm256_or_si256(v, _mm256_set1_epi8(0x20));
    return _mm256_or_si256(in_range(v, '0', 10), in_range(lower, 'a', 6));
}

static inline unsigned count_marks(uint64_t marks)
{
    return (unsigned)_mm_popcnt_u64(marks);
}

/* ---- bytes that are wanted ------------------------------------------------------------------- */

/* For each set of marks of eight bytes, where those that are marked are. */
/* clang-format off */
static const uint64_t marked_places[256] = {
    0x0000000000000000, 0x0000000000000000, 0x0000000000000001, 0x0000000000000100, 0x0000000000000002,
    0x0000000000000200, 0x0000000000000201, 0x0000000000020100, 0x0000000000000003, 0x0000000000000300,
    0x0000000000000301, 0x0000000000030100, 0x0000000000000302, 0x0000000000030200, 0x0000000000030201,
    0x0000000003020100, 0x0000000000000004, 0x0000000000000400, 0x0000000000000401, 0x0000000000040100,
    0x0000000000000402, 0x0000000000040200, 0x0000000000040201, 0x0000000004020100, 0x0000000000000403,
    0x0000000000040300, 0x0000000000040301, 0x0000000004030100, 0x0000000000040302, 0x0000000004030200,
    0x0000000004030201, 0x0000000403020100, 0x0000000000000005, 0x0000000000000500, 0x0000000000000501,
    0x0000000000050100, 0x0000000000000502, 0x0000000000050200, 0x0000000000050201, 0x0000000005020100,
    0x0000000000000503, 0x0000000000050300, 0x0000000000050301, 0x0000000005030100, 0x0000000000050302,
    0x0000000005030200, 0x0000000005030201, 0x0000000503020100, 0x0000000000000504, 0x0000000000050400,
    0x0000000000050401, 0x0000000005040100, 0x0000000000050402, 0x0000000005040200, 0x0000000005040201,
    0x0000000504020100, 0x0000000000050403, 0x0000000005040300, 0x0000000005040301, 0x0000000504030100,
    0x0000000005040302, 0x0000000504030200, 0x0000000504030201, 0x0000050403020100, 0x0000000000000006,
    0x0000000000000600, 0x0000000000000601, 0x0000000000060100, 0x0000000000000602, 0x0000000000060200,
    0x0000000000060201, 0x0000000006020100, 0x0000000000000603, 0x0000000000060300, 0x0000000000060301,
    0x0000000006030100, 0x0000000000060302, 0x0000000006030200, 0x0000000006030201, 0x0000000603020100,
    0x0000000000000604, 0x0000000000060400, 0x0000000000060401, 0x0000000006040100, 0x0000000000060402,
    0x0000000006040200, 0x0000000006040201, 0x0000000604020100, 0x0000000000060403, 0x0000000006040300,
    0x0000000006040301, 0x0000000604030100, 0x0000000006040302, 0x0000000604030200, 0x0000000604030201,
    0x0000060403020100, 0x0000000000000605, 0x0000000000060500, 0x0000000000060501, 0x0000000006050100,
    0x0000000000060502, 0x0000000006050200, 0x0000000006050201, 0x0000000605020100, 0x0000000000060503,
    0x0000000006050300, 0x0000000006050301, 0x0000000605030100, 0x0000000006050302, 0x0000000605030200,
    0x0000000605030201, 0x0000060503020100, 0x0000000000060504, 0x0000000006050400, 0x0000000006050401,
    0x0000000605040100, 0x0000000006050402, 0x0000000605040200, 0x0000000605040201, 0x0000060504020100,
    0x0000000006050403, 0x0000000605040300, 0x0000000605040301, 0x0000060504030100, 0x0000000605040302,
    0x0000060504030200, 0x0000060504030201, 0x0006050403020100, 0x0000000000000007, 0x0000000000000700,
    0x0000000000000701, 0x0000000000070100, 0x0000000000000702, 0x0000000000070200, 0x0000000000070201,
    0x0000000007020100, 0x0000000000000703, 0x0000000000070300, 0x0000000000070301, 0x0000000007030100,
    0x0000000000070302, 0x0000000007030200, 0x0000000007030201, 0x0000000703020100, 0x0000000000000704,
    0x0000000000070400, 0x0000000000070401, 0x0000000007040100, 0x0000000000070402, 0x0000000007040200,
    0x0000000007040201, 0x0000000704020100, 0x0000000000070403, 0x0000000007040300, 0x0000000007040301,
    0x0000000704030100, 0x0000000007040302, 0x0000000704030200, 0x0000000704030201, 0x0000070403020100,
    0x0000000000000705, 0x0000000000070500, 0x0000000000070501, 0x0000000007050100, 0x0000000000070502,
    0x0000000007050200, 0x0000000007050201, 0x0000000705020100, 0x0000000000070503, 0x0000000007050300,
    0x0000000007050301, 0x0000000705030100, 0x0000000007050302, 0x0000000705030200, 0x0000000705030201,
    0x0000070503020100, 0x0000000000070504, 0x0000000007050400, 0x0000000007050401, 0x0000000705040100,
    0x0000000007050402, 0x0000000705040200, 0x0000000705040201, 0x0000070504020100, 0x0000000007050403,
    0x0000000705040300, 0x0000000705040301, 0x0000070504030100, 0x0000000705040302, 0x0000070504030200,
    0x0000070504030201, 0x0007050403020100, 0x0000000000000706, 0x0000000000070600, 0x0000000000070601,
    0x0000000007060100, 0x0000000000070602, 0x0000000007060200, 0x0000000007060201, 0x0000000706020100,
    0x0000000000070603, 0x0000000007060300, 0x0000000007060301, 0x0000000706030100, 0x0000000007060302,
    0x0000000706030200, 0x0000000706030201, 0x0000070603020100, 0x0000000000070604, 0x0000000007060400,
    0x0000000007060401, 0x0000000706040100, 0x0000000007060402, 0x0000000706040200, 0x0000000706040201,
    0x0000070604020100, 0x0000000007060403, 0x0000000706040300, 0x0000000706040301, 0x0000070604030100,
    0x0000000706040302, 0x0000070604030200, 0x0000070604030201, 0x0007060403020100, 0x0000000000070605,
    0x0000000007060500, 0x0000000007060501, 0x0000000706050100, 0x0000000007060502, 0x0000000706050200,
    0x0000000706050201, 0x0000070605020100, 0x0000000007060503, 0x0000000706050300, 0x0000000706050301,
    0x0000070605030100, 0x0000000706050302, 0x0000070605030200, 0x0000070605030201, 0x0007060503020100,
    0x0000000007060504, 0x0000000706050400, 0x0000000706050401, 0x0000070605040100, 0x0000000706050402,
    0x0000070605040200, 0x0000070605040201, 0x0007060504020100, 0x0000000706050403, 0x0000070605040300,
    0x0000070605040301, 0x0007060504030100, 0x0000070605040302, 0x0007060504030200, 0x0007060504030201,
    0x0706050403020100,
};
/* clang-format on */

/* Writes the bytes that are marked, one behind the other. Returns the end of them. */
static inline unsigned char *write_marked(struct characters c, uint64_t marks, unsigned char *out)
{
    unsigned char bytes[STEP];
    store_step(c, bytes);
    for (size_t i = 0; i < STEP; i += 8) {
        unsigned set = marks >> i & 0xff;
        __m128i eight = _mm_loadl_epi64((const void *)(bytes + i));
        __m128i places = _mm_loadl_epi64((const void *)&marked_places[set]);
        _mm_storel_epi64((void *)out, _mm_shuffle_epi8(eight, places));
        out += count_marks(set);
    }
    return out;
}

/* ---- hex ------------------------------------------------------------------------------------- */

/* The values of hex digits. */
static inline __m256i hex_values_of(__m256i v)
{
    __m256i letters = _mm256_cmpgt_epi8(v, _mm256_set1_epi8('9'));
    return _mm256_add_epi8(_mm256_and_si256(v, _mm256_set1_epi8(15)),
                           _mm256_and_si256(letters, _mm256_set1_epi8(9)));
}

/* Writes 32 bytes from 64 digits. */
static inline void pack_digits(struct characters c, unsigned char *out)
{
    const __m256i weights = _mm256_set1_epi16(0x0110);
    __m256i low = _mm256_maddubs_epi16(hex_values_of(c.low), weights);
    __m256i high = _mm256_maddubs_epi16(hex_values_of(c.high), weights);
    __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(low, high), 0xd8);
    _mm256_storeu_si256((void *)out, bytes);
}

static inline uint64_t mark_separators(struct characters c)
{
    return mark(is_blank(c.low), is_blank(c.high)) | mark_byte(c, ':') | mark_byte(c, ',');
}

static size_t read_hex(const unsigned char *text, size_t length, unsigned char **out)
{
    size_t at = 0;
    unsigned char *to = *out, packed[STEP + 8] = {0};
    for (size_t step; length - at >= STEP; at += step) {
        struct characters c = load_step(text + at);
        uint64_t digits = mark(is_hex_digit(c.low), is_hex_digit(c.high));
        if (digits == UINT64_MAX) {
            pack_digits(c, to);
            to += STEP / 2;
            step = STEP;
            continue;
        }
        uint64_t breaks = mark_byte(c, '\n') | mark_byte(c, '\r');
        uint64_t wanted = mark_hex_pairs(digits, mark_separators(c), breaks, &step);
        if (step == 0)
            break;
        (void)write_marked(c, wanted, packed);
        pack_digits(load_step(packed), to);
        to += count_marks(wanted) / 2;
    }
    *out = to;
    return at;
}

/* ---- escapes --------------------------------------------------------------------------------- */

/* The bytes that a backslash and a letter stand for, by the lower half of the letter; 0: none. */
static inline __m256i letters_6x(void)
{
    return _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, '\a', '\b', 0, 0, 0, '\f', 0, 0, 0, 0, 0, 0, 0, '\n', 0));
}

static inline __m256i letters_7x(void)
{
    return _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 0, '\r', 0, '\t', 0, '\v', 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

/* What those letters stand for, also `\` and `"`; 0: nothing. */
static inline __m256i named_by(__m256i v)
{
    __m256i half = _mm256_and_si256(v, _mm256_set1_epi8((char)0xf0));
    __m256i low = _mm256_and_si256(v, _mm256_set1_epi8(15));
    __m256i own = _mm256_or_si256(is_byte(v, '\\'), is_byte(v, '"'));
    __m256i of_6x = _mm256_and_si256(is_byte(half, 0x60), _mm256_shuffle_epi8(letters_6x(), low));
    __m256i of_7x = _mm256_and_si256(is_byte(half, 0x70), _mm256_shuffle_epi8(letters_7x(), low));
    return _mm256_or_si256(_mm256_or_si256(of_6x, of_7x), _mm256_and_si256(own, v));
}

/* All bits of the bytes that are marked. */
static inline __m256i spread_marks(uint32_t marks)
{
    const __m256i bits = _mm256_set1_epi64x((long long)UINT64_C(0x8040201008040201));
    const __m256i places = _mm256_setr_epi64x(
        0, INT64_C(0x0101010101010101), INT64_C(0x0202020202020202), INT64_C(0x0303030303030303));
    __m256i spread = _mm256_shuffle_epi8(_mm256_set1_epi32((int)marks), places);
    return _mm256_cmpeq_epi8(_mm256_and_si256(spread, bits), bits);
}

/* In place of each marked letter the byte that it stands for, if it is an x with its digits. */
static inline __m256i replace_letters(const unsigned char *text, __m256i v, __m256i named,
                                      uint64_t marks)
{
    const __m256i high_half = _mm256_set1_epi8((char)0xf0);
    __m256i first = _mm256_slli_epi16(hex_values_of(load(text + 1)), 4);
    __m256i byte =
        _mm256_or_si256(_mm256_and_si256(first, high_half), hex_values_of(load(text + 2)));
    byte = _mm256_blendv_epi8(named, byte, is_byte(v, 'x'));
    return _mm256_blendv_epi8(v, byte, spread_marks((uint32_t)marks));
}

static size_t read_escapes(const unsigned char *text, size_t length, unsigned char **out)
{
    const uint64_t cut = UINT64_C(7) << (STEP - 3); /* an escape there may end in the next step */
    size_t at = 0;
    unsigned char *to = *out;
    for (size_t step; length - at >= STEP; at += step) {
        struct characters c = load_step(text + at);
        uint64_t backslashes = mark_byte(c, '\\');
        if (backslashes == 0) {
            store_step(c, to);
            to += STEP;
            step = STEP;
            continue;
        }
        struct characters named = {named_by(c.low), named_by(c.high)};
        uint64_t escapes = mark_escapes(backslashes), letters = escapes << 1;
        uint64_t hex = letters & mark_byte(c, 'x');
        uint64_t digits = mark(is_hex_digit(c.low), is_hex_digit(c.high));
        uint64_t bad =
            (hex & ~(digits >> 1 & digits >> 2)) | (letters & ~hex & mark_byte(named, 0));
        uint64_t known = below(bad >> 1 | (escapes & cut));
        if (known == 0)
            break;
        c.low = replace_letters(text + at, c.low, named.low, letters);
        c.high = replace_letters(text + at + 32, c.high, named.high, letters >> 32);
        to = write_marked(c, ~(escapes | hex << 1 | hex << 2) & known, to);
        step = count_marks(known);
    }
    *out = to;
    return at;
}

/* ---- UTF-16 ---------------------------------------------------------------------------------- */

static inline void store_units(__m128i ascii, bool big, unsigned char *out)
{
    __m256i units = _mm256_cvtepu8_epi16(ascii);
    _mm256_storeu_si256((void *)out, big ? _mm256_slli_epi16(units, 8) : units);
}

/* ASCII alone: the rest is left to plain C. */
static size_t read_ascii(bool big, const unsigned char *text, size_t length, unsigned char **out)
{
    size_t at = 0;
    for (; length - at >= STEP / 2; at += STEP / 2) {
        __m256i v = load(text + at);
        if (_mm256_movemask_epi8(v) != 0)
            break;
        store_units(_mm256_castsi256_si128(v), big, *out);
        store_units(_mm256_extracti128_si256(v, 1), big, *out + STEP / 2);
        *out += STEP;
    }
    return at;
}

const struct byte_vectors byte_vectors_avx2 = {
    .hex = read_hex, .escape = read_escapes, .utf16 = read_ascii, .integers = bytes_avx2_integers};
