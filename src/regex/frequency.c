/* frequency.c - how often a byte of a set is met in files. */
#include "regex/skip.h"
#include "search/frequency.h"

double regex_byte_frequency(unsigned byte)
{
    return byte_frequency((unsigned char)byte) / (double)FREQUENCY_CERTAIN;
}

double regex_set_frequency(const struct byte_set *set)
{
    double sum = 0;
    for (unsigned byte = 0; byte < 256; byte++)
        if (byte_set_has(set, byte))
            sum += regex_byte_frequency(byte);
    return sum;
}
