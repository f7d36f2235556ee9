/* apply.c - does an edit: a list of edits on a mapping, all or nothing. */
#include "apply.h"
#include "blocks.h"
#include "crc32c.h"
#include "holes.h"
#include "pane.h"
#include "test_variant.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Fits a second-level cache: the fastest size to copy in. */
    CHUNK = WINDOW_SIZE(256 * 1024, 1),
    /* Two waits for the disk a window: few, large ones. */
    DURABLE_WINDOW = WINDOW_SIZE(16 * 1024 * 1024, 2),
    ZERO_PIECE = 4096, /* shorter runs of zeros are written with what stands around them */
    PANE_LEAST = WINDOW_SIZE(1024 * 1024, 1), /* moving less is not worth a view */
    MERGE_GAP = 512, /* nearer patches are cheaper to write together than apart */
};

/* One edit under way, or one being finished. */
struct job {
    struct mapping *mapping;
    struct pool *pool;       /* NULL in a recovery: the journal has the new bytes */
    struct journal *journal; /* NULL without one */
    struct plan plan;
    struct plan_assembler assembler;
    unsigned char *chunk;  /* owned */
    struct pane pane;      /* of bulk moves */
    uint64_t old_size;     /* of the file before anything */
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
    if (!pane_holds(&job->pane, offset, length))
        return mapping_read(job->mapping, offset, bytes, length, error);
    memcpy(bytes, pane_bytes(&job->pane, offset), length);
    return true;
}

/*
 * The file must not have been cut; what another program appends meanwhile does no
 * harm here. Asked right before each write, which would make the file as long again
 * with zeros in between; a store to memory is a fault instead.
 */
static bool check_size(const struct job *job, struct error *error)
{
    uint64_t size;
    if (!file_get_size(job->mapping->file, &size, error))
        return false;
    return size >= job->working_size ||
           error_set(error, "another program cut the file during the edit (size was %llu, is %llu)",
                     (unsigned long long)job->working_size, (unsigned long long)size);
}

static bool write_new(struct job *job, uint64_t offset, const unsigned char *bytes, size_t length,
                      struct error *error)
{
    if (!pane_holds(&job->pane, offset, length))
        return check_size(job, error) && mapping_write(job->mapping, offset, bytes, length, error);
    memcpy(pane_bytes(&job->pane, offset), bytes, length);
    return true;
}

static bool read_pool(void *context, uint64_t offset, unsigned char *bytes, size_t length,
                      struct error *error)
{
    struct job *job = context;
    bool from_journal = !job->pool || (job->journal && job->pool->has_file);
    return from_journal ? journal_read_pool(job->journal, offset, bytes, length, error)
                        : pool_read(job->pool, offset, bytes, length, error);
}

static void job_release(struct job *job)
{
    plan_assembler_release(&job->assembler);
    pane_release(&job->pane);
    free(job->chunk);
    job->chunk = NULL;
}

/* Makes ready for the plan that the job has now. */
static bool job_prepare(struct job *job, struct error *error)
{
    job_release(job);
    struct plan_sources sources = {read_old, read_pool, job};
    struct plan_totals totals;
    plan_count(&job->plan, &totals);
    /* fdatasync() protects the pages of a view again: stores would fault anew. */
    pane_init(&job->pane, job->mapping, !job->durable && totals.moved >= PANE_LEAST);
    job->chunk = malloc(CHUNK);
    return (job->chunk || error_memory(error, CHUNK)) &&
           plan_assembler_init(&job->assembler, &job->plan, sources, 2 * CHUNK, error);
}

/* ---- one step ------------------------------------------------------------------------------- */

/* A step, its number, and whether its slot is already complete. */
struct work {
    struct job *job;
    const struct plan_step *step;
    uint64_t number;
    bool slot_is_full;
    uint64_t slot_start; /* in the journal; 0 without a slot */
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
    struct journal_record record = {work->number + 1, work->slot_start, slot_length, crc};
    job->late_published = late;
    return journal_publish(job->journal, &record, work->error);
}

/* Where bytes for the slot are put together: in it, if it is memory. */
static unsigned char *slot_memory(const struct work *work, uint64_t at)
{
    struct job *job = work->job;
    return job->journal->mapped
               ? journal_slot(job->journal, work->number, work->step->destination) + at
               : job->chunk;
}

/* Assembles the step's bytes into its slot. */
static bool fill_slot(const struct work *work, uint32_t *crc)
{
    struct job *job = work->job;
    const struct plan_step *step = work->step;
    *crc = 0;
    for (uint64_t at = 0; at < step->length;) {
        size_t length = chunk_at(step, at);
        unsigned char *bytes = slot_memory(work, at);
        if (!plan_assemble(&job->assembler, step->destination + at, bytes, length, work->error))
            return false;
        if (!job->journal->mapped &&
            !journal_write(job->journal, work->slot_start + at, bytes, length, work->error))
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
        unsigned char *bytes = slot_memory(work, at);
        if (!job->journal->mapped &&
            !journal_read(job->journal, work->slot_start + at, bytes, length, work->error))
            return false;
        if (!write_new(job, step->destination + at, bytes, length, work->error))
            return false;
        at += length;
    }
    return true;
}

static bool do_slot_step(struct work *work)
{
    uint32_t crc;
    work->slot_start =
        journal_slot_start(work->job->journal, work->number, work->step->destination);
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
            !write_new(job, step->destination + at, job->chunk, length, work->error))
            return false;
        at += length;
    }
    return true;
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
    work->done = (slot ? do_slot_step(work) : do_direct_step(work)) && wait_for_step(work);
}

/* Slides the pane over what a moving step reads and writes. */
static void move_pane(struct job *job, const struct plan_step *step)
{
    struct range need = {step->destination, step->destination + step->length};
    if (step->phase == PLAN_LATE || step->kind != STEP_WRITE)
        return;
    if (step->source_end > 0) {
        need.start = minimum_u64(need.start, step->source_start);
        need.end = maximum_u64(need.end, step->source_end);
    }
    (void)pane_cover(&job->pane, need, step->phase == PLAN_RIGHT);
}

/* Does a step under guard: a view may lose its file or its disk. */
static bool guarded_step(struct work *work)
{
    const void *fault = NULL;
    struct job *job = work->job;
    struct error cause = {0};
    if (!check_size(job, work->error))
        return false;
    move_pane(job, work->step);
    if (!job->pane.usable && (!job->journal || !job->journal->mapped)) {
        do_step(work);
        return work->done;
    }
    if (!view_guard(do_step, work, &fault, &cause))
        return error_set(work->error, "the file or its journal cannot be stored to: %s",
                         cause.message);
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
        struct work work = {job, &step, number, published && number == first, 0, error, false};
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
    struct journal_record all = {.published = job->step_count + 1};
    bool ready = !job->durable || (FILE_BARRIER(file_sync(job->mapping->file, true, error)) &&
                                   (!job->journal || journal_publish(job->journal, &all, error)));
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

static bool finish_size(struct job *job, struct error *error)
{
    uint64_t size;
    if (!check_size(job, error) || !file_get_size(job->mapping->file, &size, error))
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

/* What another program has cut off would come back as zeros, and nobody could tell. */
static bool is_uncut(const struct job *job, struct error *error)
{
    uint64_t size, seen = job->mapping->size;
    if (!file_get_size(job->mapping->file, &size, error))
        return false;
    return size >= seen ||
           error_set(error, "another program cut the file meanwhile (size was %llu, is %llu)",
                     (unsigned long long)seen, (unsigned long long)size);
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
    if (!is_uncut(job, error))
        return false;
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
                          const struct blocks_edit *blocks, const struct apply_options *options,
                          struct error *error)
{
    struct journal_spec spec = {
        .mapping = job->mapping,
        .plan = &job->plan,
        .pool = job->pool,
        .directory = options->journal_dir,
        .durable = options->durable,
        .old_size = job->mapping->size,
        .new_size = job->new_size,
        .blocks = blocks->kind,
        .blocks_offset = blocks->offset,
        .blocks_length = blocks->length,
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
    bool back = !job->journal || journal_retract(job->journal, &ignored);
    if (back && job->mapping->size != job->old_size)
        back = mapping_resize(job->mapping, job->old_size, &ignored);
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

static bool commit(struct job *job, struct error *error)
{
    return !job->journal || ((!job->durable || file_sync(job->mapping->file, false, error)) &&
                             journal_commit(job->journal, error));
}

static bool plan_job(struct job *job, const struct edit_list *edits, uint64_t size,
                     const struct apply_options *options, struct error *error)
{
    /* Without a journal a step is put together in memory, so it must fit one chunk. */
    uint64_t window = options->durable && !options->no_journal ? DURABLE_WINDOW : CHUNK;
    return plan_init(&job->plan, edits, size, window, ZERO_PIECE, MERGE_GAP, error) &&
           job_prepare(job, error);
}

/* The edit in steps of our own. */
static bool do_by_steps(struct job *job, const struct apply_options *options,
                        struct apply_report *report, struct error *error)
{
    static const struct blocks_edit no_blocks = {.kind = BLOCKS_NONE};
    struct journal journal = {0};
    if (is_size_only(&job->plan))
        return grow(job, options->allocate, error) && finish_size(job, error);
    if (!start_journal(job, &journal, &no_blocks, options, error))
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
    job->journal = NULL;
    return done;
}

/* What came of an edit by blocks: when the file system cannot, nothing has changed. */
enum blocks_outcome { BY_BLOCKS_DONE, BY_BLOCKS_FAILED, BY_BLOCKS_CANNOT };

static enum file_blocks_result move_blocks(struct mapping *mapping, uint64_t new_size,
                                           enum journal_blocks kind, uint64_t offset,
                                           uint64_t length, struct error *error)
{
    enum file_blocks_result result = kind == BLOCKS_INSERT
                                         ? file_insert_blocks(mapping->file, offset, length, error)
                                         : file_cut_blocks(mapping->file, offset, length, error);
    if (result == FILE_BLOCKS_DONE)
        mapping->size = new_size;
    return result;
}

static enum blocks_outcome run_blocks(struct job *job, const struct blocks_edit *blocks,
                                      struct error *error)
{
    if (!commit(job, error)) {
        abandon(job);
        return BY_BLOCKS_FAILED;
    }
    if (move_blocks(job->mapping, job->new_size, blocks->kind, blocks->offset, blocks->length,
                    error) != FILE_BLOCKS_DONE) {
        abandon(job);
        return BY_BLOCKS_CANNOT;
    }
    if (run_job(job, 0, false, error))
        return BY_BLOCKS_DONE;
    explain_half(job, error);
    return BY_BLOCKS_FAILED;
}

/*
 * The edit by whole blocks, where that is faster. Not with `durable`: the calls
 * are never partial under a kill, but xfs may show a half-made one after power
 * loss.
 */
static enum blocks_outcome do_by_blocks(struct job *job, const struct edit_list *edits,
                                        const struct apply_options *options,
                                        struct apply_report *report, struct error *error)
{
    struct blocks_edit blocks;
    struct journal journal = {0};
    enum blocks_outcome outcome = BY_BLOCKS_CANNOT;
    if (options->durable || options->no_journal)
        return outcome;
    if (!blocks_plan(job->mapping, edits, job->pool, &blocks, error))
        return BY_BLOCKS_FAILED;
    if (blocks.kind != BLOCKS_NONE && plan_job(job, &blocks.edits, job->new_size, options, error) &&
        start_journal(job, &journal, &blocks, options, error)) {
        job->working_size = job->new_size;
        platform_signals_hold();
        outcome = run_blocks(job, &blocks, error);
        platform_signals_restore();
        journal_close(&journal);
        job->journal = NULL;
    }
    edit_list_release(&blocks.edits);
    if (outcome == BY_BLOCKS_DONE) {
        report->journaled = true;
        *(blocks.kind == BLOCKS_CUT ? &report->cut_blocks : &report->inserted_blocks) =
            blocks.length;
    }
    return outcome;
}

static bool apply_list(struct job *job, const struct edit_list *edits,
                       const struct apply_options *options, struct apply_report *report,
                       struct error *error)
{
    struct mapping *mapping = job->mapping;
    uint64_t new_size = edit_list_new_size(edits, mapping->size);
    if (!plan_job(job, edits, mapping->size, options, error))
        return false;
    if (new_size != mapping->size && !mapping_is_resizable(mapping))
        return error_set(error, "a block device cannot change its size (%llu bytes)",
                         (unsigned long long)mapping->size);
    job->old_size = mapping->size;
    job->new_size = report->new_size = new_size;
    plan_count(&job->plan, &report->totals);
    enum blocks_outcome outcome = do_by_blocks(job, edits, options, report, error);
    if (outcome != BY_BLOCKS_CANNOT) {
        report->totals.moved = 0;
        return outcome == BY_BLOCKS_DONE;
    }
    job->working_size = maximum_u64(new_size, mapping->size);
    return plan_job(job, edits, mapping->size, options, error) &&
           do_by_steps(job, options, report, error);
}

bool apply_edits(struct mapping *mapping, const struct edit_list *edits, struct pool *pool,
                 const struct apply_options *options, struct apply_report *report,
                 struct error *error)
{
    struct job job = {.mapping = mapping, .pool = pool, .durable = options->durable};
    struct edit_list with_holes;
    *report = (struct apply_report){.old_size = mapping->size, .new_size = mapping->size};
    if (edits->count == 0)
        return true;
    edit_list_init(&with_holes);
    bool sparse = mapping->status.kind == FILE_REGULAR && mapping->status.allocated < mapping->size;
    bool done = !sparse || holes_keep(mapping, edits, ZERO_PIECE, &with_holes, error);
    if (done)
        done = apply_list(&job, sparse ? &with_holes : edits, options, report, error);
    job_release(&job);
    edit_list_release(&with_holes);
    return done;
}

/* ---- recovery ------------------------------------------------------------------------------- */

/* The blocks go in or out before the first step; the size tells whether they did. */
static bool resume_blocks(struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    uint64_t size = job->mapping->size;
    bool done =
        header->blocks == BLOCKS_NONE ||
        (header->blocks == BLOCKS_INSERT ? size >= header->new_size : size < header->old_size);
    return done ||
           move_blocks(job->mapping, header->new_size, header->blocks, header->blocks_offset,
                       header->blocks_length, error) == FILE_BLOCKS_DONE;
}

/* Of the sizes that the file has in the course of the edit, the one it has now, or more. */
static bool check_recoverable(const struct job *job, struct error *error)
{
    const struct journal_header *header = &job->journal->header;
    uint64_t size = job->mapping->size;
    uint64_t least = header->blocks == BLOCKS_INSERT ? header->old_size : job->working_size;
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
    if (!plan_init(&job->plan, edits, header->start_size, header->window, header->zero_piece,
                   header->merge_gap, error))
        return false;
    job->new_size = header->new_size;
    job->working_size = maximum_u64(job->plan.new_size, header->start_size);
    if (!check_recoverable(job, error))
        return false;
    /* A file system that cannot, or has no room: then nothing has changed, and nothing will. */
    if (!resume_blocks(job, error))
        return apply_rollback(job->mapping, job->journal, error);
    if (!job_prepare(job, error))
        return false;
    /* Cut to its new size, the file is done but for the journal. */
    if (job->mapping->size == job->new_size && job->new_size < job->working_size)
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
