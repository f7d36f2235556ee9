/* recover_parts.c - which parts of a half-edited file are old, new or neither. */
#include "apply/recover_parts.h"
#include "apply/recover_internal.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = WITNESS_STEPS + 2, LOOK = 64 * 1024 };

/* Whether all witnesses of a step may have found its old bytes, or its new ones. */
struct evidence {
    uint64_t step;
    bool old, new;
};

struct telling {
    struct recovery *recovery;
    struct recover_parts *parts;
    struct evidence evidence[MOST_STEPS];
    size_t count;
    bool other;         /* the file was rewritten since: numbers of steps prove nothing */
    struct range range; /* collected, all of it `part`, and not reported yet */
    enum recover_part part;
    unsigned char there[LOOK], wanted[LOOK];
};

/* ---- witnesses ------------------------------------------------------------------------------- */

static struct evidence *evidence_of(struct telling *telling, uint64_t step)
{
    for (size_t i = 0; i < telling->count; i++)
        if (telling->evidence[i].step == step)
            return &telling->evidence[i];
    return NULL;
}

/* While the file may still have its old size, bytes that it does not have count as old. */
static bool is_old(const struct telling *telling, const struct witness *witness,
                   const unsigned char *found, size_t length)
{
    uint64_t size = telling->recovery->job->journal->header.start_size;
    uint64_t least = witness->offset < size ? size - witness->offset : 0;
    return length >= minimum_u64(least, witness->length) &&
           memcmp(found, witness->old, length) == 0;
}

static void add_witness(struct telling *telling, const struct witness *witness,
                        const unsigned char *found, size_t length)
{
    struct evidence *evidence = evidence_of(telling, witness->step);
    if (!evidence && telling->count < MOST_STEPS) {
        evidence = &telling->evidence[telling->count++];
        *evidence = (struct evidence){witness->step, true, true};
    }
    if (!evidence)
        return;
    evidence->old &= is_old(telling, witness, found, length);
    evidence->new &= length == witness->length &&memcmp(found, witness->new, length) == 0;
}

static bool read_witnesses(struct telling *telling, struct error *error)
{
    const struct job *job = telling->recovery->job;
    size_t length = (size_t)job->journal->header.witness_length;
    unsigned char table[WITNESS_TABLE], found[WITNESS_BYTES];
    if (!journal_read_witnesses(job->journal, table, error))
        return false;
    for (size_t at = 0; at < length;) {
        struct witness witness;
        size_t got;
        if (!witness_decode(&witness, table, length, &at))
            return error_set(error, "the journal's table of what the file holds is damaged");
        if (!file_read(job->mapping->file, witness.offset, found, witness.length, &got, error))
            return false;
        if (witness.step < WITNESS_CUT)
            add_witness(telling, &witness, found, got);
    }
    return true;
}

/* ---- all bytes of a step --------------------------------------------------------------------- */

/* Whether its new bytes can be assembled: no step before it overwrites their sources. */
static bool is_known(const struct plan_step *step)
{
    return step->phase == PLAN_DEFERRED || step->kind == PLAN_ZERO ||
           step->source_start == step->source_end;
}

static bool assemble(struct telling *telling, const struct plan_step *step, uint64_t at,
                     size_t length, struct error *error)
{
    struct job *job = telling->recovery->job;
    memset(telling->wanted, 0, length);
    return step->kind == PLAN_ZERO || plan_assemble(&job->worker.assembler, step->destination + at,
                                                    telling->wanted, length, error);
}

/* Assembles the step's new bytes again, and tells whether the file has them. */
static bool has_new_bytes(struct telling *telling, const struct plan_step *step, bool *has,
                          struct error *error)
{
    const struct job *job = telling->recovery->job;
    *has = true;
    for (uint64_t at = 0; *has && at < step->length;) {
        size_t length = (size_t)minimum_u64(LOOK, step->length - at), got;
        if (!assemble(telling, step, at, length, error) ||
            !file_read(job->mapping->file, step->destination + at, telling->there, length, &got,
                       error))
            return false;
        *has = got == length && memcmp(telling->there, telling->wanted, length) == 0;
        at += length;
    }
    return true;
}

/* ---- a step ---------------------------------------------------------------------------------- */

/* Whether a step is done, by the journal's count. The one at hand may be old, new or in between. */
enum stage { STAGE_DONE, STAGE_AT_HAND, STAGE_AHEAD };

static enum stage stage_of(const struct recovery *recovery, const struct plan_step *step,
                           uint64_t number)
{
    if (recovery->ending || (recovery->published && number < recovery->first))
        return STAGE_DONE;
    if (!recovery->published || number > recovery->first)
        /* All deferred steps have one record. */
        return recovery->published && step->phase == PLAN_DEFERRED &&
                       recovery->first >= recovery->job->first_deferred
                   ? STAGE_AT_HAND
                   : STAGE_AHEAD;
    return STAGE_AT_HAND;
}

/* The result if neither all bytes of the step nor its witnesses decide. */
static enum recover_part judge_by_count(const struct telling *telling, enum stage stage)
{
    if (telling->other || stage == STAGE_AT_HAND)
        return RECOVER_PART_UNKNOWN;
    return stage == STAGE_DONE ? RECOVER_PART_NEW : RECOVER_PART_OLD;
}

static enum recover_part judge_by_witness(struct telling *telling, uint64_t number,
                                          enum stage stage)
{
    const struct evidence *evidence = evidence_of(telling, number);
    if (!evidence || (evidence->old && evidence->new))
        return judge_by_count(telling, stage);
    if (evidence->old == evidence->new)
        return RECOVER_PART_NEITHER;
    /* Witnesses cover parts of a step: if it was being written, the rest may still be old. */
    if (stage == STAGE_AT_HAND && evidence->new)
        return RECOVER_PART_NEITHER;
    return evidence->old ? RECOVER_PART_OLD : RECOVER_PART_NEW;
}

static bool judge(struct telling *telling, const struct plan_step *step, uint64_t number,
                  enum recover_part *part, struct error *error)
{
    struct recovery *recovery = telling->recovery;
    enum stage stage = stage_of(recovery, step, number);
    bool has_slot = !recovery->ending && recovery->published && step->needs_slot &&
                    (number == recovery->first || number + 1 == recovery->first);
    bool compared = has_slot || is_known(step), has = false;
    if (has_slot && !job_slot_is_stored(recovery->job, step, number, &has, error))
        return false;
    if (!has_slot && compared && !has_new_bytes(telling, step, &has, error))
        return false;
    if (has) {
        *part = RECOVER_PART_NEW;
        return true;
    }
    *part = judge_by_witness(telling, number, stage);
    /* Its new bytes are known and are not there; the slot of the step before may be in use again.
     */
    bool certain = compared && !(has_slot && stage == STAGE_DONE);
    if (certain && *part != RECOVER_PART_OLD)
        *part = RECOVER_PART_NEITHER;
    return true;
}

/* ---- all steps ------------------------------------------------------------------------------- */

static bool tell(struct telling *telling, struct error *error)
{
    struct recover_parts *parts = telling->parts;
    bool any = range_length(telling->range) > 0;
    return !any || parts->tell(parts->context, telling->range, telling->part, error);
}

/*
 * Whether the range continues what was collected so far. If the edit moves nothing, bytes between
 * two steps stay as they are, so any later range continues; else bytes in between may be of other
 * steps.
 */
static bool meets(const struct telling *telling, struct range range)
{
    const struct edit_list *edits = &telling->recovery->edits;
    bool moves = edits->moves_left || edits->moves_right;
    return !moves || range.end == telling->range.start || range.start == telling->range.end;
}

static bool add(struct telling *telling, const struct plan_step *step, enum recover_part part,
                struct error *error)
{
    struct range range = {step->destination, step->destination + step->length};
    bool joins = telling->part == part && range_length(telling->range) > 0 && meets(telling, range);
    telling->parts->bytes[part] += step->length;
    if (joins) {
        telling->range.start = minimum_u64(telling->range.start, range.start);
        telling->range.end = maximum_u64(telling->range.end, range.end);
        return true;
    }
    if (!tell(telling, error))
        return false;
    telling->range = range;
    telling->part = part;
    return true;
}

static bool tell_steps(struct telling *telling, struct error *error)
{
    struct plan_cursor cursor;
    struct plan_step step;
    plan_cursor_init(&cursor, &telling->recovery->job->plan);
    for (uint64_t number = 0; plan_cursor_next(&cursor, &step); number++) {
        enum recover_part part;
        if (!judge(telling, &step, number, &part, error) || !add(telling, &step, part, error))
            return false;
    }
    return tell(telling, error);
}

/* Reports the whole file as one part: its blocks were not moved yet, so steps do not fit it. */
static bool tell_all(struct telling *telling, struct error *error)
{
    struct range all = {0, telling->recovery->job->mapping->size};
    enum recover_part part = telling->other ? RECOVER_PART_UNKNOWN : RECOVER_PART_OLD;
    telling->parts->bytes[part] = all.end;
    return all.end == 0 || telling->parts->tell(telling->parts->context, all, part, error);
}

static bool tell_loaded(struct recovery *recovery, struct recover_parts *parts, struct error *error)
{
    struct telling *telling = calloc(1, sizeof *telling);
    enum witness_verdict verdict;
    if (!telling)
        return error_memory(error, sizeof *telling);
    telling->recovery = recovery;
    telling->parts = parts;
    bool done = recovery_compare(recovery, &verdict, error);
    telling->other = verdict == WITNESS_IS_OTHER;
    recovery->job->blocks_ahead = false;
    bool ahead = !recovery->published && !recovery->moved &&
                 recovery->job->journal->header.blocks == JOURNAL_BLOCKS_CUT;
    done = done && (ahead ? tell_all(telling, error)
                          : read_witnesses(telling, error) && tell_steps(telling, error));
    free(telling);
    return done;
}

bool recover_parts_tell(struct mapping *mapping, struct journal *journal,
                        struct recover_parts *parts, struct error *error)
{
    struct job job = {.mapping = mapping, .journal = journal, .durable = journal->header.durable};
    struct recovery recovery;
    memset(parts->bytes, 0, sizeof parts->bytes);
    bool done = recovery_load(&recovery, &job, error) && tell_loaded(&recovery, parts, error);
    recovery_unload(&recovery);
    return done;
}
