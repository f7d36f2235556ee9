/* frequency.h - how often byte values are met in files, for search/ and regex/. */
#ifndef MMTOOL_SEARCH_FREQUENCY_H
#define MMTOOL_SEARCH_FREQUENCY_H

#include <stdbool.h>
#include <stdint.h>

/* About the frequency of all bytes together: frequencies count in parts of this. */
enum { FREQUENCY_CERTAIN = 65536 };

uint32_t byte_frequency(unsigned char byte);

/* How often a byte is met with (byte & mask) == value. */
uint32_t masked_frequency(unsigned char value, unsigned char mask);

/* The bytes that match under a mask, one after the other. */
struct masked_bytes {
    unsigned char byte; /* the one it stands at */
    unsigned char value;
    unsigned char free; /* the bits that may be anything */
};

static inline struct masked_bytes masked_bytes_start(unsigned char value, unsigned char mask)
{
    unsigned char open = (unsigned char)~mask;
    return (struct masked_bytes){value | open, value, open};
}

/* Counts the free bits down to none; false when all have been seen. */
static inline bool masked_bytes_next(struct masked_bytes *each)
{
    unsigned char bits = each->byte & each->free;
    if (bits == 0)
        return false;
    each->byte = each->value | (unsigned char)((bits - 1) & each->free);
    return true;
}

#endif
