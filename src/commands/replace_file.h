/*
 * replace_file.h - --new-inode: the edited bytes in a new file, renamed over the old.
 *
 * For files that must not change while programs use them: running programs, libraries, signed
 * binaries. The old file is only read. An error removes the new file. A kill leaves the old file
 * unchanged, and perhaps the new one, `.NAME.mmtool-new`. The next such edit removes it if it
 * belongs to the user or to root and has no other name; any other file of that name is an error.
 */
#ifndef MMTOOL_REPLACE_FILE_H
#define MMTOOL_REPLACE_FILE_H

#include "apply/apply.h"

/*
 * Copies owner, mode, ACLs and extended attributes to the new file; report->uncarried lists
 * what this user may not copy. Uses only `durable` and `undo` of the options. The undo script
 * gets its name after the new file is renamed; if this command is killed in between, a mark on
 * the new file tells the next command to do so. An error after the rename says that the new
 * file is in place.
 */
bool replace_file(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                  const struct apply_options *options, struct apply_report *report,
                  struct error *error);

#endif
