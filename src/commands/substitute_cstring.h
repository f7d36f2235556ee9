/*
 * substitute_cstring.h - splice --cstring: strings that end in NUL keep their length.
 *
 * Call cstring_begin() for each match, then cstring_shorten(), and cstring_end() after the last
 * match. The bytes behind a shorter replacement move up, and NULs fill the end of the string.
 * These are a separate edit, since they stand behind all matches in the string.
 */
#ifndef MMTOOL_SUBSTITUTE_CSTRING_H
#define MMTOOL_SUBSTITUTE_CSTRING_H

#include "edit/list.h"
#include "mapping/reader.h"
#include "scan/scan.h"

/* The string in which the last match lies. */
struct cstring {
    struct edit_list *edits; /* not owned */
    struct reader reader;    /* looks for the ends of strings; owned */
    size_t unit;             /* bytes of a NUL */
    uint64_t end;            /* offset of its NUL; 0: there was no match */
    uint64_t gap;            /* bytes by which it has become shorter */
};

void cstring_init(struct cstring *string, const struct mapping *mapping, struct edit_list *edits,
                  size_t unit);
void cstring_release(struct cstring *string);

/*
 * To be called before the edit that replaces the match `old` is added: adds the NULs of the string
 * before, unless the match is in it, too. An error if no NUL ends the string, or if the match does
 * not fit into the string of the match before it. `zero` is how far behind the match the next zero
 * is, if the search has seen that, else SCAN_ZERO_UNKNOWN.
 */
bool cstring_begin(struct cstring *string, struct range old, unsigned zero, struct error *error);

/* Takes note that the last replacement is `bytes` shorter than its match. */
static inline void cstring_shorten(struct cstring *string, uint64_t bytes)
{
    string->gap += bytes;
}

/* Adds the NULs that keep the string's length, before the NUL that ends it. */
bool cstring_end(struct cstring *string, struct error *error);

#endif
