/* search_choose.c - which bytes of a needle a filter looks at: the rare ones. */
#include "search_choose.h"

#include <stdlib.h>

/*
 * How often each byte value is met in a file, in 65536ths: text of several kinds (35 %),
 * program source (30 %), programs and libraries (25 %), evenly spread bytes (10 %), counted
 * over 160 MB of an installed system. Only the order of magnitude matters.
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

enum {
    CERTAIN = 65536,        /* the frequency of "any byte" */
    PROBED_POSITIONS = 256, /* later ones are not worth the time to choose and the cache lines */
};

/* How often a byte is met that matches under the mask. */
static uint32_t masked_frequency(unsigned char value, unsigned char mask)
{
    if (mask == 0xff)
        return frequencies[value];
    uint32_t sum = 0;
    for (unsigned byte = 0; byte < 256; byte++)
        if ((byte & mask) == value)
            sum += frequencies[byte];
    return sum;
}

static uint32_t position_frequency(const struct search_needle *needle, size_t position)
{
    return masked_frequency(needle->value[position], needle->mask[position]);
}

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same_position(const struct search_needle *needle, size_t a, size_t b)
{
    return needle->value[a] == needle->value[b] && needle->mask[a] == needle->mask[b];
}

static size_t rarest_position(const struct search_needle *needle)
{
    size_t best = 0, positions = minimum(needle->length, PROBED_POSITIONS);
    for (size_t i = 1; i < positions; i++)
        if (position_frequency(needle, i) < position_frequency(needle, best))
            best = i;
    return best;
}

/*
 * The position to look at besides `first`. The same byte twice says less than
 * its frequency promises, for bytes come in runs.
 */
static size_t second_position(const struct search_needle *needle, size_t first)
{
    size_t best = first, positions = minimum(needle->length, PROBED_POSITIONS);
    uint32_t best_frequency = UINT32_MAX;
    for (size_t i = 0; i < positions; i++) {
        uint32_t frequency = position_frequency(needle, i);
        if (same_position(needle, first, i))
            frequency *= 8;
        if (i != first && frequency < best_frequency) {
            best = i;
            best_frequency = frequency;
        }
    }
    return best;
}

static enum filter_kind pair_kind(const struct filter *filter)
{
    if (filter->mask[0] != 0xff || filter->mask[1] != 0xff)
        return FILTER_MASKED_PAIR;
    return filter->offset[0] == filter->offset[1] ? FILTER_BYTE : FILTER_PAIR;
}

void choose_pair(struct filter *filter, const struct search_needle *needle)
{
    *filter = (struct filter){.width = 0};
    filter->offset[0] = rarest_position(needle);
    filter->offset[1] = second_position(needle, filter->offset[0]);
    for (int i = 0; i < 2; i++) {
        filter->value[i] = needle->value[filter->offset[i]];
        filter->mask[i] = needle->mask[filter->offset[i]];
    }
    filter->kind = pair_kind(filter);
}

bool pair_proves(const struct filter *filter, const struct search_needle *needle)
{
    for (size_t i = 0; i < needle->length; i++)
        if (i != filter->offset[0] && i != filter->offset[1] && needle->mask[i] != 0)
            return false;
    return true;
}

/* How often, of CERTAIN, a window at `offset` accepts: the sum over all needles. */
static double window_frequency(const struct search_needle *needles, size_t count, size_t offset,
                               size_t width)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double one = 1;
        for (size_t j = 0; j < width; j++)
            one *= position_frequency(&needles[i], offset + j) / (double)CERTAIN;
        sum += one;
    }
    return sum;
}

static size_t rarest_window(const struct search_needle *needles, size_t count, size_t width)
{
    enum { MOST_OFFSETS = 32 };
    size_t best = 0, offsets = minimum(needles[count - 1].length - width + 1, MOST_OFFSETS);
    double best_frequency = window_frequency(needles, count, 0, width);
    for (size_t offset = 1; offset < offsets; offset++) {
        double frequency = window_frequency(needles, count, offset, width);
        if (frequency < best_frequency) {
            best = offset;
            best_frequency = frequency;
        }
    }
    return best;
}

/* What a bucket accepts at one place of the window. */
static void accept_position(struct filter *filter, size_t place, unsigned char bucket,
                            unsigned char value, unsigned char mask)
{
    for (unsigned byte = 0; byte < 256; byte++)
        if ((byte & mask) == value) {
            filter->low[place][byte & 15] |= bucket;
            filter->high[place][byte >> 4] |= bucket;
            filter->bytes[place][byte] |= bucket;
        }
}

static void accept_needle(struct filter *filter, const struct search_needle *needle,
                          unsigned bucket)
{
    for (size_t i = 0; i < filter->width; i++) {
        size_t position = filter->offset[0] + i;
        accept_position(filter, i, (unsigned char)(1u << bucket), needle->value[position],
                        needle->mask[position]);
    }
}

struct window_order {
    unsigned char bytes[WINDOW_WIDTH]; /* of the needle in the window, zeros behind */
    size_t needle;
};

static int by_window(const void *a, const void *b)
{
    const struct window_order *order_a = a, *order_b = b;
    int order = memcmp(order_a->bytes, order_b->bytes, WINDOW_WIDTH);
    if (order)
        return order;
    return (order_a->needle > order_b->needle) - (order_a->needle < order_b->needle);
}

bool choose_window(struct filter *filter, const struct search_needle *needles, size_t count,
                   unsigned char *buckets, struct error *error)
{
    *filter = (struct filter){.kind = FILTER_WINDOW};
    filter->width = minimum(needles[count - 1].length, count > 8 ? WINDOW_WIDTH : 3);
    filter->offset[0] = rarest_window(needles, count, filter->width);
    struct window_order *order = calloc(count, sizeof *order);
    if (!order)
        return error_memory(error, count * sizeof *order);
    for (size_t i = 0; i < count; i++) {
        order[i].needle = i;
        memcpy(order[i].bytes, needles[i].value + filter->offset[0], filter->width);
    }
    qsort(order, count, sizeof *order, by_window);
    for (size_t i = 0; i < count; i++) {
        unsigned char bucket = (unsigned char)((double)i * BUCKETS / (double)count);
        buckets[order[i].needle] = bucket;
        accept_needle(filter, &needles[order[i].needle], bucket);
    }
    free(order);
    return true;
}

double window_rate(const struct filter *filter)
{
    double rate = 0;
    for (unsigned bucket = 1; bucket < 1u << BUCKETS; bucket *= 2) {
        double one = 1;
        for (size_t i = 0; i < filter->width; i++) {
            double accepted = 0;
            for (unsigned byte = 0; byte < 256; byte++)
                if (filter->low[i][byte & 15] & filter->high[i][byte >> 4] & bucket)
                    accepted += frequencies[byte];
            one *= accepted / CERTAIN;
        }
        rate += one;
    }
    return rate;
}
