/*
 * privileges.h - keeps set-user-ID, set-group-ID and file capabilities over an edit.
 *
 * The system removes them when a file is written, so that nobody can change a program and run it
 * with its rights. A user who may set them may also keep them: they are read before the first write
 * and restored after the last. The journal holds them for recovery.
 */
#ifndef MMTOOL_PRIVILEGES_H
#define MMTOOL_PRIVILEGES_H

#include "platform/platform.h"

/* Whether the file has any. */
bool privileges_any(const struct file_privileges *privileges);

/*
 * Whether there are any that the file's owner could not set himself: all but set-user-ID. They are
 * restored only from a journal of the user who runs the recovery.
 */
bool privileges_need_trust(const struct file_privileges *privileges);

/*
 * Restores those of `allowed` (enum file_privilege, or'ed) that the file had `before` and lacks
 * now. Returns those that it still lacks. If the file has another owner, group or mode by now,
 * somebody changed it on purpose: it is left alone, and the result is 0.
 */
unsigned privileges_restore(struct file *file, const struct file_privileges *before,
                            unsigned allowed);

/* Writes a message about the privileges that were lost; empty if none were. */
void privileges_tell(unsigned lost, char *text, size_t size);

enum { PRIVILEGES_TEXT = 160 }; /* size of a buffer for that */

#endif
