/* apply.c - does an edit: a list of edits on a mapping, as one pass. */
#include "apply.h"

#include <stdlib.h>

enum {
    WINDOW = 256 * 1024, /* fits a second-level cache: the fastest size for reads and writes */
    ZERO_PIECE = 4096,   /* shorter runs of zeros are written with what stands around them */
    MERGE_GAP = 512,     /* nearer patches are cheaper to write together than apart */
};

/* One edit under way. */
struct job {
    struct mapping *mapping;
    struct pool *pool;
    const struct apply_options *options;
    struct plan plan;
    struct plan_assembler assembler;
    unsigned char *window; /* owned */
};

static bool read_old(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                     struct error *error)
{
    const struct job *job = context;
    return mapping_read(job->mapping, offset, bytes, length, error);
}

static bool read_pool(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    struct job *job = context;
    return pool_read(job->pool, offset, bytes, length, error);
}

/* Makes the file as large as it must be while the steps run, its blocks reserved. */
static bool grow(struct job *job, struct error *error)
{
    struct mapping *mapping = job->mapping;
    struct range growth = {mapping->size, job->plan.new_size};
    struct plan_totals totals;
    bool reserved;
    if (growth.end <= growth.start)
        return true;
    plan_count(&job->plan, &totals);
    bool only_zeros = totals.written == 0;
    if ((!only_zeros || job->options->allocate) &&
        !file_allocate(mapping->file, growth, false, &reserved, error)) {
        struct error ignored = {0};
        (void)mapping_resize(mapping, growth.start, &ignored);
        return false;
    }
    return mapping_resize(mapping, growth.end, error);
}

static bool do_step(struct job *job, const struct plan_step *step, struct error *error)
{
    if (step->kind == STEP_ZERO) {
        struct range range = {step->destination, step->destination + step->length};
        return file_zero(job->mapping->file, range, error);
    }
    return mapping_check_size(job->mapping, error) &&
           plan_assemble(&job->assembler, step->destination, job->window, (size_t)step->length,
                         error) &&
           mapping_write(job->mapping, step->destination, job->window, (size_t)step->length, error);
}

static bool do_steps(struct job *job, struct error *error)
{
    struct plan_walk walk;
    struct plan_step step;
    plan_walk_init(&walk, &job->plan);
    while (plan_walk_next(&walk, &step))
        if (!do_step(job, &step, error))
            return false;
    return job->plan.new_size >= job->mapping->size ||
           mapping_resize(job->mapping, job->plan.new_size, error);
}

static bool prepare(struct job *job, const struct edit_list *edits, struct error *error)
{
    struct plan_sources sources = {read_old, read_pool, job};
    if (!plan_init(&job->plan, edits, job->mapping->size, WINDOW, ZERO_PIECE, MERGE_GAP, error))
        return false;
    if (job->plan.new_size != job->mapping->size && !mapping_is_resizable(job->mapping))
        return error_set(error, "a block device cannot change its size (%llu bytes)",
                         (unsigned long long)job->mapping->size);
    job->window = malloc(WINDOW);
    return (job->window || error_memory(error, WINDOW)) &&
           plan_assembler_init(&job->assembler, &job->plan, sources, 2 * WINDOW, error);
}

bool apply_edits(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                 const struct apply_options *options, struct error *error)
{
    struct job job = {.mapping = mapping, .pool = pool, .options = options};
    bool done = edits->count == 0 ||
                (prepare(&job, edits, error) && grow(&job, error) && do_steps(&job, error));
    plan_assembler_release(&job.assembler);
    free(job.window);
    return done;
}
