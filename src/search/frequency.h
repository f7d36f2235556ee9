/* frequency.h - how common each byte value is in files, for search/ and regex/. */
#ifndef MMTOOL_SEARCH_FREQUENCY_H
#define MMTOOL_SEARCH_FREQUENCY_H

#include <stdbool.h>
#include <stdint.h>

/* Frequencies are parts of this: those of all 256 byte values add up to about this sum. */
enum { FREQUENCY_CERTAIN = 65536 };

uint32_t byte_frequency(unsigned char byte);

/* The frequency of all bytes with (byte & mask) == value together. */
uint32_t masked_frequency(unsigned char value, unsigned char mask);

/* Iterates over the bytes that match a value under a mask. */
struct masked_bytes {
    unsigned char byte; /* the current one */
    unsigned char value;
    unsigned char free; /* the bits that the mask leaves open */
};

static inline struct masked_bytes masked_bytes_start(unsigned char value, unsigned char mask)
{
    unsigned char open = (unsigned char)~mask;
    return (struct masked_bytes){value | open, value, open};
}

/* Moves to the next byte: counts the free bits down. False after the last. */
static inline bool masked_bytes_next(struct masked_bytes *each)
{
    unsigned char bits = each->byte & each->free;
    if (bits == 0)
        return false;
    each->byte = each->value | (unsigned char)((bits - 1) & each->free);
    return true;
}

#endif
