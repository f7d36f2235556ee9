/*
 * claim_internal.h - a claim under way, for claim*.c.
 */
#ifndef MMTOOL_CLAIM_INTERNAL_H
#define MMTOOL_CLAIM_INTERNAL_H

#include "apply/claim.h"

enum claim_result {
    CLAIM_OK,
    CLAIM_BUSY,  /* another program holds the lock: wait and try again */
    CLAIM_AGAIN, /* the file was recovered, or has changed: try again at once */
    CLAIM_FAILED,
};

struct claim {
    struct mapping *mapping;
    const char *path;
    const struct claim_options *options;
    struct claim_notice *notice;
    bool renewed;   /* the file is open already, and stays open */
    bool tried;     /* a reader has tried once to remove a leftover journal */
    double started; /* when waiting began, in seconds */
    double excused; /* seconds of waiting that do not count against claim_has_patience() */
};

static inline bool claim_is_editor(const struct claim *claim)
{
    return claim->options->flags & MAPPING_WRITE;
}

/* ---- claim_lock.c ---------------------------------------------------------------------------- */

/* Another program holds the lock: adds what the user can do, or that --wait was not enough. */
enum claim_result claim_busy(const struct claim *claim, struct error *error);

/* What the result of file_lock() means for the claim. */
enum claim_result claim_judge_lock(struct claim *claim, enum lock_result result,
                                   struct error *error);

/* Lock the file, and then look at it again. They wait only for other holders that will end soon. */
enum claim_result claim_lock_as_editor(struct claim *claim, struct error *error);
enum claim_result claim_lock_as_reader(struct claim *claim, struct error *error);

/* While we waited, the name may have become that of another file, and the size may have changed. */
enum claim_result claim_look_again(struct claim *claim, struct error *error);

/* Whether to wait on for the lock. */
bool claim_has_patience(struct claim *claim);

/* The pause between two tries that comes after `pause`, in seconds. */
double claim_longer_pause(double pause);

/* ---- claim_recover.c ------------------------------------------------------------------------- */

/* Recovers the file if need be; `mapping` is open for writing and locked exclusively. */
enum claim_result claim_recover_locked(struct claim *claim, struct mapping *mapping,
                                       struct error *error);

/* Looks for a journal as a reader: recovers the file if it must. */
enum claim_result claim_check_as_reader(struct claim *claim, struct error *error);

#endif
