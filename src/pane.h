/*
 * pane.h - a piece of the file in memory that slides along with a bulk move.
 *
 * Moving a tail through positioned reads and writes costs two copies by the
 * kernel a byte, and those fall from 11 to 2 GB/s where the two addresses differ
 * by 1 to 31 modulo a page (the string instructions of some processors), which
 * inserting a few bytes brings about. A view whose pages are all brought in by one
 * call (MADV_POPULATE_WRITE) costs neither a copy nor a fault a page: moving 1 GiB
 * by 7 bytes takes 0.10 s so, 0.46 s by reads and writes, 0.24 s by memmove() in a
 * mapping of the whole file.
 *
 * Memory at an offset of the file is memory of the file: stores are seen by
 * others at once, and a kill keeps what was stored.
 */
#ifndef MMTOOL_PANE_H
#define MMTOOL_PANE_H

#include "mapping.h"

enum { PANE_LENGTH = 4 * 1024 * 1024 };

struct pane {
    const struct mapping *mapping;
    struct view view;
    struct range range; /* of the file; empty while there is no view */
    bool usable;        /* false once the system would not map */
};

/* `usable` false: pane_cover() always answers false. */
void pane_init(struct pane *pane, const struct mapping *mapping, bool usable);
void pane_release(struct pane *pane);

/*
 * Makes the pane cover `need`, which lies in the file; the rest of it lies in the
 * direction in which the move goes. False: use reads and writes. Touch the bytes
 * under view_guard().
 */
bool pane_cover(struct pane *pane, struct range need, bool backward);

/* Whether the bytes are in the pane; and where. */
bool pane_holds(const struct pane *pane, uint64_t offset, uint64_t length);
unsigned char *pane_bytes(const struct pane *pane, uint64_t offset);

#endif
