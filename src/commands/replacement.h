/*
 * replacement.h - DATA of a search and replace by expression.
 *
 * `\0` to `\9` stand for the match and its groups; a group that took no part in the match
 * is nothing. `\\ \n \t \r \a \f \v \xHH` stand for one byte each, as in the expression.
 * Anything else behind a backslash is an error.
 *
 * First replacement_parse(). Where that finds groups: replacement_begin(), then
 * replacement_expand() for each match. In the end replacement_release().
 */
#ifndef MMTOOL_REPLACEMENT_H
#define MMTOOL_REPLACEMENT_H

#include "mapping.h"
#include "regex/regex.h"
#include "scan/scan.h"

/* A zeroed struct is an empty replacement. */
struct replacement {
    struct buffer bytes; /* without the groups; all of it if there are none; owned */
    struct buffer parts; /* of struct replacement_part, in order; owned */

    /* For the groups. */
    const struct mapping *mapping; /* where they are */
    struct range range;            /* of the search */
    struct regex_matcher *matcher; /* owned */
    unsigned char *held_bytes;     /* of the file, for the matcher; owned */
    struct range held;             /* where in the file they are */
    struct error *error;           /* of the call under way */
};

/* Bytes up to `end`, from where the part before ends, and then a group, unless it is the last part.
 */
struct replacement_part {
    size_t end;     /* in replacement.bytes */
    unsigned group; /* 0 to 9, or REPLACEMENT_NO_GROUP */
};
enum { REPLACEMENT_NO_GROUP = 10 };

/*
 * Reads DATA as it was written, for an expression of `groups` groups. A usage error if it
 * has an escape that is none or names a group that there is not; the replacement is
 * released then.
 */
bool replacement_parse(struct replacement *replacement, const unsigned char *text, size_t length,
                       unsigned groups, struct error *error);

static inline bool replacement_has_groups(const struct replacement *replacement)
{
    return replacement->parts.length > sizeof(struct replacement_part);
}

/* Makes ready for matches of `regex` found in a range of the mapping. */
bool replacement_begin(struct replacement *replacement, const struct regex *regex,
                       const struct mapping *mapping, struct range range, struct error *error);

/* Appends what the replacement comes to for a match. An error leaves `out` as it was. */
bool replacement_expand(struct replacement *replacement, const struct match *match,
                        struct buffer *out, struct error *error);

void replacement_release(struct replacement *replacement);

#endif
