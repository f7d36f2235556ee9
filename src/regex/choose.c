/*
 * choose.c - which of an expression's literals to search for.
 *
 * The frequency of a string can be guessed, but a log repeats its own words on each line, however
 * rare they are elsewhere. So a sample of the text is searched for each set of strings, and the
 * cheapest set is used for a while. The matches are the same with all of them.
 */
#include "regex/walk.h"

enum {
    SAMPLE = 1 << 14, /* bytes, for each set */
    STAY = 256,       /* use the choice for this many times the length of the sample */
    MOST_MET = 64,    /* stop counting occurrences in a sample here */
    FAR = 3, /* cost of a walk that does not start or end at the string; one that does costs 1 */
};

/* The approximate cost of a set in the sample. */
static uint64_t cost_of(const struct regex_literals *literals, const unsigned char *bytes,
                        size_t length)
{
    struct search_match matches[MOST_MET];
    struct search_span span = {bytes, 0, length, length};
    struct search_list list = {.matches = matches, .capacity = MOST_MET};
    search_forward(literals->searcher, &span, &list);
    /* Only a part of the sample was searched: extrapolate. */
    uint64_t met = list.count;
    if (met == MOST_MET)
        met = met * length / maximum_size(span.from, 1);
    return literals->at_start || literals->at_end ? met : met * FAR;
}

static void choose(struct regex_dfa *dfa, const unsigned char *bytes, size_t length)
{
    const struct regex *regex = dfa->stepper.regex;
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < regex->literals_count; i++) {
        const struct regex_literals *literals = &regex->literals[i];
        if (!(dfa->stepper.backward ? literals->backward : literals->forward))
            continue;
        uint64_t cost = cost_of(literals, bytes, length);
        /*
         * Sets are sorted by expected frequency, which decides if the sample shows little
         * difference.
         */
        if (least < UINT64_MAX && cost * 2 >= least)
            continue;
        dfa->literals = literals;
        least = cost;
    }
}

uint64_t regex_choose_literals(struct regex_dfa *dfa, const struct regex_cursor *cursor,
                               uint64_t from)
{
    size_t length = (size_t)minimum_u64(SAMPLE, cursor->end - from);
    uint64_t stay = (uint64_t)length * STAY;
    choose(dfa, cursor->bytes + (from - cursor->first), length);
    return from < UINT64_MAX - stay ? from + stay : UINT64_MAX;
}

uint64_t regex_choose_literals_backward(struct regex_dfa *dfa, const struct regex_cursor *cursor,
                                        uint64_t limit)
{
    size_t length = (size_t)minimum_u64(SAMPLE, limit - cursor->first);
    uint64_t stay = (uint64_t)length * STAY;
    choose(dfa, cursor->bytes + (limit - cursor->first - length), length);
    return limit - minimum_u64(stay, limit);
}
