/* choose.c - chooses the two rarest bytes of one needle for the filter. */
#include "search/choose.h"
#include "base/checked.h"

#include "search/frequency.h"

/* Later positions are not tried: they cost time to choose, and the scan more cache lines. */
enum { PROBED_POSITIONS = 256 };

static uint32_t position_frequency(const struct search_needle *needle, size_t position)
{
    return masked_frequency(needle->value[position], needle->mask[position]);
}

static bool same_position(const struct search_needle *needle, size_t a, size_t b)
{
    return needle->value[a] == needle->value[b] && needle->mask[a] == needle->mask[b];
}

static size_t rarest_position(const struct search_needle *needle)
{
    size_t best = 0, positions = minimum_size(needle->length, PROBED_POSITIONS);
    for (size_t i = 1; i < positions; i++)
        if (position_frequency(needle, i) < position_frequency(needle, best))
            best = i;
    return best;
}

/*
 * The second position to look at. Testing the same byte value twice excludes less than
 * its frequency suggests, because equal bytes come in runs.
 */
static size_t second_position(const struct search_needle *needle, size_t first)
{
    size_t best = first, positions = minimum_size(needle->length, PROBED_POSITIONS);
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
