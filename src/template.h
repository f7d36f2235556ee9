/*
 * template.h - DATA of a search and replace by expression, where \0 to \9 stand for
 * the match and its groups.
 *
 * `\\` is a backslash; a backslash before anything else stands for itself. A group
 * that took no part in the match is nothing.
 */
#ifndef MMTOOL_TEMPLATE_H
#define MMTOOL_TEMPLATE_H

#include "mapping.h"
#include "regex.h"
#include "scan.h"

struct template
{
    struct buffer text;            /* as it was written; owned */
    const struct mapping *mapping; /* where groups are */
    struct range range;            /* of the search */
    struct regex_matcher *matcher; /* owned */
    unsigned char *bytes;          /* of the file, for the matcher; owned */
    struct range held;             /* which */
    struct error *error;           /* why the file could not be read */
};

/* Whether the text is not simply itself: it has a group or a `\\`. */
bool template_is_one(const unsigned char *text, size_t length);

/* On failure there is nothing to release. */
bool template_init(struct template *template, const unsigned char *text, size_t length,
                   const struct regex *regex, const struct mapping *mapping, struct range range,
                   struct error *error);
void template_release(struct template *template);

/* Appends what the template comes to for a match. */
bool template_expand(struct template *template, const struct match *match, struct buffer *out,
                     struct error *error);

#endif
