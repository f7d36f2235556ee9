/* eight_bytes.h - eight bytes of a text, looked at as one word. */
#ifndef MMTOOL_EIGHT_BYTES_H
#define MMTOOL_EIGHT_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A word of eight times the byte. */
#define EIGHT_BYTES(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Loads eight bytes, the first one lowest. GCC does not always make one load of the loop. */
static inline uint64_t eight_bytes_load(const unsigned char *bytes)
{
    uint64_t word = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(&word, bytes, sizeof word);
#else
    for (unsigned i = 0; i < 8; i++)
        word |= (uint64_t)bytes[i] << 8 * i;
#endif
    return word;
}

static inline uint64_t four_bytes_load(const unsigned char *bytes)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
#else
    return bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 | (uint64_t)bytes[3] << 24;
#endif
}

/* The same of 1 to 8 bytes, with zeros above them; no other byte is touched. */
static inline uint64_t eight_bytes_few(const unsigned char *bytes, size_t length)
{
    if (length == 8)
        return eight_bytes_load(bytes);
    if (length >= 4) /* two fours that may overlap */
        return four_bytes_load(bytes) | four_bytes_load(bytes + length - 4) << 8 * (length - 4);
    return bytes[0] | (uint64_t)bytes[length / 2] << 8 * (length / 2) |
           (uint64_t)bytes[length - 1] << 8 * (length - 1);
}

/* Marks the bytes of two words that differ, each by its highest bit. */
static inline uint64_t eight_bytes_unequal(uint64_t a, uint64_t b)
{
    uint64_t low = EIGHT_BYTES(0x7f), x = a ^ b;
    return (((x & low) + low) | x) & ~low;
}

/* The number of the lowest bit that is set, of a word that is not 0. */
static inline unsigned lowest_bit(uint64_t word)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(word);
#else
    unsigned index = 0;
    for (; !(word & 1); word >>= 1)
        index++;
    return index;
#endif
}

/* The index of the first byte whose highest bit is set; only highest bits are. 8: there is none. */
static inline unsigned eight_bytes_first(uint64_t marks)
{
    return marks == 0 ? 8 : lowest_bit(marks) / 8;
}

/*
 * The index of the first zero byte among those that whole words of `length` bytes hold; `length`:
 * there is none. For short distances: a search in vectors takes longer to begin.
 */
static inline size_t eight_bytes_zero(const unsigned char *bytes, size_t length)
{
    for (size_t at = 0; at + 8 <= length; at += 8) {
        uint64_t word = eight_bytes_load(bytes + at);
        uint64_t zeros = (word - EIGHT_BYTES(1)) & ~word & EIGHT_BYTES(0x80);
        if (zeros != 0)
            return at + eight_bytes_first(zeros); /* the first one is a zero for certain */
    }
    return length;
}

/* The highest bit of each byte, that of the first byte lowest; only highest bits are set. */
static inline uint64_t eight_bytes_gather(uint64_t marks)
{
    return (marks >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

/* The number that eight digits (0 to 9, not their characters) stand for. */
static inline uint64_t eight_bytes_decimal(uint64_t digits)
{
    digits = (digits & UINT64_C(0x0f0f0f0f0f0f0f0f)) * (10 * 256 + 1) >> 8;
    digits = (digits & UINT64_C(0x00ff00ff00ff00ff)) * (100 * 65536 + 1) >> 16;
    return (digits & UINT64_C(0x0000ffff0000ffff)) * ((UINT64_C(10000) << 32) + 1) >> 32;
}

#endif
