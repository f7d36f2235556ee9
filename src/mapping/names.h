/*
 * names.h - the system's named constants (MADV_*, MAP_*) as a user writes them:
 * with or without the prefix, in any case.
 */
#ifndef MMTOOL_NAMES_H
#define MMTOOL_NAMES_H

#include "platform/platform.h"

/* The row of an advice that can be used here; one that destroys only with `force`. */
const struct platform_name *names_find_advice(const char *word, bool force, struct error *error);

/* Whether that is the name of an advice that needs a mapping for stores: populate_write. */
bool names_advice_stores(const char *word);

/* The values of FLAG[,FLAG...], or'ed; what the system lacks is an error that lists what it has. */
bool names_parse_map(const char *text, uint64_t *flags, struct error *error);

/* Whether stores into a mapping of those flags stay in this process. */
bool names_map_is_private(uint64_t flags);

#endif
