/* job_witness.c - the table of witnesses of an edit: made before the commit, judged after a kill.
 */
#include "apply/job.h"

#include <string.h>

/* ---- making it ------------------------------------------------------------------------------- */

struct table {
    const struct job *job;
    struct plan_assembler *assembler;
    unsigned char bytes[WITNESS_TABLE];
    size_t length;
    unsigned char old[WITNESS_LOOK], new[WITNESS_LOOK]; /* bytes of `seen` */
    struct range seen;
};

/* Reads the file; while blocks_ahead is set, at the offsets before the cut of the blocks. */
static bool read_now(const struct job *job, uint64_t offset, unsigned char *bytes, size_t length,
                     size_t *got, struct error *error)
{
    uint64_t ahead = job->blocks_ahead ? job->journal->header.blocks_length : 0;
    return file_read(job->mapping->file, offset + ahead, bytes, length, got, error);
}

/* Reads the old bytes of a range of at most WITNESS_LOOK bytes, and assembles its new bytes. */
static bool look(struct table *table, struct range range, uint64_t step, struct error *error)
{
    size_t length = (size_t)range_length(range), got;
    table->seen = range;
    if (!read_now(table->job, range.start, table->old, length, &got, error))
        return false;
    if (got < length)
        return error_set(error, "another program cut the file meanwhile");
    if (step < WITNESS_CUT)
        return plan_assemble(table->assembler, range.start, table->new, length, error);
    memcpy(table->new, table->old, length);
    return true;
}

/* Adds the witness of a span that look() has read: where old and new bytes differ most. */
static void add_place(struct table *table, struct range span, uint64_t step)
{
    size_t at = (size_t)(span.start - table->seen.start), length = (size_t)range_length(span);
    size_t place = at + witness_choose(table->old + at, table->new + at, length);
    struct witness witness = {.step = step, .offset = table->seen.start + place};
    witness.length = (size_t)minimum_u64(WITNESS_BYTES, length);
    memcpy(witness.old, table->old + place, witness.length);
    memcpy(witness.new, table->new + place, witness.length);
    table->length += witness_encode(&witness, table->bytes + table->length);
}

/* Adds witnesses at the beginning, middle and end of a range; a short range is read once. */
static bool add_range(struct table *table, struct range range, uint64_t step, struct error *error)
{
    struct range spans[WITNESS_SPANS];
    size_t count = witness_spans(range, spans);
    bool once = range_length(range) <= WITNESS_LOOK;
    for (size_t i = 0; i < count; i++) {
        if ((!once || i == 0) && !look(table, once ? range : spans[i], step, error))
            return false;
        add_place(table, spans[i], step);
    }
    return true;
}

/* Adds a witness of bytes that the file system moves and no step writes. */
static bool add_blocks(struct table *table, struct error *error)
{
    const struct job *job = table->job;
    const struct journal_header *header = &job->journal->header;
    const struct edit *last = &job->plan.edits->last;
    uint64_t start = maximum_u64(header->blocks_offset, last->new_offset + last->new_length);
    struct range range = {start, minimum_u64(start + WITNESS_LOOK, job->new_size)};
    return header->blocks == JOURNAL_BLOCKS_NONE || range.start >= range.end ||
           add_range(table, range, WITNESS_KEPT, error);
}

/* Adds witnesses where no step writes: of bytes cut off at the end, and of those before them. */
static bool add_end(struct table *table, struct error *error)
{
    const struct job *job = table->job;
    struct range cut = {job->new_size, job->working_size};
    uint64_t kept = minimum_u64(WITNESS_BYTES, job->new_size);
    struct range before = {job->new_size - kept, job->new_size};
    if (cut.start >= cut.end)
        return true;
    return add_range(table, cut, WITNESS_CUT, error) &&
           (job->sample.count > 0 || add_range(table, before, WITNESS_KEPT, error));
}

static bool fill(struct table *table, struct error *error)
{
    const struct witness_steps *sample = &table->job->sample;
    for (size_t i = 0; i < sample->count; i++)
        if (!add_range(table, sample->chosen[i].range, sample->chosen[i].number, error))
            return false;
    return add_blocks(table, error) && add_end(table, error);
}

bool job_write_witnesses(struct job *job, struct error *error)
{
    struct table table; /* its bytes are many, so do not clear them */
    table.job = job;
    table.assembler = &job->worker.assembler;
    table.length = 0;
    job->blocks_ahead = job->journal->header.blocks == JOURNAL_BLOCKS_CUT;
    bool filled = fill(&table, error);
    job->blocks_ahead = false;
    return filled && journal_write_witnesses(job->journal, table.bytes, table.length, error);
}

bool job_witness_step(struct job_worker *worker, const struct plan_step *step,
                      struct journal_record *record, struct error *error)
{
    struct table table = {.job = worker->assembler.sources.context,
                          .assembler = &worker->assembler};
    struct range range = {step->destination, step->destination + step->length};
    if (!add_range(&table, range, record->published - 1, error))
        return false;
    record->witness_length = (uint32_t)table.length;
    memcpy(record->witnesses, table.bytes, table.length);
    return true;
}

/* ---- judging by it --------------------------------------------------------------------------- */

static bool judge(const struct job *job, const unsigned char *table, size_t length,
                  struct witness_findings *findings, struct error *error)
{
    for (size_t at = 0; at < length;) {
        struct witness witness;
        unsigned char found[WITNESS_BYTES];
        size_t got;
        if (!witness_decode(&witness, table, length, &at))
            return error_set(error, "the journal's table of what the file holds is damaged");
        if (!read_now(job, witness.offset, found, witness.length, &got, error))
            return false;
        witness_judge(findings, &witness, found, got);
    }
    return true;
}

bool job_judge(struct job *job, uint64_t published, bool ending, enum witness_verdict *verdict,
               struct error *error)
{
    struct witness_progress progress = {job->totals.steps, job->first_deferred, published, ending};
    struct witness_findings findings;
    unsigned char table[WITNESS_TABLE];
    witness_findings_init(&findings, &progress);
    if (!journal_read_witnesses(job->journal, table, error) ||
        !judge(job, table, (size_t)job->journal->header.witness_length, &findings, error))
        return false;
    for (size_t i = 0; i < 2; i++) {
        const struct journal_record *record = &job->journal->records[i];
        if (!judge(job, record->witnesses, record->witness_length, &findings, error))
            return false;
    }
    *verdict = witness_verdict(&findings);
    return true;
}
