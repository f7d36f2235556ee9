/*
 * tail.h - makes a file shorter while other programs may append to it.
 *
 * What they append lies behind the old end and follows the new one, as it would
 * have if it had come later: bytes from `from` on go to `to`, and behind them the
 * file is cut. What comes between the last look at the size and the cut is lost: no
 * system cuts a file only if it has not grown. So nothing stands between these two
 * calls, and beside a program that appends now and then they come right behind one
 * of its writes, when it rests. A kill at any point is finished by tail_resume(): each piece goes
 * through a slot of the journal, and the cut is announced there with a witness,
 * some of the bytes that it takes away. By them a recovery tells a file that has
 * not been cut from one that has been and was appended to since, which its size
 * alone cannot. Without a journal all that is done in the same order, unsafely.
 */
#ifndef MMTOOL_TAIL_H
#define MMTOOL_TAIL_H

#include "base/test_variant.h"
#include "journal/journal.h"
#include "mapping.h"

enum { TAIL_MEMORY = WINDOW_SIZE(256 * 1024, 1) };

struct tail_cut {
    struct mapping *mapping;
    struct journal *journal; /* or NULL */
    bool durable;
    uint64_t from;         /* where the file ended, had nobody appended */
    uint64_t to;           /* where it shall end then; less than `from` */
    unsigned char *memory; /* TAIL_MEMORY bytes, lent: there may be none to be had any more */
};

/* All that lies in front of `to` is done. When it fails, the journal is left to be resumed. */
bool tail_cut(const struct tail_cut *cut, struct error *error);

/* Goes on behind the last record that the journal has of a cut. */
bool tail_resume(const struct tail_cut *cut, const struct journal_tail *last, struct error *error);

/*
 * Behind the last byte of a growth that is not zero: others have appended it right before, and the
 * growth covers it. The start of the growth if there is none.
 */
bool tail_find_end(struct mapping *mapping, struct range growth, uint64_t *end,
                   struct error *error);

/*
 * Takes back a growth from `to` to `from` that nothing has been stored in: what
 * other programs appended, before it or behind it, is kept.
 */
bool tail_take_back(const struct tail_cut *cut, struct error *error);

#endif
