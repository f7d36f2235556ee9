/*
 * recover_accept.h - accepts a file as it is: removes what an interrupted edit left beside it.
 *
 * The file is locked exclusively and open for writing, and so is the journal that recover_look()
 * found. The content of the file is not changed.
 *
 * Dying here leaves either the same choice again, or a file that counts as whole: its own journal
 * is marked done first, in one write.
 */
#ifndef MMTOOL_RECOVER_ACCEPT_H
#define MMTOOL_RECOVER_ACCEPT_H

#include "apply/recover_look.h"

/*
 * Removes the undo script's temporary, the mark and the journal. A journal that belongs to another
 * file stays. On failure `error` says who can do it.
 */
bool recover_accept(struct recover_look *look, struct mapping *mapping, const char *directory,
                    struct error *error);

/*
 * Removes what has the name of a journal, whatever it is. Fails, and removes nothing, if another
 * file in its directory needs it: journal_find_renamed(). `mapping` is the file that has the name
 * now, and whose journal this is not; or NULL if there is no such file. `owner` is who owns what is
 * to be removed, for the message if that fails.
 */
bool recover_clear(const struct place *place, const struct mapping *mapping, uint64_t owner,
                   struct error *error);

#endif
