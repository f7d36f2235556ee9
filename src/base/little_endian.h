/* little_endian.h - numbers as bytes, the least significant first. */
#ifndef MMTOOL_LITTLE_ENDIAN_H
#define MMTOOL_LITTLE_ENDIAN_H

#include <stdint.h>

static inline void little_put64(unsigned char *bytes, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
}

static inline uint64_t little_get64(const unsigned char *bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

#endif
