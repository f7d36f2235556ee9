/*
 * privileges.h - what an edit must not take from a file: set-user-ID, set-group-ID and
 * file capabilities.
 *
 * The system takes them away at a write, so that nobody who can change a program gets
 * the rights it runs with. Whoever may give them to the file may have them stay: they
 * are read before the first write and put back behind the last, and the journal holds
 * them for a recovery.
 */
#ifndef MMTOOL_PRIVILEGES_H
#define MMTOOL_PRIVILEGES_H

#include "platform/platform.h"

/* Whether there is anything that could be lost. */
bool privileges_any(const struct file_privileges *privileges);

/*
 * Whether some are more than the file's owner can give it: all but set-user-ID. A journal
 * is believed about these by the user alone who wrote it.
 */
bool privileges_need_trust(const struct file_privileges *privileges);

/*
 * Puts back those of `allowed` (enum file_privilege, or'ed) that the file had `before` and
 * lacks now. The answer is what it still lacks. A file that has another owner, group
 * or mode by now is left as it is, and lacks nothing: somebody meant it so.
 */
unsigned privileges_restore(struct file *file, const struct file_privileges *before,
                            unsigned allowed);

/* Says what a file lacks, for people; empty for nothing. */
void privileges_tell(unsigned lost, char *text, size_t size);

enum { PRIVILEGES_TEXT = 160 }; /* room for that */

#endif
