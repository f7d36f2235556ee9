/* decimal.c - integers as decimal digits, by the million. */
#include "base/decimal.h"

#include <string.h>

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

static size_t count_digits(uint64_t number)
{
    size_t count = 1;
    for (; number >= 10000; number /= 10000)
        count += 4;
    return count + (number >= 10) + (number >= 100) + (number >= 1000);
}

/* Division takes most of the time: four digits at once need few of them. */
size_t decimal_write(uint64_t number, char out[DECIMAL_MAX])
{
    size_t length = count_digits(number);
    char *at = out + length;
    for (; number >= 10000; number /= 10000) {
        uint32_t four = (uint32_t)(number % 10000);
        memcpy(at -= 2, pairs + four % 100 * 2, 2);
        memcpy(at -= 2, pairs + four / 100 * 2, 2);
    }
    uint32_t first = (uint32_t)number;
    if (first >= 100) {
        memcpy(at -= 2, pairs + first % 100 * 2, 2);
        first /= 100;
    }
    if (first >= 10)
        memcpy(at - 2, pairs + first * 2, 2);
    else
        at[-1] = (char)('0' + first);
    return length;
}
