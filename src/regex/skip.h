/*
 * skip.h - what every match must hold, so that what does not can be passed.
 */
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

/* Strings of which every match holds one. */
struct regex_literals {
    struct searcher *searcher;                /* NULL: there are none worth a search */
    bool forward, backward;                   /* whether they help in this direction */
    uint64_t before_shortest, before_longest; /* bytes of the match before the string */
    uint64_t after_shortest, after_longest;   /* and behind it; UINT64_MAX: to the line's end */
    size_t longest;                           /* of the strings */
    bool at_start;          /* so many bytes from the start of each match: that is known, too */
    bool at_end;            /* the first string found ends the match, if it is in one */
    struct byte_set before; /* what the byte before the string can be, if there must be one */
};

/*
 * What the first bytes of a match can be, walking in one direction. Where the kernels
 * can, a few places are looked at together (`scan`); else a byte that can stand at
 * none of `length` places lets that many be passed.
 */
struct regex_classes {
    unsigned length;            /* of places, at least 1 */
    bool whole;                 /* what fits all places is a match */
    class_scan *scan;           /* NULL: there is none */
    struct class_filter filter; /* backward: of the first byte of the last filter.width */
    bool single;                /* look at `place` only, for a byte of `wanted` */
    unsigned place;
    unsigned char wanted[256];
    /* [place][byte]: how far to move on when that byte stands there; 0: it may stand there. */
    unsigned char shift[REGEX_CLASSES][256];
};

/* Looks for literals: regex->literals; false only when memory is short. */
bool regex_literals_init(struct regex *regex, struct error *error);

/* Looks at the first places of the matches, walking in a direction: regex->classes, ->first. */
bool regex_classes_init(struct regex *regex, bool backward, struct error *error);

/* How often a byte, or a byte of a set, is met in files: see search/frequency.h. */
double regex_byte_frequency(unsigned byte);
double regex_set_frequency(const struct byte_set *set);

/* The sum over all bytes: what the above are parts of. */
double regex_all_frequency(void);

#endif
