/*
 * info.h - what info knows of a file.
 *
 *   info.c          asks for it
 *   info_print.c    prints it, as text or JSON
 */
#ifndef MMTOOL_INFO_H
#define MMTOOL_INFO_H

#include "apply/recover_look.h"
#include "commands/command.h"
#include "mapping/residency.h"

struct info {
    uint64_t data;  /* bytes that are not holes */
    uint64_t holes; /* bytes in holes */
    uint64_t hole_count;
    struct residency residency; /* of all of the mapping; without cells: there is no map */

    struct file_locks locks;

    bool journal_known;       /* `look` is filled, or `busy` */
    bool busy;                /* an edit is under way: its journal says nothing yet */
    struct recover_look look; /* owned */
    struct error trouble;     /* if the journal is not known: why; empty: not asked for */
};

/* The cells of a map: what fits in the window of a terminal; else RESIDENCY_CELLS. */
size_t info_map_cells(const struct session *session);

bool info_print(struct session *session, const struct info *info, struct error *error);

#endif
