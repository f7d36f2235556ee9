/*
 * search_window.c - where a filter of several needles looks, and which needles share a bucket.
 *
 * A bucket accepts at each place of the window every pair of nibbles that its
 * needles bring along, so needles should share one that look alike: those are
 * merged, two at a time, whose merger adds least to what will be accepted.
 */
#include "search_choose.h"
#include "search_frequency.h"

#include <stdlib.h>

/*
 * A wider window is slower: it is made so wide that it seldom accepts. A place more
 * costs 64 bytes about half a nanosecond, an offset that is accepted in vain about 20.
 */
#define SELDOM (1.0 / 8192)

/* As many groups are merged with care; more needles are first grouped in their order. */
enum { GROUPS_MOST = 64 };

enum { POSITIONS_TRIED = 32, NEEDLES_WEIGHED = 256 };

/* How often the byte of each needle at each position is met, as a part of all bytes. */
struct weights {
    size_t positions, count;
    double of[NEEDLES_WEIGHED][POSITIONS_TRIED];
};

/* Needles that will share a bucket: the nibbles they bring to each place of the window. */
struct group {
    uint16_t low[WINDOW_WIDTH];
    uint16_t high[WINDOW_WIDTH];
    double frequency; /* the part of all offsets that is accepted */
};

struct grouping {
    size_t width;
    struct group groups[GROUPS_MOST];
    double cost[GROUPS_MOST][GROUPS_MOST]; /* [i][j], j < i: what merging the two adds */
    size_t merged_into[GROUPS_MOST];       /* itself while it stands */
};

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Of so many needles some speak for all. */
static struct weights *weigh(const struct search_needle *needles, size_t count)
{
    struct weights *weights = malloc(sizeof *weights);
    if (!weights)
        return NULL;
    weights->positions = minimum(needles[count - 1].length, POSITIONS_TRIED);
    weights->count = minimum(count, NEEDLES_WEIGHED);
    for (size_t i = 0; i < weights->count; i++) {
        const struct search_needle *needle = &needles[(uint64_t)i * count / weights->count];
        for (size_t j = 0; j < weights->positions; j++)
            weights->of[i][j] =
                masked_frequency(needle->value[j], needle->mask[j]) / (double)FREQUENCY_CERTAIN;
    }
    return weights;
}

/* How often a window accepts that looks at these places: the sum over all needles. */
static double places_frequency(const struct weights *weights, const size_t *places, size_t width)
{
    double sum = 0;
    for (size_t i = 0; i < weights->count; i++) {
        double one = weights->of[i][places[0]];
        for (size_t j = 1; j < width; j++)
            one *= weights->of[i][places[j]];
        sum += one;
    }
    return sum;
}

static bool is_among(const size_t *places, size_t count, size_t place)
{
    for (size_t i = 0; i < count; i++)
        if (places[i] == place)
            return true;
    return false;
}

/* Sets the last of `width` places to the best for those before it; returns how often all accept. */
static double choose_last_place(const struct weights *weights, size_t *places, size_t width)
{
    size_t best = SIZE_MAX;
    double best_frequency = 0;
    for (size_t place = 0; place < weights->positions; place++) {
        if (is_among(places, width - 1, place))
            continue;
        places[width - 1] = place;
        double frequency = places_frequency(weights, places, width);
        if (best == SIZE_MAX || frequency < best_frequency) {
            best = place;
            best_frequency = frequency;
        }
    }
    places[width - 1] = best;
    return best_frequency;
}

/* The best pair, for what is rare in one needle need not be in another; then one by one. */
static void choose_places(const struct weights *weights, size_t *places, size_t width)
{
    size_t best = 0;
    double best_frequency = 2.0 * NEEDLES_WEIGHED;
    for (size_t first = 0; width > 1 && first < weights->positions; first++) {
        places[0] = first;
        double frequency = choose_last_place(weights, places, 2);
        if (frequency < best_frequency) {
            best = first;
            best_frequency = frequency;
        }
    }
    places[0] = best;
    for (size_t i = 2; i <= width; i++)
        choose_last_place(weights, places, i);
}

static double nibbles_frequency(uint16_t low, uint16_t high)
{
    uint32_t sum = 0;
    for (unsigned rows = high; rows; rows &= rows - 1)
        for (unsigned left = low; left; left &= left - 1)
            sum += byte_frequency((unsigned char)(lowest_bit(rows) << 4 | lowest_bit(left)));
    return sum / (double)FREQUENCY_CERTAIN;
}

static double group_frequency(const struct group *group, size_t width)
{
    double frequency = 1;
    for (size_t i = 0; i < width; i++)
        frequency *= nibbles_frequency(group->low[i], group->high[i]);
    return frequency;
}

static struct group merger(const struct grouping *grouping, size_t a, size_t b)
{
    struct group group = grouping->groups[a];
    const struct group *other = &grouping->groups[b];
    for (size_t i = 0; i < grouping->width; i++) {
        group.low[i] |= other->low[i];
        group.high[i] |= other->high[i];
    }
    group.frequency = group_frequency(&group, grouping->width);
    return group;
}

static double merger_cost(const struct grouping *grouping, size_t a, size_t b)
{
    return merger(grouping, a, b).frequency - grouping->groups[a].frequency -
           grouping->groups[b].frequency;
}

static void merge(struct grouping *grouping, size_t count, size_t into, size_t from)
{
    grouping->groups[into] = merger(grouping, into, from);
    grouping->merged_into[from] = into;
    for (size_t i = 0; i < count; i++)
        if (i != into && grouping->merged_into[i] == i)
            grouping->cost[i > into ? i : into][i > into ? into : i] =
                merger_cost(grouping, i, into);
}

static void merge_cheapest(struct grouping *grouping, size_t count)
{
    size_t best_into = 0, best_from = 0;
    double best = 0;
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; grouping->merged_into[i] == i && j < i; j++)
            if (grouping->merged_into[j] == j && (best_from == 0 || grouping->cost[i][j] < best)) {
                best = grouping->cost[i][j];
                best_from = i;
                best_into = j;
            }
    merge(grouping, count, best_into, best_from);
}

/* Merges groups until there is a bucket for each that is left. */
static void merge_to_buckets(struct grouping *grouping, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        grouping->groups[i].frequency = group_frequency(&grouping->groups[i], grouping->width);
        grouping->merged_into[i] = i;
        for (size_t j = 0; j < i; j++)
            grouping->cost[i][j] = merger_cost(grouping, i, j);
    }
    for (size_t left = count; left > BUCKETS; left--)
        merge_cheapest(grouping, count);
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

static void sort_by_window(struct window_order *order, const struct filter *filter,
                           const struct search_needle *needles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        order[i] = (struct window_order){.needle = i};
        for (size_t j = 0; j < filter->width; j++)
            order[i].bytes[j] = needles[i].value[filter->offset[j]];
    }
    qsort(order, count, sizeof *order, by_window);
}

static void group_needle(struct group *group, const struct filter *filter,
                         const struct search_needle *needle)
{
    for (size_t i = 0; i < filter->width; i++) {
        size_t position = filter->offset[i];
        struct masked_bytes each =
            masked_bytes_start(needle->value[position], needle->mask[position]);
        do {
            group->low[i] |= (uint16_t)(1u << (each.byte & 15));
            group->high[i] |= (uint16_t)(1u << (each.byte >> 4));
        } while (masked_bytes_next(&each));
    }
}

static void accept_needle(struct filter *filter, const struct search_needle *needle,
                          unsigned bucket)
{
    unsigned char bit = (unsigned char)(1u << bucket);
    for (size_t i = 0; i < filter->width; i++) {
        size_t position = filter->offset[i];
        struct masked_bytes each =
            masked_bytes_start(needle->value[position], needle->mask[position]);
        do {
            filter->low[i][each.byte & 15] |= bit;
            filter->high[i][each.byte >> 4] |= bit;
            filter->bytes[i][each.byte] |= bit;
        } while (masked_bytes_next(&each));
    }
}

/* Numbers the groups that are left; the part of all offsets that they accept. */
static double number_groups(const struct grouping *grouping, size_t count, unsigned char *buckets)
{
    double rate = 0;
    unsigned char numbered = 0;
    for (size_t i = 0; i < count; i++)
        if (grouping->merged_into[i] == i) {
            buckets[i] = numbered++;
            rate += grouping->groups[i].frequency;
        }
    for (size_t i = 0; i < count; i++) {
        size_t into = i;
        while (grouping->merged_into[into] != into)
            into = grouping->merged_into[into];
        buckets[i] = buckets[into];
    }
    return rate;
}

/* Fills the filter and the buckets of the needles for a window of one width. */
static double fill_window(struct filter *filter, struct grouping *grouping,
                          struct window_order *order, const struct weights *weights,
                          const struct search_needle *needles, size_t count, size_t width,
                          unsigned char *bucket_of)
{
    size_t groups = minimum(count, GROUPS_MOST);
    unsigned char bucket_of_group[GROUPS_MOST];
    *filter = (struct filter){.kind = FILTER_WINDOW, .width = width};
    choose_places(weights, filter->offset, width);
    sort_by_window(order, filter, needles, count);
    *grouping = (struct grouping){.width = width};
    for (size_t i = 0; i < count; i++)
        group_needle(&grouping->groups[(uint64_t)i * groups / count], filter,
                     &needles[order[i].needle]);
    merge_to_buckets(grouping, groups);
    double rate = number_groups(grouping, groups, bucket_of_group);
    for (size_t i = 0; i < count; i++) {
        unsigned char bucket = bucket_of_group[(uint64_t)i * groups / count];
        bucket_of[order[i].needle] = bucket;
        accept_needle(filter, &needles[order[i].needle], bucket);
    }
    return rate;
}

bool choose_window(struct filter *filter, const struct search_needle *needles, size_t count,
                   unsigned char *bucket_of, double *rate, struct error *error)
{
    size_t shortest = needles[count - 1].length, width = minimum(shortest, 2);
    struct window_order *order = calloc(count, sizeof *order);
    struct grouping *grouping = malloc(sizeof *grouping);
    struct weights *weights = weigh(needles, count);
    bool enough = order && grouping && weights;
    if (enough)
        do
            *rate = fill_window(filter, grouping, order, weights, needles, count, width, bucket_of);
        while (*rate > SELDOM && width++ < minimum(shortest, WINDOW_WIDTH));
    free(order);
    free(grouping);
    free(weights);
    return enough ||
           error_memory(error, count * sizeof *order + sizeof *grouping + sizeof *weights);
}
