/*
 * two_way.h - one needle in linear time, whatever the bytes are.
 *
 * The two-way algorithm (M. Crochemore, D. Perrin: "Two-way string-matching",
 * JACM 1991). It reads each byte of the span at most a few times and needs no
 * more memory than the needle. The filters are ten times faster, except on bytes
 * chosen to defeat them.
 */
#ifndef MMTOOL_SEARCH_TWO_WAY_H
#define MMTOOL_SEARCH_TWO_WAY_H

#include "search/needle.h"

/* One needle, for one direction. */
struct two_way {
    unsigned char *bytes;    /* of the needle, folded, in the order in which the search runs */
    size_t length;           /* of the needle */
    size_t critical;         /* where the needle is cut in two */
    size_t shift;            /* after a mismatch on the left side: the period or less */
    bool periodic;           /* shift is the needle's period, and what it keeps is known to match */
    unsigned char fold[256]; /* bytes that count as equal have the same value */
};

/* `needle` must be exact or folded. `backward` for two_way_backward(). */
bool two_way_init(struct two_way *two_way, const struct search_needle *needle, bool backward,
                  struct error *error);
void two_way_release(struct two_way *two_way);

/* As search_forward() and search_backward(). */
void two_way_forward(const struct two_way *two_way, struct search_span *span,
                     struct search_list *list);
void two_way_backward(const struct two_way *two_way, struct search_span *span,
                      struct search_list *list);

#endif
