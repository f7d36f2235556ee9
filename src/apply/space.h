/*
 * space.h - whether the disk has what an edit takes, told before the edit begins.
 *
 * Journal and growth are reserved, and what is reserved can be stored to. Not so where
 * the file system makes new blocks for what is overwritten (btrfs; xfs for blocks that a
 * reflink copy shares), and xfs needs room for its records when reserved blocks are first
 * written. Where the disk has plenty of room nothing of that matters; where it has not, all of
 * it is seen to before the commit. Not a word of this changes what stands in the file: who dies
 * here leaves the old file.
 */
#ifndef MMTOOL_SPACE_H
#define MMTOOL_SPACE_H

#include "apply/job.h"

/* Whether the disk under `file` has so little room, for an edit that takes `needed` bytes. */
bool space_is_short(struct file *file, uint64_t needed);

/*
 * Refuses to reserve a growth for which the disk is too small, before a journal is made. Blocks
 * that the file has may lie behind its end already.
 */
bool space_check_growth(const struct job *job, struct error *error);

/*
 * For an edit that is careful, whose journal is made and whose file has grown: puts zeros into the
 * holes that will be stored to, and refuses the edit if there is no room for what will be
 * made anew.
 */
bool space_prepare(struct job *job, struct error *error);

/* To an error for want of space, in the middle of an edit, adds how many bytes must be freed. */
void space_explain(const struct job *job, struct error *error);

#endif
