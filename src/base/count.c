/* count.c - how often a byte occurs. */
#include "base/count.h"
#include "base/checked.h"

#include <stdint.h>
#include <string.h>

/* Many bytes are counted in rows of LANES, with a counter for each place in a row. */
enum { WORD = sizeof(uint64_t), LANES = 64, MANY = 8 * LANES };

/* At most UINT8_MAX rows, so that no counter overflows. */
static size_t count_rows(const unsigned char *bytes, size_t rows, unsigned char byte)
{
    unsigned char lanes[LANES] = {0};
    size_t count = 0;
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < LANES; i++)
            lanes[i] = (unsigned char)(lanes[i] + (bytes[row * LANES + i] == byte));
    for (size_t i = 0; i < LANES; i++)
        count += lanes[i];
    return count;
}

/* Few bytes, a word at a time: 1 in each byte of the word that is `byte`, and their sum. */
static size_t count_word(const unsigned char *bytes, unsigned char byte)
{
    const uint64_t ones = UINT64_MAX / UINT8_MAX, most = ones * 0x7f;
    uint64_t word;
    memcpy(&word, bytes, WORD);
    word ^= ones * byte;
    word = ~(((word & most) + most) | word | most);
    return (size_t)(((word >> 7) * ones) >> 56);
}

size_t count_byte(const unsigned char *bytes, size_t length, unsigned char byte)
{
    size_t count = 0;
    while (length >= MANY) {
        size_t rows = minimum_size(length / LANES, UINT8_MAX);
        count += count_rows(bytes, rows, byte);
        bytes += rows * LANES;
        length -= rows * LANES;
    }
    for (; length >= WORD; bytes += WORD, length -= WORD)
        count += count_word(bytes, byte);
    for (size_t i = 0; i < length; i++)
        count += bytes[i] == byte;
    return count;
}

/* As count_rows(), of pairs. At most UINT16_MAX rows. */
static size_t count_pair_rows(const unsigned char *bytes, size_t rows, uint16_t pair)
{
    uint16_t lanes[LANES / 2] = {0}, row[LANES / 2];
    size_t count = 0;
    for (; rows > 0; rows--, bytes += LANES) {
        memcpy(row, bytes, LANES);
        for (size_t i = 0; i < LANES / 2; i++)
            lanes[i] = (uint16_t)(lanes[i] + (row[i] == pair));
    }
    for (size_t i = 0; i < LANES / 2; i++)
        count += lanes[i];
    return count;
}

size_t count_pair(const unsigned char *bytes, size_t length, unsigned char first,
                  unsigned char second)
{
    const unsigned char both[2] = {first, second};
    size_t count = 0;
    uint16_t pair;
    memcpy(&pair, both, sizeof pair);
    while (length >= LANES) {
        size_t rows = minimum_size(length / LANES, UINT16_MAX);
        count += count_pair_rows(bytes, rows, pair);
        bytes += rows * LANES;
        length -= rows * LANES;
    }
    for (size_t i = 0; i + 1 < length; i += 2)
        count += bytes[i] == first && bytes[i + 1] == second;
    return count;
}
