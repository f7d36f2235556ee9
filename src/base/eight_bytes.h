/* eight_bytes.h - eight bytes of a text, looked at as one word. */
#ifndef MMTOOL_EIGHT_BYTES_H
#define MMTOOL_EIGHT_BYTES_H

#include <stdint.h>

/* A word of eight times the byte. */
#define EIGHT_BYTES(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Loads eight bytes, the first one lowest. Compilers make one load of this. */
static inline uint64_t eight_bytes_load(const unsigned char *bytes)
{
    uint64_t word = 0;
    for (unsigned i = 0; i < 8; i++)
        word |= (uint64_t)bytes[i] << 8 * i;
    return word;
}

/* The index of the first byte whose highest bit is set; only highest bits are. 8: there is none. */
static inline unsigned eight_bytes_first(uint64_t marks)
{
    unsigned index = 0;
    if (marks == 0)
        return 8;
#if defined(__GNUC__)
    index = (unsigned)__builtin_ctzll(marks) / 8;
#else
    for (; !(marks & 0xff); marks >>= 8)
        index++;
#endif
    return index;
}

#endif
