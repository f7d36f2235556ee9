/* frequency.c - how common each byte value is in files. */
#include "search/frequency.h"

/*
 * The frequency of each byte value, in 65536ths: a mean of text of several kinds (35 %),
 * program source (30 %), programs and libraries (25 %) and evenly distributed bytes (10 %),
 * counted over 160 MB of an installed system. Only the order of magnitude matters.
 */
static const unsigned short frequencies[256] = {
    // clang-format off
    4469, 278, 142, 108, 131, 117, 72, 76, 187, 135, 973, 63, 65, 65, 135, 321,
    147, 54, 56, 43, 54, 58, 41, 40, 95, 40, 38, 39, 45, 41, 39, 103,
    5376, 49, 378, 217, 308, 69, 67, 87, 463, 441, 367, 54, 369, 344, 421, 780,
    322, 313, 194, 133, 108, 163, 94, 80, 125, 178, 201, 178, 577, 265, 574, 39,
    104, 501, 176, 375, 324, 571, 181, 170, 828, 463, 63, 99, 494, 207, 378, 375,
    334, 47, 356, 658, 461, 175, 100, 81, 161, 93, 50, 106, 87, 111, 42, 1523,
    143, 1693, 451, 1253, 1097, 2948, 750, 451, 808, 1734, 135, 329, 1242, 633, 1732, 1645,
    1010, 70, 1550, 2025, 2353, 723, 285, 227, 259, 395, 78, 81, 80, 91, 41, 43,
    83, 47, 39, 154, 128, 153, 42, 39, 54, 396, 34, 295, 44, 218, 38, 37,
    65, 33, 34, 34, 44, 36, 33, 33, 43, 33, 32, 32, 36, 33, 32, 32,
    45, 32, 33, 35, 37, 33, 32, 32, 41, 33, 33, 33, 35, 32, 32, 34,
    45, 33, 32, 32, 39, 35, 54, 38, 53, 40, 52, 36, 45, 40, 53, 48,
    146, 66, 53, 85, 62, 55, 58, 90, 48, 50, 38, 34, 36, 35, 36, 35,
    65, 39, 54, 38, 36, 37, 37, 36, 54, 41, 37, 46, 35, 39, 41, 63,
    59, 38, 47, 36, 42, 38, 42, 47, 244, 101, 43, 64, 50, 46, 48, 69,
    59, 38, 43, 47, 43, 43, 66, 55, 81, 53, 57, 61, 70, 72, 97, 739,
    // clang-format on
};

uint32_t byte_frequency(unsigned char byte)
{
    return frequencies[byte];
}

uint32_t masked_frequency(unsigned char value, unsigned char mask)
{
    uint32_t sum = 0;
    struct masked_bytes each = masked_bytes_start(value, mask);
    do
        sum += frequencies[each.byte];
    while (masked_bytes_next(&each));
    return sum;
}
