/* decimal.c - integers as decimal digits, by the million. */
#include "base/decimal.h"

const char decimal_pairs[2 * 100 + 1] = "00010203040506070809101112131415161718192021222324"
                                        "25262728293031323334353637383940414243444546474849"
                                        "50515253545556575859606162636465666768697071727374"
                                        "75767778798081828384858687888990919293949596979899";

#if defined(__GNUC__)
static size_t count_digits(uint64_t number)
{
    /* clang-format off */
    static const uint64_t powers[DECIMAL_MAX] = {
        10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
        UINT64_C(10000000000), UINT64_C(100000000000), UINT64_C(1000000000000),
        UINT64_C(10000000000000), UINT64_C(100000000000000), UINT64_C(1000000000000000),
        UINT64_C(10000000000000000), UINT64_C(100000000000000000),
        UINT64_C(1000000000000000000), UINT64_C(10000000000000000000),
    };
    /* clang-format on */
    /* floor(log10(2^bits)): the digits of the least number of as many bits, less one */
    size_t bits = 63 - (size_t)__builtin_clzll(number | 1), digits = bits * 1233 >> 12;
    return digits + 1 + (number >= powers[digits]);
}
#else
static size_t count_digits(uint64_t number)
{
    size_t count = 1;
    for (; number >= 10000; number /= 10000)
        count += 4;
    return count + (number >= 10) + (number >= 100) + (number >= 1000);
}
#endif

/* Division takes most of the time: four digits at once need few of them. */
size_t decimal_write(uint64_t number, char out[DECIMAL_MAX])
{
    size_t length = count_digits(number);
    char *at = out + length;
    for (; number >= 10000; number /= 10000) {
        uint32_t four = (uint32_t)(number % 10000);
        memcpy(at -= 2, decimal_pairs + four % 100 * 2, 2);
        memcpy(at -= 2, decimal_pairs + four / 100 * 2, 2);
    }
    uint32_t first = (uint32_t)number;
    if (first >= 100) {
        memcpy(at -= 2, decimal_pairs + first % 100 * 2, 2);
        first /= 100;
    }
    if (first >= 10)
        memcpy(at - 2, decimal_pairs + first * 2, 2);
    else
        at[-1] = (char)('0' + first);
    return length;
}

size_t decimal_write_far(struct decimal_near *front, uint64_t number, char out[DECIMAL_MAX])
{
    front->length = 0;
    front->start = number - number % DECIMAL_NEAR;
    if (number >= DECIMAL_NEAR)
        front->length = decimal_write(number / DECIMAL_NEAR, front->digits);
    return decimal_write(number, out);
}
