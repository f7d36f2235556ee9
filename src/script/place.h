/*
 * place.h - "." and "match" in the positions and ranges of a script.
 *
 * Pure. "." is the file position; "match" is the last match: alone it is its
 * range, in front of or behind ":" and in front of "+" its start. "+N" alone is N
 * bytes from the file position on.
 */
#ifndef MMTOOL_SCRIPT_PLACE_H
#define MMTOOL_SCRIPT_PLACE_H

#include "base/range.h"

struct script_place {
    uint64_t position;
    bool matched; /* there is a last match */
    struct range match;
};

/* Room for two numbers and what stands between them. */
enum { SCRIPT_PLACE_TEXT = 2 * NUMBER_TEXT_MAX + 2 };

/*
 * The operand with numbers in their place, in `room` if there was anything to
 * replace. NULL with an error if there is no match, or the text is too long.
 */
const char *script_place_expand(const struct script_place *place, const char *text,
                                char room[SCRIPT_PLACE_TEXT], struct error *error);

/* The same of an operand that can only be a position: "match" alone is its start. */
const char *script_place_expand_position(const struct script_place *place, const char *text,
                                         char room[SCRIPT_PLACE_TEXT], struct error *error);

#endif
