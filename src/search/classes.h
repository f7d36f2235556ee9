/*
 * classes.h - finds offsets around which each of a few bytes is of a set.
 *
 * What the filters of kernel.h do for strings, for expressions: [A-Z][a-z]+ can
 * start only where a byte of the first set stands before one of the second. A set
 * is told by the nibbles of a byte, the lookup of two tables ("shufti" in Hyperscan;
 * Wang et al., NSDI 2019), so a kernel needs lookups; one without them has no scans
 * of classes, and the caller does without.
 */
#ifndef MMTOOL_SEARCH_CLASSES_H
#define MMTOOL_SEARCH_CLASSES_H

#include <stdbool.h>
#include <stddef.h>

enum { CLASS_PLACES = 3, CLASS_RUN = 32 };

struct class_filter {
    unsigned count;              /* of places looked at, 1 to CLASS_PLACES */
    size_t offset[CLASS_PLACES]; /* of the byte looked at, from the offset asked about */
    size_t width;                /* the highest of them + 1 */
    unsigned run;                /* so many bytes in a row are looked at: of one place only */
    bool exact;                  /* nothing is accepted but the sets' bytes */
    /* A byte is accepted where low[its low nibble] & high[its high nibble] is not 0. */
    unsigned char low[CLASS_PLACES][16];
    unsigned char high[CLASS_PLACES][16];
};

/*
 * The lowest offset in [from, until) that the filter accepts, or `until`; backward,
 * without runs, the highest one, or SIZE_MAX. The bytes of [0, until - 1 + filter->width) are
 * there.
 */
typedef size_t class_scan(const struct class_filter *filter, const unsigned char *span, size_t from,
                          size_t until);

/* A filter that looks at nothing yet; at bytes in a row, up to CLASS_RUN, or at single ones (1). */
void class_filter_init(struct class_filter *filter, unsigned run);

/* Fills the tables of one more place. What a set of too many shapes leaves out they accept, too. */
void class_filter_add(struct class_filter *filter, const bool bytes[256]);

/* The answer for one offset. */
bool class_filter_accepts(const struct class_filter *filter, const unsigned char *at);

#endif
