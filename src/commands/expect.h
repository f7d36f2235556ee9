/*
 * expect.h - --expect: edits only if the file holds the expected bytes.
 */
#ifndef MMTOOL_EXPECT_H
#define MMTOOL_EXPECT_H

#include "commands/request.h"
#include "edit/list.h"
#include "edit/pool.h"
#include "mapping.h"

enum expect_result {
    EXPECT_FOUND,       /* the bytes are there, or nothing was expected */
    EXPECT_DONE_BEFORE, /* the new bytes are there already */
    EXPECT_DIFFERENT,   /* neither: `error` (STATUS_NO) shows the bytes; or another error */
};

/*
 * Compares the file with --expect. `there` is the range that the edit replaces; if it is empty
 * (an insertion), the bytes after it are compared. The last of `edits` is the one that would be
 * made: if its new bytes are there already, the edit was done before.
 *
 * Both can be true, if old and new bytes begin alike. Then an edit that shortens the file has
 * not been done, because all the old bytes are still there; any other counts as done.
 */
enum expect_result expect_check(const struct request *request, const struct mapping *mapping,
                                struct range there, const struct edit_list *edits,
                                struct pool *pool, struct error *error);

/*
 * Whether --expect is given and the edit's new bytes are at its offset already. For a range
 * that passes the end of the file: a deletion that was done before can be the reason. False if
 * the file cannot be read.
 */
bool expect_was_done(const struct request *request, const struct mapping *mapping,
                     const struct edit *edit, struct pool *pool);

#endif
