/* apply.c - does an edit: a list of edits on a mapping, all or nothing. */
#include "apply.h"
#include "crc32c.h"
#include "test_variant.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Fits a second-level cache: the fastest size to copy in. */
    CHUNK = WINDOW_SIZE(256 * 1024, 1),
    /* Two waits for the disk a window: few, large ones. */
    DURABLE_WINDOW = WINDOW_SIZE(16 * 1024 * 1024, 2),
    ZERO_PIECE = 4096, /* shorter runs of zeros are written with what stands around them */
    MERGE_GAP = 512,   /* nearer patches are cheaper to write together than apart */
};

/* One edit under way, or one being finished. */
struct job {
    struct mapping *mapping;
    struct pool *pool;       /* NULL in a recovery: the journal has the new bytes */
    struct journal *journal; /* NULL without one */
    struct plan plan;
    struct plan_assembler assembler;
    unsigned char *chunk;  /* owned */
    uint64_t working_size; /* of the file while steps run */
    uint64_t new_size;     /* when all is done */
    uint64_t step_count;   /* known when all are done */
    bool durable;
    bool late_published; /* durable: the late steps need one record for all of them */
};

/* ---- sources -------------------------------------------------------------------------------- */

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
    bool from_journal = !job->pool || (job->journal && job->pool->has_file);
    return from_journal ? journal_read_pool(job->journal, offset, bytes, length, error)
                        : pool_read(job->pool, offset, bytes, length, error);
}

static bool job_prepare(struct job *job, struct error *error)
{
    struct plan_sources sources = {read_old, read_pool, job};
    job->chunk = malloc(CHUNK);
    return (job->chunk || error_memory(error, CHUNK)) &&
           plan_assembler_init(&job->assembler, &job->plan, sources, 2 * CHUNK, error);
}

static void job_release(struct job *job)
{
    plan_assembler_release(&job->assembler);
    free(job->chunk);
}

/* ---- one step ------------------------------------------------------------------------------- */

/* A step, its number, and whether its slot is already complete. */
struct work {
    struct job *job;
    const struct plan_step *step;
    uint64_t number;
    bool slot_is_full;
    struct error *error;
    bool done;
};

static size_t chunk_at(const struct plan_step *step, uint64_t at)
{
    return (size_t)minimum_u64(CHUNK, step->length - at);
}

static bool publish(const struct work *work, uint64_t slot_length, uint32_t crc)
{
    struct job *job = work->job;
    bool late = work->step->phase == PLAN_LATE;
    if (!job->journal || (job->durable && late && job->late_published))
        return true;
    job->late_published = late;
    return journal_publish(job->journal, work->number, slot_length, crc, work->error);
}

/* Assembles the step's bytes into its slot. */
static bool fill_slot(const struct work *work, uint32_t *crc)
{
    struct job *job = work->job;
    const struct plan_step *step = work->step;
    *crc = 0;
    for (uint64_t at = 0; at < step->length;) {
        size_t length = chunk_at(step, at);
        unsigned char *bytes =
            job->journal->mapped ? journal_slot(job->journal, work->number) + at : job->chunk;
        if (!plan_assemble(&job->assembler, step->destination + at, bytes, length, work->error))
            return false;
        if (!job->journal->mapped &&
            !journal_write_slot(job->journal, work->number, at, bytes, length, work->error))
            return false;
        if (job->durable)
            *crc = crc32c(*crc, bytes, length);
        at += length;
    }
    return true;
}

/* Copies the slot to where it belongs; never reads the file, so it can be done again. */
static bool store_slot(const struct work *work)
{
    struct job *job = work->job;
    const struct plan_step *step = work->step;
    for (uint64_t at = 0; at < step->length;) {
        size_t length = chunk_at(step, at);
        unsigned char *bytes = job->chunk;
        if (job->journal->mapped)
            bytes = journal_slot(job->journal, work->number) + at;
        else if (!journal_read_slot(job->journal, work->number, at, bytes, length, work->error))
            return false;
        if (!mapping_write(job->mapping, step->destination + at, bytes, length, work->error))
            return false;
        at += length;
    }
    return true;
}

static bool do_slot_step(const struct work *work)
{
    uint32_t crc;
    if (!work->slot_is_full && !(fill_slot(work, &crc) && publish(work, work->step->length, crc)))
        return false;
    return store_slot(work);
}

/* Bytes that come from where this step does not write: assembled again, they are the same. */
static bool do_direct_step(const struct work *work)
{
    struct job *job = work->job;
    const struct plan_step *step = work->step;
    if (!publish(work, 0, 0))
        return false;
    if (step->kind == STEP_ZERO) {
        struct range range = {step->destination, step->destination + step->length};
        return file_zero(job->mapping->file, range, work->error);
    }
    for (uint64_t at = 0; at < step->length;) {
        size_t length = chunk_at(step, at);
        if (!plan_assemble(&job->assembler, step->destination + at, job->chunk, length,
                           work->error) ||
            !mapping_write(job->mapping, step->destination + at, job->chunk, length, work->error))
            return false;
        at += length;
    }
    return true;
}

/* The file must not have been cut; what another program appends meanwhile does no harm here. */
static bool check_size(const struct job *job, struct error *error)
{
    uint64_t size;
    if (!file_get_size(job->mapping->file, &size, error))
        return false;
    return size >= job->working_size ||
           error_set(error, "another program cut the file during the edit (size was %llu, is %llu)",
                     (unsigned long long)job->working_size, (unsigned long long)size);
}

/* A step that moves is waited for before a later one may overwrite what it came from. */
static bool wait_for_step(const struct work *work)
{
    const struct job *job = work->job;
    return !job->durable || work->step->phase == PLAN_LATE ||
           FILE_BARRIER(file_sync(job->mapping->file, true, work->error));
}

static void do_step(void *context)
{
    struct work *work = context;
    bool slot = work->job->journal && STEP_NEEDS_SLOT(work->step);
    work->done = check_size(work->job, work->error) &&
                 (slot ? do_slot_step(work) : do_direct_step(work)) && wait_for_step(work);
}

/* Does a step under guard: the mapped journal may lose its disk. */
static bool guarded_step(struct work *work)
{
    const void *fault = NULL;
    if (!work->job->journal || !work->job->journal->mapped) {
        do_step(work);
        return work->done;
    }
    struct error cause = {0};
    if (!view_guard(do_step, work, &fault, &cause))
        return error_set(work->error, "the journal cannot be stored to: %s", cause.message);
    return work->done;
}

/* ---- all steps ------------------------------------------------------------------------------ */

static bool stop_for_signal(struct error *error)
{
    int signal = platform_signal_pending();
    if (signal == 0)
        return false;
    error_set(error, "stopped by signal %d", signal);
    error->signal = signal;
    return true;
}

/* The steps from number `first` on; its slot is full if it was published. */
static bool do_steps(struct job *job, uint64_t first, bool published, struct error *error)
{
    struct plan_walk walk;
    struct plan_step step;
    plan_walk_init(&walk, &job->plan);
    job->step_count = 0;
    for (; plan_walk_next(&walk, &step); job->step_count++) {
        uint64_t number = job->step_count;
        struct work work = {job, &step, number, published && number == first, error, false};
        if (number < first)
            continue;
        if (job->journal && stop_for_signal(error))
            return false;
        if (!guarded_step(&work))
            return false;
    }
    return true;
}

/*
 * A shorter file is how a recovery knows that all steps are done, so what they
 * wrote must not reach the disk after the cut. Nor may the last step be done again
 * once the cut has begun: file systems put zeros between the new end and the end
 * of its block on the disk before they put the new size there.
 */
static bool cut_to(struct job *job, uint64_t size, struct error *error)
{
    bool ready = !job->durable ||
                 (FILE_BARRIER(file_sync(job->mapping->file, true, error)) &&
                  (!job->journal || journal_publish(job->journal, job->step_count, 0, 0, error)));
    return ready && mapping_resize(job->mapping, size, error);
}

/*
 * What another program appended while the file was being made shorter lies behind
 * the old end: it follows the new end, as it would have in the other order.
 */
static bool carry_appended(struct job *job, uint64_t appended, struct error *error)
{
    if (appended > job->working_size - job->new_size)
        return error_set(error,
                         "another program appended %llu bytes during the edit, more than "
                         "can be put right",
                         (unsigned long long)appended);
    for (uint64_t at = 0; at < appended;) {
        size_t length = (size_t)minimum_u64(CHUNK, appended - at);
        if (!mapping_read(job->mapping, job->working_size + at, job->chunk, length, error) ||
            !mapping_write(job->mapping, job->new_size + at, job->chunk, length, error))
            return false;
        at += length;
    }
    return cut_to(job, job->new_size + appended, error);
}

/* The blocks that go out as a whole go last: their step is one call, its witness the size. */
static bool cut_blocks(struct job *job, struct error *error)
{
    const struct journal_header *header = job->journal ? &job->journal->header : NULL;
    if (!header || header->blocks != BLOCKS_CUT_LAST)
        return true;
    if (file_cut_blocks(job->mapping->file, header->blocks_offset, header->blocks_length, error) !=
        FILE_BLOCKS_DONE)
        return false;
    job->mapping->size = job->working_size = job->new_size;
    return true;
}

static bool finish_size(struct job *job, struct error *error)
{
    uint64_t size;
    if (!check_size(job, error) || !cut_blocks(job, error) ||
        !file_get_size(job->mapping->file, &size, error))
        return false;
    if (job->new_size < job->working_size) {
        bool cut = size > job->working_size ? carry_appended(job, size - job->working_size, error)
                                            : cut_to(job, job->new_size, error);
        if (!cut)
            return false;
    }
    return !job->durable || file_sync(job->mapping->file, false, error);
}

static bool remove_journal(struct job *job, struct error *error)
{
    return !job->journal || journal_remove(job->journal, job->mapping, error);
}

static bool run_job(struct job *job, uint64_t first, bool published, struct error *error)
{
    return do_steps(job, first, published, error) && finish_size(job, error) &&
           remove_journal(job, error);
}

/* ---- growing -------------------------------------------------------------------------------- */

static bool reserve_step(struct job *job, const struct plan_step *step, struct error *error)
{
    struct range range = {step->destination, step->destination + step->length};
    bool reserved;
    return step->kind == STEP_ZERO ||
           file_allocate(job->mapping->file, range, true, &reserved, error);
}

/* A file with holes, or one that gets some: only what is stored to is reserved. */
static bool reserve_steps(struct job *job, struct error *error)
{
    struct plan_walk walk;
    struct plan_step step;
    plan_walk_init(&walk, &job->plan);
    while (plan_walk_next(&walk, &step))
        if (!reserve_step(job, &step, error))
            return false;
    return true;
}

/* Makes the file as large as it must be while the steps run, its blocks reserved. */
static bool grow(struct job *job, bool all, struct error *error)
{
    struct mapping *mapping = job->mapping;
    struct range growth = {mapping->size, job->plan.new_size};
    struct plan_totals totals;
    bool reserved, done = true;
    bool grows = growth.end > growth.start;
    bool sparse = mapping->status.kind == FILE_REGULAR && mapping->status.allocated < mapping->size;
    plan_count(&job->plan, &totals);
    if (all && grows)
        done = file_allocate(mapping->file, growth, false, &reserved, error);
    else if (sparse || totals.zeroed > 0)
        done = reserve_steps(job, error);
    else if (grows)
        done = file_allocate(mapping->file, growth, false, &reserved, error);
    if (done && grows)
        done = mapping_resize(mapping, growth.end, error);
    if (done)
        return true;
    struct error ignored = {0};
    (void)mapping_resize(mapping, growth.start, &ignored);
    return false;
}

/* ---- an edit -------------------------------------------------------------------------------- */

static bool explain_half(const struct job *job, struct error *error)
{
    struct error cause = *error;
    const char *stand = job->journal ? "the next mmtool command on the file finishes the edit"
                                     : "the file may hold half an edit (there is no journal)";
    error_set(error, "%s; %s", cause.message, stand);
    error->signal = cause.signal;
    return false;
}

static bool start_journal(struct job *job, struct journal *journal,
                          const struct apply_options *options, struct error *error)
{
    struct journal_spec spec = {
        .mapping = job->mapping,
        .plan = &job->plan,
        .pool = job->pool,
        .directory = options->journal_dir,
        .durable = options->durable,
        .old_size = job->mapping->size,
        .new_size = job->plan.new_size,
    };
    if (options->no_journal)
        return true;
    if (!journal_create(journal, &spec, error))
        return false;
    job->journal = journal;
    return true;
}

/* Takes back a growth and a journal whose edit has not begun. */
static void abandon(struct job *job)
{
    struct error ignored = {0};
    uint64_t old_size = job->plan.old_size;
    bool back = !job->journal || journal_retract(job->journal, &ignored);
    if (back && job->mapping->size != old_size)
        back = mapping_resize(job->mapping, old_size, &ignored);
    /* What cannot be put right now stays for the next command. */
    if (back && job->journal)
        (void)journal_remove(job->journal, job->mapping, &ignored);
}

/* Cutting the end off, or growing by zeros: one change of the size, which the system makes whole.
 */
static bool is_size_only(const struct plan *plan)
{
    const struct edit *edit = &plan->edits->last;
    return plan->edits->count == 1 && edit->offset + edit->old_length == plan->old_size &&
           (edit->new_length == 0 || (edit->kind == EDIT_ZEROS && edit->old_length == 0));
}

static bool resize_only(struct job *job, const struct apply_options *options, struct error *error)
{
    return grow(job, options->allocate, error) && finish_size(job, error);
}

static bool commit(struct job *job, struct error *error)
{
    return !job->journal || ((!job->durable || file_sync(job->mapping->file, false, error)) &&
                             journal_commit(job->journal, error));
}

static bool do_edit(struct job *job, const struct apply_options *options,
                    struct apply_report *report, struct error *error)
{
    struct journal journal = {0};
    if (is_size_only(&job->plan))
        return resize_only(job, options, error);
    if (!start_journal(job, &journal, options, error))
        return false;
    report->journaled = job->journal != NULL;
    platform_signals_hold();
    bool done = grow(job, options->allocate, error) && commit(job, error);
    if (!done)
        abandon(job);
    else if (!run_job(job, 0, false, error))
        done = explain_half(job, error);
    platform_signals_restore();
    journal_close(&journal);
    return done;
}

bool apply_edits(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                 const struct apply_options *options, struct apply_report *report,
                 struct error *error)
{
    struct job job = {.mapping = mapping, .pool = pool, .durable = options->durable};
    *report = (struct apply_report){.old_size = mapping->size, .new_size = mapping->size};
    if (edits->count == 0)
        return true;
    /* Without a journal a step is put together in memory, so it must fit one chunk. */
    uint64_t window = options->durable && !options->no_journal ? DURABLE_WINDOW : CHUNK;
    if (!plan_init(&job.plan, edits, mapping->size, window, ZERO_PIECE, MERGE_GAP, error))
        return false;
    job.new_size = report->new_size = job.plan.new_size;
    job.working_size = maximum_u64(job.new_size, mapping->size);
    if (job.new_size != mapping->size && !mapping_is_resizable(mapping))
        return error_set(error, "a block device cannot change its size (%llu bytes)",
                         (unsigned long long)mapping->size);
    plan_count(&job.plan, &report->totals);
    bool done = job_prepare(&job, error) && do_edit(&job, options, report, error);
    job_release(&job);
    return done;
}

/* ---- recovery ------------------------------------------------------------------------------- */

/* The size tells whether the file system's own step was made. */
static bool resume_blocks(struct job *job, bool *cut_done, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    struct mapping *mapping = job->mapping;
    *cut_done = header->blocks == BLOCKS_CUT_LAST && mapping->size == header->new_size;
    if (header->blocks != BLOCKS_INSERT_FIRST || mapping->size >= header->new_size)
        return true;
    if (file_insert_blocks(mapping->file, header->blocks_offset, header->blocks_length, error) !=
        FILE_BLOCKS_DONE)
        return false;
    mapping->size = header->new_size;
    return true;
}

/* Of the sizes that the file has in the course of the edit, the one it has now, or more. */
static bool check_recoverable(const struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    uint64_t size = job->mapping->size;
    uint64_t least = job->working_size;
    if (header->blocks == BLOCKS_INSERT_FIRST)
        least = header->old_size;
    if (size >= least || size == header->new_size)
        return true;
    return error_set(
        error,
        "an edit was interrupted and another program has cut the file since (size %llu, "
        "%llu expected): the edit cannot be finished; remove the journal %s to accept "
        "the file as it is",
        (unsigned long long)size, (unsigned long long)least, place_path(job->journal->place));
}

static bool forward(struct job *job, const struct edit_list *edits, uint64_t first, bool published,
                    struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    bool cut_done = false;
    if (!plan_init(&job->plan, edits, header->start_size, header->window, header->zero_piece,
                   header->merge_gap, error))
        return false;
    job->new_size = header->new_size;
    job->working_size = maximum_u64(job->plan.new_size, header->start_size);
    if (!check_recoverable(job, error) || !resume_blocks(job, &cut_done, error) ||
        !job_prepare(job, error))
        return false;
    /* Cut to its new size, the file is done but for the journal. */
    if (cut_done || (job->mapping->size == job->new_size && job->new_size < job->working_size))
        return remove_journal(job, error);
    return run_job(job, first, published, error);
}

bool apply_forward(struct mapping *mapping, struct journal *journal, struct error *error)
{
    struct job job = {.mapping = mapping, .journal = journal, .durable = journal->header.durable};
    struct buffer bytes = {0};
    struct edit_list edits;
    uint64_t first;
    bool published;
    bool done = journal_load(journal, &bytes, &edits, &first, &published, error);
    if (done) {
        platform_signals_hold();
        done = forward(&job, &edits, first, published, error);
        platform_signals_restore();
        edit_list_release(&edits);
    }
    job_release(&job);
    buffer_release(&bytes);
    return done;
}

/* Whether the file's bytes from `offset` on are those of a growth that nothing was stored in. */
static bool is_only_zeros(struct mapping *mapping, uint64_t offset, bool *zeros,
                          struct error *error)
{
    unsigned char bytes[16384];
    *zeros = true;
    while (*zeros && offset < mapping->size) {
        struct range data, rest = {offset, mapping->size};
        if (!mapping_next_data(mapping, rest, &data, error))
            return false;
        size_t length = (size_t)minimum_u64(sizeof bytes, range_length(data));
        if (!mapping_read(mapping, data.start, bytes, length, error))
            return false;
        for (size_t i = 0; i < length && *zeros; i++)
            *zeros = bytes[i] == 0;
        offset = data.start + length;
    }
    return true;
}

bool apply_rollback(struct mapping *mapping, struct journal *journal, struct error *error)
{
    uint64_t old_size = journal->header.old_size;
    bool grew = mapping->size > old_size && mapping->size <= journal->header.new_size;
    /* What is not zeros was appended by another program since. */
    if (grew && !is_only_zeros(mapping, old_size, &grew, error))
        return false;
    return (!grew || mapping_resize(mapping, old_size, error)) &&
           journal_remove(journal, mapping, error);
}
