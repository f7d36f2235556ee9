/* place_modes.h - whether a directory's files have the modes that they are made with. */
#ifndef MMTOOL_PLACE_MODES_H
#define MMTOOL_PLACE_MODES_H

#include "platform/platform.h"

/*
 * Whether a file that is made beside `place` with mode 0600 has that mode. Some file systems show
 * the same mode of all their files. Where that cannot be tried, modes are taken to be what they
 * seem. A process that dies here may leave an empty file, .mmtool-probe- and a number.
 */
bool place_keeps_modes(const struct place *place);

#endif
