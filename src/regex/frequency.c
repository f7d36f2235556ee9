/* frequency.c - how often a byte is met, going by the logs that expressions are used on. */
#include "regex/skip.h"

#include <string.h>

/* Whether a lower-case letter is one of those English uses most. */
static bool is_common(unsigned byte)
{
    const unsigned common = 1u << ('e' - 'a') | 1u << ('t' - 'a') | 1u << ('a' - 'a') |
                            1u << ('o' - 'a') | 1u << ('i' - 'a') | 1u << ('n' - 'a') |
                            1u << ('s' - 'a') | 1u << ('r' - 'a') | 1u << ('l' - 'a');
    return common >> (byte - 'a') & 1;
}

static bool is_plain_punctuation(unsigned byte)
{
    static const unsigned char plain[] = "\n.,:;/-=_\"'()[]";
    return memchr(plain, (int)byte, sizeof plain - 1) != NULL;
}

double regex_byte_frequency(unsigned byte)
{
    if (byte == ' ' || byte == 0)
        return 0.1;
    if (byte >= 'a' && byte <= 'z')
        return is_common(byte) ? 0.05 : 0.02;
    if (byte >= '0' && byte <= '9')
        return 0.03;
    if (byte >= 'A' && byte <= 'Z')
        return 0.006;
    return is_plain_punctuation(byte) ? 0.015 : 0.002;
}

double regex_set_frequency(const struct byte_set *set)
{
    double sum = 0;
    for (unsigned byte = 0; byte < 256; byte++)
        if (byte_set_has(set, byte))
            sum += regex_byte_frequency(byte);
    return sum;
}

double regex_all_frequency(void)
{
    double sum = 0;
    for (unsigned byte = 0; byte < 256; byte++)
        sum += regex_byte_frequency(byte);
    return sum;
}
