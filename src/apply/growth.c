/* growth.c - makes a file as large as an edit needs it, beside programs that append. */
#include "apply/growth.h"
#include "apply/tail.h"

static bool reserve_step(struct job *job, const struct plan_step *step, struct error *error)
{
    struct range range = {step->destination, step->destination + step->length};
    bool reserved;
    return step->kind == PLAN_ZERO ||
           file_allocate(job->mapping->file, range, true, &reserved, error);
}

/* For a file with holes, or that will get some: reserves only the blocks that steps write to. */
static bool reserve_steps(struct job *job, struct error *error)
{
    struct plan_cursor cursor;
    struct plan_step step;
    plan_cursor_init(&cursor, &job->plan);
    while (plan_cursor_next(&cursor, &step))
        if (!reserve_step(job, &step, error))
            return false;
    return true;
}

enum {
    SMALL_GROWTH = 64 * 1024, /* bytes that another program may append between two calls of ours */
};

bool growth_plan_again(struct job *job, uint64_t size, struct error *error)
{
    const struct plan before = job->plan;
    if (!plan_init(&job->plan, before.edits, size, &before.sizes, error))
        return false;
    job->mapping->size = job->old_size = size;
    job->new_size = job->plan.new_size;
    job->working_size = maximum_u64(job->new_size, size);
    return true;
}

/* Makes what others appended part of the file to edit. `by_steps`: see growth_make(). */
static bool take_in(struct job *job, uint64_t size, bool by_steps, struct error *error)
{
    struct range more = {job->plan.new_size, 0};
    bool reserved;
    if (!growth_plan_again(job, size, error))
        return false;
    more.end = job->plan.new_size;
    return (!job->journal || journal_set_sizes(job->journal, size, job->plan.new_size, error)) &&
           (!by_steps || file_allocate(job->mapping->file, more, true, &reserved, error));
}

/* Refuses on a file system whose size may be out of date, as on a network. */
static bool may_take_in(const struct mapping *mapping, struct error *error)
{
    return !file_is_served(mapping->file) ||
           error_set(error, "another program appended to the file meanwhile (size is %llu)",
                     (unsigned long long)mapping->size);
}

/*
 * Reads the size again, right before the growth. If another program has cut the file, growing it
 * would bring the cut bytes back as zeros. If it has appended, its bytes are where the growth
 * should be: plan again.
 */
static bool follow_size(struct job *job, bool grows, bool by_steps, struct error *error)
{
    uint64_t size, seen;
    for (unsigned tries = 0; tries < JOB_MOST_TRIES; tries++) {
        seen = job->mapping->size;
        if (!file_get_newest_size(job->mapping->file, &size, error))
            return false;
        if (size < seen)
            return error_set(error,
                             "another program cut the file meanwhile (size was %llu, is %llu)",
                             (unsigned long long)seen, (unsigned long long)size);
        if (size == seen || !grows)
            return true;
        job->mapping->in_use = true;
        if (!may_take_in(job->mapping, error) || !take_in(job, size, by_steps, error))
            return false;
    }
    return error_set(error, "another program appends to the file all the time (size is %llu)",
                     (unsigned long long)size);
}

/*
 * Sets the grown size, unless reserving blocks has done it. Others may append at the same moment:
 * setting a size could cut off their bytes, reserving blocks cannot.
 */
static bool set_grown_size(struct mapping *mapping, uint64_t grown, struct error *error)
{
    uint64_t size;
    bool reserved;
    if (!file_get_newest_size(mapping->file, &size, error))
        return false;
    struct range growth = {size, grown};
    if (size < grown && mapping->in_use && grown - size <= SMALL_GROWTH) {
        if (!file_allocate(mapping->file, growth, false, &reserved, error))
            return false;
    } else if (size < grown) {
        return mapping_resize(mapping, grown, error);
    }
    mapping->size = grown;
    return true;
}

/* Whether others appended between follow_size() and the growth, so that it holds their bytes. */
static bool is_mixed(const struct mapping *mapping, uint64_t old_size, bool *mixed,
                     struct error *error)
{
    unsigned char bytes[64];
    size_t length = (size_t)minimum_u64(sizeof bytes, mapping->size - old_size);
    *mixed = false;
    if (!mapping_read(mapping, old_size, bytes, length, error))
        return false;
    for (size_t i = 0; i < length; i++)
        *mixed = *mixed || bytes[i] != 0;
    return true;
}

bool growth_take_back(struct job *job, struct error *error)
{
    struct mapping *mapping = job->mapping;
    const struct tail_cut cut = {
        .mapping = mapping,
        .journal = job->journal,
        .durable = job->durable,
        .from = job->plan.new_size,
        .to = job->old_size,
        .memory = job->worker.chunk,
    };
    struct file_status now;
    if (cut.from <= cut.to)
        return true;
    if (!tail_take_back(&cut, error) || !file_get_status(mapping->file, &now, error))
        return false;
    /*
     * Free blocks that were reserved behind the end, too, unless others append: setting the size
     * would cut off what they wrote since it was looked at. Such blocks do no harm.
     */
    return mapping->in_use || now.size != cut.to || now.allocated == mapping->status.allocated ||
           mapping_resize(mapping, cut.to, error);
}

/* After take_in(), which runs in a hurry: prepares the new plan and syncs its journal. */
static bool settle(struct job *job, struct error *error)
{
    return job_prepare(job, error) &&
           (!job->durable || !job->journal || file_sync_data(job->journal->file, error));
}

enum job_outcome growth_make(struct job *job, bool all, struct error *error)
{
    struct mapping *mapping = job->mapping;
    uint64_t planned = job->plan.old_size;
    bool reserved, mixed, grows = job->plan.new_size > planned;
    bool by_steps = !(all && grows) && (mapping_is_sparse(mapping) || job->totals.zeroed > 0);
    if ((by_steps && !reserve_steps(job, error)) || !follow_size(job, grows, by_steps, error))
        return JOB_FAILED;
    if (!grows)
        return JOB_DONE;
    struct range growth = {mapping->size, job->plan.new_size};
    if ((!by_steps && !file_allocate(mapping->file, growth, false, &reserved, error)) ||
        !set_grown_size(mapping, growth.end, error) ||
        !is_mixed(mapping, growth.start, &mixed, error) ||
        (growth.start != planned && !settle(job, error)))
        return JOB_FAILED;
    return mixed ? JOB_AGAIN : JOB_DONE;
}
