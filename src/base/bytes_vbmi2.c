/*
 * bytes_vbmi2.c - values in a text become bytes, for x86 processors with AVX-512VBMI2.
 *
 * A vector of text is looked at as a set of marks, a bit for each character: where numbers start
 * and end, which characters are digits, and so on. No branch depends on where in the vector a value
 * ends, because no processor can foresee that.
 */
#include "base/bytes_marks.h"
#include "base/bytes_vectors.h"

#include <immintrin.h>

enum { STEP = 64 }; /* characters in a vector */

static inline __m512i load(const unsigned char *bytes)
{
    return _mm512_loadu_si512((const void *)bytes);
}

/* Marks bytes from `first` on, `count` of them. */
static inline uint64_t mark_range(__m512i v, char first, char count)
{
    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8(first)),
                                  _mm512_set1_epi8(count));
}

static inline uint64_t mark_byte(__m512i v, char byte)
{
    return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(byte));
}

static inline uint64_t mark_blanks(__m512i v)
{
    return mark_byte(v, ' ') | mark_range(v, '\t', 5);
}

static inline unsigned count_marks(uint64_t marks)
{
    return (unsigned)_mm_popcnt_u64(marks);
}

/* The bytes 0 to 63. */
static inline __m512i positions(void)
{
    static const unsigned char numbers[STEP] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    return load(numbers);
}

/* ---- hex ------------------------------------------------------------------------------------- */

static inline uint64_t mark_hex_digits(__m512i v)
{
    __m512i lower = _mm512_or_si512(v, _mm512_set1_epi8(0x20));
    return mark_range(v, '0', 10) | mark_range(lower, 'a', 6);
}

/* The values of hex digits. */
static inline __m512i hex_values_of(__m512i v)
{
    __m512i low = _mm512_and_si512(v, _mm512_set1_epi8(15));
    __mmask64 letters = _mm512_movepi8_mask(_mm512_slli_epi16(v, 1)); /* bit 6 */
    return _mm512_mask_add_epi8(low, letters, low, _mm512_set1_epi8(9));
}

/* Writes 32 bytes from 64 digits. */
static inline void pack_digits(__m512i digits, unsigned char *out)
{
    __m512i pairs = _mm512_maddubs_epi16(hex_values_of(digits), _mm512_set1_epi16(0x0110));
    _mm256_storeu_si256((void *)out, _mm512_cvtepi16_epi8(pairs));
}

static size_t read_hex(const unsigned char *text, size_t length, unsigned char **out)
{
    size_t at = 0;
    unsigned char *to = *out;
    for (size_t step; length - at >= STEP; at += step) {
        __m512i v = load(text + at);
        uint64_t digits = mark_hex_digits(v);
        if (digits == UINT64_MAX) {
            pack_digits(v, to);
            to += STEP / 2;
            step = STEP;
            continue;
        }
        uint64_t breaks = mark_byte(v, '\n') | mark_byte(v, '\r');
        uint64_t others = mark_blanks(v) | mark_byte(v, ':') | mark_byte(v, ',');
        uint64_t wanted = mark_hex_pairs(digits, others, breaks, &step);
        if (step == 0)
            break;
        pack_digits(_mm512_maskz_compress_epi8(wanted, v), to);
        to += count_marks(wanted) / 2;
    }
    *out = to;
    return at;
}

/* ---- escapes --------------------------------------------------------------------------------- */

/* The byte that a backslash and a letter stand for; 0: there is none. */
static const unsigned char letters[2 * STEP] = {
    ['n'] = '\n', ['t'] = '\t', ['r'] = '\r',  ['a'] = '\a', ['b'] = '\b',
    ['f'] = '\f', ['v'] = '\v', ['\\'] = '\\', ['"'] = '"',
};

static size_t read_escapes(const unsigned char *text, size_t length, unsigned char **out)
{
    const uint64_t cut = UINT64_C(7) << (STEP - 3); /* an escape there may end in the next vector */
    const __m512i low_letters = load(letters), high_letters = load(letters + STEP);
    size_t at = 0;
    unsigned char *to = *out;
    for (size_t step; length - at >= STEP; at += step) {
        __m512i v = load(text + at);
        uint64_t backslashes = mark_byte(v, '\\');
        if (backslashes == 0) {
            _mm512_storeu_si512(to, v);
            to += STEP;
            step = STEP;
            continue;
        }
        uint64_t escapes = mark_escapes(backslashes);
        uint64_t hex = escapes << 1 & mark_byte(v, 'x'), digits = mark_hex_digits(v);
        uint64_t bad_hex = hex & ~(digits >> 1 & digits >> 2);
        uint64_t letter = escapes << 1 & ~hex;
        __m512i named = _mm512_permutex2var_epi8(low_letters, v, high_letters);
        uint64_t bad_letters =
            letter & (_mm512_testn_epi8_mask(named, named) | _mm512_movepi8_mask(v));
        uint64_t known = below((bad_hex | bad_letters) >> 1 | (escapes & cut));
        if (known == 0)
            break;
        __m512i first = _mm512_slli_epi16(hex_values_of(load(text + at + 1)), 4);
        __m512i second = hex_values_of(load(text + at + 2));
        __m512i byte =
            _mm512_or_si512(_mm512_and_si512(first, _mm512_set1_epi8((char)0xf0)), second);
        __m512i bytes = _mm512_mask_mov_epi8(_mm512_mask_mov_epi8(v, hex, byte), letter, named);
        uint64_t wanted = ~(escapes | hex << 1 | hex << 2) & known;
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(wanted, bytes));
        to += count_marks(wanted);
        step = count_marks(known);
    }
    *out = to;
    return at;
}

/* ---- integers -------------------------------------------------------------------------------- */

/*
 * The numbers of a vector, each at the end of a lane, behind zeros. A lane has 4, 8, 16 or 32 bytes
 * and, where it is marked, a bit.
 */
struct lanes {
    __m512i digits;
    uint64_t longer;   /* marks numbers that do not fit a lane */
    uint64_t negative; /* marks numbers with a minus sign */
    uint64_t ends;     /* marks the blanks behind the numbers, in the text */
};

/* The bits of the lanes among those that a comparison makes, of 32 or 64 bits each. */
static inline uint64_t first_bits(unsigned lane)
{
    return lane == 16 ? 0x55 : lane == 32 ? 0x11 : UINT16_MAX;
}

static inline uint64_t mark_equal(__m512i a, __m512i b, unsigned lane)
{
    uint64_t marks = lane == 4 ? _mm512_cmpeq_epi32_mask(a, b) : _mm512_cmpeq_epi64_mask(a, b);
    return lane > 8 ? _pext_u64(marks, first_bits(lane)) : marks;
}

static inline uint64_t mark_greater(__m512i a, __m512i b, unsigned lane)
{
    uint64_t marks = lane == 4 ? _mm512_cmpgt_epu32_mask(a, b) : _mm512_cmpgt_epu64_mask(a, b);
    return lane > 8 ? _pext_u64(marks, first_bits(lane)) : marks;
}

/* The lanes of `b` where they are marked, else those of `a`. */
static inline __m512i choose(__m512i a, uint64_t marks, __m512i b, unsigned lane)
{
    if (lane == 4)
        return _mm512_mask_mov_epi32(a, (__mmask16)marks, b);
    marks = lane > 8 ? _pdep_u64(marks, first_bits(lane)) : marks;
    return _mm512_mask_mov_epi64(a, (__mmask8)marks, b);
}

static inline __m512i set_lanes(uint64_t value, unsigned lane)
{
    return lane == 4 ? _mm512_set1_epi32((int)value) : _mm512_set1_epi64((long long)value);
}

static inline __m512i negate(__m512i a, unsigned lane)
{
    __m512i zero = _mm512_setzero_si512();
    return lane == 4 ? _mm512_sub_epi32(zero, a) : _mm512_sub_epi64(zero, a);
}

/* Byte number k in all bytes of lane k. */
static inline __m512i spread(__m512i bytes, unsigned lane)
{
    unsigned shift = lane == 4 ? 2 : lane == 8 ? 3 : lane == 16 ? 4 : 5;
    __m512i numbers = _mm512_and_si512(_mm512_srli_epi32(positions(), shift),
                                       _mm512_set1_epi8((char)(STEP / lane - 1)));
    return _mm512_permutexvar_epi8(numbers, bytes);
}

/* Where the bytes of a lane are, counted from its end: -lane to -1. */
static inline __m512i places(unsigned lane)
{
    __m512i in_lane = _mm512_and_si512(positions(), _mm512_set1_epi8((char)(lane - 1)));
    return _mm512_sub_epi8(in_lane, _mm512_set1_epi8((char)lane));
}

/* The marks up to number `count`, or all if there are fewer. */
static inline uint64_t first_marks(uint64_t marks, unsigned count)
{
    uint64_t last = _pdep_u64(UINT64_C(1) << (count - 1), marks);
    return marks & (last ^ (last - 1));
}

static inline void find_numbers(struct lanes *lanes, __m512i v, unsigned lane)
{
    uint64_t digits = mark_range(v, '0', 10), blanks = mark_blanks(v), words = ~blanks;
    uint64_t starts = words & ~(words << 1);
    uint64_t signs = mark_byte(v, '-') & starts & digits >> 1;
    uint64_t others = words & ~(digits | signs);
    lanes->ends = first_marks(blanks & words << 1 & below(others), STEP / lane);
    __m512i start = spread(_mm512_maskz_compress_epi8(starts, positions()), lane);
    __m512i end = spread(_mm512_maskz_compress_epi8(lanes->ends, positions()), lane);
    __m512i from = _mm512_add_epi8(end, places(lane));
    __m512i values = _mm512_maskz_sub_epi8(digits, v, _mm512_set1_epi8('0'));
    lanes->digits =
        _mm512_maskz_permutexvar_epi8(_mm512_cmpge_epi8_mask(from, start), from, values);
    lanes->longer = mark_greater(_mm512_sub_epi8(end, start), _mm512_set1_epi8((char)lane), lane);
    lanes->negative = 0;
    if (signs)
        lanes->negative =
            mark_equal(_mm512_permutexvar_epi8(start, v), _mm512_set1_epi8('-'), lane);
}

/* The numbers, in the first 32 or 64 bits of each lane. `*wrong` gets marks where one is too
 * large. */
static inline __m512i add_digits(__m512i digits, unsigned lane, uint64_t *wrong)
{
    __m512i pairs = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(0x010a));
    __m512i fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));
    if (lane == 4)
        return fours;
    __m512i eights = _mm512_add_epi64(_mm512_mul_epu32(fours, _mm512_set1_epi64(10000)),
                                      _mm512_srli_epi64(fours, 32));
    if (lane == 8)
        return eights;
    __m512i sixteens = _mm512_add_epi64(_mm512_mul_epu32(eights, _mm512_set1_epi64(100000000)),
                                        _mm512_unpackhi_epi64(eights, eights));
    if (lane == 16)
        return sixteens;
    /* 1844 * 10^16 is the greatest such number below 2^64. */
    *wrong |= mark_greater(sixteens, set_lanes(1843, lane), lane);
    __m512i high = _mm512_mullo_epi64(sixteens, _mm512_set1_epi64(INT64_C(10000000000000000)));
    return _mm512_add_epi64(high, _mm512_permutex_epi64(sixteens, 2));
}

/* The lowest bytes of each lane, a quarter of it. */
static inline __m128i narrow(__m512i numbers, unsigned lane)
{
    if (lane == 4)
        return _mm512_cvtepi32_epi8(numbers);
    if (lane == 8)
        return _mm512_cvtepi64_epi16(numbers);
    if (lane == 16)
        return _mm512_castsi512_si128(_mm512_permutexvar_epi32(
            _mm512_setr_epi32(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), numbers));
    return _mm512_castsi512_si128(
        _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 4, 0, 0, 0, 0, 0, 0), numbers));
}

static inline __m128i swap_bytes(__m128i numbers, unsigned lane)
{
    const __m128i by2 = _mm_setr_epi8(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
    const __m128i by4 = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    const __m128i by8 = _mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
    return lane == 4 ? numbers
                     : _mm_shuffle_epi8(numbers, lane == 8    ? by2
                                                 : lane == 16 ? by4
                                                              : by8);
}

/* Reads the numbers at the front of one vector, each of at most `lane` characters. */
static inline size_t read_vector(const struct integer_limits *limits, const unsigned char *text,
                                 unsigned lane, unsigned char **out)
{
    struct lanes lanes;
    find_numbers(&lanes, load(text), lane);
    unsigned count = count_marks(lanes.ends);
    uint64_t wrong = lanes.longer;
    __m512i numbers = add_digits(lanes.digits, lane, &wrong);
    __m512i most = choose(set_lanes(limits->most[0], lane), lanes.negative,
                          set_lanes(limits->most[1], lane), lane);
    wrong |= mark_greater(numbers, most, lane);
    numbers = choose(numbers, lanes.negative, negate(numbers, lane), lane);
    __m128i bytes = narrow(numbers, lane);
    bytes = limits->big ? swap_bytes(bytes, lane) : bytes;
    _mm_storeu_si128((void *)*out, bytes);
    /* A branch, so that the next vector need not wait for the numbers of this one. */
    if (wrong & ((UINT64_C(1) << count) - 1)) {
        count = (unsigned)_tzcnt_u64(wrong);
        if (count == 0)
            return 0;
        lanes.ends = first_marks(lanes.ends, count);
    }
    *out += count * (lane / 4);
    return STEP - (size_t)_lzcnt_u64(lanes.ends);
}

static inline size_t read_vectors(const struct integer_limits *limits, const unsigned char *text,
                                  size_t length, unsigned lane, unsigned char **out)
{
    size_t at = 0;
    for (size_t step = 1; step > 0 && length - at >= STEP; at += step)
        step = read_vector(limits, text + at, lane, out);
    return at;
}

static size_t read_integers(const struct integer_limits *limits, const unsigned char *text,
                            size_t length, unsigned char **out)
{
    switch (limits->size) {
    case 1:
        return read_vectors(limits, text, length, 4, out);
    case 2:
        return read_vectors(limits, text, length, 8, out);
    case 4:
        return read_vectors(limits, text, length, 16, out);
    default:
        return read_vectors(limits, text, length, 32, out);
    }
}

/* ---- UTF-16 ---------------------------------------------------------------------------------- */

/* The characters of a vector that are UTF-8 and end in it. Marks are of bytes in the text. */
struct utf8_marks {
    uint64_t high;     /* no ASCII */
    uint64_t ends;     /* the last byte of each character */
    uint64_t of_three; /* bytes that end a unit which has bits of the byte two in front */
    uint64_t of_four;  /* the first bytes of characters of four */
};

/* Second bytes that make a character too long for its value, a surrogate, or too great a value. */
static inline uint64_t mark_wrong_seconds(__m512i v, uint64_t others)
{
    uint64_t below_a0 = mark_range(v, (char)0x80, 0x20), below_90 = mark_range(v, (char)0x80, 0x10);
    return (mark_byte(v, (char)0xe0) << 1 & below_a0) |
           (mark_byte(v, (char)0xed) << 1 & others & ~below_a0) |
           (mark_byte(v, (char)0xf0) << 1 & below_90) |
           (mark_byte(v, (char)0xf4) << 1 & others & ~below_90);
}

static inline void find_characters(struct utf8_marks *marks, __m512i v)
{
    uint64_t others = mark_range(v, (char)0x80, 64), two = mark_range(v, (char)0xc2, 30);
    uint64_t three = mark_range(v, (char)0xe0, 16), four = mark_range(v, (char)0xf0, 5);
    uint64_t firsts = two | three | four;
    uint64_t expected = firsts << 1 | (three | four) << 2 | four << 3;
    marks->high = _mm512_movepi8_mask(v);
    uint64_t wrong =
        (others ^ expected) | (marks->high & ~(others | firsts)) | mark_wrong_seconds(v, others);
    marks->ends = (~marks->high | two << 1 | three << 2 | four << 3) & below(wrong);
    marks->of_three = (three | four) << 2 | four << 3;
    marks->of_four = four;
}

/* The bytes of the text at those places, in 16 bits each. */
static inline __m512i take_bytes(__m512i places16, __m512i v)
{
    return _mm512_maskz_permutexvar_epi8(UINT64_C(0x5555555555555555), places16, v);
}

static inline void store_units(__m512i units, bool big, unsigned char *out)
{
    if (big)
        units = _mm512_or_si512(_mm512_slli_epi16(units, 8), _mm512_srli_epi16(units, 8));
    _mm512_storeu_si512((void *)out, units);
}

/* Of 32 units: the places of their last bytes in the text, and marks of the units. */
struct units {
    __m256i places;
    __mmask32 high, of_three, first, second; /* the last two: of a surrogate pair */
};

/*
 * A unit takes 6 bits (7 of ASCII) of its last byte, 6 of the byte before and 4 of the one before
 * that. Of four bytes 11110abb 10bbcccc 10ccccdd 10dddddd the third ends the first surrogate, for
 * which the unit so made has four bits too many.
 */
static inline __m512i make_units(const struct units *units, __m512i v)
{
    const __m512i six_bits = _mm512_set1_epi16(0x3f);
    __m512i places = _mm512_cvtepu8_epi16(units->places);
    __m512i last = take_bytes(places, v);
    __m512i before = take_bytes(_mm512_sub_epi16(places, _mm512_set1_epi16(1)), v);
    __m512i first = take_bytes(_mm512_sub_epi16(places, _mm512_set1_epi16(2)), v);
    last = _mm512_mask_mov_epi16(last, units->high, _mm512_and_si512(last, six_bits));
    before = _mm512_maskz_slli_epi16(units->high, _mm512_and_si512(before, six_bits), 6);
    first = _mm512_maskz_slli_epi16(units->of_three, first, 12);
    __m512i unit = _mm512_or_si512(last, _mm512_or_si512(before, first));
    /* 0xd800 less the 0x10000 that the pair leaves out, without its lowest ten bits. */
    __m512i lead =
        _mm512_add_epi16(_mm512_srli_epi16(unit, 4), _mm512_set1_epi16((short)(0xd800 - 0x40)));
    __m512i trail = _mm512_or_si512(_mm512_and_si512(unit, _mm512_set1_epi16(0x3ff)),
                                    _mm512_set1_epi16((short)0xdc00));
    unit = _mm512_mask_mov_epi16(unit, units->first, lead);
    return _mm512_mask_mov_epi16(unit, units->second, trail);
}

/* Writes the units of the characters, at most 64. Returns their number. */
static inline unsigned write_units(const struct utf8_marks *marks, __m512i v, bool big,
                                   unsigned char *out)
{
    uint64_t four = marks->of_four, last = marks->ends | (four << 2 & marks->ends >> 1);
    uint64_t high = _pext_u64(marks->high, last), of_three = _pext_u64(marks->of_three, last);
    uint64_t first = _pext_u64(four << 2, last), second = _pext_u64(four << 3, last);
    __m512i places = _mm512_maskz_compress_epi8(last, positions());
    struct units low = {_mm512_castsi512_si256(places), (__mmask32)high, (__mmask32)of_three,
                        (__mmask32)first, (__mmask32)second};
    struct units rest = {_mm512_extracti64x4_epi64(places, 1), (__mmask32)(high >> 32),
                         (__mmask32)(of_three >> 32), (__mmask32)(first >> 32),
                         (__mmask32)(second >> 32)};
    store_units(make_units(&low, v), big, out);
    store_units(make_units(&rest, v), big, out + STEP);
    return count_marks(last);
}

static inline size_t read_utf8_as(bool big, const unsigned char *text, size_t length,
                                  unsigned char **out)
{
    size_t at = 0;
    unsigned char *to = *out;
    for (size_t step; length - at >= STEP; at += step) {
        struct utf8_marks marks;
        __m512i v = load(text + at);
        if (_mm512_movepi8_mask(v) == 0) {
            store_units(_mm512_cvtepu8_epi16(_mm512_castsi512_si256(v)), big, to);
            store_units(_mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(v, 1)), big, to + STEP);
            to += 2 * STEP;
            step = STEP;
            continue;
        }
        find_characters(&marks, v);
        if (marks.ends == 0)
            break;
        to += 2 * (size_t)write_units(&marks, v, big, to);
        step = STEP - (size_t)_lzcnt_u64(marks.ends);
    }
    *out = to;
    return at;
}

static size_t read_utf8(bool big, const unsigned char *text, size_t length, unsigned char **out)
{
    return big ? read_utf8_as(true, text, length, out) : read_utf8_as(false, text, length, out);
}

const struct byte_vectors byte_vectors_vbmi2 = {
    .hex = read_hex, .escape = read_escapes, .utf16 = read_utf8, .integers = read_integers};
