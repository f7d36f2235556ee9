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

/* Removes what has a journal's name and is owned so, without a look into it. */
bool recover_clear(const struct place *place, uint64_t owner, struct error *error);

#endif
