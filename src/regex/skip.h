/* skip.h - what every match must contain, so that other text can be skipped. */
#ifndef MMTOOL_REGEX_SKIP_H
#define MMTOOL_REGEX_SKIP_H

#include "regex/tree.h"
#include "search/classes.h"
#include "search/search.h"

struct regex;

enum {
    REGEX_LITERALS = 3, /* sets of strings to choose from, at most */
    REGEX_LITERAL_REACH = 4096,
    REGEX_CLASSES = 32,
};

/* A set of strings, one of which every match contains. */
struct regex_literals {
    struct searcher *searcher;                /* NULL: no strings are worth a search */
    bool forward, backward;                   /* whether they help in this direction */
    uint64_t before_shortest, before_longest; /* bytes of the match before it */
    uint64_t after_shortest, after_longest;   /* after it; UINT64_MAX: to the end of the line */
    size_t longest;                           /* of the strings */
    bool at_start;          /* always at the same distance from the start of a match */
    bool at_end;            /* a match that contains the string found first ends with it */
    struct byte_set before; /* which bytes can precede the string, if one must */
};

/*
 * What the first bytes of a match can be, in one direction of walking. If the kernels can, `scan`
 * tests a few places at once. Otherwise a byte that fits none of the first places lets the search
 * skip them.
 */
struct regex_classes {
    unsigned length;            /* of places, at least 1 */
    bool whole;                 /* bytes that fit all places are a match */
    class_scan *scan;           /* NULL: there is none */
    struct class_filter filter; /* backward: of the first byte of the last filter.width */
    bool single;                /* look at `place` only, for a byte of `wanted` */
    unsigned place;
    unsigned char wanted[256];
    /* [place][byte]: how far to move on if that byte is at this place; 0: it fits. */
    unsigned char shift[REGEX_CLASSES][256];
};

/* Finds the literals of the expression and sets regex->literals. An error if memory is short. */
bool regex_literals_init(struct regex *regex, struct error *error);

/*
 * Finds the sets of the first places of a match in one direction; sets regex->classes and
 * regex->first. An error if memory is short.
 */
bool regex_classes_init(struct regex *regex, bool backward, struct error *error);

/* The frequency of a byte, or of the bytes of a set, 1 for all: see search/frequency.h. */
double regex_byte_frequency(unsigned byte);
double regex_set_frequency(const struct byte_set *set);

#endif
