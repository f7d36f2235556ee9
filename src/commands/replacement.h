/*
 * replacement.h - DATA of a search and replace by regular expression.
 *
 * `\0` to `\9` stand for the match and its groups; a group that took no part in the match
 * is empty. `\\ \n \t \r \a \f \v \xHH` stand for one byte each, as in the expression.
 * Anything else after a backslash is an error.
 *
 * Call replacement_parse() first. If DATA has groups, call replacement_begin() and then
 * replacement_expand() for each match. At the end call replacement_release().
 */
#ifndef MMTOOL_REPLACEMENT_H
#define MMTOOL_REPLACEMENT_H

#include "mapping.h"
#include "regex/regex.h"
#include "scan/scan.h"

/* A zeroed struct is an empty replacement. */
struct replacement {
    struct buffer bytes; /* DATA, decoded, without its groups; owned */
    struct buffer parts; /* of struct replacement_part, in order; owned */

    /* For the groups. */
    const struct mapping *mapping; /* that holds the matches; not owned */
    struct range range;            /* of the search */
    struct regex_matcher *matcher; /* owned */
    unsigned char *held_bytes;     /* a part of the file, for the matcher; owned */
    struct range held;             /* offsets of held_bytes in the file */
    struct error *error;           /* of the call under way */
};

/* The bytes from the end of the previous part up to `end`, then a group. */
struct replacement_part {
    size_t end;     /* in replacement.bytes */
    unsigned group; /* 0 to 9; REPLACEMENT_NO_GROUP in the last part */
};
enum { REPLACEMENT_NO_GROUP = 10 };

/*
 * Decodes the escapes of DATA, for an expression with `groups` groups. An unknown escape or a
 * group that the expression does not have is a usage error; it releases the replacement.
 */
bool replacement_parse(struct replacement *replacement, const unsigned char *text, size_t length,
                       unsigned groups, struct error *error);

static inline bool replacement_has_groups(const struct replacement *replacement)
{
    return replacement->parts.length > sizeof(struct replacement_part);
}

/* Prepares for matches of `regex` in a range of the mapping. Both must outlive the replacement. */
bool replacement_begin(struct replacement *replacement, const struct regex *regex,
                       const struct mapping *mapping, struct range range, struct error *error);

/* Appends the replacement of a match, with its groups. An error leaves `out` as it was. */
bool replacement_expand(struct replacement *replacement, const struct match *match,
                        struct buffer *out, struct error *error);

void replacement_release(struct replacement *replacement);

#endif
