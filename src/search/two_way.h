/*
 * two_way.h - one needle in linear time, for any bytes.
 *
 * The two-way algorithm (M. Crochemore, D. Perrin: "Two-way string-matching",
 * JACM 1991). It reads each byte of the span at most a few times and needs only a
 * copy of the needle. The filters are ten times faster, except on bytes chosen to
 * defeat them.
 */
#ifndef MMTOOL_SEARCH_TWO_WAY_H
#define MMTOOL_SEARCH_TWO_WAY_H

#include "search/needle.h"

/* One needle, for one direction. */
struct two_way {
    unsigned char *bytes;    /* of the needle, folded, in the order of the search; owned */
    size_t length;           /* of the needle */
    size_t critical;         /* the critical position, where the needle is cut in two */
    size_t shift;            /* after a match or a mismatch on the left: the period or less */
    bool periodic;           /* shift is the period: after it, the overlap is known to match */
    unsigned char fold[256]; /* bytes that count as equal have the same value */
};

/*
 * Copies the needle, which must be exact or folded. `backward`: for two_way_backward(), else for
 * two_way_forward(). False and an error if memory is short.
 */
bool two_way_init(struct two_way *two_way, const struct search_needle *needle, bool backward,
                  struct error *error);
void two_way_release(struct two_way *two_way);

/* The same contracts as search_forward() and search_backward() of search.h. */
void two_way_forward(const struct two_way *two_way, struct search_span *span,
                     struct search_list *list);
void two_way_backward(const struct two_way *two_way, struct search_span *span,
                      struct search_list *list);

#endif
