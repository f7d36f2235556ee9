/*
 * expect.h - --expect: an edit only if the bytes there are those expected.
 */
#ifndef MMTOOL_EXPECT_H
#define MMTOOL_EXPECT_H

#include "edit_list.h"
#include "mapping.h"
#include "pool.h"
#include "request.h"

enum expect_result {
    EXPECT_FOUND,       /* the bytes are there, or nothing was expected */
    EXPECT_DONE_BEFORE, /* the new bytes are there already */
    EXPECT_DIFFERENT,   /* neither: `error` (status 1) shows what is there; or an error */
};

/*
 * Compares the file with --expect. `there` is the range that the edit replaces;
 * where it is empty (an insertion), the bytes that follow are looked at. The
 * edits are those that would be made: their new bytes are the ones that may be
 * there already.
 */
enum expect_result expect_check(const struct request *request, const struct mapping *mapping,
                                struct range there, const struct edit_list *edits,
                                struct pool *pool, struct error *error);

#endif
