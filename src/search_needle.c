/* search_needle.c - one compiled needle, and the comparison of it with bytes. */
#include "search_needle.h"

static bool is_letter(unsigned char byte)
{
    return (unsigned char)((byte | 0x20) - 'a') < 26;
}

unsigned char needle_position_mask(const struct needle *needle, size_t position, bool ignore_case)
{
    unsigned char mask = needle->mask ? needle->mask[position] : 0xff;
    return ignore_case && mask == 0xff && is_letter(needle->bytes[position]) ? 0xdf : mask;
}

void needle_compile(struct search_needle *compiled, const struct needle *needle, bool ignore_case,
                    unsigned char *storage)
{
    unsigned char *value = storage, *mask = storage + needle->length;
    bool exact = true, folds_only = true;
    for (size_t i = 0; i < needle->length; i++) {
        mask[i] = needle_position_mask(needle, i, ignore_case);
        value[i] = needle->bytes[i] & mask[i];
        exact = exact && mask[i] == 0xff;
        folds_only = folds_only && (mask[i] == 0xff || (mask[i] == 0xdf && is_letter(value[i])));
    }
    compiled->value = value;
    compiled->mask = exact ? NULL : mask;
    compiled->length = needle->length;
    compiled->folds_only = folds_only;
}

bool needle_matches_zeros(const struct search_needle *needle)
{
    for (size_t i = 0; i < needle->length; i++)
        if (needle->value[i] != 0)
            return false;
    return true;
}

static uint64_t load_word(const unsigned char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Up to NEEDLE_PIECE bytes; the last word of a longer piece overlaps the one before it. */
static bool masked_piece_matches(const unsigned char *value, const unsigned char *mask,
                                 const unsigned char *at, size_t length)
{
    if (length < sizeof(uint64_t)) {
        for (size_t i = 0; i < length; i++)
            if ((at[i] & mask[i]) != value[i])
                return false;
        return true;
    }
    size_t last = length - sizeof(uint64_t);
    for (size_t i = 0; i < last; i += sizeof(uint64_t))
        if ((load_word(at + i) & load_word(mask + i)) != load_word(value + i))
            return false;
    return (load_word(at + last) & load_word(mask + last)) == load_word(value + last);
}

static bool piece_matches(const struct search_needle *needle, size_t start, const unsigned char *at,
                          size_t length)
{
    if (!needle->mask)
        return memcmp(at, needle->value + start, length) == 0;
    return masked_piece_matches(needle->value + start, needle->mask + start, at, length);
}

bool needle_matches(const struct search_needle *needle, const unsigned char *at, uint64_t *work)
{
    size_t start = 0;
    while (needle->length - start > NEEDLE_PIECE) {
        if (!piece_matches(needle, start, at + start, NEEDLE_PIECE))
            return false;
        start += NEEDLE_PIECE;
        ++*work;
    }
    return piece_matches(needle, start, at + start, needle->length - start);
}
