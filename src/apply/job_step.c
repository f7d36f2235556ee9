/* job_step.c - one step of an edit: assemble its bytes, publish it, store it. */
#include "base/crc32c.h"
#include "apply/job.h"

#include <string.h>

enum { ZEROS_CHUNK = 256 * 1024 * 1024 };

/* One step that is being done. */
struct work {
    struct job *job;
    struct job_worker *worker;
    const struct plan_step *step;
    uint64_t number;
    bool was_published;  /* before a kill: its slot is complete */
    uint64_t slot_start; /* in the journal; 0 without a slot */
    bool looked;         /* at the size, and only stores have come since */
    struct error *error;
    bool done;
};

/* Looks at the size before a step is published: if the file was cut, the edit can be taken back. */
static bool look(struct work *work)
{
    return work->looked = job_check_size(work->job, work->error);
}

static bool write_new(struct work *work, uint64_t at, const unsigned char *bytes, size_t length)
{
    if (!work->looked && !look(work))
        return false;
    work->looked = false;
    return mapping_write(work->job->mapping, work->step->destination + at, bytes, length,
                         work->error);
}

static size_t chunk_at(const struct plan_step *step, uint64_t at)
{
    return (size_t)minimum_u64(JOB_CHUNK, step->length - at);
}

/*
 * At which offset in a page the buffer between source and destination should begin. On some
 * processors (AMD Zen 3 to 5) the kernel's string instructions copy at 2 GB/s instead of 11 if the
 * destination is 1 to 31 bytes behind the source modulo the page size. This keeps both copies, from
 * the source to the buffer and from the buffer to the destination, clear of that.
 */
static uint64_t placement_of(const struct plan_step *step)
{
    enum { APART = 64 };
    uint64_t place = (step->destination + JOB_PAGE - APART) % JOB_PAGE;
    uint64_t behind_source = (place - step->source_start) % JOB_PAGE;
    return behind_source < APART ? (place + JOB_PAGE - 2 * APART) % JOB_PAGE : place;
}

/* Where in the chunk the step's bytes from `at` on go: see placement_of(). */
static unsigned char *chunk_for(const struct work *work, uint64_t at)
{
    unsigned char *chunk = work->worker->chunk;
    uint64_t wanted = (placement_of(work->step) + at) % JOB_PAGE;
    uint64_t present = (uintptr_t)chunk % JOB_PAGE;
    return chunk + (size_t)((wanted + JOB_PAGE - present) % JOB_PAGE);
}

static bool publish(struct work *work, uint64_t slot_length, uint32_t crc)
{
    struct job *job = work->job;
    bool deferred = work->step->phase == PLAN_DEFERRED;
    bool is_published = work->was_published || (deferred && job->deferred_published);
    struct journal_record record = {work->number + 1, work->slot_start, slot_length, crc, 0, {0}};
    job->deferred_published |= deferred;
    if (!job->journal || is_published)
        return true;
    work->looked = work->looked && (job->journal->mapped || job->journal->front);
    return (!job->durable || job_witness_step(work->worker, work->step, &record, work->error)) &&
           journal_publish(job->journal, &record, work->error);
}

/* Where bytes for the slot are assembled: in the slot itself, if the journal is mapped. */
static unsigned char *slot_memory(const struct work *work, uint64_t at)
{
    const struct job *job = work->job;
    return job->journal->mapped ? journal_slot(job->journal, work->slot_start) + at
                                : chunk_for(work, at);
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
        if (!plan_assemble(&work->worker->assembler, step->destination + at, bytes, length,
                           work->error))
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

/* Whether all bytes of the slot are in memory, since fill_slot() has put them there. */
static bool holds_slot(const struct work *work)
{
    return work->job->journal->mapped ||
           (!work->was_published && chunk_at(work->step, 0) == work->step->length);
}

/* Copies the slot to its destination. Never reads the file, so it can be done again after a kill.
 */
static bool store_slot(struct work *work)
{
    struct job *job = work->job;
    const struct plan_step *step = work->step;
    bool held = holds_slot(work);
    for (uint64_t at = 0; at < step->length;) {
        size_t length = chunk_at(step, at);
        unsigned char *bytes = slot_memory(work, at);
        if (!held && !journal_read(job->journal, work->slot_start + at, bytes, length, work->error))
            return false;
        if (!write_new(work, at, bytes, length))
            return false;
        at += length;
    }
    return true;
}

static bool do_slot_step(struct work *work)
{
    uint32_t crc;
    work->slot_start =
        journal_slot_start(work->job->journal, work->number, placement_of(work->step));
    if (!work->was_published &&
        !(fill_slot(work, &crc) && look(work) && publish(work, work->step->length, crc)))
        return false;
    return store_slot(work);
}

/*
 * Where the file system has no holes, zeros are written, and they may be very many: so they are
 * done in chunks, and a signal can stop them in between. Chunks end at multiples of their length,
 * so that whole blocks become holes.
 */
static bool store_zeros(const struct work *work)
{
    struct range left = {work->step->destination, work->step->destination + work->step->length};
    while (left.start < left.end) {
        uint64_t end = minimum_u64(left.end, (left.start / ZEROS_CHUNK + 1) * ZEROS_CHUNK);
        if (job_must_stop(work->job, work->error) ||
            !file_zero(work->job->mapping->file, (struct range){left.start, end}, work->error))
            return false;
        left.start = end;
    }
    return true;
}

/* Whether the file may have bytes other than zeros where zeros are to be. */
static bool has_data(const struct work *work, bool *has)
{
    const struct plan_step *step = work->step;
    uint64_t end = step->destination + step->length, start;
    bool found =
        file_find_data(work->job->mapping->file, step->destination, end, &start, work->error);
    *has = start < end;
    return found;
}

/* Most zeros of a sparse file come to lie where the file had a hole, too. */
static bool do_zero_step(struct work *work)
{
    bool has;
    return has_data(work, &has) && (!has || look(work)) && publish(work, 0, 0) &&
           (!has || store_zeros(work));
}

/* A step that does not overwrite its own source: after a kill it can be assembled again. */
static bool do_direct_step(struct work *work)
{
    const struct plan_step *step = work->step;
    if (step->kind == PLAN_ZERO)
        return do_zero_step(work);
    if (!look(work) || !publish(work, 0, 0))
        return false;
    work->looked = work->looked && step->length <= JOB_PAGE; /* more may take long to assemble */
    for (uint64_t at = 0; at < step->length;) {
        size_t length = chunk_at(step, at);
        unsigned char *bytes = chunk_for(work, at);
        if (!plan_assemble(&work->worker->assembler, step->destination + at, bytes, length,
                           work->error) ||
            !write_new(work, at, bytes, length))
            return false;
        at += length;
    }
    return true;
}

/* With `durable`: moved bytes must be on the disk before a later step overwrites their source. */
static bool wait_for_step(const struct work *work)
{
    const struct job *job = work->job;
    return !job->durable || work->step->phase == PLAN_DEFERRED ||
           test_has_fault(TEST_FAULT_NO_FILE_BARRIER) ||
           file_sync_data(job->mapping->file, work->error);
}

static bool needs_slot(const struct plan_step *step)
{
    return step->needs_slot && !test_has_fault(TEST_FAULT_NO_SLOT);
}

static void do_step(void *context)
{
    struct work *work = context;
    bool slot = work->job->journal && needs_slot(work->step);
    work->done = (slot ? do_slot_step(work) : do_direct_step(work)) && wait_for_step(work);
}

/* Runs under view_guard(): a store to the mapped journal faults if its disk is full or failing. */
bool job_do_step(struct job *job, struct job_worker *worker, const struct job_step *current,
                 struct error *error)
{
    struct work work = {.job = job,
                        .worker = worker,
                        .step = current->step,
                        .number = current->number,
                        .was_published = current->was_published,
                        .error = error};
    struct error cause = {0};
    if (!job->journal || !job->journal->mapped) {
        do_step(&work);
        return work.done;
    }
    if (!view_guard(do_step, &work, &cause))
        return error_set(error, "the journal cannot be stored to: %s", cause.message);
    return work.done;
}

/* ---- after a kill ---------------------------------------------------------------------------- */

/* Counts the bytes of a step that differ between the file and its slot. */
static bool compare_slot(struct job *job, const struct plan_step *step, uint64_t number,
                         uint64_t *different, struct error *error)
{
    unsigned char in_slot[4096], in_file[4096];
    uint64_t slot = journal_slot_start(job->journal, number, placement_of(step));
    *different = 0;
    for (uint64_t at = 0; at < step->length;) {
        size_t length = (size_t)minimum_u64(sizeof in_slot, step->length - at);
        if (!journal_read(job->journal, slot + at, in_slot, length, error) ||
            !mapping_read(job->mapping, step->destination + at, in_file, length, error))
            return false;
        for (size_t i = 0; i < length; i++)
            *different += in_slot[i] != in_file[i];
        at += length;
    }
    return true;
}

/* Whether the file has most of the bytes of a step's slot, where the step stores them. */
static bool is_stored(struct job *job, const struct plan_step *step, uint64_t number, bool *stored,
                      struct error *error)
{
    uint64_t different;
    if (!compare_slot(job, step, number, &different, error))
        return false;
    *stored = different <= step->length / 8;
    return true;
}

bool job_slot_is_stored(struct job *job, const struct plan_step *step, uint64_t number,
                        bool *stored, struct error *error)
{
    uint64_t different = 1;
    if (step->destination + step->length <= job->mapping->size &&
        !compare_slot(job, step, number, &different, error))
        return false;
    *stored = different == 0;
    return true;
}

bool job_is_undisturbed(struct job *job, uint64_t number, bool *undisturbed, struct error *error)
{
    struct plan_cursor cursor;
    struct plan_step before = {0}, step = {0};
    plan_cursor_init(&cursor, &job->plan);
    for (uint64_t i = 0; i <= number; i++) {
        before = step;
        if (job_must_stop(job, error))
            return false;
        if (!plan_cursor_next(&cursor, &step))
            step = (struct plan_step){0};
    }
    *undisturbed = true;
    if (number == 0 || !needs_slot(&before) || !needs_slot(&step))
        return true;
    return is_stored(job, &before, number - 1, undisturbed, error) &&
           (*undisturbed || is_stored(job, &step, number, undisturbed, error));
}
