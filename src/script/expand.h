/*
 * expand.h - expands "." and "match" in the positions and ranges of a script.
 *
 * Pure. "." is the file position. "match" alone is the range of the last match; before or after
 * ":", and before "+", it is the start of that range. "+N" alone is the N bytes from the file
 * position on.
 */
#ifndef MMTOOL_SCRIPT_EXPAND_H
#define MMTOOL_SCRIPT_EXPAND_H

#include "base/range.h"

/* What the names stand for: "." is `position`, "match" is `match`. */
struct script_names {
    uint64_t position;
    bool matched; /* there is a last match */
    struct range match;
};

/* Room for two numbers and the character between them. */
enum { SCRIPT_EXPAND_TEXT = 2 * NUMBER_TEXT_MAX + 2 };

/*
 * The operand with numbers instead of "." and "match": `text` itself if it has none, else
 * `room`. NULL and an error if there is no last match, or if the text is too long.
 */
const char *script_expand(const struct script_names *names, const char *text,
                          char room[SCRIPT_EXPAND_TEXT], struct error *error);

/* The same for an operand that must be a position: "match" alone is the start of the match. */
const char *script_expand_position(const struct script_names *names, const char *text,
                                   char room[SCRIPT_EXPAND_TEXT], struct error *error);

#endif
