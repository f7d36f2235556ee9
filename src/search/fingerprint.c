/*
 * fingerprint.c - makes the filter for several needles: its width and its buckets.
 *
 * At each place of the fingerprint a bucket accepts the bytes of all its needles (by nibbles:
 * all combinations of their nibbles). So similar needles should share a bucket. Groups
 * of needles are merged, two at a time: those whose union adds least to the share of
 * offsets that the fingerprint accepts.
 */
#include "search/choose.h"
#include "base/checked.h"
#include "search/frequency.h"
#include "search/positions.h"

#include <stdlib.h>

/*
 * A wider fingerprint accepts less, but is slower: widen it until it accepts at most this share
 * of offsets. Each place costs about 0.3 ns for 64 bytes; a false candidate costs about
 * 20 ns. Low nibbles alone may accept more often, because looking up both nibbles of a
 * byte takes more than twice as long.
 */
#define SELDOM     (1.0 / 8192)
#define LOW_SELDOM (1.0 / 2048)

/* Start with at most this many groups; more needles are first sorted, then split evenly. */
enum { GROUPS_MOST = 64 };

/* A sample of about this many needles shows whether a fingerprint would accept too often. */
enum { NEEDLES_TRIED = 4096 };

/* With more needles, six low nibbles accept too often. */
enum { LOW_NEEDLES_MOST = 3 * FILTER_BUCKETS };

/* The set of bytes that some needles have at a place, as a lookup sees it: a bit for each value. */
struct lookup_set {
    uint16_t low, high; /* nibbles, of a lookup by nibbles */
    uint64_t sevens[2]; /* low seven bits, of a wide lookup */
};

/* Needles that will share a bucket. */
struct group {
    struct lookup_set place[FILTER_WIDTH];
    double frequency; /* share of all offsets that it accepts, estimated: 0 to 1 */
};

struct grouping {
    size_t width;
    bool by_nibbles;
    struct group groups[GROUPS_MOST];
    double cost[GROUPS_MOST][GROUPS_MOST]; /* [i][j], j < i: frequency that merging them adds */
    size_t merged_into[GROUPS_MOST];       /* [i]: i while the group has not been merged */
};

static uint32_t nibbles_frequency(uint16_t low, uint16_t high)
{
    uint32_t sum = 0;
    for (unsigned rows = high; rows; rows &= rows - 1)
        for (unsigned left = low; left; left &= left - 1)
            sum += byte_frequency((unsigned char)(lowest_bit(rows) << 4 | lowest_bit(left)));
    return sum;
}

static uint32_t sevens_frequency(const uint64_t sevens[2])
{
    uint32_t sum = 0;
    for (unsigned half = 0; half < 2; half++)
        for (uint64_t left = sevens[half]; left; left &= left - 1) {
            unsigned char byte = (unsigned char)(half << 6 | lowest_bit(left));
            sum += byte_frequency(byte) + byte_frequency(byte | 0x80);
        }
    return sum;
}

static double group_frequency(const struct group *group, const struct grouping *grouping)
{
    double frequency = 1;
    for (size_t i = 0; i < grouping->width; i++) {
        const struct lookup_set *set = &group->place[i];
        frequency *= (grouping->by_nibbles ? nibbles_frequency(set->low, set->high)
                                           : sevens_frequency(set->sevens)) /
                     (double)FREQUENCY_CERTAIN;
    }
    return frequency;
}

static struct group merger(const struct grouping *grouping, size_t a, size_t b)
{
    struct group group = grouping->groups[a];
    for (size_t i = 0; i < grouping->width; i++) {
        struct lookup_set *set = &group.place[i];
        const struct lookup_set *other = &grouping->groups[b].place[i];
        set->low |= other->low;
        set->high |= other->high;
        set->sevens[0] |= other->sevens[0];
        set->sevens[1] |= other->sevens[1];
    }
    group.frequency = group_frequency(&group, grouping);
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

/* Merges groups until no more than FILTER_BUCKETS are left. */
static void merge_to_buckets(struct grouping *grouping, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        grouping->groups[i].frequency = group_frequency(&grouping->groups[i], grouping);
        grouping->merged_into[i] = i;
        for (size_t j = 0; j < i; j++)
            grouping->cost[i][j] = merger_cost(grouping, i, j);
    }
    for (size_t left = count; left > FILTER_BUCKETS; left--)
        merge_cheapest(grouping, count);
}

struct fingerprint_order {
    unsigned char bytes[FILTER_WIDTH]; /* of the needle in the fingerprint, then zeros */
    size_t needle;
};

static int by_fingerprint(const void *a, const void *b)
{
    const struct fingerprint_order *order_a = a, *order_b = b;
    int order = memcmp(order_a->bytes, order_b->bytes, FILTER_WIDTH);
    if (order)
        return order;
    return (order_a->needle > order_b->needle) - (order_a->needle < order_b->needle);
}

/* Sorts `count` needles, every `step`th one, so that similar ones are neighbours. */
static void sort_by_fingerprint(struct fingerprint_order *order, const struct filter *filter,
                                const struct search_needle *needles, size_t count, size_t step)
{
    for (size_t i = 0; i < count; i++) {
        order[i] = (struct fingerprint_order){.needle = i * step};
        for (size_t j = 0; j < filter->width; j++)
            order[i].bytes[j] = needles[i * step].value[filter->offset[j]];
    }
    qsort(order, count, sizeof *order, by_fingerprint);
}

static void group_needle(struct group *group, const struct filter *filter,
                         const struct search_needle *needle)
{
    for (size_t i = 0; i < filter->width; i++) {
        size_t position = filter->offset[i];
        struct masked_bytes each =
            masked_bytes_start(needle->value[position], needle->mask[position]);
        struct lookup_set *set = &group->place[i];
        do {
            set->low |= (uint16_t)(1u << (each.byte & 15));
            set->high |= (uint16_t)(1u << (each.byte >> 4));
            set->sevens[each.byte >> 6 & 1] |= UINT64_C(1) << (each.byte & 63);
        } while (masked_bytes_next(&each));
        if (filter->kind == FILTER_LOW_FINGERPRINT)
            set->high = 0x00ff;
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
            filter->sevens[i][each.byte & 0x7f] |= bit;
            filter->bytes[i][each.byte] |= bit;
        } while (masked_bytes_next(&each));
    }
}

/* Gives each remaining group a bucket. Returns the share of all offsets that they accept. */
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

/* The state of choose_fingerprint(). */
struct choice {
    const struct search_needle *needles;
    size_t count;
    bool by_nibbles;
    struct weights weights;
    struct grouping grouping;
    struct fingerprint_order *order; /* of all needles */
    unsigned char *bucket_of;
};

/*
 * Fills the filter and bucket_of for a fingerprint of this width and every `step`th needle.
 * Returns the share of all offsets that the fingerprint accepts.
 */
static double fill_fingerprint(struct choice *choice, struct filter *filter, size_t width,
                               size_t step)
{
    const struct search_needle *needles = choice->needles;
    size_t count = (choice->count - 1) / step + 1, groups = minimum_size(count, GROUPS_MOST);
    unsigned char bucket_of_group[GROUPS_MOST];
    *filter = (struct filter){.kind = choice->weights.kind, .width = width};
    choose_positions(&choice->weights, filter->offset, width);
    sort_by_fingerprint(choice->order, filter, needles, count, step);
    choice->grouping = (struct grouping){.width = width, .by_nibbles = choice->by_nibbles};
    for (size_t i = 0; i < count; i++)
        group_needle(&choice->grouping.groups[(uint64_t)i * groups / count], filter,
                     &needles[choice->order[i].needle]);
    merge_to_buckets(&choice->grouping, groups);
    double rate = number_groups(&choice->grouping, groups, bucket_of_group);
    for (size_t i = 0; i < count; i++) {
        unsigned char bucket = bucket_of_group[(uint64_t)i * groups / count];
        choice->bucket_of[choice->order[i].needle] = bucket;
        accept_needle(filter, &needles[choice->order[i].needle], bucket);
    }
    return rate;
}

/*
 * Fills the filter with the narrowest fingerprint of this kind that seldom accepts, or with the
 * widest. Tries a sample of many needles first, to save time: a fingerprint that accepts too
 * often for the sample is not tried with all needles.
 */
static double fill_narrowest(struct choice *choice, struct filter *filter, enum filter_kind kind,
                             size_t widest)
{
    weigh_positions(&choice->weights, choice->needles, choice->count, kind);
    size_t positions = minimum_size(choice->weights.positions, widest),
           width = minimum_size(positions, 2);
    size_t step = choice->count / NEEDLES_TRIED + 1;
    double rate = 1;
    for (; width > 0 && width <= positions && rate > SELDOM; width++) {
        bool tries = step > 1 && width < positions;
        if (!tries || fill_fingerprint(choice, filter, width, step) <= SELDOM)
            rate = fill_fingerprint(choice, filter, width, 1);
    }
    return rate;
}

/*
 * Looking up both nibbles of one byte takes as long as the low nibbles of two bytes or more,
 * and in text two low nibbles exclude more. But the more needles share a bucket, the less a
 * low nibble excludes, so this is tried for few needles only.
 */
static double fill_filter(struct choice *choice, struct filter *filter)
{
    if (choice->by_nibbles && choice->count <= LOW_NEEDLES_MOST) {
        double rate = fill_narrowest(choice, filter, FILTER_LOW_FINGERPRINT, FILTER_WIDTH);
        if (rate <= LOW_SELDOM)
            return rate;
    }
    return fill_narrowest(choice, filter, FILTER_FINGERPRINT, FILTER_WIDTH);
}

bool choose_fingerprint(struct filter *filter, const struct search_needle *needles, size_t count,
                        bool by_nibbles, struct fingerprint_result *result, struct error *error)
{
    struct fingerprint_order *order = calloc(count, sizeof *order);
    struct choice *choice = malloc(sizeof *choice);
    bool enough = order && choice;
    if (enough) {
        choice->needles = needles;
        choice->count = count;
        choice->by_nibbles = by_nibbles;
        choice->order = order;
        choice->bucket_of = result->bucket_of;
        result->rate = fill_filter(choice, filter);
    }
    free(order);
    free(choice);
    return enough || error_memory(error, count * sizeof *order + sizeof *choice);
}
