/*
 * recover_accept.h - takes a file as it is: what an interrupted edit left beside it goes.
 *
 * The file is locked exclusively and open for writing; recover_look() has told what there
 * is, its journal open for writing. The bytes of the file are not touched.
 *
 * Dying here leaves either the same choice again or a file that counts as whole: a journal that
 * is this file's own is marked done first, in one write.
 */
#ifndef MMTOOL_RECOVER_ACCEPT_H
#define MMTOOL_RECOVER_ACCEPT_H

#include "apply/recover_look.h"

/*
 * Removes the undo script's temporary, the mark and the journal. One that belongs to another
 * file stays. When it fails, `error` says who can do it.
 */
bool recover_accept(struct recover_look *look, struct mapping *mapping, const char *directory,
                    struct error *error);

/*
 * Removes what has the name of a journal, whatever it is. Fails, and removes nothing, while another
 * file in its directory needs it: journal_find_renamed(). `mapping` is the file that it is not for,
 * or NULL if there is none of that name; `owner`, of what is removed, is named if it fails.
 */
bool recover_clear(const struct place *place, const struct mapping *mapping, uint64_t owner,
                   struct error *error);

#endif
