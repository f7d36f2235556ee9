/*
 * choose.c - which of an expression's literals to search for.
 *
 * How often a string is met can be guessed, but a log has its own words on each line,
 * however rare they are elsewhere. So a sample of the text is searched for each set of
 * strings, and the one that costs least there is used for a while. Whichever it is,
 * the matches are the same.
 */
#include "regex/walk.h"

enum {
    SAMPLE = 1 << 14, /* bytes, for each set */
    STAY = 256,       /* samples' lengths of text, until the next one is taken */
    MOST_MET = 64,    /* at which a set is not counted further, in a sample */
    FAR = 3,          /* a walk that does not begin or end at the string, in those that do */
};

/* What a set costs in the sample, about. */
static uint64_t cost_of(const struct regex_literals *literals, const unsigned char *bytes,
                        size_t length)
{
    struct search_match matches[MOST_MET];
    struct search_span span = {bytes, 0, length, length};
    struct search_list list = {.matches = matches, .capacity = MOST_MET};
    search_forward(literals->searcher, &span, &list);
    /* So much of the sample was passed: the whole has as many times more. */
    uint64_t met = list.count;
    if (met == MOST_MET)
        met = met * length / maximum_size(span.from, 1);
    return literals->at_start || literals->at_end ? met : met * FAR;
}

uint64_t regex_choose_literals(struct regex_dfa *dfa, const struct regex_cursor *cursor,
                               uint64_t from)
{
    const struct regex *regex = dfa->stepper.regex;
    size_t length = (size_t)minimum_u64(SAMPLE, cursor->end - from);
    const unsigned char *bytes = cursor->bytes + (from - cursor->first);
    uint64_t stay = (uint64_t)length * STAY, least = UINT64_MAX;
    for (size_t i = 0; i < regex->literals_count; i++) {
        uint64_t cost = cost_of(&regex->literals[i], bytes, length);
        /* The order is that of what was expected: it decides where the sample hardly does. */
        if (i > 0 && cost * 2 >= least)
            continue;
        dfa->literals = &regex->literals[i];
        least = cost;
    }
    return from < UINT64_MAX - stay ? from + stay : UINT64_MAX;
}
