/*
 * tail.h - makes a file shorter while other programs may append to it.
 *
 * Bytes that others append after the old end `from` are moved to the new end `to`, and the file is
 * cut behind them: as if they had been appended after the edit.
 *
 * No system call cuts a file only if it has not grown. So bytes that are appended between the last
 * look at the size and the cut are lost. These two calls follow each other directly; and beside a
 * program that appends now and then, they are made right after one of its writes, when it pauses.
 *
 * A kill at any point is finished by tail_resume(). Each moved chunk goes through a slot of the
 * journal, the first one through that which the last step left free. A record announces the cut and
 * holds a witness: some of the bytes that the cut removes. By the witness, recovery tells a file
 * that was not cut yet from one that was cut and then appended to; the size does not tell them
 * apart. Without a journal the order is the same, but a kill may leave a half-made cut.
 */
#ifndef MMTOOL_TAIL_H
#define MMTOOL_TAIL_H

#include "base/test_faults.h"
#include "journal/journal.h"
#include "mapping.h"

enum { TAIL_MEMORY = TEST_LIMIT(256 * 1024, 1) };

struct tail_cut {
    struct mapping *mapping;
    struct journal *journal; /* or NULL */
    bool durable;
    uint64_t from;         /* the size before the cut, without what others appended */
    uint64_t to;           /* the size after it, likewise; less than `from` */
    unsigned char *memory; /* TAIL_MEMORY bytes of the caller's: nothing is allocated here */
    bool may_stop;         /* in a recovery: a signal ends a long look at a growth */
    uint64_t steps;        /* tail_cut(): how many steps took the slots in turns */
};

/* Cuts, when all before `to` is written. On failure the journal stays, for tail_resume(). */
bool tail_cut(const struct tail_cut *cut, struct error *error);

/* Goes on after a kill; `last` is the last record of a cut in the journal. */
bool tail_resume(const struct tail_cut *cut, const struct journal_tail *last, struct error *error);

/*
 * Sets `*end` behind the last byte of the growth that is not zero, which others have appended
 * before the file grew; or to the start of the growth if all bytes are zero. `may_stop`: a
 * signal ends it with an error.
 */
bool tail_find_end(struct mapping *mapping, struct range growth, bool may_stop, uint64_t *end,
                   struct error *error);

/*
 * Takes back a growth from `to` to `from` into which no step has stored. What other programs
 * appended before or after it is kept.
 */
bool tail_take_back(const struct tail_cut *cut, struct error *error);

#endif
