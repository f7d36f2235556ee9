/* shortest.c - the shortest decimal that reads back as a binary floating-point number. */
#include "base/shortest.h"
#include "base/power_of_10.h"

/* ---- logarithms, of the exponents that numbers have ------------------------------------------ */

/* An addend that is a multiple of the divisor makes the shifted number positive. */
static const int64_t addend = (int64_t)1 << 40;

/* floor(log10(2^exponent)); with `reduced` floor(log10(3/4 * 2^exponent)) */
static int log10_of_power_of_2(int exponent, bool reduced)
{
    return (int)((exponent * INT64_C(1262611) - (reduced ? 524031 : 0) + addend) >> 22) -
           (int)(addend >> 22);
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
    int shift = binary->exponent + power_of_10_log2(-unit) + 1;
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
