/* shortest.c - the shortest decimal that reads back as a binary floating-point number. */
#include "base/shortest.h"
#include "base/wide.h"

/* ---- powers of ten --------------------------------------------------------------------------- */

enum { POWER_STEP = 27, POWER_FIRST = -297 };

/* The 192 highest bits of 10^-297, 10^-270 ... 10^324, rounded up. */
static const uint64_t far_powers[][3] = {
    {0xa76c582338ed2621, 0xaf2af2b80af6f24e, 0x657c8f4d43323a37},
    {0x873e4f75e2224e68, 0x5a7744a6e804a291, 0xcc35eddfcf0996d8},
    {0xda7f5bf590966848, 0xaf39a475506a899e, 0xa30294cc2934e663},
    {0xb080392cc4349dec, 0xbd8d794d96aacfb3, 0xfe13a5c86af64419},
    {0x8e938662882af53e, 0x547eb47b7282ee9c, 0x41b0230e1421487e},
    {0xe65829b3046b0afa, 0x0cb4a5a3112a5112, 0xa3b561b1cb208397},
    {0xba121a4650e4ddeb, 0x92f34d62616ce413, 0x21a0183e10583cd4},
    {0x964e858c91ba2655, 0x3a6a07f8d510f86f, 0xe9082f25e9c5e9ed},
    {0xf2d56790ab41c2a2, 0xfae27299423fb9c3, 0x3695dad7e8858902},
    {0xc428d05aa4751e4c, 0xaa97e14c3c26b886, 0x96842dc95323f5a9},
    {0x9e74d1b791e07e48, 0x775ea264cf55347d, 0xca49f1c05120c9c8},
    {0x8000000000000000, 0x0000000000000000, 0x0000000000000000},
    {0xcecb8f27f4200f3a, 0x0000000000000000, 0x0000000000000000},
    {0xa70c3c40a64e6c51, 0x999090b65f67d924, 0x0000000000000000},
    {0x86f0ac99b4e8dafd, 0x69a028bb3ded71a3, 0xdf9f915627c04e28},
    {0xda01ee641a708de9, 0xe80e6f4820cc9495, 0xd74baad03bc1d8d4},
    {0xb01ae745b101e9e4, 0x5ec05dcff72e7f8f, 0xc04c79ffe3243020},
    {0x8e41ade9fbebc27d, 0x14588f13be847307, 0x23bd6a2059c002f6},
    {0xe5d3ef282a242e81, 0x8f1668c8a86da5fa, 0xf0b5ccf5176ecc7d},
    {0xb9a74a0637ce2ee1, 0x6d953e2bd7173692, 0x88efb0037ac08bdf},
    {0x95f83d0a1fb69cd9, 0x4abdaf101564f98e, 0x0d5a4af7b3a98e48},
    {0xf24a01a73cf2dccf, 0xbc633b39673c8cec, 0x3d9c44cd2f36917d},
    {0xc3b8358109e84f07, 0x0a862f80ec4700c8, 0x02606ea01029dc38},
    {0x9e19db92b4e31ba9, 0x6c07a2c26a8346d1, 0x4944d9f52cd0dec3},
};

/* The 64 highest bits of 10^0 ... 10^26. */
static const uint64_t near_powers[POWER_STEP] = {
    0x8000000000000000, 0xa000000000000000, 0xc800000000000000, 0xfa00000000000000,
    0x9c40000000000000, 0xc350000000000000, 0xf424000000000000, 0x9896800000000000,
    0xbebc200000000000, 0xee6b280000000000, 0x9502f90000000000, 0xba43b74000000000,
    0xe8d4a51000000000, 0x9184e72a00000000, 0xb5e620f480000000, 0xe35fa931a0000000,
    0x8e1bc9bf04000000, 0xb1a2bc2ec5000000, 0xde0b6b3a76400000, 0x8ac7230489e80000,
    0xad78ebc5ac620000, 0xd8d726b7177a8000, 0x878678326eac9000, 0xa968163f0a57b400,
    0xd3c21bcecceda100, 0x84595161401484a0, 0xa56fa5b99019a5c8,
};

/*
 * The 128 highest bits of 10^exponent, rounded up, for -292 to 324. Exact, because the error of a
 * row, at most 1 in 2^191, does not reach these bits for any of the exponents.
 */
static struct wide power_of_10(int exponent)
{
    const uint64_t *far_power = far_powers[(exponent - POWER_FIRST) / POWER_STEP];
    uint64_t near_power = near_powers[(exponent - POWER_FIRST) % POWER_STEP];
    struct wide a = wide_multiply(far_power[0], near_power);
    struct wide b = wide_multiply(far_power[1], near_power);
    struct wide c = wide_multiply(far_power[2], near_power);
    uint64_t third = b.low + c.high;
    uint64_t second = a.low + b.high, carry = second < a.low;
    second += third < b.low;
    carry += second < (uint64_t)(third < b.low);
    uint64_t first = a.high + carry;
    bool shift = first >> 63 == 0;
    struct wide power = {shift ? first << 1 | second >> 63 : first,
                         shift ? second << 1 | third >> 63 : second};
    power.low += ((shift ? third << 1 : third) | c.low) != 0;
    power.high += power.low == 0 && ((shift ? third << 1 : third) | c.low) != 0;
    return power;
}

/* ---- logarithms, of the exponents that numbers have ------------------------------------------ */

/* An addend that is a multiple of the divisor makes the shifted number positive. */
static const int64_t addend = (int64_t)1 << 40;

/* floor(log10(2^exponent)); with `reduced` floor(log10(3/4 * 2^exponent)) */
static int log10_of_power_of_2(int exponent, bool reduced)
{
    return (int)((exponent * INT64_C(1262611) - (reduced ? 524031 : 0) + addend) >> 22) -
           (int)(addend >> 22);
}

/* floor(log2(10^exponent)) */
static int log2_of_power_of_10(int exponent)
{
    return (int)((exponent * INT64_C(1741647) + addend) >> 19) - (int)(addend >> 19);
}

/* ---- the search ------------------------------------------------------------------------------ */

/* A number and the ends of the interval whose decimals read back as it, in quarters of a unit. */
struct interval {
    uint64_t lower, number, upper;
    bool open; /* the ends themselves do not read back: they are halfway to a neighbour, which is
                  even */
};

/* The highest 64 bits of power * factor; the lowest of them is 1 if any lower one is. */
static uint64_t scale(struct wide power, uint64_t factor)
{
    struct wide high = wide_multiply(power.high, factor), low = wide_multiply(power.low, factor);
    uint64_t rest = high.low + low.high;
    return (high.high + (rest < high.low)) | (rest > 1);
}

/* The interval in units of 10^unit. */
static struct interval interval_of(const struct shortest_binary *binary, int unit)
{
    int shift = binary->exponent + log2_of_power_of_10(-unit) + 1;
    struct wide power = power_of_10(-unit);
    uint64_t number = binary->mantissa << 2;
    return (struct interval){
        .lower = scale(power, (number - 2 + binary->at_power) << shift),
        .number = scale(power, number << shift),
        .upper = scale(power, (number + 2) << shift),
        .open = binary->mantissa & 1,
    };
}

/* Whether `low` or the next multiple of `step`, `low` + `step`, is nearer; low if both are and it
 * is an even multiple. */
static bool is_low_nearer(const struct interval *interval, uint64_t low, uint64_t step)
{
    uint64_t middle = 4 * low + 2 * step;
    return interval->number < middle || (interval->number == middle && low / step % 2 == 0);
}

enum choice { CHOICE_NONE, CHOICE_FOUND, CHOICE_NOT_NEAREST };

/*
 * Looks for multiples of `step` in the interval; `low` is the greatest one up to the number. Of two
 * takes the nearer one.
 */
static enum choice choose(const struct interval *interval, uint64_t low, uint64_t step,
                          uint64_t *digits)
{
    bool low_inside = interval->lower + interval->open <= 4 * low;
    bool high_inside = 4 * (low + step) + interval->open <= interval->upper;
    bool low_nearer = is_low_nearer(interval, low, step);
    *digits = low_nearer ? low : low + step;
    if (low_nearer ? low_inside : high_inside)
        return CHOICE_FOUND;
    return low_inside || high_inside ? CHOICE_NOT_NEAREST : CHOICE_NONE;
}

static void strip_zeros(struct shortest_decimal *decimal)
{
    while (decimal->digits % 10 == 0) {
        bool four = decimal->digits % 10000 == 0;
        decimal->digits /= four ? 10000 : 10;
        decimal->exponent += four ? 4 : 1;
    }
}

bool shortest_find(const struct shortest_binary *binary, struct shortest_decimal *decimal)
{
    /* Of the multiples of this power of ten at least one reads back, and of the next at most one.
     */
    int unit = log10_of_power_of_2(binary->exponent, binary->at_power);
    struct interval interval = interval_of(binary, unit);
    uint64_t low = interval.number >> 2, tens = low / 10 * 10;
    enum choice choice = tens > 0 ? choose(&interval, tens, 10, &decimal->digits) : CHOICE_NONE;
    if (choice == CHOICE_NONE)
        choice = choose(&interval, low, 1, &decimal->digits);
    decimal->exponent = unit;
    strip_zeros(decimal);
    return choice == CHOICE_FOUND;
}
