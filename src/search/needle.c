/* needle.c - one compiled needle, and the comparison of it with bytes. */
#include "search/needle.h"

enum { LETTER_MASK = 0xdf };

static bool is_letter(unsigned char byte)
{
    return (unsigned char)((byte | 0x20) - 'a') < 26;
}

unsigned char needle_fold(unsigned char byte)
{
    return is_letter(byte) ? byte & LETTER_MASK : byte;
}

static unsigned char position_mask(const struct needle *needle, size_t position, bool ignore_case)
{
    unsigned char mask = needle->mask ? needle->mask[position] : 0xff;
    return ignore_case && mask == 0xff && is_letter(needle->bytes[position]) ? LETTER_MASK : mask;
}

void needle_compile(struct search_needle *compiled, const struct needle *needle, bool ignore_case,
                    unsigned char *storage)
{
    unsigned char *value = storage, *mask = storage + needle->length;
    *compiled = (struct search_needle){value, mask, needle->length, true, true};
    for (size_t i = 0; i < needle->length; i++) {
        mask[i] = position_mask(needle, i, ignore_case);
        value[i] = needle->bytes[i] & mask[i];
        unsigned char folding = is_letter(needle->bytes[i]) ? LETTER_MASK : 0xff;
        compiled->exact = compiled->exact && mask[i] == 0xff;
        compiled->folded = compiled->folded && mask[i] == folding;
    }
}

bool needle_matches_zeros(const struct search_needle *needle)
{
    for (size_t i = 0; i < needle->length; i++)
        if (needle->value[i] != 0)
            return false;
    return true;
}

bool needle_matches_newline(const struct search_needle *needle)
{
    for (size_t i = 0; i < needle->length; i++)
        if (('\n' & needle->mask[i]) == needle->value[i])
            return true;
    return false;
}

/* `length` is at least 8; the last word overlaps the one before it. */
static bool masked_chunk_matches(const struct search_needle *needle, size_t start, size_t length,
                                 const unsigned char *at)
{
    size_t last = start + length - 8;
    for (size_t i = start; i < last; i += 8)
        if (!needle_matches_8(needle, i, at))
            return false;
    return needle_matches_8(needle, last, at);
}

/* Not memcmp(): some versions fail if the bytes change during the call (glibc bug 29863). */
static bool exact_chunk_matches(const struct search_needle *needle, size_t start, size_t length,
                                const unsigned char *at)
{
    size_t last = start + length - 8;
    for (size_t i = start; i < last; i += 8)
        if (needle_load_8(at + i) != needle_load_8(needle->value + i))
            return false;
    return needle_load_8(at + last) == needle_load_8(needle->value + last);
}

static bool chunk_matches(const struct search_needle *needle, size_t start, size_t length,
                          const unsigned char *at)
{
    if (needle->exact)
        return exact_chunk_matches(needle, start, length, at);
    return masked_chunk_matches(needle, start, length, at);
}

/* The last chunk overlaps the one before it, so that it is whole. A short needle is one chunk. */
bool needle_matches_long(const struct search_needle *needle, const unsigned char *at,
                         uint64_t *work)
{
    size_t start = 0;
    while (needle->length - start > NEEDLE_CHUNK) {
        ++*work;
        if (!chunk_matches(needle, start, NEEDLE_CHUNK, at))
            return false;
        start += NEEDLE_CHUNK;
    }
    if (start == 0)
        return chunk_matches(needle, 0, needle->length, at);
    return chunk_matches(needle, needle->length - NEEDLE_CHUNK, NEEDLE_CHUNK, at);
}
