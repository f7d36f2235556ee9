/*
 * classes.h - finds offsets where the next few bytes each belong to a given set.
 *
 * A class filter does for expressions what the filters of kernel.h do for strings:
 * [A-Z][a-z]+ can match only where a byte of the first set stands before one of the
 * second. Two table lookups, one for each nibble, show whether a byte is in a set
 * ("shufti" in Hyperscan; Wang et al., NSDI 2019). A kernel without lookups has no class
 * scans; the caller then searches without a class filter.
 */
#ifndef MMTOOL_SEARCH_CLASSES_H
#define MMTOOL_SEARCH_CLASSES_H

#include <stdbool.h>
#include <stddef.h>

enum { CLASS_PLACES = 3, CLASS_RUN = 32 };

struct class_filter {
    unsigned count;              /* of places looked at, 1 to CLASS_PLACES */
    size_t offset[CLASS_PLACES]; /* [place]: distance of its byte from the offset tested */
    size_t width;                /* the greatest of these distances + 1 */
    unsigned run;                /* consecutive bytes to test; more than 1 with one place only */
    bool exact;                  /* accepts bytes of the sets only, no others */
    /* A byte is accepted where low[its low nibble] & high[its high nibble] is not 0. */
    unsigned char low[CLASS_PLACES][16];
    unsigned char high[CLASS_PLACES][16];
};

/*
 * Returns the lowest offset in [from, until) that the filter accepts, or `until`. A backward
 * scan, for which filter->run must be 1, returns the highest one, or SIZE_MAX. The bytes
 * [0, until - 1 + filter->width) of `span` must be readable.
 */
typedef size_t class_scan(const struct class_filter *filter, const unsigned char *span, size_t from,
                          size_t until);

/* Makes a filter without places. `run`: consecutive bytes to test, 1 to CLASS_RUN. */
void class_filter_init(struct class_filter *filter, unsigned run);

/*
 * Adds a place and fills its tables. If the set is too irregular for the tables, they accept
 * some bytes that are not in it, and filter->exact becomes false.
 */
void class_filter_add(struct class_filter *filter, const bool bytes[256]);

/* Whether the filter accepts the offset of `at`. */
bool class_filter_accepts(const struct class_filter *filter, const unsigned char *at);

#endif
