/* witness.c - chooses and judges witnesses: bytes of a file before and after an edit. */
#include "journal/witness.h"
#include "base/little_endian.h"

#include <string.h>

/* ---- choosing -------------------------------------------------------------------------------- */

void witness_steps_init(struct witness_steps *steps)
{
    *steps = (struct witness_steps){.stride = 1};
}

/* Drops every other chosen step; from now on half as many are chosen. */
static void thin(struct witness_steps *steps)
{
    for (size_t i = 0; 2 * i < steps->count; i++)
        steps->chosen[i] = steps->chosen[2 * i];
    steps->count = (steps->count + 1) / 2;
    steps->stride *= 2;
}

void witness_steps_add(struct witness_steps *steps, const struct plan_step *step)
{
    steps->last.number = steps->seen++;
    steps->last.range = (struct range){step->destination, step->destination + step->length};
    if (steps->last.number % steps->stride != 0)
        return;
    if (steps->count == WITNESS_STEPS)
        thin(steps); /* this step stays chosen: its number is WITNESS_STEPS, which is even, times
                        the stride before */
    steps->chosen[steps->count++] = steps->last;
}

void witness_steps_end(struct witness_steps *steps)
{
    if (steps->count == 0 || steps->chosen[steps->count - 1].number == steps->last.number)
        return;
    steps->count -= steps->count == WITNESS_STEPS;
    steps->chosen[steps->count++] = steps->last;
}

size_t witness_spans(struct range range, struct range spans[WITNESS_SPANS])
{
    uint64_t length = range_length(range);
    uint64_t count =
        minimum_u64(WITNESS_SPANS, length / WITNESS_BYTES + (length % WITNESS_BYTES != 0));
    if (count == 0)
        return 0;
    uint64_t span = minimum_u64(WITNESS_LOOK, length / count + (length % count != 0));
    uint64_t last = range.end - span, middle = range.start + (length - span) / 2;
    const uint64_t starts[] = {range.start, count == 2 ? last : middle, last};
    for (size_t i = 0; i < count; i++)
        spans[i] = (struct range){starts[i], starts[i] + span};
    return (size_t)count;
}

size_t witness_choose(const unsigned char *old, const unsigned char *new, size_t length)
{
    size_t best = 0, most = 0, differing = 0;
    for (size_t i = 0; i < length; i++) {
        differing += old[i] != new[i];
        if (i >= WITNESS_BYTES)
            differing -= old[i - WITNESS_BYTES] != new[i - WITNESS_BYTES];
        if (differing <= most)
            continue;
        most = differing;
        best = i < WITNESS_BYTES ? 0 : i + 1 - WITNESS_BYTES;
    }
    return best;
}

/* ---- as bytes -------------------------------------------------------------------------------- */

size_t witness_encode(const struct witness *witness, unsigned char *bytes)
{
    little_put64(bytes, witness->step);
    little_put64(bytes + 8, witness->offset);
    little_put64(bytes + 16, witness->length);
    memcpy(bytes + WITNESS_HEAD, witness->old, witness->length);
    memcpy(bytes + WITNESS_HEAD + witness->length, witness->new, witness->length);
    return WITNESS_HEAD + 2 * witness->length;
}

bool witness_decode(struct witness *witness, const unsigned char *bytes, size_t length, size_t *at)
{
    size_t left = length - *at;
    bytes += *at;
    if (left < WITNESS_HEAD)
        return false;
    uint64_t count = little_get64(bytes + 16);
    *witness =
        (struct witness){little_get64(bytes), little_get64(bytes + 8), (size_t)count, {0}, {0}};
    if (count == 0 || count > WITNESS_BYTES || witness->offset > OFFSET_MAX - count ||
        left - WITNESS_HEAD < 2 * witness->length)
        return false;
    memcpy(witness->old, bytes + WITNESS_HEAD, witness->length);
    memcpy(witness->new, bytes + WITNESS_HEAD + witness->length, witness->length);
    *at += WITNESS_HEAD + 2 * witness->length;
    return true;
}

/* ---- judging --------------------------------------------------------------------------------- */

/* What a witness may find at its offset. */
enum rule { RULE_OLD, RULE_NEW, RULE_EITHER, RULE_ANY };

static enum rule rule_of(const struct witness_progress *progress, uint64_t step)
{
    uint64_t begun = progress->published - 1;
    if (step == WITNESS_KEPT)
        return RULE_OLD;
    if (step == WITNESS_CUT) /* the bytes are gone, or others have appended there */
        return progress->ending ? RULE_ANY : RULE_OLD;
    if (progress->ending)
        return RULE_NEW;
    if (progress->published == 0)
        return RULE_OLD;
    /* One record publishes all deferred steps. */
    if (step == begun || (step >= progress->deferred && begun >= progress->deferred))
        return RULE_EITHER;
    return step < begun ? RULE_NEW : RULE_OLD;
}

void witness_findings_init(struct witness_findings *findings,
                           const struct witness_progress *progress)
{
    *findings = (struct witness_findings){.progress = *progress, .done = true};
}

void witness_judge(struct witness_findings *findings, const struct witness *witness,
                   const unsigned char *found, size_t length)
{
    enum rule rule = rule_of(&findings->progress, witness->step);
    bool old = length >= witness->length, new = old, either = old;
    for (size_t i = 0; i < witness->length && either; i++) {
        old &= found[i] == witness->old[i];
        new &= found[i] == witness->new[i];
        either &= found[i] == witness->old[i] || found[i] == witness->new[i];
    }
    /* The step in progress may have written some of its bytes. */
    old &= either;
    new &= either;
    if (rule != RULE_ANY)
        findings->other |= !(rule == RULE_OLD ? old : rule == RULE_NEW ? new : either);
    if (witness->step < WITNESS_CUT)
        findings->done &= new;
}

enum witness_verdict witness_verdict(const struct witness_findings *findings)
{
    const struct witness_progress *progress = &findings->progress;
    if (findings->other)
        return WITNESS_IS_OTHER;
    if (progress->ending ||
        (progress->published > 0 && progress->published == progress->steps && findings->done))
        return WITNESS_IS_NEW;
    /* One record publishes all deferred steps. */
    if (progress->published > progress->deferred && findings->done)
        return WITNESS_IS_NEW;
    return progress->published == 0 ? WITNESS_IS_OLD : WITNESS_IS_BETWEEN;
}
