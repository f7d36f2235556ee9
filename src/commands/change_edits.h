/* change_edits.h - shows a list of edits of a file to people: see change_display.h. */
#ifndef MMTOOL_CHANGE_EDITS_H
#define MMTOOL_CHANGE_EDITS_H

#include "commands/change.h"

/* Shows what the edits of a change would do. Offsets are those of the whole file, not of a window.
 */
bool change_edits_show(struct change *change, struct error *error);

#endif
