/* last_data.c - the last data in a sparse file. */
#include "mapping/last_data.h"

/* Whether there is data in `span`. */
static bool has_data(const struct mapping *mapping, struct range span, bool *has,
                     struct error *error)
{
    struct range data;
    if (!mapping_next_data(mapping, span, &data, error))
        return false;
    *has = data.start < data.end;
    return true;
}

/* Halves a span that has data, and keeps the half with the last data, until it is short. */
static bool halve(const struct mapping *mapping, struct range *span, struct error *error)
{
    while (range_length(*span) > LAST_DATA_SPAN) {
        uint64_t middle = span->start + range_length(*span) / 2;
        bool behind;
        if (!has_data(mapping, (struct range){middle, span->end}, &behind, error))
            return false;
        if (behind)
            span->start = middle;
        else
            span->end = middle;
    }
    return true;
}

bool last_data_span(const struct mapping *mapping, struct range within, struct range *span,
                    struct error *error)
{
    uint64_t step = LAST_DATA_SPAN;
    bool found = false;
    *span = (struct range){within.end, within.end};
    while (!found && span->start > within.start) {
        span->end = span->start;
        span->start -= minimum_u64(step, span->end - within.start);
        if (!has_data(mapping, *span, &found, error))
            return false;
        step *= 2;
    }
    if (found)
        return halve(mapping, span, error);
    *span = (struct range){within.start, within.start};
    return true;
}
