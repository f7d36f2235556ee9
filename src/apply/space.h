/*
 * space.h - checks before an edit that the disk has room for it.
 *
 * The journal and the growth are reserved, and reserved blocks can be written. But some file
 * systems take new blocks for what is overwritten (btrfs; xfs for blocks that a reflink copy
 * shares), and xfs needs room for its records when reserved blocks are first written. None of this
 * matters while the disk has plenty of room. If it has not, all of it is checked before the commit.
 * Nothing here changes the content of the file: dying here leaves the old file.
 */
#ifndef MMTOOL_SPACE_H
#define MMTOOL_SPACE_H

#include "apply/job.h"

/* Whether room is short for an edit that takes `needed` bytes, so that it must be checked. */
bool space_is_short(struct file *file, uint64_t needed);

/*
 * Fails if the disk is too small for the growth, before a journal is made. Blocks that the file has
 * behind its end already are counted as free.
 */
bool space_check_growth(const struct job *job, struct error *error);

/*
 * If job->careful, when the journal is made and the file has grown: writes zeros to the holes that
 * steps will write to, and fails if there is no room for the blocks that will be copied.
 */
bool space_prepare(struct job *job, struct error *error);

/* In the middle of an edit: adds to a "no space" error how many bytes must be freed. */
void space_explain(const struct job *job, struct error *error);

#endif
