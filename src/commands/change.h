/*
 * change.h - one command's change of a file: its edits, the bytes they bring, and
 * what all such commands share on the way to apply/apply.c: --expect, --dry-run,
 * --undo, --new-inode, --flush, --verbose.
 */
#ifndef MMTOOL_CHANGE_H
#define MMTOOL_CHANGE_H

#include "commands/command.h"
#include "edit/list.h"
#include "edit/pool.h"

struct change {
    struct session *session;
    struct mapping *mapping;
    struct edit_list edits;
    struct pool pool;
    uint64_t data_size; /* bytes of DATA at the pool's start */
    bool from_stream;   /* DATA came from standard input, a pipe, a FIFO or a device */
    uint64_t replaced;  /* matches, for --verbose; 0 where it does not apply */
};

void change_init(struct change *change, struct session *session);

/* Releases everything; returns `done`, or false when a late error shows. */
bool change_release(struct change *change, bool done, struct error *error);

bool change_add(struct change *change, struct edit edit, struct error *error);

/* Fills the pool from the DATA operands from number `first` on, or from --from. */
bool change_take_data(struct change *change, size_t first, struct error *error);

/*
 * That DATA which would delete is not the empty output of a command that failed: an error
 * where it came from a stream, is empty, and --allow-empty is not given.
 */
bool change_check_empty(const struct change *change, struct error *error);

/* How many bytes DATA comes to with --repeat. */
bool change_data_length(const struct change *change, uint64_t *length, struct error *error);

/* An edit that puts `length` bytes of the repeated pool in place of `old`. */
struct edit change_pool_edit(const struct change *change, struct range old, uint64_t length);

/* Does the edits, or shows them with --dry-run. */
bool change_apply(struct change *change, struct error *error);

/* The same if --expect is met at `there`: see expect.h. */
bool change_apply_expected(struct change *change, struct range there, struct error *error);

/* Whether --expect is given and what the edit would bring is there: see expect_was_done(). */
bool change_done_before(struct change *change, const struct edit *edit);

#endif
