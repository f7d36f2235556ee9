/*
 * change.h - one command's change of a file: its edits and their new bytes.
 *
 * A command calls change_init(), adds edits, and ends with change_apply() and
 * change_release(). Shared by all commands that edit: --expect, --dry-run, --undo,
 * --new-inode, --flush, --verbose.
 */
#ifndef MMTOOL_CHANGE_H
#define MMTOOL_CHANGE_H

#include "commands/command.h"
#include "edit/list.h"
#include "edit/pool.h"

struct change {
    struct session *session; /* not owned */
    struct mapping *mapping; /* the session's */
    struct edit_list edits;  /* owned */
    struct pool pool;        /* owned */
    struct buffer mask;      /* of DATA in the pool, if some of its digits are `?`; owned */
    uint64_t data_size;      /* bytes of DATA, once, at the pool's start */
    bool from_stream;        /* DATA came from standard input, a pipe, a FIFO or a device */
    uint64_t replaced;       /* matches that splice --pattern replaced */
};

void change_init(struct change *change, struct session *session);

/* Releases everything. Returns `done`, or false and an error if closing the pool's file fails. */
bool change_release(struct change *change, bool done, struct error *error);

/* Appends an edit, which must not lie before the end of the last one. */
bool change_add(struct change *change, struct edit edit, struct error *error);

/* Fills the pool from the DATA operands from number `first` on, or from --from. */
bool change_take_data(struct change *change, size_t first, struct error *error);

/*
 * An error if DATA came from a stream and is empty, unless --allow-empty is given. Empty DATA
 * deletes, and the stream may be empty because the command that feeds it failed.
 */
bool change_check_empty(const struct change *change, struct error *error);

/* The length of DATA in bytes with --repeat. An error if it overflows. */
bool change_data_length(const struct change *change, uint64_t *length, struct error *error);

/* An edit that replaces `old` with `length` bytes: DATA, repeated as often as needed. */
struct edit change_pool_edit(const struct change *change, struct range old, uint64_t length);

/*
 * If digits of DATA are `?`, sets them to those of the bytes that DATA replaces. An error unless
 * there are as many of these.
 */
bool change_keep_digits(struct change *change, struct range old, struct error *error);

/*
 * Makes the edits; with --dry-run prints them; in an atomic script adds them to the overlay.
 * On an error the file is as it was, unless the message says that the edit is done.
 */
bool change_apply(struct change *change, struct error *error);

/* The same, but only if `there` holds the bytes of --expect: see expect_check(). */
bool change_apply_expected(struct change *change, struct range there, struct error *error);

/* With --verbose says that there is nothing to do: the new bytes are there. */
void change_say_done_before(const struct change *change);

/* expect_was_done() for this change; with --verbose says that there is nothing to do. */
bool change_done_before(struct change *change, const struct edit *edit);

#endif
