/* space.c - checks before an edit that the disk has room for it. */
#include "apply/space.h"

#include <string.h>

enum {
    AMPLE = 64 * 1024 * 1024, /* free beyond twice what is needed: then space is not short */
    SPARE = 1024 * 1024,      /* room for the file system's records of new blocks, */
    SPARE_PART = 16,          /*   and 1/16 of the blocks */
};

bool space_is_short(struct file *file, uint64_t needed)
{
    uint64_t available, ample;
    return file_get_free_space(file, &available) &&
           (!checked_multiply(needed, 2, &ample) || !checked_add(ample, AMPLE, &ample) ||
            available < ample);
}

bool space_check_growth(const struct job *job, struct error *error)
{
    struct mapping *mapping = job->mapping;
    uint64_t available, growth = job->new_size - minimum_u64(job->new_size, mapping->size);
    if (!file_get_free_space(mapping->file, &available) || growth <= available ||
        growth - available <= mapping->status.allocated)
        return true;
    error_set(error, "no space left on the disk (reserving %llu bytes at %llu)",
              (unsigned long long)growth, (unsigned long long)mapping->size);
    error->no_space = true;
    return false;
}

/* ---- holes ----------------------------------------------------------------------------------- */

/* Writes zeros to the holes of a range, reserved or not; `*filled` grows to what was written. */
static bool fill_range(struct job *job, struct range range, struct range *filled,
                       struct error *error)
{
    struct file *file = job->mapping->file;
    while (range.start < range.end) {
        struct range data;
        if (!file_next_data(file, range.start, range.end, &data, error))
            return false;
        for (uint64_t at = range.start; at < data.start;) {
            size_t length = (size_t)minimum_u64(JOB_CHUNK, data.start - at);
            if (!file_write(file, at, job->worker.chunk, length, error))
                return false;
            *filled = (struct range){minimum_u64(filled->start, at),
                                     maximum_u64(filled->end, at + length)};
            at += length;
        }
        range.start = data.end;
    }
    return true;
}

/*
 * A reserved block is recorded as never written. The first store changes that record, which may
 * need room: so do it now, before the commit. Not on a copy-on-write file system, where a second
 * store would take another block.
 */
static bool fill_holes(struct job *job, struct error *error)
{
    struct plan_cursor cursor;
    struct plan_step step;
    struct range filled = {UINT64_MAX, 0};
    if (file_is_copied_on_write(job->mapping->file))
        return true;
    memset(job->worker.chunk, 0, JOB_CHUNK);
    plan_cursor_init(&cursor, &job->plan);
    while (plan_cursor_next(&cursor, &step)) {
        struct range range = {step.destination, step.destination + step.length};
        if (step.kind == PLAN_WRITE && !fill_range(job, range, &filled, error))
            return false;
    }
    return filled.end == 0 || file_wait_written(job->mapping->file, filled, error);
}

/* ---- copy on write ----------------------------------------------------------------------------
 */

/* Bytes, in whole blocks, of the old file that the file system will copy for a step. */
static uint64_t copied_by(const struct job *job, const struct plan_step *step, bool all)
{
    uint64_t block = maximum_u64(job->mapping->status.block_size, 1);
    uint64_t end = minimum_u64(step->destination + step->length, job->plan.old_size);
    struct range range = {step->destination / block * block, (end + block - 1) / block * block};
    if (step->kind != PLAN_WRITE || range.start >= range.end)
        return 0;
    return all ? range_length(range) : file_shared_bytes(job->mapping->file, range);
}

static uint64_t copied_bytes(const struct job *job)
{
    struct plan_cursor cursor;
    struct plan_step step;
    uint64_t copied = 0;
    bool all = file_is_copied_on_write(job->mapping->file);
    plan_cursor_init(&cursor, &job->plan);
    while (plan_cursor_next(&cursor, &step))
        copied += copied_by(job, &step, all);
    return copied;
}

static uint64_t with_spare(uint64_t copied)
{
    return copied > 0 ? copied + copied / SPARE_PART + SPARE : 0;
}

/*
 * How much is missing of `needed` bytes for which there is no room. What is free is not all to be
 * had, so a little more is asked for; all, where the system seems to have it: then it is a quota
 * that has not.
 */
static uint64_t missing(const struct job *job, uint64_t needed)
{
    uint64_t available;
    if (!file_get_free_space(job->mapping->file, &available) || available >= needed)
        return needed > 0 ? needed : SPARE;
    return needed - available + SPARE;
}

static bool try_room(struct job *job, uint64_t needed, struct error *error)
{
    uint64_t available;
    if (job->journal)
        return journal_try_room(job->journal, needed, error);
    return !file_get_free_space(job->mapping->file, &available) || available >= needed ||
           error_set(error, "no space left on the disk");
}

bool space_prepare(struct job *job, struct error *error)
{
    struct error cause = {0};
    if (!job->careful)
        return true;
    if (!fill_holes(job, error))
        return false;
    uint64_t copied = copied_bytes(job), needed = with_spare(copied);
    if (copied == 0 || try_room(job, needed, &cause))
        return true;
    return error_set(error,
                     "%s: %llu bytes that are overwritten get new blocks here, for which %llu "
                     "bytes more must be free",
                     cause.message, (unsigned long long)copied,
                     (unsigned long long)missing(job, needed));
}

void space_explain(const struct job *job, struct error *error)
{
    struct error cause = *error;
    if (!error->no_space || !job->plan.edits)
        return;
    error_set(error, "%s; free %llu bytes", cause.message,
              (unsigned long long)missing(job, with_spare(copied_bytes(job))));
}
