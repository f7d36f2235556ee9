/*
 * expect.h - --expect: an edit only if the bytes there are those expected.
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
    EXPECT_DIFFERENT,   /* neither: `error` (status 1) shows what is there; or an error */
};

/*
 * Compares the file with --expect. `there` is the range that the edit replaces;
 * where it is empty (an insertion), the bytes that follow are looked at. The
 * edits are those that would be made: their new bytes are the ones that may be
 * there already. Where both are true the edit is made if it brings fewer bytes than
 * it takes, as it has not been done then; otherwise it counts as done.
 */
enum expect_result expect_check(const struct request *request, const struct mapping *mapping,
                                struct range there, const struct edit_list *edits,
                                struct pool *pool, struct error *error);

/*
 * Whether --expect is given and the new bytes of such an edit stand at its offset.
 * For a range that passes the end: it may do so because the edit has been done.
 */
bool expect_was_done(const struct request *request, const struct mapping *mapping,
                     const struct edit *edit, struct pool *pool);

#endif
