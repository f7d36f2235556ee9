/*
 * replace_file.h - --new-inode: the edited bytes in a new file, renamed over the old.
 *
 * For the few files that must not change under those who use them: running
 * programs, libraries, signed binaries. The old file is only read. An error leaves
 * nothing beside it. A kill leaves the old file, and perhaps `.NAME.mmtool-new`,
 * which the next such edit removes if it is the user's own and has no other name;
 * anything else of that name is an error and stays as it is.
 */
#ifndef MMTOOL_REPLACE_FILE_H
#define MMTOOL_REPLACE_FILE_H

#include "apply/apply.h"

/*
 * Owner, mode, ACLs and extended attributes are carried over. Of the options, `durable`
 * and `undo` count: the undo script is renamed behind the file, and a mark on the new
 * file lets the next command do that if this one is killed in between.
 */
bool replace_file(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                  const struct apply_options *options, struct apply_report *report,
                  struct error *error);

#endif
