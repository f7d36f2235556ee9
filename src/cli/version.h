/* version.h - what `mmtool --version` prints. */
#ifndef MMTOOL_VERSION_H
#define MMTOOL_VERSION_H

#include "output/output.h"

/*
 * Prints "mmtool VERSION", then one line for each fact that a report of a bug needs, "NAME: VALUE".
 * The first line is for scripts. Lines may be added behind it; a fact that is not known has none.
 */
bool version_print(struct output *output, struct error *error);

#endif
