/* place_modes.h - whether files get the mode that they are created with. */
#ifndef MMTOOL_PLACE_MODES_H
#define MMTOOL_PLACE_MODES_H

#include "platform/platform.h"

/*
 * Whether a file that is created beside `place` with mode 0600 has that mode. Some file systems
 * show one mode for all their files. Creates a file to see it; true if that fails. A process that
 * dies here may leave an empty file .mmtool-probe-NUMBER.
 */
bool place_keeps_modes(const struct place *place);

#endif
