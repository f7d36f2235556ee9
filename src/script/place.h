/*
 * place.h - expands "." and "match" in the positions and ranges of a script.
 *
 * Pure. "." is the file position. "match" alone is the range of the last match; before or after
 * ":", and before "+", it is the start of that range. "+N" alone is the N bytes from the file
 * position on.
 */
#ifndef MMTOOL_SCRIPT_PLACE_H
#define MMTOOL_SCRIPT_PLACE_H

#include "base/range.h"

struct script_place {
    uint64_t position;
    bool matched; /* there is a last match */
    struct range match;
};

/* Room for two numbers and the character between them. */
enum { SCRIPT_PLACE_TEXT = 2 * NUMBER_TEXT_MAX + 2 };

/*
 * The operand with numbers instead of "." and "match": `text` itself if it has none, else
 * `room`. NULL and an error if there is no last match, or if the text is too long.
 */
const char *script_place_expand(const struct script_place *place, const char *text,
                                char room[SCRIPT_PLACE_TEXT], struct error *error);

/* The same for an operand that must be a position: "match" alone is the start of the match. */
const char *script_place_expand_position(const struct script_place *place, const char *text,
                                         char room[SCRIPT_PLACE_TEXT], struct error *error);

#endif
