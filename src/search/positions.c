/* positions.c - chooses the positions in several needles that a fingerprint looks at. */
#include "search/positions.h"
#include "base/checked.h"

#include "search/frequency.h"

/* Whether all needles accept only bytes below 0x80 at this position. */
static bool is_low(const struct search_needle *needles, size_t count, size_t position)
{
    for (size_t i = 0; i < count; i++)
        if (!(needles[i].mask[position] & 0x80) || (needles[i].value[position] & 0x80))
            return false;
    return true;
}

static double position_frequency(const struct search_needle *needle, size_t position,
                                 enum filter_kind kind)
{
    unsigned char seen = kind == FILTER_LOW_FINGERPRINT ? 0x8f : 0xff;
    return masked_frequency(needle->value[position] & seen, needle->mask[position] & seen) /
           (double)FREQUENCY_CERTAIN;
}

void weigh_positions(struct weights *weights, const struct search_needle *needles, size_t count,
                     enum filter_kind kind)
{
    size_t tried = minimum_size(needles[count - 1].length, WEIGHTS_POSITIONS_TRIED);
    weights->kind = kind;
    weights->positions = 0;
    for (size_t i = 0; i < tried; i++)
        if (kind != FILTER_LOW_FINGERPRINT || is_low(needles, count, i))
            weights->position[weights->positions++] = i;
    weights->count = minimum_size(count, WEIGHTS_NEEDLES_WEIGHED);
    for (size_t i = 0; i < weights->count; i++) {
        const struct search_needle *needle = &needles[(uint64_t)i * count / weights->count];
        for (size_t j = 0; j < weights->positions; j++)
            weights->of[i][j] = position_frequency(needle, weights->position[j], kind);
    }
}

/* A fingerprint under construction: the positions chosen so far, and how often it accepts. */
struct draft {
    size_t chosen[FILTER_WIDTH]; /* indexes into weights->position */
    size_t width;
    double accepted[WEIGHTS_NEEDLES_WEIGHED]; /* [needle]: share of offsets: 0 to 1 */
};

static bool is_chosen(const struct draft *draft, size_t index)
{
    for (size_t i = 0; i < draft->width; i++)
        if (draft->chosen[i] == index)
            return true;
    return false;
}

/* How often the fingerprint would accept with this position added: the sum over all needles. */
static double frequency_with(const struct weights *weights, const struct draft *draft, size_t index)
{
    double sum = 0;
    for (size_t i = 0; i < weights->count; i++)
        sum += draft->accepted[i] * weights->of[i][index];
    return sum;
}

/* The best position to add. Sets `*frequency` to how often the fingerprint would then accept. */
static size_t best_besides(const struct weights *weights, const struct draft *draft,
                           double *frequency)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < weights->positions; i++) {
        if (is_chosen(draft, i))
            continue;
        double with = frequency_with(weights, draft, i);
        if (best == SIZE_MAX || with < *frequency) {
            best = i;
            *frequency = with;
        }
    }
    return best;
}

static void choose(const struct weights *weights, struct draft *draft, size_t index)
{
    draft->chosen[draft->width++] = index;
    for (size_t i = 0; i < weights->count; i++)
        draft->accepted[i] *= weights->of[i][index];
}

static void start_over(const struct weights *weights, struct draft *draft)
{
    draft->width = 0;
    for (size_t i = 0; i < weights->count; i++)
        draft->accepted[i] = 1;
}

static size_t first_of_best_pair(const struct weights *weights, struct draft *draft)
{
    size_t best = 0;
    double best_frequency = 0, frequency = 0;
    for (size_t first = 0; first < weights->positions; first++) {
        start_over(weights, draft);
        choose(weights, draft, first);
        best_besides(weights, draft, &frequency);
        if (first == 0 || frequency < best_frequency) {
            best = first;
            best_frequency = frequency;
        }
    }
    return best;
}

void choose_positions(const struct weights *weights, size_t *chosen, size_t width)
{
    struct draft draft;
    double frequency = 0;
    size_t first = width > 1 ? first_of_best_pair(weights, &draft) : 0;
    start_over(weights, &draft);
    choose(weights, &draft, first);
    while (draft.width < width)
        choose(weights, &draft, best_besides(weights, &draft, &frequency));
    for (size_t i = 0; i < width; i++)
        chosen[i] = weights->position[draft.chosen[i]];
}
