/* copy.h - copies of a few bytes, where a call of memcpy() would take longer than the copy. */
#ifndef MMTOOL_COPY_H
#define MMTOOL_COPY_H

#include <stddef.h>
#include <string.h>

/* Copies 1 << n to 2 << n bytes, as two halves that may overlap. */
#define COPY_HALVES(to, from, length, half)                                                        \
    do {                                                                                           \
        unsigned char first[half], last[half];                                                     \
        memcpy(first, (from), (half));                                                             \
        memcpy(last, (from) + (length) - (half), (half));                                          \
        memcpy((to), first, (half));                                                               \
        memcpy((to) + (length) - (half), last, (half));                                            \
    } while (0)

/* memcpy() for ranges that are mostly short. */
static inline void copy_short(unsigned char *to, const unsigned char *from, size_t length)
{
    if (length > 32)
        memcpy(to, from, length);
    else if (length >= 16)
        COPY_HALVES(to, from, length, 16);
    else if (length >= 8)
        COPY_HALVES(to, from, length, 8);
    else if (length >= 4)
        COPY_HALVES(to, from, length, 4);
    else
        for (size_t i = 0; i < length; i++)
            to[i] = from[i];
}

#endif
